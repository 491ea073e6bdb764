"""What was decided after the statutory or the promised period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.clocks.calendar import WorkCalendar
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
from workflows.desk.timing import Timing, each_timed
from workflows.tables import kind_label

DECIDED = (S.APPROVED, S.REFUSED)


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


class Late(NamedTuple):
    """A case that was decided after one of its last days."""

    decided_on: date
    pk: int
    timing: Timing


@dataclass
class Decided:
    """All that was decided within the dates asked for, however much: how many of each group, and the late ones, the
    last first."""

    counts: Counter[Group] = field(default_factory=Counter)
    late: list[Late] = field(default_factory=list)

    def by(self, name: str) -> Counter[str]:
        """How many of each month, kind, place or status."""
        found: Counter[str] = Counter()
        for group, many in self.counts.items():
            found[getattr(group, name)] += many
        return found

    def those(self, name: str) -> int:
        """How many are `timed`, `in_time`, `after_promise` or `after_statute`."""
        return sum(many for group, many in self.counts.items() if getattr(group, name))


def decided(asked: Asked) -> Decided:
    """The cases decided within the dates asked for, each with how its clock stopped."""
    cases = asked.cases_acted_in().filter(asked.on("decided_on"), status__in=DECIDED, decided_on__isnull=False)
    found = Decided()
    for (pk, kind, status, on, place), timing in each_timed(cases, "kind", "status", "decided_on", "jurisdiction_id"):
        late = (timing.after_promise, timing.after_statute) if timing else (False, False)
        found.counts[Group(on.isoformat()[:7], kind, place, status, timing is not None, *late)] += 1
        if timing and any(late):
            found.late.append(Late(on, pk, timing))
    found.late.sort(reverse=True, key=lambda one: one[:2])
    return found


def working_days(first: date, last: date, calendar: WorkCalendar) -> int:
    """Working days after `first` up to and with `last`; 0 where `last` is not later."""
    return calendar.count(first + timedelta(days=1), last).days if last > first else 0


class DecidedLate(Question):
    """Which cases were decided too late, and by how much."""

    slug = "decided-late"
    title = gettext_lazy("Decided late")
    says = gettext_lazy("Which cases were decided after the last day of the law, or after the last day promised?")
    counted = gettext_lazy(
        "Cases approved or refused, whose clock stopped after its last day: the period of the Administrative "
        "Licensing Law (articles 42 and 43) with its extensions, without the time article 45 leaves out; and the "
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
        """The late ones of what was decided."""
        every = decided(asked)
        wanted = {"statute": "after_statute", "promise": "after_promise"}.get(asked.get("limit") or "", "late")
        return Rows([one for one in every.late if getattr(one.timing, wanted)], more={"decided": every})

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """Each with both last days."""
        calendar = WorkCalendar.load()
        cases = Application.objects.select_related("unit", "jurisdiction").in_bulk([one.pk for one in found])
        for one in found:
            case, timing = cases[one.pk], one.timing
            after = [
                working_days(last, timing.stopped, calendar) if last and timing.stopped > last else None
                for last in (timing.statutory, timing.promised)
            ]
            yield (CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.accepted_on,
                   case.decided_on, timing.statutory, timing.promised, *after)  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """By the month of the decision."""
        return punctuality(rows.more["decided"])


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
