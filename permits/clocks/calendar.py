"""China's working days: the State Council's yearly notices, and what can be said of years that have none yet.

The package chinesecalendar seeds the calendar; `CalendarDay` rows, imported from a notice, override and extend it. In a
year no notice covers, weekends and the holidays the law itself fixes to a date are taken off and every result that
touches that year is **provisional**: make-up days and the holidays of the moon are not known yet.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, date, timedelta
from functools import cache, cached_property

from chinese_calendar.constants import holidays as packaged_holidays
from chinese_calendar.constants import workdays as packaged_workdays
from django.utils.translation import gettext as _
from msgspec import Struct, field

from permits.models.calendar import CalendarDay
from roles.reference import kept

# 全国年节及纪念日放假办法 (2024-11-10): 元旦 1 day, 劳动节 2, 国庆节 3. 春节, 清明, 端午 and 中秋 have no fixed date.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
SATURDAY = 5


class Deadline(Struct, frozen=True):
    """A last day. `provisional` when a year without a published calendar was counted through."""

    date: date
    provisional: bool = False

    def __str__(self) -> str:
        return f"{self.date.isoformat()} provisional" if self.provisional else self.date.isoformat()


class WorkingDays(Struct, frozen=True):
    """A number of working days. `provisional` as with Deadline."""

    days: int
    provisional: bool = False

    def __str__(self) -> str:
        return f"{self.days} provisional" if self.provisional else str(self.days)


def packaged_years() -> frozenset[int]:
    """Years the package covers whole. A year of which it knows only the New Year's break is not covered."""
    years = {day.year for day in packaged_holidays}
    return frozenset(year for year in years if {date(year, 1, 1), date(year, 10, 1)} <= packaged_holidays.keys())


class WorkCalendar(Struct, frozen=True, dict=True):
    """The calendar as known at one moment. Load it once for a page: all else is arithmetic without a query."""

    overrides: Mapping[date, bool] = {}
    imported_years: frozenset[int] = frozenset()
    package_years: frozenset[int] = field(default_factory=packaged_years)

    @classmethod
    def load(cls) -> WorkCalendar:
        """The package with the rows of CalendarDay over it, as last imported by any process. Of one act, one page: the
        same."""
        return _calendar()

    def covers(self, year: int) -> bool:
        """Whether the notice of `year` is known, from the package or by import."""
        return year in self.package_years or year in self.imported_years

    def provisional(self, first: date, last: date) -> bool:
        """Whether a year from `first` to `last`, both counted, has no notice yet."""
        return not all(self.covers(year) for year in range(first.year, last.year + 1))

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`; in a year without notice, as far as it can be told."""
        known = self.overrides.get(day)
        if known is not None:
            return known
        if day.year in self.package_years:
            # The package's own is_workday() looks through all its days on every call.
            return day in packaged_workdays or (day.weekday() < SATURDAY and day not in packaged_holidays)
        return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED_HOLIDAYS

    def add(self, day: date, days: int) -> Deadline:
        """The last of `days` working days after an event on `day`: the day after it is day one (民法典 art 201).

        0 days is `day` itself. Raises ValueError for a negative number, OverflowError past the year 9999.
        """
        if days < 0:
            raise ValueError("a period has no negative number of days")
        last = self._after(day, days) if days else day
        return Deadline(last, self.provisional(day, last))

    def through(self, first: date, days: int) -> Deadline:
        """The last of `days` working days of which `first`, if it is one, is the first: a notice from X counts X."""
        last = self.add(first - timedelta(days=1), days).date
        return Deadline(last, self.provisional(first, last))

    def count(self, first: date, last: date) -> WorkingDays:
        """Working days from `first` to `last`, both ends counted. Raises ValueError if `last` lies before `first`."""
        if last < first:
            raise ValueError(_("the last day lies before the first"))
        return WorkingDays(self.working(first, last), self.provisional(first, last))

    def working(self, first: date, last: date) -> int:
        """The number alone: working days from `first` to `last`, both counted; 0 where `last` lies before `first`."""
        if last < first:
            return 0
        begun = bisect_left(self._year(first.year), first)
        if first.year == last.year:
            return bisect_right(self._year(last.year), last) - begun
        between = sum(len(self._year(year)) for year in range(first.year, last.year))
        return between - begun + bisect_right(self._year(last.year), last)

    def _after(self, day: date, days: int) -> date:
        year, at = day.year, bisect_right(self._year(day.year), day) + days - 1
        while at >= len(self._year(year)):
            at -= len(self._year(year))
            year += 1
        return self._year(year)[at]

    def _year(self, year: int) -> tuple[date, ...]:
        """The working days of a year in order."""
        known = self._years
        if year not in known:
            if year > MAXYEAR:
                raise OverflowError("the calendar ends with the year 9999")
            known[year] = tuple(day for day in _days_of(year) if self.is_working(day))
        return known[year]

    @cached_property
    def _years(self) -> dict[int, tuple[date, ...]]:
        # Most calendars differ in nothing from the package: those share what was counted once.
        return {} if self.overrides or self.imported_years else _of_the_package


_of_the_package: dict[int, tuple[date, ...]] = {}


@cache
def _days_of(year: int) -> tuple[date, ...]:
    return tuple(days_between(date(year, 1, 1), date(year, 12, 31)))


@kept
def _calendar() -> WorkCalendar:
    rows = list(CalendarDay.objects.values_list("date", "is_working", "notice_year"))
    return WorkCalendar(
        overrides={day: is_working for day, is_working, _year in rows},
        imported_years=frozenset(year for _day, _is_working, year in rows if year is not None),
    )


def iso_day(text: str) -> date:
    """The day written `2026-03-05`. Raises ValueError for any other writing, also those Python would take."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError(_("“%(text)s” is no day written year-month-day, such as 2026-03-05") % {"text": text})
    return day


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def is_working(day: date) -> bool:
    """Whether offices work on `day`. One query; use a WorkCalendar for more than one day."""
    return WorkCalendar.load().is_working(day)


def add(day: date, days: int) -> Deadline:
    """The last of `days` working days after an event on `day`. One query."""
    return WorkCalendar.load().add(day, days)


def count(first: date, last: date) -> WorkingDays:
    """Working days from `first` to `last`, both ends counted. One query."""
    return WorkCalendar.load().count(first, last)
