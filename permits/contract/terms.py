"""How long a permit can be made to last beyond its last day 延续, and the arithmetic of months behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise

ASK_DAYS = 30
"""许可法 50(1): thirty days before the end, read as calendar days, because art 82 counts only an organ's time so."""


@dataclass(frozen=True, kw_only=True)
class Extension:
    """What the law of a kind says of extending one permit: asked so many `months`, else `days`, before the end, to
    `last` at the furthest (None: the law sets no furthest day); or never, and why not."""

    law: str = "《行政许可法》第五十条"
    days: int = ASK_DAYS
    months: int = 0
    last: date | None = None
    never: str | Promise = ""

    def ask_by(self, end: date) -> date:
        """The last day on which an extension beyond `end` is asked for in time."""
        return after_months(end, -self.months) if self.months else end - timedelta(days=self.days)


def after_months(day: date, months: int) -> date:
    """The same day of a later (or, for fewer than 0, an earlier) month, or the last day of that month.

    >>> after_months(date(2026, 12, 31), 2)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
