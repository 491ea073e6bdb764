"""How much land cases ask for, as they declared it with what was handed in last."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from django.db.models import Sum

from permits.acts.quota_books import exact
from permits.models import DeclaredLand

BATCH: Final = 1_000
LAND: Final = (Sum("hectares"), Sum("cubic_metres"))


class Extent(NamedTuple):
    """Hectares, None for a case without land; cubic metres, None where nothing is felled."""

    hectares: Decimal | None = None
    cubic_metres: Decimal | None = None

    @classmethod
    def of(cls, hectares: Decimal, cubic_metres: Decimal) -> Extent:
        """Of sums as the database gives them."""
        return cls(amount(hectares), amount(cubic_metres) or None)


def amount(sum_of_rows: Decimal) -> Decimal:
    """A sum as the database gives it, to four decimals without needless zeros."""
    told = exact(sum_of_rows)
    whole = told.to_integral_value()
    return whole if told == whole else told.normalize()


NONE: Final = Extent()


def extents(cases: Iterable[int]) -> dict[int, Extent]:
    """The land of each of these cases that has any; one query for each BATCH of them."""
    keys, found = list(cases), dict[int, Extent]()
    for first in range(0, len(keys), BATCH):
        rows = DeclaredLand.objects.filter(application__in=keys[first : first + BATCH]).order_by()
        for pk, *sums in rows.values_list("application").annotate(*LAND):
            found[pk] = Extent.of(*sums)
    return found
