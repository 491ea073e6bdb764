"""The clocks of a case: one for the whole, one for each running step, each a list of ClockEntry rows written by acts.

Call the verbs inside the transaction of the act, under the case's lock: they check, and append. Nothing is counted by a
job; deadlines, days left and lights are computed from the rows whenever someone looks. Days are
local days of Asia/Shanghai. How they are counted: permits/clocks/timeline.py.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import WHOLE, Run, begin, day_of, follow, runs_of
from permits.clocks.periods import FROM_RECEIPT, Period, periods
from permits.clocks.standing import ClockReading, ClockView, due_dates, status
from permits.clocks.timeline import DAY
from permits.errors import BadFacts, WrongStatus
from permits.models import Act, Application, ClockEntry, PromisedPeriod
from permits.models.clock import Event, Ground, Limit
from roles.days import local_today
from roles.models import Agency, Person
from roles.reference import kept

__all__ = [
    "ClockReading", "ClockView", "due_dates", "extend", "local_today", "order_joint", "record_light",
    "record_recomputed", "resume", "start", "start_set", "status", "stop", "suspend",
]  # fmt: skip


def start(
    application: Application,
    period: str,
    act: Act,
    on: date | None = None,
    *,
    step: str = WHOLE,
    agency: Agency | None = None,
) -> ClockEntry:
    """Start the clock of `step`, or of the whole case, for the statutory `period`: the day after `on` is day one.

    `on` defaults to the local day of `act`; `agency`, whose promised period is kept beside the statutory one, to the
    act's. A step started while the case is suspended is suspended with it. Returns the entry.
    Raises BadFacts for an unknown period or an impossible day, WrongStatus if this clock is running.
    """
    law = _known(period)
    day = _possible_day(application, period, on or day_of(act))
    runs = runs_of([application])[application.pk]
    if step in runs and runs[step].running:
        raise WrongStatus(_("This clock is already running."))
    promised = _promised(application, law, agency or act.agency)
    entry = begin(application, act, step, day, promised_days=promised, **_by(law))
    whole = runs.get(WHOLE)
    if step and law.suspendable and whole and whole.running and (pause := whole.timeline.paused):
        follow(Run((entry,)), act, Event.SUSPENDED, day, ground=pause.ground)
    return entry


def start_set(
    application: Application, period: str, act: Act, on: date, *, until: date, step: str = WHOLE
) -> ClockEntry:
    """As `start`, for a period whose last day another organ set: it stays that day, whatever notice on holidays comes.
    Told beside it are as many working days as lie between by the calendar of today, at least one."""
    law = _known(period)
    days = WorkCalendar.load().working(_possible_day(application, period, on) + DAY, until)
    return begin(application, act, step, on, due_on=until, **_by(law) | {"working_days": max(days, 1)})


def stands_still(application: Application, ground: str = "") -> bool:
    """Whether a period of the case is suspended now; with `ground` for that alone."""
    pauses = [pause for run in _running(application) if (pause := run.timeline.paused)]
    return any(not ground or pause.ground == ground for pause in pauses)


def suspend(
    application: Application, act: Act, ground: str, on: date | None = None, *, reason: str = ""
) -> list[ClockEntry]:
    """Suspend every running clock whose period art 45 leaves time out of. The applicant is told by the act's letter.

    Raises BadFacts for a ground art 45 does not name or an impossible day, WrongStatus if nothing runs that can be
    suspended or it is suspended already.
    """
    if ground not in Ground.values:
        raise BadFacts({"ground": _("Time may only be left out for a matter named in Licensing Law art 45.")})
    runs = [run for run in _running(application) if run.period.suspendable]
    if any(run.timeline.paused for run in runs):
        raise WrongStatus(_("The clock is already suspended."))
    if not runs:
        raise WrongStatus(_("No period is running that could be suspended."))
    day = _possible_day(application, runs[0].period.key, on or day_of(act))
    return [follow(run, act, Event.SUSPENDED, day, ground=ground, reason=reason) for run in runs]


def resume(application: Application, act: Act, on: date | None = None, *, reason: str = "") -> list[ClockEntry]:
    """Let every suspended clock run again. Raises WrongStatus if none is suspended, BadFacts for an impossible day."""
    runs = [run for run in _running(application) if run.timeline.paused]
    if not runs:
        raise WrongStatus(_("The clock is not suspended."))
    day = _possible_day(application, runs[0].period.key, on or day_of(act))
    return [follow(run, act, Event.RESUMED, day, reason=reason) for run in runs]


def extend(
    application: Application,
    act: Act,
    on: date | None = None,
    *,
    days: int | None = None,
    approved_by: Person | None = None,
    reason: str = "",
    step: str = WHOLE,
) -> ClockEntry:
    """Extend a running period once, by `days` working days (default and most: the statutory 10, joint 15: art 42).

    `approved_by`, the organ's head (of joint handling the people's government's), defaults to whoever performed the
    act; that this person is the head is for the door to check. Raises WrongStatus if the period cannot be extended, was
    extended, or has passed; BadFacts for the days, a missing approval or an impossible day.
    """
    run = _run(application, step)
    by_law = run.period.extension
    day = _possible_day(application, run.period.key, on or day_of(act))
    if by_law is None:
        raise WrongStatus(_("The law knows no extension of this period."))
    _not_passed(run, day, _("The period has passed; it can no longer be extended."))
    head = approved_by or act.person
    if head is None:
        raise BadFacts({"approved_by": _("An extension needs the approval of the organ's head.")})
    more = by_law.working_days if days is None else days
    if not 1 <= more <= by_law.working_days:
        raise BadFacts({"working_days": _("Between 1 and %(most)d working days.") % {"most": by_law.working_days}})
    facts = _by(by_law) | {"period": run.period.key, "working_days": more}
    return follow(run, act, Event.EXTENDED, day, approved_by=head, reason=reason, **facts)


def order_joint(application: Application, act: Act, on: date | None = None, *, reason: str = "") -> ClockEntry:
    """Put the whole case on the period of joint handling (art 42(2)), from the same first day.

    An extension used before falls away with the shorter period and cannot be used again. Raises WrongStatus if the case
    is not on the single organ's period or that has passed, BadFacts for an impossible day.
    """
    run = _run(application, WHOLE)
    day = _possible_day(application, run.period.key, on or day_of(act))
    if run.period.key != "decide":
        raise WrongStatus(_("Joint handling is not possible from this period."))
    _not_passed(run, day, _("The period has passed; joint handling can no longer be ordered."))
    return follow(run, act, Event.JOINT, day, reason=reason, **_by(_known("joint")))


def stop(application: Application, act: Act, on: date | None = None, *, step: str | None = None) -> list[ClockEntry]:
    """Stop the clock of `step` ("" the whole case), without one every clock. What does not run is left: no error."""
    day = on or day_of(act)
    runs = [run for run in _running(application) if step is None or run.start.step == step]
    return [follow(run, act, Event.STOPPED, max(day, run.timeline.last)) for run in runs]


def record_recomputed(application: Application, act: Act, step: str, calendar: WorkCalendar) -> ClockEntry:
    """Note the deadline as a changed calendar makes it. Use permits.acts.sweeps, which performs the act first."""
    run = _run(application, step)
    return follow(run, act, Event.RECOMPUTED, run.told.on, calendar=calendar)


def record_light(
    application: Application, act: Act, step: str, light: str, on: date, *, limit: Limit = Limit.STATUTORY
) -> ClockEntry:
    """Note that a clock turned yellow or red on `on`, by the promised or the statutory date. Raises WrongStatus if that
    is noted: it is noted once each, and anew once a calendar moved the day."""
    run = _run(application, step)
    if run.was_lit(limit, light, run.due_when_lit(limit, on, WorkCalendar.load()).date):
        raise WrongStatus(_("This was recorded before."))
    promised = run.start.promised_days if limit == Limit.PROMISED else None
    return follow(run, act, Event(light), on, promised_days=promised)


def _known(period: str) -> Period:
    try:
        return periods()[period]
    except KeyError:
        raise BadFacts({"period": _("No statutory period is called “%(key)s”.") % {"key": period}}) from None


def _by(law: Period) -> dict[str, Any]:
    return {"period": law.key, "working_days": law.working_days, "article": law.citation}


def _possible_day(application: Application, period: str, day: date) -> date:
    floor = application.received_on if period in FROM_RECEIPT else application.accepted_on
    if floor is None:
        raise WrongStatus(_("The application is not accepted yet: no period runs."))
    if day < floor:
        message = _("This day lies before %(floor)s, when the period began.") % {"floor": date_format(floor)}
        raise BadFacts({"on": message})
    if day > local_today():
        raise BadFacts({"on": _("This day lies in the future.")})
    return day


def _promised(application: Application, law: Period, agency: Agency | None) -> int | None:
    """The agency's promise, unless it is no shorter than the law: then there is none."""
    days = _promises(agency, application.kind).get(law.key) if agency else None
    return days if days is not None and days < law.working_days else None


@kept
def _promises(agency: Agency, kind: str) -> dict[str, int]:
    """What the agency promises in permits of `kind`: working days by period."""
    return dict(PromisedPeriod.objects.filter(agency=agency, kind=kind).values_list("period", "working_days"))


def _running(application: Application) -> list[Run]:
    return [run for run in runs_of([application])[application.pk].values() if run.running]


def _run(application: Application, step: str) -> Run:
    run = runs_of([application])[application.pk].get(step)
    if run is None or not run.running:
        raise WrongStatus(_("This clock is not running."))
    return run


def _not_passed(run: Run, day: date, message: str) -> None:
    if run.timeline.overdue(WorkCalendar.load(), day):
        raise WrongStatus(message)
