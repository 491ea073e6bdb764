"""A month of last days: open items, permits that end, obligations after approval; and on which days offices work."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date
from typing import TypeVar

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from msgspec import Struct
from msgspec.structs import replace

from permits.aftercare.words import names_of
from permits.clocks.calendar import SATURDAY, WorkCalendar
from permits.models import ObligationRow, Permit
from permits.models.obligation import WITH_THE_HOLDER
from permits.models.permit import P
from workflows.models import WorkItem
from workflows.tables import address_of

SHOWN = 3
"""Items named on a day; of the others only how many there are."""
FIRST_YEAR, LAST_YEAR = 2000, 2099
M = TypeVar("M", WorkItem, ObligationRow)


class DueDay(Struct, frozen=True):
    """One day of the month's sheet: `count` items end on it, of which `rows` are the first."""

    day: date
    inside: bool
    working: bool
    moved: bool
    """Whether the State Council's notice made it other than its weekday: a holiday, or a day worked for one."""
    count: int = 0
    rows: list[tuple[WorkItem, str]] = []
    """Items and where each is worked on."""
    ending: int = 0
    """Permits whose last day it is, of which `permits` are the first."""
    permits: list[Permit] = []
    owed: int = 0
    """Obligations after approval that are owed by it, of which `obligations` are the first."""
    obligations: list[tuple[ObligationRow, str]] = []
    """With what each is called."""

    @property
    def more(self) -> int:
        """Items beyond those named."""
        return self.count - len(self.rows)

    @property
    def more_permits(self) -> int:
        """Permits beyond those named."""
        return self.ending - len(self.permits)

    @property
    def more_obligations(self) -> int:
        """Obligations beyond those named."""
        return self.owed - len(self.obligations)

    @property
    def empty(self) -> bool:
        """Whether nothing ends on it."""
        return not (self.count or self.ending or self.owed)


def sheet(
    items: QuerySet[WorkItem],
    year: int,
    month: int,
    permits: QuerySet[Permit] | None = None,
    obligations: QuerySet[ObligationRow] | None = None,
) -> list[list[DueDay]]:
    """The weeks of the month from Monday on, with the days before and after that fill them. Six queries however many
    there are: the calendar; of items and of obligations a count for each day and the first SHOWN of each; and the valid
    permits that end; one more for the words of conditions."""
    work, weeks = WorkCalendar.load(), calendar.Calendar().monthdatescalendar(year, month)
    first, last = weeks[0][0], weeks[-1][-1]
    counts, rows = _by_day(items, first, last)
    ends = _ends(permits, first, last) if permits is not None else {}
    owed, named = _owed(obligations, first, last) if obligations is not None else ({}, {})
    return [
        [
            replace(
                _day(day, month, work), count=counts.get(day, 0),
                rows=[(item, address_of(item)) for item in rows.get(day, ())],
                ending=len(ends.get(day, ())), permits=ends.get(day, [])[:SHOWN],
                owed=owed.get(day, 0), obligations=named.get(day, []),
            )
            for day in week
        ]
        for week in weeks
    ]  # fmt: skip


def _by_day(rows: QuerySet[M], first: date, last: date) -> tuple[dict[date, int], dict[date, list[M]]]:
    """How many rows are due on each day, and the first SHOWN of each: two queries."""
    within = rows.filter(due__range=(first, last)).order_by()
    counts = dict(within.values_list("due").annotate(Count("pk")))
    nth = Window(RowNumber(), partition_by=[F("due")], order_by=[F("pk").asc()])
    found: dict[date, list[M]] = defaultdict(list)
    for row in within.annotate(nth=nth).filter(nth__lte=SHOWN).order_by("due", "pk"):
        if row.due:
            found[row.due].append(row)
    return counts, found


def _owed(
    rows: QuerySet[ObligationRow], first: date, last: date
) -> tuple[dict[date, int], dict[date, list[tuple[ObligationRow, str]]]]:
    """The same of obligations that somebody owes, with their names."""
    counts, found = _by_day(rows.filter(state__in=WITH_THE_HOLDER), first, last)
    names = names_of([row for rows_of_day in found.values() for row in rows_of_day])
    return counts, {day: [(row, names[row.pk]) for row in owed] for day, owed in found.items()}


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
