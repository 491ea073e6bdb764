"""Statistics, for auditors and for heads: the numbers of the desk, over the cases that each may count."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.database.replica import reads_aside
from permits.errors import NotPermitted
from roles.access import agencies_headed_by
from roles.aside import copy_read
from roles.misread import misread
from roles.models import Agency
from roles.requests import Signed
from workflows.desk.asked import Asked, AskedForm, as_auditor, as_head, usual
from workflows.desk.figures import FIELDS, figures
from workflows.views.desk import audits, stopped


@login_required
@require_safe
def statistics(request: Signed) -> HttpResponse:
    """For an auditor over all cases to be audited, for a head over those of the own agencies. 403 for everyone else."""
    headed = list(agencies_headed_by(request.user))
    auditor = audits(request.user)
    if not (auditor or headed):
        raise NotPermitted(_("Statistics are for heads of agencies and for auditors."))
    everything = as_auditor(request.user) if auditor else as_head(request.user)
    data = request.GET.copy()
    for name, value in usual(FIELDS).items():
        data.setdefault(name, value)
    names = FIELDS if auditor else [name for name in FIELDS if name != "agency"]
    if not auditor:
        misread(request, "agency", request.GET.get("agency", ""))  # one's own, together
    form = AskedForm(names, everything, data)
    asked = everything.of(**form.cleaned_data) if form.is_valid() else None
    return _answered(request, form, asked, [] if auditor else headed)


@reads_aside
def _answered(request: Signed, form: AskedForm, asked: Asked | None, headed: list[Agency]) -> HttpResponse:
    """The answer; `headed` is empty where an auditor asks, `asked` is None where the form cannot be read."""
    context = {"form": form, "auditor": not headed, "headed": headed, "query": request.GET.urlencode()}
    if asked:
        with stopped(context):
            context["figures"] = figures(asked)
    return render(request, "workflows/statistics.html", context | {"copy": copy_read()})
