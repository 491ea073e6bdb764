"""How the clocks of cases stand on a day: for a case's page, and in bulk for queues. Nothing is written here."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct
from msgspec.structs import replace

from permits.clocks.calendar import Deadline, WorkCalendar
from permits.clocks.entries import WHOLE, Run, runs_of
from permits.clocks.periods import Period
from permits.clocks.timeline import Light, Timeline
from permits.models import Application, Document
from permits.models.clock import ClockEntry, Event, Ground
from permits.models.life import CHALLENGED
from permits.models.permit import P
from permits.models.states import S
from roles.days import local_today

log = logging.getLogger(__name__)

DELIVERY = "deliver"
UNDELIVERED_DAYS = 180
"""For so many days after a decision it is looked for among those to be delivered. The law gives ten working days, and
what is long overdue is not to be forgotten first."""


class Reading(Struct, frozen=True):
    """A number of working days and how far they are used. `remaining` is counted after today: 0 on the last day."""

    working_days: int
    due: Deadline
    remaining: int
    light: Light
    late: bool
    yellow_from: date | None = None
    """The first day on which it is nearly due; None while it is suspended."""

    @property
    def last_day(self) -> date | None:
        """The last day; None while a suspension moves it: it is known again when the clock runs again."""
        return None if self.light is Light.PAUSED and self.remaining > 0 else self.due.date

    @classmethod
    def of(cls, line: Timeline, calendar: WorkCalendar, today: date) -> Reading:
        """The reading of `line` on `today`."""
        return cls(
            working_days=line.whole(calendar),
            due=line.deadline(calendar, today),
            remaining=line.remaining(calendar, today),
            light=line.light(calendar, today),
            late=line.overdue(calendar, today),
            yellow_from=line.yellow_from(calendar),
        )


class ClockReading(Reading, frozen=True):
    """One clock on one day: the statutory period, and beside it the promised one where the agency made a promise."""

    step: str = WHOLE
    period: Period | None = None
    started_on: date = date.min
    stopped_on: date | None = None
    extended: int = 0
    ground: str = ""
    promised: Reading | None = None

    @property
    def running(self) -> bool:
        """Whether it has not stopped."""
        return self.stopped_on is None

    @property
    def ruling(self) -> Reading:
        """What the agency is held to: the promised period where it ends before the statutory one."""
        return self.promised if self.promised and self.promised.due.date < self.due.date else self

    @property
    def words(self) -> str:
        """How it stands, for a reader who sees no colour; says so where the date is provisional."""
        return self.words_of(self)

    def words_of(self, reading: Reading) -> str:
        """The same of `reading`, which is this clock's statutory period or its promised one."""
        text = self._words(reading)
        return _("%(text)s (provisional)") % {"text": text} if reading.due.provisional else text

    def _words(self, reading: Reading) -> str:
        if reading.light is Light.STOPPED:
            return _("finished late") if reading.late else _("finished in time")
        if reading.light is Light.RED:
            days = max(-reading.remaining, 0)
            overdue = ngettext("overdue by %(days)d working day", "overdue by %(days)d working days", days)
            return overdue % {"days": days} if days else _("overdue")
        if reading.light is Light.PAUSED:
            return _("paused: %(ground)s") % {"ground": Ground(self.ground).label}
        if reading.remaining == 0:
            return _("due today")
        left = ngettext("%(days)d working day left", "%(days)d working days left", reading.remaining)
        return left % {"days": reading.remaining}


class ClockView(Struct, frozen=True):
    """The clocks of one case on one day."""

    whole: ClockReading | None = None
    steps: tuple[ClockReading, ...] = ()

    @property
    def step(self) -> ClockReading | None:
        """The running step that is due first."""
        return min((step for step in self.steps if step.running), key=lambda step: step.due.date, default=None)

    def of_step(self, step: str) -> ClockReading | None:
        """The latest run of this step's clock."""
        return next((reading for reading in self.steps if reading.step == step), None)


def status(application: Application, today: date | None = None) -> ClockView:
    """How the clocks of `application` stand on `today` (default: today in China). At most two queries."""
    return due_dates([application], today)[application.pk]


