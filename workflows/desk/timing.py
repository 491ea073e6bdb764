"""Whether a case was decided in time: by the law, and by what the agency had promised. Computed from the clock's
entries as the case's own page does, never read from a stored flag."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, FilteredRelation, Max, Min, Q, QuerySet

from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import WHOLE, Run
from permits.clocks.timeline import NOTES, Timeline
from permits.models import Application, ClockEntry
from permits.models.clock import Event

log = logging.getLogger(__name__)
BATCH = 500
CHUNK = 5_000


@dataclass(frozen=True)
class Timing:
    """The clock of a case that has stopped: the day it did, the last day the law gave, and the last one promised."""

    stopped: date
    statutory: date
    promised: date | None

    @property
    def after_statute(self) -> bool:
        """Stopped after the last day of the law (行政许可法 42, 43 and what the kind's own law sets)."""
        return self.stopped > self.statutory

    @property
    def after_promise(self) -> bool:
        """Stopped after the last day promised 承诺时限; never where nothing was promised."""
        return self.promised is not None and self.stopped > self.promised

    @property
    def late(self) -> bool:
        """After either."""
        return self.after_statute or self.after_promise

    @property
    def bound(self) -> date:
        """The last day the agency was held to: the earlier of the two."""
        return min(self.statutory, self.promised or self.statutory)


def timings(cases: Iterable[int]) -> dict[int, Timing]:
    """The stopped whole-case clocks of these cases by key; nothing for a case whose clock never began or still runs.

    One query for each BATCH of cases, and one for the calendar; clocks with the same entries are computed once. A case
    whose clock cannot be computed is logged and left out: it hides no other.
    """
    clocks = _Clocks()
    timed = ((pk, clocks.timing(pk, tuple(entries))) for pk, entries in _entries(list(cases)))
    return {pk: timing for pk, timing in timed if timing}


def each_timed(cases: QuerySet[Application], *columns: str) -> Iterator[tuple[tuple[Any, ...], Timing | None]]:
    """Every case of `cases`, in no order: its `columns`, the key first, and its timing as `timings` gives it.

    For many: one query sums the clock of each up, and only those that did more than start and stop are read entry by
    entry. Memory is that of CHUNK cases and of the clocks that differ.
    """
    clocks, rows, clock = _Clocks(), _summed_up(cases, columns), len(_CLOCK)
    while chunk := list(islice(rows, CHUNK)):
        others = timings([row[0] for row in chunk if row[-clock:-_RUN] not in (_PLAIN, _NEVER)])
        for row in chunk:
            told, did, run = row[:-clock], row[-clock:-_RUN], row[-_RUN:]
            yield told, clocks.timing(row[0], _started_and_stopped(*run)) if did == _PLAIN else others.get(row[0])


def _summed_up(cases: QuerySet[Application], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    whole = FilteredRelation("clock_entries", condition=Q(clock_entries__step=WHOLE))
    summed = cases.order_by().annotate(whole=whole).values("pk", *columns).annotate(**_CLOCK)
    return iter(summed.values_list("pk", *columns, *_CLOCK).iterator(chunk_size=CHUNK))


_STARTED, _STOPPED = Q(whole__event=Event.STARTED), Q(whole__event=Event.STOPPED)
_CLOCK = {
    "starts": Count("whole", filter=_STARTED),
    "stops": Count("whole", filter=_STOPPED),
    "others": Count("whole", filter=~Q(whole__event__in=(Event.STARTED, Event.STOPPED, *NOTES))),
    "first": Min("whole__on", filter=_STARTED),
    "days": Min("whole__working_days", filter=_STARTED),
    "period": Min("whole__period", filter=_STARTED),
    "promised": Min("whole__promised_days", filter=_STARTED),
    "last": Max("whole__on", filter=_STOPPED),
}
"""What is read of the clock of each of many cases: what happened to it how often, and then, where it started once and
stopped once, what a run is computed from."""
_RUN = 5
_PLAIN, _NEVER = (1, 1, 0), (0, 0, 0)


def _started_and_stopped(first: date, days: int, period: str, promised: int | None, last: date) -> tuple[_Entry, ...]:
    return (
        _Entry(Event.STARTED, first, days, "", period, promised),
        _Entry(Event.STOPPED, last, 0, "", period, None),
    )


class _Clocks:
    """Clocks as they are computed: those with the same entries once."""

    def __init__(self) -> None:
        self.calendar = WorkCalendar.load()
        self.known: dict[tuple[_Entry, ...], Timing | None] = {}

    def timing(self, case: int, run: tuple[_Entry, ...]) -> Timing | None:
        """None for one that still runs. One that cannot be computed is logged, and hides no other case."""
        try:
            if run not in self.known:
                self.known[run] = _timing(Run(run), self.calendar)  # type: ignore[arg-type]  # what a run reads of entries
        except Exception:  # whatever is wrong with one case, the others are counted
            log.exception("the clock of case %s cannot be read", case)
            return None
        return self.known[run]


class _Entry(NamedTuple):
    """What a run of a clock is computed from: the columns of an entry that are read."""

    event: str
    on: date
    working_days: int
    ground: str
    period: str
    promised_days: int | None


def _entries(cases: list[int]) -> Iterator[tuple[int, list[_Entry]]]:
    """The entries of the last run of each case's clock."""
    for first in range(0, len(cases), BATCH):
        of_case: dict[int, list[_Entry]] = {}
        entries = ClockEntry.objects.filter(application__in=cases[first : first + BATCH], step=WHOLE).order_by("pk")
        for pk, *columns in entries.values_list("application_id", *_Entry._fields):
            entry = _Entry(*columns)
            if entry.event == Event.STARTED:
                of_case[pk] = []
            of_case.setdefault(pk, []).append(entry)
        yield from of_case.items()


def _timing(run: Run, calendar: WorkCalendar) -> Timing | None:
    line, promised = run.timeline, run.promised_days
    if line.stopped is None:
        return None
    return Timing(
        stopped=line.stopped,
        statutory=_last_day(line, calendar, line.stopped),
        promised=_last_day(line.promising(promised), calendar, line.stopped) if promised else None,
    )


def _last_day(line: Timeline, calendar: WorkCalendar, stopped: date) -> date:
    return line.deadline(calendar, stopped).date
