"""The head's dashboard: load by person and step, what was done in time, and how that went from month to month."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.errors import NotPermitted
from roles.access import agencies_headed_by
from roles.days import local_today
from roles.misread import one_of
from roles.requests import Signed
from workflows import queues
from workflows.filters import step_choices
from workflows.load import by_month, by_person, by_step

MONTHS = (3, 6, 12, 24)
USUAL = 6


@login_required
@require_safe
def dashboard(request: Signed) -> HttpResponse:
    """The agencies the person heads, together. Each number leads to the list it counts."""
    headed = list(agencies_headed_by(request.user))
    if not headed:
        raise NotPermitted(_("Only the head of an agency sees this page."))
    months = int(one_of(request, "months", {str(months) for months in MONTHS}, str(USUAL)))
    work = queues.of_agencies(request.user)
    tally = queues.tally(work)
    context = {
        "headed": headed, "tally": tally, "free": queues.tally(work.filter(owner=None)), "today": local_today(),
        "persons": [(row, _list(holder=row.key or "null")) for row in by_person(work)],
        "steps": [(row, _list(step=row.key)) for row in by_step(work, dict(step_choices()))],
        "past": by_month(headed, months, local_today()), "months": months, "choices": MONTHS, "at": _list(),
    }  # fmt: skip
    return render(request, "workflows/dashboard.html", context)


def _list(**filters: object) -> str:
    """The address of the agency's list, filtered, to which a chart adds a further filter."""
    return f"{reverse('queue', args=['led'])}?{urlencode(filters)}"
