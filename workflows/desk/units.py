"""What one applicant asked for, year by year, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.models import Application, DeclaredLand
from permits.models.states import S
from workflows.desk.asked import Asked
from workflows.desk.extents import NONE, amount, extents
from workflows.desk.question import GREEN, GREY, RED, CaseLink, Chart, Column, Line, Question, Rows, Series
from workflows.tables import kind_label


class CasesOfUnit(Question):
    """A unit's cases with area and outcome."""

    slug = "applicant"
    title = gettext_lazy("Cases of an applicant")
    says = gettext_lazy("What did an applicant ask for in which year, how much land was it, and what was the outcome?")
    counted = gettext_lazy(
        "Every case handed in, by the year it was received. Area and volume are those declared with the"
        " last submission; what an organ found otherwise is told in the case."
    )
    dates = gettext_lazy("Dates are those of receipt.")
    fields = ("unit", "since", "until", "kind", "place")
    heads = (
        Column(gettext_lazy("Year")), Column(gettext_lazy("Case")), Column(gettext_lazy("Applicant")),
        Column(gettext_lazy("Kind")), Column(gettext_lazy("Place")), Column(gettext_lazy("Received on")),
        Column(gettext_lazy("Decided on")), Column(gettext_lazy("Status")),
        Column(gettext_lazy("Area (ha)"), number=True), Column(gettext_lazy("Volume (m³)"), number=True),
    )  # fmt: skip

    def rows(self, asked: Asked) -> Rows:
        """The latest received first."""
        cases = asked.cases.filter(asked.on("received_on")).select_related("unit", "jurisdiction")
        return Rows(cases.order_by("-received_on", "-pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the areas."""
        land = extents(case.pk for case in found)
        for case in found:
            area = land.get(case.pk, NONE)
            year = case.received_on.year if case.received_on else None
            yield (year, CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.received_on,
                   case.decided_on, case.get_status_display(), area.hectares, area.cubic_metres)  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart | None:
        """Hectares by year and outcome; only for one applicant, whose cases are few."""
        if not asked.get("unit"):
            return None
        cases: QuerySet[Application] = rows.found  # type: ignore[assignment]  # those of `rows`
        land = DeclaredLand.objects.filter(application__in=cases.order_by().values("pk"))
        by = land.order_by().values_list(ExtractYear("application__received_on"), "application__status")
        years: dict[int, list[Decimal]] = {}
        for year, status, hectares in by.annotate(Sum("hectares")):
            sums = years.setdefault(year or 0, [Decimal(0)] * 3)
            sums[{S.APPROVED: 0, S.REFUSED: 1, S.NOT_ACCEPTED: 1}.get(S(status), 2)] += hectares
        return Chart(
            "years", _("Area by year of receipt (ha)"), _("Year"),
            (Series(_("Approved"), GREEN), Series(_("Refused or not accepted"), RED), Series(_("Other"), GREY)),
            [(str(year), *map(amount, sums)) for year, sums in sorted(years.items())],
        )  # fmt: skip
