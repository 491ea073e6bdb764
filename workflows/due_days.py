"""A month of last days: which open items end on which day, and on which days offices work."""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from permits.clocks.calendar import SATURDAY, WorkCalendar
from permits.models import Permit
from permits.models.permit import P
from workflows.models import WorkItem
from workflows.tables import address_of

SHOWN = 3
"""Items named on a day; of the others only how many there are."""
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True)
class DueDay:
    """One day of the month's sheet: `count` items end on it, of which `rows` are the first."""

    day: date
    inside: bool
    working: bool
    moved: bool
    """Whether the State Council's notice made it other than its weekday: a holiday, or a day worked for one."""
    count: int = 0
    rows: list[tuple[WorkItem, str]] = field(default_factory=list)
    """Items and where each is worked on."""
    ending: int = 0
    """Permits whose last day it is, of which `permits` are the first."""
    permits: list[Permit] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Items beyond those named."""
        return self.count - len(self.rows)

    @property
    def more_permits(self) -> int:
        """Permits beyond those named."""
        return self.ending - len(self.permits)


def sheet(
    items: QuerySet[WorkItem], year: int, month: int, permits: QuerySet[Permit] | None = None
) -> list[list[DueDay]]:
    """The weeks of the month from Monday on, with the days before and after that fill them. Four queries however many
    items and permits: the calendar, a count for each day, the first SHOWN of each, and the valid permits that end."""
    work, weeks = WorkCalendar.load(), calendar.Calendar().monthdatescalendar(year, month)
    within = items.filter(due__range=(weeks[0][0], weeks[-1][-1])).order_by()
    counts = dict(within.values_list("due").annotate(Count("pk")))
    nth = Window(RowNumber(), partition_by=[F("due")], order_by=[F("pk").asc()])
    rows: dict[date, list[tuple[WorkItem, str]]] = defaultdict(list)
    for item in within.annotate(nth=nth).filter(nth__lte=SHOWN).order_by("due", "pk"):
        rows[item.due].append((item, address_of(item)))
    ends = _ends(permits, weeks[0][0], weeks[-1][-1]) if permits is not None else {}
    return [
        [
            replace(
                _day(day, month, work), count=counts.get(day, 0), rows=rows[day],
                ending=len(ends.get(day, ())), permits=ends.get(day, [])[:SHOWN],
            )
            for day in week
        ]
        for week in weeks
    ]  # fmt: skip


def _ends(permits: QuerySet[Permit], first: date, last: date) -> dict[date, list[Permit]]:
    """The valid permits by their last day."""
    found: dict[date, list[Permit]] = defaultdict(list)
    for permit in permits.filter(status=P.VALID, valid_to__range=(first, last)).order_by("valid_to", "pk"):
        if permit.valid_to:
            found[permit.valid_to].append(permit)
    return found


def _day(day: date, month: int, work: WorkCalendar) -> DueDay:
    working = work.is_working(day)
    return DueDay(day, day.month == month, working, working != (day.weekday() < SATURDAY))


def month_said(text: str) -> tuple[int, int] | None:
    """Year and month of `2026-11`; None for anything else."""
    year, dash, month = text.partition("-")
    if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdecimal()):
        return None
    said = int(year), int(month)
    return said if FIRST_YEAR <= said[0] <= LAST_YEAR and 1 <= said[1] <= 12 else None


def beside(year: int, month: int, by: int) -> str:
    """The month `by` months later, as an address says it; nothing where the sheets end."""
    year, month = divmod(year * 12 + month - 1 + by, 12)
    return f"{year:04}-{month + 1:02}" if FIRST_YEAR <= year <= LAST_YEAR else ""
