"""How much time is left on each of many items: for queues and pages, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from permits.clocks.calendar import WorkCalendar
from permits.clocks.standing import ClockReading, ClockView, Reading, due_dates_in_lists
from roles.days import local_today
from workflows.deadlines import reading_of
from workflows.models import WorkItem

GREEN, YELLOW, RED, PAUSED = "green", "yellow", "red", "paused"


class TimeLeft(Struct, frozen=True):
    """Time left on one item: `colour` only repeats what `words` say. `days` are working days, negative when overdue.

    `due` is the day the item is sorted and counted by; None while a suspension moves it.
    """

    colour: str
    words: str
    due: date | None
    days: int
    promised: Reading | None = None
    """The agency's own shorter period, where it promised one."""
    statutory: Reading | None = None
    """The law's period, where the promised one is what decides."""


def lights(items: Iterable[WorkItem], today: date | None = None) -> dict[int, TimeLeft]:
    """The light of each item that has a deadline, by the item's key. `today` defaults to today in China.

    The clock that binds the item counts, and of its promise and its statutory period the earlier. Three queries however
    many items.
    """
    day, rows = today or local_today(), list(items)
    if not rows:
        return {}
    calendar = WorkCalendar.load()
    views = due_dates_in_lists({item.application_id for item in rows}, day, calendar)
    found = {item.pk: light_of(item, views.get(item.application_id, ClockView()), calendar, day) for item in rows}
    return {key: light for key, light in found.items() if light}


def light_of(item: WorkItem, view: ClockView, calendar: WorkCalendar, today: date) -> TimeLeft | None:
    """The light of one item, where the clocks of its case are `view`; None where no period runs. If the clocks cannot
    be read just now it is what the item's own columns say."""
    reading = reading_of(item.flow_task, item.mandate_id, view)
    if reading is not None:
        return from_reading(reading)
    return from_columns(item, item.due, calendar, today) if item.due else None


def from_reading(reading: ClockReading) -> TimeLeft:
    """What a clock says, by its promise where that ends first."""
    ruling = reading.ruling
    words, promised = reading.words_of(ruling), ruling is reading.promised
    return TimeLeft(
        colour=str(ruling.light),
        words=_("%(words)s (promised)") % {"words": words} if promised else words,
        due=ruling.last_day,
        days=ruling.remaining,
        promised=reading.promised,
        statutory=reading if promised else None,
    )


def from_columns(item: WorkItem, due: date, calendar: WorkCalendar, today: date) -> TimeLeft:
    """What the columns say by which the item is sorted and counted; `due` is its last day."""
    if today > due:
        late = calendar.count(due + timedelta(days=1), today).days
        said = ngettext("overdue by %(days)d working day", "overdue by %(days)d working days", late) % {"days": late}
        return TimeLeft(RED, said if late else _("overdue"), due, -late)
    left = calendar.count(today, due).days - calendar.is_working(today) if today < due else 0
    words = ngettext("%(days)d working day left", "%(days)d working days left", left) % {"days": left}
    soon = item.soon_from is not None and item.soon_from <= today
    return TimeLeft(YELLOW if soon else GREEN, words if left else _("due today"), due, left)
