"""What time brings without anyone's doing: lights that turn, deadlines that a new calendar moves.

Each case is handled alone, in its own transaction and under its lock, and looked at again there: the sweep can run
twice, at once, or late. A case that fails is logged and returned; it does not stop the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from msgspec import Struct

from permits.acts.perform import perform
from permits.clocks.calendar import Deadline, WorkCalendar
from permits.clocks.entries import Run, deadline_of, runs_of
from permits.clocks.standing import to_hand_over
from permits.clocks.timeline import first_lights
from permits.clocks.timing import keep_timing
from permits.clocks.verbs import record_light, record_recomputed
from permits.kinds import codes
from permits.models import Application, ClockEntry
from permits.models.clock import Event, Limit
from roles.days import local_today

log = logging.getLogger(__name__)
BATCH = 500


class Swept(Struct):
    """How many acts were recorded, or other things done; and what failed: the keys of cases, mails or other rows."""

    recorded: int = 0
    failed: list[int] = []
    broken: bool = False
    """Whether the sweep as a whole failed, before or beside its cases."""


def recompute_open(by_import: str) -> Swept:
    """Record an act for each running clock whose deadline the calendar now puts elsewhere, or no longer provisionally.
    `by_import`, which says what changed the calendar, is kept in the act as the reason."""
    calendar = WorkCalendar.load()

    def moved(run: Run) -> Deadline | None:
        now = deadline_of(run, calendar)
        return now if (now.date, now.provisional) != (run.told.due_on, run.told.provisional) else None

    def record(application: Application, run: Run) -> int:
        now = moved(run)
        if now is None:
            return 0
        act = perform(
            application.pk, "recompute_deadline", by=None,
            period=run.period.key, was=run.told.due_on, now=now.date, because=by_import,
        )  # fmt: skip
        record_recomputed(application, act, run.start.step, calendar)
        return 1

    return _sweep(lambda run: moved(run) is not None, record)


def recount_stopped(since: date) -> Swept:
    """Count anew what is kept of clocks that have stopped, where the calendar changed from the day `since` on. No act
    is recorded: nobody's time changes, only what is counted of it."""
    reach = Q(last_day_by_law__gte=since) | Q(last_day_promised__gte=since)

    def recount(application: Application) -> int:
        moved = keep_timing(application)
        if moved:
            application.save(update_fields=application.CLOCK_FIELDS)
        return int(moved)

    return _each(list(Application.objects.filter(reach).order_by("pk").values_list("pk", flat=True)), recount)


def record_lights(today: date | None = None) -> Swept:
    """Record once for each run of a clock that it turned yellow, and that it turned red, dated on the day it did. The
    date that binds counts: the promised one where a promise was made; that the statutory one has passed, too, is
    recorded by itself. Weeks without a run are caught up to what daily runs would have recorded."""
    day, calendar = today or local_today(), WorkCalendar.load()

    def unrecorded(run: Run) -> list[tuple[Limit, str, date]]:
        if not run.binds_an_organ:
            return []
        lights = first_lights(run.happenings, calendar, day, run.start.promised_days)
        return [
            (limit, light.value, on)
            for (limit, light), on in lights.items()
            if not run.was_lit(limit, light, run.due_when_lit(limit, on, calendar).date)
        ]

    def record(application: Application, run: Run) -> int:
        turned = unrecorded(run)
        for limit, light, on in turned:
            due = run.due_when_lit(limit, on, calendar).date
            facts: dict[str, Any] = {"period": run.period.key, "light": light, "due": due, "limit": limit.value}
            act = perform(application.pk, "flag_deadline", by=None, **facts)
            record_light(application, act, run.start.step, light, on, limit=limit)
        return len(turned)

    return _sweep(lambda run: bool(unrecorded(run)), record)


def _sweep(concerns: Callable[[Run], bool], record: Callable[[Application, Run], int]) -> Swept:
    def recorded(application: Application) -> int:
        runs = runs_of([application])[application.pk].values()
        return sum(record(application, run) for run in runs if run.running)

    return _each(_concerned(concerns), recorded)


def _each(cases: Iterable[int], recorded: Callable[[Application], int]) -> Swept:
    """How much `recorded` did in each of the cases, under its lock."""
    swept = Swept()
    for application_id in cases:
        try:
            with Application.locked(application_id) as application:
                swept.recorded += recorded(application)
        except Exception:  # whatever is wrong with one case, a broken row or a broken flow, must not stop the others
            log.exception("case %s was left out of the sweep of its clocks", application_id)
            swept.failed.append(application_id)
    return swept


def _concerned(concerns: Callable[[Run], bool]) -> Iterator[int]:
    """Cases with a running clock of which, by `concerns`, something is to be recorded; without those whose decision
    need not be handed over any more. One query for BATCH cases, and one more where there are any."""
    by_event = (
        ClockEntry.objects.filter(application__kind__in=codes())
        .values("application_id")
        .annotate(
            started=Count("pk", filter=Q(event=Event.STARTED)), stopped=Count("pk", filter=Q(event=Event.STOPPED))
        )
    )
    running = list(
        by_event.filter(started__gt=F("stopped")).order_by("application_id").values_list("application_id", flat=True)
    )
    for first in range(0, len(running), BATCH):
        found = list(_found_in(running[first : first + BATCH], concerns))
        yield from Application.objects.filter(to_hand_over(), pk__in=found).order_by("pk").values_list("pk", flat=True)


def _found_in(cases: list[int], concerns: Callable[[Run], bool]) -> Iterator[int]:
    for application_id, runs in runs_of(cases).items():
        try:
            concerned = any(run.running and concerns(run) for run in runs.values())
        except Exception:  # a row nobody foresaw must not hide the clocks of the cases after it
            log.exception("the clocks of case %s cannot be read", application_id)
            concerned = True  # it fails again where it is looked at under its lock, and is told as failed there
        if concerned:
            yield application_id