def undelivered(cases: QuerySet[Application], today: date | None = None) -> QuerySet[Application]:
    """Those of `cases` decided within UNDELIVERED_DAYS whose decision is not recorded as delivered (许可法 44),
    although its papers hold (`to_hand_over`). The number of days keeps the count short however many cases there are."""
    since = (today or local_today()) - timedelta(days=UNDELIVERED_DAYS)
    turns = ClockEntry.objects.filter(application=OuterRef("pk"), step=DELIVERY)
    last = Subquery(turns.filter(event__in=(Event.STARTED, Event.STOPPED)).order_by("-pk").values("event")[:1])
    recent = cases.filter(decided_on__gte=since, number__isnull=False)
    return recent.filter(to_hand_over()).alias(delivery=last).filter(delivery=Event.STARTED)


def to_hand_over() -> Q:
    """The condition on cases that their decision is still to be handed over: not if its papers hold no more, because
    its permit was ended or replaced, or a remedy left nothing of a refusal."""
    of_decision = Document.objects.filter(application=OuterRef("pk"), act__after=OuterRef("status"))
    papers = of_decision.exclude(act__before=F("act__after"))
    held = Exists(papers.filter(status__in=(Document.Status.PENDING, Document.Status.ISSUED)))
    lost = Exists(papers.filter(status=Document.Status.REVOKED))
    granted = Q(status=S.APPROVED, permit__status__in=(P.VALID, P.EXPIRED))
    return granted | (~Q(status=S.APPROVED) & (~Q(status__in=CHALLENGED) | held | ~lost))


def still_due(application: Application) -> ClockView:
    """As `status`, without the delivery of a decision that need not be handed over any more: nobody is late with it."""
    view = status(application)
    delivers = view.of_step(DELIVERY)
    if delivers and delivers.running and not Application.objects.filter(to_hand_over(), pk=application.pk).exists():
        return replace(view, steps=tuple(one for one in view.steps if one is not delivers))
    return view


def due_dates(
    applications: Iterable[Application | int], today: date | None = None, calendar: WorkCalendar | None = None
) -> dict[int, ClockView]:
    """The clocks of many cases by application id; an empty view for a case without any. One query however many, and
    that of the calendar where it is not given or kept."""
    day, known = today or local_today(), calendar or WorkCalendar.load()
    return {pk: _view(runs, known, day) for pk, runs in runs_of(applications).items()}


def due_dates_of_each(
    applications: Iterable[Application | int], today: date, calendar: WorkCalendar
) -> tuple[dict[int, ClockView], list[int]]:
    """As `due_dates`, for the cases whose clocks can be computed; and the ids of those where they cannot, as where an
    entry names a period that is unknown. Each is logged, and hides no other. One query."""
    found, broken = dict[int, ClockView](), list[int]()
    for pk, runs in runs_of(applications).items():
        try:
            found[pk] = _view(runs, calendar, today)
        except Exception:  # whatever is wrong with one case, it is logged and told, and hides no other
            log.exception("the clocks of case %s cannot be read", pk)
            broken.append(pk)
    return found, broken


def due_dates_in_lists(
    applications: Iterable[Application | int], today: date, calendar: WorkCalendar
) -> dict[int, ClockView]:
    """As `due_dates`, for lists: a case whose clocks cannot be computed is logged and shown without them, and breaks
    no other row."""
    found, broken = due_dates_of_each(applications, today, calendar)
    return found | dict.fromkeys(broken, ClockView())


def _view(runs: dict[str, Run], calendar: WorkCalendar, today: date) -> ClockView:
    readings = [_reading(run, calendar, today) for run in runs.values()]
    whole = next((reading for reading in readings if reading.step == WHOLE), None)
    return ClockView(whole=whole, steps=tuple(reading for reading in readings if reading.step != WHOLE))


def _reading(run: Run, calendar: WorkCalendar, today: date) -> ClockReading:
    """The clock on the day `today`. One that binds no organ is never late: past its deadline it counts as stopped
    there."""
    line, promised = run.timeline, run.promised_days
    if not (run.binds_an_organ or line.stopped) and line.overdue(calendar, today):
        line = replace(line, stopped=line.deadline(calendar, today).date)
    statutory = Reading.of(line, calendar, today)
    return ClockReading(
        working_days=statutory.working_days,
        due=statutory.due,
        remaining=statutory.remaining,
        light=statutory.light,
        late=statutory.late,
        yellow_from=statutory.yellow_from,
        step=run.start.step,
        period=run.period,
        started_on=line.started,
        stopped_on=line.stopped,
        extended=line.extended,
        ground=line.paused.ground if line.paused else "",
        promised=Reading.of(line.promising(promised), calendar, today) if promised else None,
    )
