"""How long a permit can be made to last beyond its last day 延续, and the arithmetic of months behind it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from msgspec import Struct

ASK_DAYS = 30
"""许可法 50(1): thirty days before the end, read as calendar days, because art 82 counts only an organ's time so."""

ROUNDED: Final = Decimal("0.06")
"""Months that a year told to two decimals may lie beside the months that were meant: 0.005 of a year."""


class Extension(Struct, frozen=True, kw_only=True):
    """What the law of a kind says of extending one permit."""

    law: str = "《行政许可法》第五十条"
    days: int = ASK_DAYS
    """Days before the end by which it is asked for, where that is not told in `months`."""
    months: int = 0
    last: date | None = None
    """To which day it can be extended at the furthest, and by which law; None where the law sets no such day."""
    last_law: str = ""
    never: str | Promise = ""
    """Why the term cannot be extended; empty where it can."""
    to_find: str | Promise = ""
    """What of the law's conditions the case does not tell, so that the organ has to find it."""

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


def last_of_years(first: date, years: Decimal) -> date:
    """The last day of a term of `years` that begins with `first`: the day before the same day of the last month, and
    where that month has no such day its last (民法典 202, read in copies). Two decimals of a year are read as the
    months they stand for, 0.33 as four, and as days, of 365, where they stand for none: no shorter than was granted.

    >>> last_of_years(date(2028, 2, 29), Decimal(1)), last_of_years(date(2027, 3, 1), Decimal("0.08"))
    (datetime.date(2029, 2, 28), datetime.date(2027, 3, 31))
    """
    months = round(years * 12)
    if abs(years * 12 - months) > ROUNDED:
        return first + timedelta(days=round(years * 365) - 1)
    then = after_months(first, months)
    return then if then.day < first.day else then - timedelta(days=1)


def years_of(first: date, last: date) -> Decimal:
    """The years of a term with these days, to two decimals: the whole months in it, or days of 365 where some are over.

    >>> years_of(date(2026, 12, 2), date(2028, 4, 1)), years_of(date(2027, 3, 1), date(2027, 3, 10))
    (Decimal('1.33'), Decimal('0.03'))
    """
    end = last + timedelta(days=1)
    months = (end.year - first.year) * 12 + end.month - first.month - (end.day < first.day)
    whole = last_of_years(first, Decimal(months) / 12) == last
    return (Decimal(months) / 12 if whole else Decimal((last - first).days + 1) / 365).quantize(Decimal("0.01"))
