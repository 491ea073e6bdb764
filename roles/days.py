"""Days as a person gives them: a year that was mistyped is told before anybody counts with it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

FIRST_DAY, YEARS_AHEAD = date(1949, 10, 1), 100


def unlikely(day: date) -> str:
    """What is wrong with a day before FIRST_DAY or later than YEARS_AHEAD; empty for any other."""
    today = timezone.localdate()
    last = date(today.year + YEARS_AHEAD, 12, 31)
    if FIRST_DAY <= day <= last:
        return ""
    bounds = {"first": FIRST_DAY.isoformat(), "last": last.isoformat()}
    return _("Give a day between %(first)s and %(last)s.") % bounds
