"""How much land cases ask for, read from what was handed in last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from permits.contract import Extent
from permits.kinds import kind_or_absent
from permits.models import Submission

BATCH = 200


def extents(cases: Iterable[int]) -> dict[int, Sequence[Extent]]:
    """The parts of each case, as its last submission declares them; one query for each BATCH of cases."""
    keys, found = list(cases), dict[int, Sequence[Extent]]()
    for first in range(0, len(keys), BATCH):
        rows = Submission.objects.filter(application__in=keys[first : first + BATCH]).order_by("act__seq")
        last = {pk: said for pk, *said in rows.values_list("application", "application__kind", "body")}
        for pk, (kind, body) in last.items():
            found[pk] = kind_or_absent(kind).extent(json.loads(body)["asked"])
    return found


def hectares(parts: Sequence[Extent]) -> Decimal | None:
    """Their sum; None for a case without land."""
    return sum((part.hectares for part in parts), Decimal(0)) if parts else None


def cubic_metres(parts: Sequence[Extent]) -> Decimal | None:
    """The volume felled; None where nothing is."""
    return sum((part.cubic_metres for part in parts), Decimal(0)) or None
