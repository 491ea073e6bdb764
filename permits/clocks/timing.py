"""Whether a case was decided in time: by the law, and by what the agency had promised.

Computed from the entries of the clock of the whole case when it stops, and kept in three columns of the case, so that
what a year decided can be counted without computing each clock again. Entries stay what counts: verification computes
the columns anew (permits/verification/clocks.py), and so does an imported calendar (permits/acts/sweeps.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q
from msgspec import Struct

from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import WHOLE, Run, runs_of
from permits.clocks.timeline import Timeline
from permits.models import Application
from permits.models.clock import Event

AFTER_STATUTE = Q(stopped_on__gt=F("last_day_by_law"))
AFTER_PROMISE = Q(stopped_on__gt=F("last_day_promised"))


class Timing(Struct, frozen=True):
    """The clock of a case that has stopped: the day it did, the last day the law gave, and the last one promised."""

    stopped: date
    statutory: date
    promised: date | None

    @classmethod
    def of(cls, application: Application) -> Timing | None:
        """As it is kept; None where no clock of the whole case began, or it still runs."""
        if application.stopped_on is None or application.last_day_by_law is None:
            return None
        return cls(application.stopped_on, application.last_day_by_law, application.last_day_promised)

    @property
    def after_statute(self) -> bool:
        """Stopped after the last day of the law (行政许可法 42, 43 and what the kind's own law sets)."""
        return self.stopped > self.statutory

    @property
    def after_promise(self) -> bool:
        """Stopped after the last day promised 承诺时限; never where nothing was promised."""
        return self.promised is not None and self.stopped > self.promised


def timing_of(run: Run | None, calendar: WorkCalendar) -> Timing | None:
    """How that run of the clock stopped; None where there is none, or it still runs. Raises as its timeline does."""
    if run is None or run.timeline.stopped is None:
        return None
    line, promised, stopped = run.timeline, run.promised_days, run.timeline.stopped

    def last_day(of: Timeline) -> date:
        return of.deadline(calendar, stopped).date

    return Timing(stopped, last_day(line), last_day(line.promising(promised)) if promised else None)


class Entry(NamedTuple):
    """What a run of a clock is computed from: the columns of an entry that are read."""

    event: str
    on: date
    working_days: int
    ground: str
    period: str
    promised_days: int | None
    due_on: date


class Timings:
    """Timings of many cases, by the calendar as it is now: clocks with the same entries are computed once."""

    def __init__(self) -> None:
        self._calendar = WorkCalendar.load()
        self._known: dict[tuple[Entry, ...], Timing | None] = {}

    def of(self, entries: Sequence[Entry]) -> Timing | None:
        """As `timing_of` the last run among the entries of the clock of a whole case, oldest first."""
        starts = [at for at, entry in enumerate(entries) if entry.event == Event.STARTED]
        run = tuple(entries[starts[-1] :] if starts else entries)
        if run not in self._known:
            read = Run(run) if run else None  # type: ignore[arg-type]  # what a run reads of entries
            self._known[run] = timing_of(read, self._calendar)
        return self._known[run]


def write_timing(application: Application, timing: Timing | None) -> None:
    """Put onto `application`, unsaved, how its clock stopped (`CLOCK_FIELDS`); empty where it did not."""
    for name, day in zip(application.CLOCK_FIELDS, columns_of(timing), strict=True):
        setattr(application, name, day)


def columns_of(timing: Timing | None) -> tuple[date | None, ...]:
    """What the columns `CLOCK_FIELDS` hold of it: all are empty while a clock runs, or none began."""
    return (timing.stopped, timing.statutory, timing.promised) if timing else (None, None, None)


def keep_timing(application: Application) -> bool:
    """Put onto `application`, unsaved, how its clock stands now; gives whether that differs from before."""
    run, before = runs_of([application])[application.pk].get(WHOLE), Timing.of(application)
    now = timing_of(run, WorkCalendar.load())
    write_timing(application, now)
    return now != before
