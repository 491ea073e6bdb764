"""Working days by the notices of 2024 to 2026, and what is said of years that have none."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.clocks import calendar
from permits.clocks.calendar import Deadline, WorkCalendar, WorkingDays, days_between, iso_day
from permits.models import CalendarDay

PACKAGE = WorkCalendar()


def days(year: int, *spans: str) -> set[date]:
    """`"10/1-10/8"` and `"1/26"` as days of `year`."""
    found: set[date] = set()
    for span in spans:
        first, _dash, last = span.partition("-")
        ends = [date(year, *map(int, end.split("/"))) for end in (first, last or first)]
        found |= set(days_between(ends[0], ends[-1]))
    return found


# As the notices say (facts 2.1 for 2025 and 2026; the notice of 2024 is the one facts name).
OFF = (
    days(2024, "1/1", "2/10-2/17", "4/4-4/6", "5/1-5/5", "6/10", "9/15-9/17", "10/1-10/7")
    | days(2025, "1/1", "1/28-2/4", "4/4-4/6", "5/1-5/5", "5/31-6/2", "10/1-10/8")
    | days(2026, "1/1-1/3", "2/15-2/23", "4/4-4/6", "5/1-5/5", "6/19-6/21", "9/25-9/27", "10/1-10/7")
)
MADE_UP = (
    days(2024, "2/4", "2/18", "4/7", "4/28", "5/11", "9/14", "9/29", "10/12")
    | days(2025, "1/26", "2/8", "4/27", "9/28", "10/11")
    | days(2026, "1/4", "2/14", "2/28", "5/9", "9/20", "10/10")
)


def test_the_package_is_read_as_it_reads_itself() -> None:
    for day in days_between(date(2004, 1, 1), date(2026, 12, 31)):
        assert PACKAGE.is_working(day) is chinese_calendar.is_workday(day), day


def test_every_day_of_2024_to_2026_is_as_the_notices_say() -> None:
    for day in days_between(date(2024, 1, 1), date(2026, 12, 31)):
        expected = day in MADE_UP or (day.weekday() < 5 and day not in OFF)
        assert PACKAGE.is_working(day) is expected, day


@pytest.mark.parametrize(
    ("event", "period", "last_day"),
    [
        (date(2024, 2, 2), 5, date(2024, 2, 8)),  # the Sunday before the Spring Festival is worked
        (date(2024, 2, 8), 5, date(2024, 2, 21)),
        (date(2024, 2, 9), 20, date(2024, 3, 14)),
        (date(2024, 4, 3), 5, date(2024, 4, 11)),
        (date(2024, 4, 30), 20, date(2024, 5, 30)),
        (date(2024, 9, 13), 10, date(2024, 9, 29)),  # ends on a Sunday that is worked
        (date(2024, 9, 30), 20, date(2024, 11, 1)),
        (date(2024, 9, 30), 45, date(2024, 12, 6)),
        (date(2025, 1, 24), 5, date(2025, 2, 7)),
        (date(2025, 1, 27), 20, date(2025, 3, 3)),
        (date(2025, 4, 25), 5, date(2025, 5, 6)),
        (date(2025, 5, 30), 10, date(2025, 6, 16)),
        (date(2025, 9, 26), 5, date(2025, 10, 10)),
        (date(2025, 9, 30), 20, date(2025, 11, 4)),
        (date(2025, 12, 31), 5, date(2026, 1, 8)),  # over the year, past a three-day New Year and a worked Sunday
        (date(2026, 1, 3), 5, date(2026, 1, 8)),  # received on a holiday
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 2, 13), 20, date(2026, 3, 19)),
        (date(2026, 2, 14), 10, date(2026, 3, 6)),
        (date(2026, 4, 3), 5, date(2026, 4, 13)),
        (date(2026, 4, 30), 10, date(2026, 5, 18)),
        (date(2026, 6, 18), 5, date(2026, 6, 26)),
        (date(2026, 9, 18), 10, date(2026, 10, 9)),
        (date(2026, 9, 24), 5, date(2026, 10, 9)),
        (date(2026, 9, 30), 20, date(2026, 11, 3)),
        (date(2026, 10, 9), 45, date(2026, 12, 10)),
        (date(2026, 12, 24), 5, date(2026, 12, 31)),  # the last day that is certain
    ],
)
def test_a_period_ends_on_its_last_working_day(event: date, period: int, last_day: date) -> None:
    assert PACKAGE.add(event, period) == Deadline(last_day)


@pytest.mark.parametrize(
    ("event", "period", "last_day"),
    [
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # 元旦 is a holiday by law, notice or none
        (date(2026, 12, 28), 5, date(2027, 1, 5)),
        (date(2026, 12, 24), 20, date(2027, 1, 22)),
        (date(2026, 11, 21), 45, date(2027, 1, 25)),
        (date(2027, 9, 29), 3, date(2027, 10, 5)),
    ],
)
def test_a_period_that_reaches_2027_is_provisional(event: date, period: int, last_day: date) -> None:
    assert PACKAGE.add(event, period) == Deadline(last_day, provisional=True)


def test_provisional_is_said_in_words() -> None:
    assert str(PACKAGE.add(date(2026, 12, 31), 1)) == "2027-01-04 provisional"
    assert str(PACKAGE.add(date(2026, 12, 30), 1)) == "2026-12-31"
    assert str(PACKAGE.count(date(2026, 12, 31), date(2027, 1, 4))) == "2 provisional"


def test_nothing_is_certain_before_the_first_notice_known_either() -> None:
    assert PACKAGE.add(date(2003, 12, 1), 5).provisional


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2023, 7, 6), date(2023, 7, 12)),
        (date(2025, 7, 15), date(2025, 7, 21)),
        (date(2026, 1, 23), date(2026, 1, 29)),
    ],
)
def test_the_notices_published_by_tianjin_ran_five_working_days_both_ends_counted(first: date, last: date) -> None:
    assert PACKAGE.count(first, last) == WorkingDays(5)
    assert PACKAGE.through(first, 5) == Deadline(last)


def test_a_notice_that_starts_on_a_holiday_counts_from_the_next_working_day() -> None:
    assert PACKAGE.through(date(2026, 10, 1), 5).date == date(2026, 10, 13)


def test_no_days_is_the_day_itself_and_a_negative_period_is_refused() -> None:
    assert PACKAGE.add(date(2026, 10, 1), 0) == Deadline(date(2026, 10, 1))
    with pytest.raises(ValueError, match="negative"):
        PACKAGE.add(date(2026, 10, 1), -1)
    with pytest.raises(ValueError, match="早于第一日"):
        PACKAGE.count(date(2026, 10, 2), date(2026, 10, 1))


@given(st.dates(date(2004, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_counting_undoes_adding(day: date, period: int) -> None:
    deadline = PACKAGE.add(day, period)
    assert PACKAGE.is_working(deadline.date)
    assert PACKAGE.count(day + timedelta(days=1), deadline.date).days == period


@pytest.mark.parametrize("text", ["20260924", "2026-W39-4", "2026-9-24", "2026-02-29", "", "2026-09-24 "])
def test_a_day_is_written_one_way_only(text: str) -> None:
    with pytest.raises(ValueError, match="年-月-日"):
        iso_day(text)


def test_a_year_of_which_the_package_knows_only_the_new_year_is_not_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(chinese_calendar.constants.holidays)
    known[date(2027, 1, 1)] = "New Year's Day"
    monkeypatch.setattr(calendar, "packaged_holidays", known)
    assert max(calendar.packaged_years()) == 2026


@pytest.mark.django_db
def test_a_row_overrides_the_package_without_covering_its_year() -> None:
    CalendarDay.objects.create(date=date(2026, 11, 23), is_working=False, source="order of 2026-11-20")
    CalendarDay.objects.create(date=date(2027, 1, 2), is_working=True, source="order of 2026-11-20")
    assert not calendar.is_working(date(2026, 11, 23))
    assert calendar.add(date(2026, 11, 20), 1) == Deadline(date(2026, 11, 24))
    assert calendar.add(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 2), provisional=True)
    assert (WorkCalendar.load().covers(2026), WorkCalendar.load().covers(2026 + 1)) == (True, False)


@pytest.mark.django_db
def test_a_year_is_covered_once_its_notice_is_imported_and_a_gap_is_not_bridged() -> None:
    CalendarDay.objects.create(date=date(2028, 1, 1), is_working=False, source="notice", notice_year=2028)
    assert (WorkCalendar.load().covers(2026), WorkCalendar.load().covers(2026 + 1)) == (True, False)
    CalendarDay.objects.create(date=date(2027, 1, 1), is_working=False, source="notice", notice_year=2027)
    loaded = WorkCalendar.load()
    assert (loaded.covers(2028), loaded.covers(2028 + 1)) == (True, False)
    assert loaded.add(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 4))


@pytest.mark.django_db
def test_a_page_of_deadlines_asks_once_whether_the_calendar_changed(django_assert_num_queries: pytest.fixture) -> None:
    WorkCalendar.load()
    with django_assert_num_queries(1):
        loaded = WorkCalendar.load()
        for number in range(50):
            loaded.add(date(2026, 11, 1) + timedelta(days=number), 20)
