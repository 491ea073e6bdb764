"""The days of the year in which twenty permits are looked at, and the winter most of them end in."""

from __future__ import annotations

from datetime import date

from permits.models.permit import P
from tests.permits.life.lives import Life, Stands

FIRST, LAND, LAST = date(2026, 11, 20), date(2026, 12, 2), date(2028, 1, 31)
"""The day all but the uses of land were granted, the day those were, and the last day looked at."""
WINTER, YEAR = date(2027, 1, 31), date(2027, 12, 1)
"""Last day of the work of a design and of a licence; of a use of land of one year that began on 2 December."""
WARNED_WINTER = [(date(2026, 12, 2), 60), (date(2027, 1, 1), 30)]
WARNED_YEAR = [(date(2027, 8, 3), 120), (date(2027, 10, 2), 60), (date(2027, 11, 1), 30)]
"""120 days before: an extension is asked for by 1 September."""
COMPLETION, EVALUATION, ARCHIVE = date(2027, 3, 2), date(2027, 5, 1), date(2027, 7, 30)
"""30, 90 and 180 days after the last day of the work."""


def d(text: str) -> date:
    """`27-02-10`: a day of this century."""
    return date.fromisoformat(f"20{text}")


def in_winter(life: Life) -> Life:
    life.stands.append(Stands(d("27-02-01"), P.EXPIRED, WINTER))
    life.warned += WARNED_WINTER
    return life
