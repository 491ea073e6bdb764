"""Today, and days as a person gives them: a year that was mistyped is told before anybody counts with it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

CHINA = ZoneInfo("Asia/Shanghai")
FIRST_DAY, YEARS_AHEAD = date(1949, 10, 1), 100


def local_today() -> date:
    """Today where the agencies sit, whatever time zone is active."""
    return timezone.localdate(timezone=CHINA)


def unlikely(day: date) -> str:
    """What is wrong with a day before FIRST_DAY or later than YEARS_AHEAD; empty for any other."""
    today = local_today()
    last = date(today.year + YEARS_AHEAD, 12, 31)
    if FIRST_DAY <= day <= last:
        return ""
    bounds = {"first": date_format(FIRST_DAY), "last": date_format(last)}
    return _("Give a day between %(first)s and %(last)s.") % bounds
