"""The runs of the clocks of a case, read from their entries, and the one place that appends an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.utils import timezone
from msgspec import Struct

from permits.clocks.calendar import Deadline, WorkCalendar
from permits.clocks.periods import OF_A_PARTY, SET_BY_ANOTHER, Period, periods
from permits.clocks.timeline import Happening, Timeline
from permits.models import Act, Application, ClockEntry
from permits.models.clock import Event, Limit
from roles.days import CHINA

WHOLE = ""
LIGHTS = (Event.YELLOW, Event.RED)


def day_of(act: Act) -> date:
    """The local day an act was performed on."""
    return timezone.localdate(act.at, timezone=CHINA)


class Run(Struct, frozen=True, dict=True):
    """One run of one clock: its entries from the last start on, oldest first."""

    entries: tuple[ClockEntry, ...]

    @property
    def start(self) -> ClockEntry:
        """The entry that started it."""
        return self.entries[0]

    @property
    def told(self) -> ClockEntry:
        """The entry whose `due_on` is the deadline last told: the latest that is not merely a light turning."""
        return next(entry for entry in reversed(self.entries) if entry.event not in LIGHTS)

    @property
    def happenings(self) -> list[Happening]:
        """The entries as the arithmetic reads them."""
        return [
            Happening(entry.event, entry.on, entry.working_days, entry.ground, _set_day(entry))
            for entry in self.entries
        ]

    @cached_property
    def timeline(self) -> Timeline:
        """The clock computed from its entries."""
        return Timeline.of(self.happenings)

    def line(self, limit: Limit) -> Timeline:
        """The clock by its promise, where one was made, or by the law."""
        promised = self.start.promised_days if limit == Limit.PROMISED else None
        return self.timeline.promising(promised) if promised else self.timeline

    def due_when_lit(self, limit: Limit, on: date, calendar: WorkCalendar) -> Deadline:
        """The last day by which a light turned on the day `on`, as it was known when that day began; what came later,
        such as an extension, may have moved it."""
        known = Run(tuple(entry for entry in self.entries if entry.on < on) or self.entries)
        return known.line(limit).deadline(calendar, on)

    def was_lit(self, limit: str, light: str, due: date) -> bool:
        """Whether it was told that it turned so by the last day `due`. If a calendar moved that day since, it was told
        of another."""
        moved = max((at for at, entry in enumerate(self.entries) if entry.event == Event.RECOMPUTED), default=-1)
        told = (at for at, entry in enumerate(self.entries) if (entry.event, entry.limit) == (light, limit))
        return any(at > moved or self.entries[at].due_on == due for at in told)

    @property
    def running(self) -> bool:
        """Whether it has not stopped; a suspended clock runs in this sense."""
        return self.timeline.stopped is None

    @property
    def period(self) -> Period:
        """The statutory period it measures now; an order of joint handling changes it."""
        set_by = (Event.STARTED, Event.JOINT)
        return periods()[next(entry.period for entry in reversed(self.entries) if entry.event in set_by)]

    @property
    def binds_an_organ(self) -> bool:
        """Whether an organ is held to it, and can be late."""
        return self.period.key not in OF_A_PARTY

    @property
    def promised_days(self) -> int | None:
        """Working days promised for it when it started; none once joint handling was ordered."""
        return self.start.promised_days if self.period.key == self.start.period else None


def _set_day(entry: ClockEntry) -> date | None:
    """The last day that another organ set, of an entry that starts a clock for it, as it was told then."""
    return entry.due_on if entry.event == Event.STARTED and entry.period in SET_BY_ANOTHER else None


_kept: ContextVar[dict[int, dict[str, Run]] | None] = ContextVar("the runs of the case in hand", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it the entries of a case are read once, and what is appended is added to them. For the act in hand, whose
    lock keeps everybody else from appending, and which is undone as a whole or not at all."""
    outer = _kept.get()
    token = _kept.set({} if outer is None else outer)
    try:
        yield
    finally:
        _kept.reset(token)


def none_before(application: Application) -> None:
    """Tells that no act before the one in hand moved a clock of the case: no entry of it is looked for."""
    kept = _kept.get()
    if kept is not None:
        kept.setdefault(application.pk, {})


_unwritten: ContextVar[list[ClockEntry] | None] = ContextVar("entries of the act in hand", default=None)


@contextmanager
def written_together() -> Iterator[None]:
    """Within it the entries that the act in hand appends are kept, and written in one statement at the end. Within
    `one_reading`, which tells of them at once."""
    entries: list[ClockEntry] = []
    token = _unwritten.set(entries)
    try:
        yield
    finally:
        _unwritten.reset(token)
    ClockEntry.objects.bulk_create(entries)


def runs_of(applications: Iterable[Application | int]) -> dict[int, dict[str, Run]]:
    """The latest run of each clock of each case: `{application id: {step: Run}}`, the whole under "".

    One query; within `one_reading`, none for a case that was read.
    """
    ids = [application if isinstance(application, int) else application.pk for application in applications]
    kept = _kept.get()
    if kept is None:
        return _read(ids)
    kept |= _read([pk for pk in ids if pk not in kept])
    return {pk: dict(kept[pk]) for pk in ids}


def _read(ids: list[int]) -> dict[int, dict[str, Run]]:
    grouped: dict[int, dict[str, list[ClockEntry]]] = {pk: defaultdict(list) for pk in ids}
    entries_of = ClockEntry.objects.filter(application__in=ids).order_by()
    for entry in sorted(entries_of, key=attrgetter("pk")) if ids else ():
        entries = grouped[entry.application_id][entry.step]
        if entry.event == Event.STARTED:
            entries.clear()
        entries.append(entry)
    return {pk: {step: Run(tuple(entries)) for step, entries in steps.items()} for pk, steps in grouped.items()}


def deadline_of(run: Run, calendar: WorkCalendar) -> Deadline:
    """The deadline as of the day on which it was last told: so the answer stays the same while the clock is
    suspended."""
    return run.timeline.deadline(calendar, run.told.on)


def begin(application: Application, act: Act, step: str, on: date, **fields: Any) -> ClockEntry:
    """Append the entry that starts a new run of the clock of `step`."""
    entry = ClockEntry(application=application, act=act, step=step, event=Event.STARTED, on=on, **fields)
    return _append((), entry, WorkCalendar.load())


def follow(
    run: Run, act: Act, event: Event, on: date, calendar: WorkCalendar | None = None, **fields: Any
) -> ClockEntry:
    """Append an entry to `run`. Raises WrongStatus or BadFacts where it cannot follow the ones before it."""
    same = {"application": act.application, "act": act, "step": run.start.step, "period": run.period.key}
    entry = ClockEntry(**same | {"event": event, "on": on} | fields)
    return _append(run.entries, entry, calendar or WorkCalendar.load())


def _append(before: tuple[ClockEntry, ...], entry: ClockEntry, calendar: WorkCalendar) -> ClockEntry:
    run = Run((*before, entry))
    lit = entry.event in LIGHTS
    due = run.due_when_lit(entry.limit, entry.on, calendar) if lit else deadline_of(run, calendar)
    entry.due_on, entry.provisional = due.date, due.provisional
    waiting, kept = _unwritten.get(), _kept.get()
    read = kept is not None and entry.application_id in kept
    if waiting is not None and read:  # a case that was not read is read from the table, where it must stand
        waiting.append(entry)
    else:
        entry.save(force_insert=True)
    if kept is not None and read:
        kept[entry.application_id][entry.step] = run
    return entry
