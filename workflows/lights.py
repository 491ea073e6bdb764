"""How much time is left on each of many items: for queues and pages, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import local_today
from permits.clocks.standing import ClockReading, ClockView, Reading, due_dates_in_lists
from permits.clocks.timeline import YELLOW_DAYS
from workflows.models import WorkItem

GREEN, YELLOW, RED, PAUSED = "green", "yellow", "red", "paused"


@dataclass(frozen=True)
class TimeLeft:
    """Time left on one item: `colour` only repeats what `words` say. `days` are working days, negative when overdue."""

    colour: str
    words: str
    due: date
    days: int
    promised: Reading | None = None
    """The agency's own shorter period, where it promised one."""


def lights(items: Iterable[WorkItem], today: date | None = None) -> dict[int, TimeLeft]:
    """The light of each item that has a deadline, by the item's key. `today` defaults to today in China.

    The running clock of the item's step counts, else that of the whole case, else the item's own due day. Three
    queries however many items.
    """
    day, rows = today or local_today(), list(items)
    if not rows:
        return {}
    calendar = WorkCalendar.load()
    views = due_dates_in_lists({item.application_id for item in rows}, day, calendar)
    found = {item.pk: light_of(item, views.get(item.application_id, ClockView()), calendar, day) for item in rows}
    return {key: light for key, light in found.items() if light}


def light_of(item: WorkItem, view: ClockView, calendar: WorkCalendar, today: date) -> TimeLeft | None:
    """The light of one item whose case's clocks are `view`; None where the law sets no period."""
    if item.mandate_id is None:  # the unit's own steps: no period of the organ runs against the unit
        return None
    reading = view.of_step(item.step)
    for candidate in (reading, view.whole):
        if candidate is not None and candidate.running:
            return from_reading(candidate)
    return from_day(item.due, calendar, today) if item.due else None


def from_reading(reading: ClockReading) -> TimeLeft:
    """What a clock says."""
    return TimeLeft(str(reading.light), reading.words, reading.due.date, reading.remaining, reading.promised)


def from_day(due: date, calendar: WorkCalendar, today: date) -> TimeLeft:
    """What a bare day says."""
    if today > due:
        late = calendar.count(due + timedelta(days=1), today).days
        said = ngettext("overdue by %(days)d working day", "overdue by %(days)d working days", late) % {"days": late}
        return TimeLeft(RED, said if late else _("overdue"), due, -late)
    left = calendar.count(today, due).days - calendar.is_working(today) if today < due else 0
    words = ngettext("%(days)d working day left", "%(days)d working days left", left) % {"days": left}
    return TimeLeft(YELLOW if left <= YELLOW_DAYS else GREEN, words if left else _("due today"), due, left)
