"""The calendar of deadlines: a month of the days on which open work, permits and obligations after approval end."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from permits.clocks.calendar import WorkCalendar
from roles.access import agencies_headed_by, mandates_of
from roles.days import local_today
from roles.misread import misread, one_of
from roles.requests import Signed
from workflows import queues
from workflows.due_days import beside, month_said, sheet
from workflows.obligation_list import of as obligations_of
from workflows.permit_list import of as permits_of

SCOPES = {
    "mine": (gettext_lazy("My tasks"), queues.mine),
    "agency": (gettext_lazy("To be taken"), queues.agency),
    "led": (gettext_lazy("All work of my agency"), queues.of_agencies),
}
"""By the name of the list that shows the same."""
WEEKDAYS = tuple(date(2024, 1, day) for day in range(1, 8))  # a Monday to a Sunday, for their names


@login_required
@require_safe
def month(request: Signed) -> HttpResponse:
    """The month asked for, else this one, of what the person holds, could take, or leads."""
    today, asked = local_today(), request.GET.get("month", "")
    said = month_said(asked)
    if said is None:
        misread(request, "month", asked)
    year, number = said or (today.year, today.month)
    heads = agencies_headed_by(request.user).exists()
    scopes = {name: label for name, (label, _items) in SCOPES.items() if name != "led" or heads}
    usual = "led" if heads and not mandates_of(request.user).exists() else "mine"
    scope = one_of(request, "of", scopes, usual)
    items = SCOPES[scope][1](request.user)
    weeks = sheet(items, year, number, permits_of(request.user), obligations_of(request.user))
    inside = [day for week in weeks for day in week if day.inside]
    nothing = all(day.empty for day in inside)
    later = queues.soonest_first(items.filter(due__gt=inside[-1].day)).values_list("due", flat=True)
    context = {
        "weeks": weeks, "nothing": nothing, "later": later.first() if nothing else None,
        "first": date(year, number, 1), "today": today, "scope": scope,
        "scopes": scopes, "before": beside(year, number, -1), "after": beside(year, number, 1), "weekdays": WEEKDAYS,
        "covered": WorkCalendar.load().covers(year),
        "tally": queues.tally(items), "undated": items.filter(due=None).count(),
    }  # fmt: skip
    return render(request, "workflows/calendar.html", context)
