"""What one applicant asked for, year by year, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.models.states import S
from workflows.desk.asked import Asked
from workflows.desk.extents import cubic_metres, extents, hectares
from workflows.desk.question import GREEN, GREY, RED, CaseLink, Chart, Column, Line, Question, Rows, Series, bounded
from workflows.tables import kind_label


class CasesOfUnit(Question):
    """A unit's cases with area and outcome."""

    slug = "applicant"
    title = gettext_lazy("Cases of an applicant")
    says = gettext_lazy("What did an applicant ask for in which year, how much land was it, and what was the outcome?")
    counted = gettext_lazy(
        "Every case handed in, by the year it was received. Hectares and cubic metres are those declared with the"
        " last submission; what an organ found otherwise is told in the case."
    )
    dates = gettext_lazy("Dates are those of receipt.")
    fields = ("unit", "since", "until", "kind", "place")
    heads = (
        Column(gettext_lazy("Year")), Column(gettext_lazy("Case")), Column(gettext_lazy("Applicant")),
        Column(gettext_lazy("Kind")), Column(gettext_lazy("Place")), Column(gettext_lazy("Received on")),
        Column(gettext_lazy("Decided on")), Column(gettext_lazy("Status")),
        Column(gettext_lazy("Hectares"), number=True), Column(gettext_lazy("Cubic metres"), number=True),
    )  # fmt: skip

    def rows(self, asked: Asked) -> Rows:
        """The latest received first."""
        cases = asked.cases.filter(asked.on("received_on")).select_related("unit", "jurisdiction")
        return Rows(cases.order_by("-received_on", "-pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the areas."""
        land = extents(case.pk for case in found)
        for case in found:
            parts = land.get(case.pk, ())
            year = case.received_on.year if case.received_on else None
            yield (year, CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.received_on,
                   case.decided_on, case.get_status_display(), hectares(parts), cubic_metres(parts))  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart | None:
        """Hectares by year and outcome; only for one applicant, whose cases are few."""
        if not asked.get("unit"):
            return None
        cases, _cut = bounded(rows.found)  # type: ignore[arg-type]  # a query
        land = extents(case.pk for case in cases)
        years: dict[int, list[Decimal]] = {}
        for case in cases:
            sums = years.setdefault(case.received_on.year if case.received_on else 0, [Decimal(0)] * 3)
            place = {S.APPROVED: 0, S.REFUSED: 1, S.NOT_ACCEPTED: 1}.get(S(case.status), 2)
            sums[place] += hectares(land.get(case.pk, ())) or 0
        return Chart(
            "years", _("Hectares by year of receipt"), _("Year"),
            (Series(_("Approved"), GREEN), Series(_("Refused or not accepted"), RED), Series(_("Other"), GREY)),
            [(str(year), *sums) for year, sums in sorted(years.items())],
        )  # fmt: skip
