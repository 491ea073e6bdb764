"""What was decided after the statutory or the promised period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from permits.clocks.calendar import WorkCalendar
from permits.clocks.timing import AFTER_PROMISE, AFTER_STATUTE
from permits.models import Application
from permits.models.states import S
from workflows.desk.asked import Asked
from workflows.desk.question import (
    GREEN,
    RED,
    YELLOW,
    CaseLink,
    Chart,
    Column,
    Line,
    Question,
    Rows,
    Series,
    every_month,
)
from workflows.tables import kind_label

DECIDED = (S.APPROVED, S.REFUSED)
TIMED = Q(stopped_on__isnull=False)
LATE = AFTER_PROMISE | AFTER_STATUTE


class Group(NamedTuple):
    """What decided cases are counted by. `timed` is false of those whose clock never began, or never stopped."""

    month: str
    kind: str
    place: str
    status: str
    timed: bool
    after_promise: bool
    after_statute: bool

    @property
    def in_time(self) -> bool:
        """Within every period there was."""
        return self.timed and not (self.after_promise or self.after_statute)


class Decided(Struct, frozen=True):
    """All that was decided within the dates asked for, however much: how many of each group."""

    counts: Counter[Group]

    def by(self, name: str) -> Counter[str]:
        """How many of each month, kind, place or status."""
        found: Counter[str] = Counter()
        for group, many in self.counts.items():
            found[getattr(group, name)] += many
        return found

    def those(self, name: str) -> int:
        """How many are `timed`, `in_time`, `after_promise` or `after_statute`."""
        return sum(many for group, many in self.counts.items() if getattr(group, name))


def decided_cases(asked: Asked) -> QuerySet[Application]:
    """The cases decided within the dates asked for."""
    cases = asked.cases_acted_in().filter(asked.on("decided_on"), status__in=DECIDED)
    return cases.filter(decided_on__isnull=False, number__isnull=False)


def decided(asked: Asked) -> Decided:
    """How many of them there are, counted by the database; in time or not, as is kept of each clock."""
    told: tuple[Any, ...] = (
        TruncMonth("decided_on"), "kind", "jurisdiction", "status",
        *(ExpressionWrapper(Q(said), BooleanField()) for said in (TIMED, AFTER_PROMISE, AFTER_STATUTE)),
    )  # fmt: skip
    counted = decided_cases(asked).order_by().values_list(*told).annotate(Count("pk"))
    counts: Counter[Group] = Counter()
    for month, kind, place, status, *clock, many in counted:
        counts[Group(f"{month:%Y-%m}", kind, place, status, *map(bool, clock))] += many
    return Decided(counts)


def working_days(first: date, last: date, calendar: WorkCalendar) -> int:
    """Working days after `first` up to and with `last`; 0 where `last` is not later."""
    return calendar.count(first + timedelta(days=1), last).days if last > first else 0


class DecidedLate(Question):
    """Which cases were decided too late, and by how much."""

    slug = "decided-late"
    title = gettext_lazy("Decided late")
    says = gettext_lazy("Which cases were decided after the last day of the law, or after the last day promised?")
    counted = gettext_lazy(
        "Cases approved or refused, whose clock stopped after its last day: the period of the Licensing Law "
        "(art 42, 43) with its extensions, without the time art 45 leaves out; and the "
        "period the agency had promised, where that was shorter. The days late are working days. Cases without a "
        "clock of the whole case are not counted as late."
    )
    fields = ("since", "until", "kind", "place", "agency", "person", "limit")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Applicant")), Column(gettext_lazy("Kind")),
        Column(gettext_lazy("Place")), Column(gettext_lazy("Accepted on")), Column(gettext_lazy("Decided on")),
        Column(gettext_lazy("Last day by law")), Column(gettext_lazy("Last day promised")),
        Column(gettext_lazy("Working days after the law"), number=True),
        Column(gettext_lazy("Working days after the promise"), number=True),
    )  # fmt: skip

    def rows(self, asked: Asked) -> Rows:
        """The late ones of what was decided, the last first."""
        late = {"statute": AFTER_STATUTE, "promise": AFTER_PROMISE}.get(asked.get("limit") or "", LATE)
        cases = decided_cases(asked).filter(late).select_related("unit", "jurisdiction")
        return Rows(cases.order_by("-decided_on", "-pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """Each with both last days."""
        calendar = WorkCalendar.load()
        for case in found:
            last_days = case.last_day_by_law, case.last_day_promised
            after = [
                working_days(last, case.stopped_on, calendar) if last and case.stopped_on > last else None
                for last in last_days
            ]
            yield (CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.accepted_on,
                   case.decided_on, *last_days, *after)  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """By the month of the decision."""
        return punctuality(decided(asked))


def punctuality(every: Decided) -> Chart:
    """In time and late, by month: what the desk and the statistics both show."""
    months = {month: [0, 0, 0] for month in every_month(every.by("month"))}
    for group, many in every.counts.items():
        counts = months[group.month]
        counts[0] += many * group.in_time
        counts[1] += many * (group.after_promise and not group.after_statute)
        counts[2] += many * group.after_statute
    return Chart(
        "punctuality", _("Decided in time and late, by month"), _("Month"),
        (Series(_("Within the period"), GREEN), Series(_("After the promised day only"), YELLOW),
         Series(_("After the law's last day"), RED)),
        [(month, *counts) for month, counts in months.items()], "line",
    )  # fmt: skip
