"""Whether a case was decided in time: by the law, and by what the agency had promised. Computed from the clock's
entries as the case's own page does, never read from a stored flag."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import WHOLE, Run
from permits.clocks.timeline import Timeline
from permits.models import ClockEntry
from permits.models.clock import Event

log = logging.getLogger(__name__)
BATCH = 500


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
    calendar, found = WorkCalendar.load(), {}
    known: dict[tuple[_Entry, ...], Timing | None] = {}
    for pk, entries in _entries(list(cases)):
        run = tuple(entries)
        try:
            if run not in known:
                known[run] = _timing(Run(run), calendar)  # type: ignore[arg-type]  # what a run reads of entries
        except Exception:  # whatever is wrong with one case, the others are counted
            log.exception("the clock of case %s cannot be read", pk)
            continue
        if timing := known[run]:
            found[pk] = timing
    return found


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
