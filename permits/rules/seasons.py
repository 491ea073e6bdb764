"""Periods of the year that come back every year, such as a felling season over New Year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

Span = tuple[date, date]


def spans(season: Mapping[str, str], start: date, end: date) -> Iterator[Span]:
    """Every run of the season {from: MM-DD, to: MM-DD}, both days included, that could touch start to end."""
    first, last = _month_day(season["from"]), _month_day(season["to"])
    for year in range(max(start.year - 1, date.min.year), min(end.year, date.max.year - 1) + 1):
        yield date(year, *first), date(year + (last < first), *last)


def within(season: Mapping[str, str], start: date, end: date) -> bool:
    """Whether all days from start to end lie in one run of the season."""
    return any(first <= start and end <= last for first, last in spans(season, start, end))


def overlaps(season: Mapping[str, str], start: date, end: date) -> bool:
    """Whether any day from start to end lies in the season."""
    return any(first <= end and start <= last for first, last in spans(season, start, end))


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
