"""What the clock records of deadlines, checked as every act is: no light or day that the clocks do not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import Run, deadline_of, runs_of
from permits.clocks.timeline import DAY, Light, first_lights
from permits.models import Application
from permits.models.clock import Limit
from roles.models import Person

Said = Mapping[str, Any]


def lit_rightly(application: Application, said: Said, by: Person | None) -> dict[str, str]:
    """A check: the light is that of a running clock on that day, and was not told before."""
    calendar = WorkCalendar.load()
    runs = list(_running(application, said["period"]))
    if not runs:
        return {"period": _("No such period runs in this case.")}
    return {} if any(_turns(run, said, calendar) for run in runs) else {"due": _("It is due on another day.")}


def _turns(run: Run, said: Said, calendar: WorkCalendar) -> bool:
    limit, light = Limit(said.get("limit") or Limit.STATUTORY), Light(said["light"])
    due = date.fromisoformat(said["due"])
    if run.was_lit(limit, light, due) or not run.binds_an_organ:
        return False
    by = max(due, run.start.on) + DAY  # a day that another organ set may have passed before its clock began
    turned = first_lights(run.happenings, calendar, by, run.start.promised_days).get((limit, light))
    return turned is not None and run.due_when_lit(limit, turned, calendar).date == due


def moved_rightly(application: Application, said: Said, by: Person | None) -> dict[str, str]:
    """A check: the deadline moves from the day that was told last to the one that the calendar gives now."""
    calendar = WorkCalendar.load()
    runs = list(_running(application, said["period"]))
    if not runs:
        return {"period": _("No such period runs in this case.")}
    for run in runs:
        now = deadline_of(run, calendar)
        moved = (now.date, now.provisional) != (run.told.due_on, run.told.provisional)
        if moved and (said["was"], said["now"]) == (run.told.due_on.isoformat(), now.date.isoformat()):
            return {}
    return {"now": _("It is due on another day.")}


def _running(application: Application, period: str) -> Iterator[Run]:
    runs = runs_of([application])[application.pk].values()
    return (run for run in runs if run.running and run.period.key == period)
