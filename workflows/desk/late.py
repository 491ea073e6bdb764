"""What was decided after the statutory or the promised period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
    bounded,
)
from workflows.desk.timing import Timing, timings
from workflows.tables import kind_label

DECIDED = (S.APPROVED, S.REFUSED)
COLUMNS = ("pk", "kind", "status", "decided_on", "jurisdiction_id")


@dataclass(frozen=True)
class Decided:
    """A decided case and how its clock stopped; None where it had no clock. `case` is a row of COLUMNS: these are
    counted by the thousand, and shown by the page."""

    case: Any
    timing: Timing | None


def decided(asked: Asked) -> tuple[list[Decided], bool]:
    """The cases decided within the dates asked for, the last first, each with its timing; and whether it is cut."""
    cases = asked.cases_acted_in().filter(asked.on("decided_on"), status__in=DECIDED, decided_on__isnull=False)
    found, cut = bounded(cases.order_by("-decided_on", "-pk").values_list(*COLUMNS, named=True))
    clocks = timings(case.pk for case in found)
    return [Decided(case, clocks.get(case.pk)) for case in found], cut


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
        every, cut = decided(asked)
        wanted = {"statute": "after_statute", "promise": "after_promise"}.get(asked.get("limit") or "", "late")
        found = [one for one in every if one.timing and getattr(one.timing, wanted)]
        return Rows(found, cut, {"decided": every})

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """Each with both last days."""
        calendar = WorkCalendar.load()
        cases = Application.objects.select_related("unit", "jurisdiction").in_bulk([one.case.pk for one in found])
        for one in found:
            case, timing = cases[one.case.pk], one.timing
            after = [
                working_days(last, timing.stopped, calendar) if last and timing.stopped > last else None
                for last in (timing.statutory, timing.promised)
            ]
            yield (CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.accepted_on,
                   case.decided_on, timing.statutory, timing.promised, *after)  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """By the month of the decision."""
        return punctuality(rows.more["decided"])


def punctuality(every: Sequence[Decided]) -> Chart:
    """In time and late, by month: what the desk and the statistics both show."""
    months: dict[str, list[int]] = {}
    for one in every:
        counts = months.setdefault(f"{one.case.decided_on:%Y-%m}", [0, 0, 0])
        if one.timing is None:
            continue
        counts[0] += not one.timing.late
        counts[1] += one.timing.after_promise and not one.timing.after_statute
        counts[2] += one.timing.after_statute
    return Chart(
        "punctuality", _("Decided in time and late, by month"), _("Month"),
        (Series(_("Within the period"), GREEN), Series(_("After the promised day only"), YELLOW),
         Series(_("After the law's last day"), RED)),
        [(month, *counts) for month, counts in sorted(months.items())], "line",
    )  # fmt: skip
