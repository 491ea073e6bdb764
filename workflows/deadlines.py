"""One date for each open item: the last day the agency is held to. Light, order, filter, count and calendar go by it.

It is the earlier of what the agency promised and what the law sets, of the step's own period where that runs, else of
the whole case's. While the period is suspended there is none: it is known again when it runs again. The date, and the
day from which it is nearly due, are columns of the item, so that the database can sort and count. They are set when
the item opens and after every act that can move a deadline; `manage.py tick` puts right what a changed calendar moved,
and fills items opened before there were such columns. An applicant's correction has the day by which it was asked for,
where one was named: no period of law, but what the applicant was told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from permits.acts.effects import NOTICE
from permits.acts.sweeps import BATCH, Swept
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import WHOLE
from permits.clocks.standing import ClockReading, ClockView, due_dates_of_each, status
from permits.errors import Busy
from permits.kinds import codes
from permits.models import Application
from permits.models.act import read_records
from permits.models.states import S
from roles.days import local_today
from workflows.models import OPEN, Case, WorkItem

log = logging.getLogger(__name__)
Dates = tuple[date | None, date | None]
NONE: Dates = (None, None)
CLOCK_OF = {"notice": NOTICE, "decide": WHOLE}
"""The clock that measures a period, where it is not called like the period."""


class Step(Protocol):
    """A step of a flow, as far as its time is asked for."""

    name: str
    period: str


def reading_of(step: Step, mandate: int | None, view: ClockView) -> ClockReading | None:
    """The clock that binds an open item at `step`, of the clocks of its case: the running one of the step's period,
    else the running one of the whole case. None for the unit's own steps (no period of the organ runs against the
    unit) and where no clock runs."""
    if mandate is None:
        return None
    clock = CLOCK_OF.get(step.period, step.period or step.name)
    found = (view.of_step(clock) if clock != WHOLE else view.whole, view.whole)
    return next((reading for reading in found if reading is not None and reading.running), None)


def asked_day(application: Application) -> date | None:
    """The day by which a case under correction is to be corrected; None where none was named, or nothing is asked."""
    if application.status != S.CORRECTING:
        return None
    until = application.did("request_correction")[-1].facts.get("until")
    return date.fromisoformat(until) if until else None


def dates_of(item: WorkItem, application: Application, view: ClockView) -> Dates:
    """The item's last day and the first day on which it is nearly due; None each where there is none just now."""
    if item.mandate_id is None:
        return asked_day(application), None
    reading = reading_of(item.flow_task, item.mandate_id, view)
    return (reading.ruling.last_day, reading.ruling.yellow_from) if reading else NONE


def keep_dates(case: Case) -> int:
    """Write the dates of the open items of `case` as its clocks stand, for the act in hand. How many changed."""
    view, changed = status(case.application), 0
    for item in case.open_items:
        if (now := dates_of(item, case.application, view)) != (item.due, item.soon_from):
            item.due, item.soon_from = now
            item.save(update_fields=["due", "soon_from"])
            changed += 1
    return changed


def keep_every_date(today: date | None = None) -> Swept:
    """Put right the dates of every open item that are not as the clocks stand: after a change of the calendar, and of
    items older than the columns. Each case under its lock; one that fails is logged and told, and stops no other."""
    swept, day, calendar = Swept(), today or local_today(), WorkCalendar.load()
    items = WorkItem.objects.filter(status__in=OPEN, flow_task_type="HUMAN", application__kind__in=codes())
    cases = list(items.order_by("application_id").values_list("application_id", flat=True).distinct())
    for first in range(0, len(cases), BATCH):
        part = cases[first : first + BATCH]
        for pk in _wrong(items.filter(application__in=part).select_related("application"), day, calendar, swept):
            try:
                with Application.locked(pk) as application:
                    case = Case.objects.get(pk=pk)
                    case.application = application
                    swept.recorded += keep_dates(case)
            except Busy:  # whoever holds it sets its dates; else the next tick does
                swept.failed.append(pk)
            except Exception:  # a row nobody foresaw must not stop the others
                log.exception("the dates of case %s were not kept", pk)
                swept.failed.append(pk)
    return swept


def _wrong(items: Iterable[Any], day: date, calendar: WorkCalendar, swept: Swept) -> list[int]:
    """Cases of which an item's dates are not as the clocks stand on `day`."""
    of_case: dict[int, list[WorkItem]] = {}
    for item in items:
        of_case.setdefault(item.application_id, []).append(item)
    found = []
    read_records(one.application for item in of_case.values() for one in item if one.application.status == S.CORRECTING)
    views, broken = due_dates_of_each(of_case, day, calendar)
    swept.failed += broken
    for pk, view in views.items():
        if any(dates_of(i, i.application, view) != (i.due, i.soon_from) for i in of_case[pk]):
            found.append(pk)
    return found
