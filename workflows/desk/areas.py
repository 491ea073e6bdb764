"""Areas approved, added up by district, class of forest and year, beside the year's quota."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.quota_books import exact
from permits.kinds import kind_or_absent
from permits.models import DeclaredLand, QuotaMovement
from permits.models.permit import P
from permits.models.states import S
from roles.models import Jurisdiction
from workflows.desk.asked import Asked
from workflows.desk.extents import LAND, amount
from workflows.desk.question import GREEN, Chart, Column, Line, Question, Rows, Series
from workflows.tables import kind_label

Change = QuotaMovement.Change
Key = tuple[int, str, str]
"""Year, kind, district."""
MOST_DRAWN = 20


class AreasApproved(Question):
    """Sums of what was approved."""

    slug = "areas"
    title = gettext_lazy("Areas approved and the quota")
    says = gettext_lazy(
        "How much land was approved in which district, class and year, and how does it stand to the quota?"
    )
    counted = gettext_lazy(
        "The areas and volumes of approved cases as last declared, by the year of the decision, the district and "
        "the forest purpose, without approvals that were annulled. Beside them the quota books of the same kind, "
        "district and year (Forest Law art 36, 54): what was given, and what approvals took, which is counted "
        "on what was found. A quota is for the district, not for a class: it is repeated on each line. It is "
        "counted in ha or m³, as the kind says."
    )
    fields = ("since", "until", "kind", "place", "unit")
    heads = (
        Column(gettext_lazy("Year")), Column(gettext_lazy("Kind")), Column(gettext_lazy("District")),
        Column(gettext_lazy("Forest purpose")), Column(gettext_lazy("Cases"), number=True),
        Column(gettext_lazy("Area (ha)"), number=True), Column(gettext_lazy("Volume (m³)"), number=True),
        Column(gettext_lazy("Quota given (ha or m³)"), number=True),
        Column(gettext_lazy("Quota taken (ha or m³)"), number=True),
    )  # fmt: skip
    none = gettext_lazy("No land was approved.")

    def rows(self, asked: Asked) -> Rows:
        """The sums, the latest year first."""
        approved = asked.cases.filter(asked.on("decided_on"), status=S.APPROVED, decided_on__isnull=False)
        approved = approved.exclude(permit__status=P.ANNULLED)
        land = DeclaredLand.objects.filter(application__in=approved.order_by().values("pk")).order_by()
        by = land.values_list(ExtractYear("application__decided_on"), "application__kind", "place", "purpose")
        sums = by.annotate(Count("pk"), *LAND)  # of a case each place and purpose is one row
        found = [(tuple(key), (cases, amount(hectares), amount(volume))) for *key, cases, hectares, volume in sums]
        return Rows(sorted(found, key=lambda one: (-one[0][0], *one[0][1:])))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the books."""
        names = Jurisdiction.objects.in_bulk({key[2] for key, _row in found})
        books = _books({key[:3] for key, _row in found})
        for (year, kind, place, code), (cases, hectares, volume) in found:
            given, taken = books.get((year, kind, place), (None, None))
            purpose = kind_or_absent(kind).purpose_label(code)
            yield (year, kind_label(kind), names[place], purpose, cases, hectares, volume or None, given, taken)

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """Hectares by district."""
        sums: dict[str, Decimal] = {}
        for (_year, _kind, place, _purpose), (_cases, hectares, _volume) in rows.found:
            sums[place] = sums.get(place, Decimal(0)) + hectares
        names = Jurisdiction.objects.in_bulk(sums)
        largest = sorted(sums.items(), key=lambda one: -one[1])[:MOST_DRAWN]
        return Chart(
            "districts", _("Area approved by district (ha)"), _("District"), (Series(_("Area (ha)"), GREEN),),
            [(str(names[place]), amount(area)) for place, area in largest],
        )  # fmt: skip


def _books(keys: Iterable[Key]) -> dict[Key, tuple[Decimal, Decimal]]:
    """What was given and taken in the books of these kinds, districts and years."""
    wanted = Q(pk__in=[])
    keys = set(keys)
    for year in {key[0] for key in keys}:
        wanted |= Q(book__year=year)
    moved = QuotaMovement.objects.filter(
        wanted, book__kind__in={key[1] for key in keys}, book__jurisdiction__in={key[2] for key in keys}
    )
    sums: dict[Key, dict[str, Decimal]] = {}
    told = ("book__year", "book__kind", "book__jurisdiction", "change")
    for year, kind, place, change, moves in moved.order_by().values_list(*told).annotate(Sum("amount")):
        sums.setdefault((year, kind, place), {})[change] = exact(moves)
    gives = (Change.ALLOTTED, Change.CARRIED_IN, Change.CARRIED_OUT, Change.LAPSED)
    takes = (Change.DEDUCTED, Change.RETURNED)

    def summed(of: dict[str, Decimal], changes: Iterable[str]) -> Decimal:
        return sum((of.get(one, Decimal(0)) for one in changes), Decimal(0))

    return {key: (summed(of, gives), -summed(of, takes)) for key, of in sums.items()}
