"""The State Council's yearly notice on holidays: read strictly from its data file, and put into the calendar.

The file has the shape of the holiday-cn project: `{"year": 2026, "papers": [address, …], "days": [{"name": "元旦",
"date": "2026-01-01", "isOffDay": true}, …]}`, one entry for each day that is not as its weekday would have it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.clocks.calendar import FIXED_HOLIDAYS, iso_day
from permits.models import CalendarDay
from roles.models.security import SecurityEvent, What
from roles.security_log import note

FILE_KEYS = frozenset({"$schema", "$id", "year", "papers", "days"})
DAY_KEYS = frozenset({"name", "date", "isOffDay"})
FIRST_YEAR, LAST_YEAR = 2004, 2100


class BadNotice(ValueError):
    """The file is no notice; the message names the bad entry."""


class NoticeDay(Struct, frozen=True):
    """One day of a notice."""

    date: date
    is_working: bool
    name: str


class Notice(Struct, frozen=True):
    """A notice: the year in its title, where it was published, and its days in order."""

    year: int
    papers: tuple[str, ...]
    days: tuple[NoticeDay, ...]

    @property
    def source(self) -> str:
        """What a calendar day is traced to."""
        return "\n".join(self.papers) or f"notice of {self.year}, address not given"

    @property
    def reach(self) -> date:
        """The first day it may say anything of: it moves days of the December before its year, too."""
        return date(self.year - 1, 12, 1)

    @property
    def doubts(self) -> list[str]:
        """What makes the file look incomplete or odd without making it false."""
        off = {day.date for day in self.days if not day.is_working}
        fixed = [date(self.year, month, day) for month, day in sorted(FIXED_HOLIDAYS)]
        missing, odd = (
            _("%(day)s is a holiday by law and is not in the file"),
            _("%(day)s is called a working day but is one already"),
        )
        doubts = [missing % {"day": day} for day in fixed if day not in off]
        doubts += [odd % {"day": day.date} for day in self.days if day.is_working and day.date.weekday() < 5]
        return doubts + ([] if self.papers else [_("the file does not say where the notice was published")])


def read_notice(text: str) -> Notice:
    """The notice in `text` (JSON). Raises BadNotice naming the first bad entry."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadNotice(_("line %(line)s: this is not JSON") % {"line": error.lineno}) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or lists in lists without end
        raise BadNotice(_("this is not JSON that can be read")) from error
    _keys(_("file"), content, FILE_KEYS, needed={"year", "papers", "days"})
    year = content["year"]
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        told = _("year: “%(year)s” is no year from %(first)s to %(last)s")
        raise BadNotice(told % {"year": _shown(year), "first": FIRST_YEAR, "last": LAST_YEAR})
    papers = content["papers"]
    if not isinstance(papers, list) or not all(isinstance(paper, str) and paper for paper in papers):
        raise BadNotice(_("papers: a list of addresses is needed"))
    if not isinstance(content["days"], list) or not content["days"]:
        told = _("days: the notice of %(year)s names no day; is it published yet?")
        raise BadNotice(told % {"year": year})
    days = [_day(year, f"days[{number}]", entry) for number, entry in enumerate(content["days"])]
    for day, times in Counter(day.date for day in days).items():
        if times > 1:
            raise BadNotice(_("days: %(day)s is named %(times)s times") % {"day": day, "times": times})
    return Notice(year, tuple(papers), tuple(sorted(days, key=lambda day: day.date)))


def _day(year: int, where: str, entry: Any) -> NoticeDay:
    _keys(where, entry, DAY_KEYS, needed=DAY_KEYS)
    name, written, off = entry["name"], entry["date"], entry["isOffDay"]
    if not isinstance(name, str) or not name.strip() or len(name) > 60:
        raise BadNotice(_("%(where)s: “%(value)s” is no name") % {"where": f"{where}.name", "value": _shown(name)})
    if type(off) is not bool:
        told = _("%(where)s: “%(value)s” is neither true nor false")
        raise BadNotice(told % {"where": f"{where}.isOffDay", "value": _shown(off)})
    try:
        day = iso_day(written if isinstance(written, str) else str(written))
    except ValueError as error:
        raise BadNotice(f"{where}.date: {error}") from error
    if day.year != year and (day.year, day.month) != (year - 1, 12):  # a notice moves days of the December before, too
        told = _("%(where)s: %(day)s lies neither in %(year)s nor in the December before")
        raise BadNotice(told % {"where": f"{where}.date", "day": written, "year": year})
    return NoticeDay(day, not off, name.strip())


def _shown(value: Any) -> str:
    """As the file has it, cut short."""
    return value[:60] if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:60]


def _keys(where: str, value: Any, known: frozenset[str], needed: frozenset[str] | set[str]) -> None:
    if not isinstance(value, dict):
        told = _("%(where)s: an object is needed, not “%(value)s”")
        raise BadNotice(told % {"where": where, "value": _shown(value)})
    if missing := sorted(needed - value.keys()):
        raise BadNotice(_("%(where)s: %(fields)s is missing") % {"where": where, "fields": ", ".join(missing)})
    if unknown := sorted(value.keys() - known):
        raise BadNotice(_("%(where)s: %(fields)s is unknown") % {"where": where, "fields": ", ".join(unknown)})


class Imported(Struct, frozen=True):
    """How many days of the calendar an import added, changed, left alone, and took back from an earlier import."""

    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0


@transaction.atomic
def store(notice: Notice) -> Imported:
    """Put `notice` into the calendar. The same notice again changes nothing; a corrected one replaces the earlier."""
    known = CalendarDay.objects.in_bulk([day.date for day in notice.days])
    outcomes = Counter(_store_day(known.get(day.date), day, notice) for day in notice.days)
    stale = CalendarDay.objects.filter(notice_year=notice.year).exclude(date__in=[day.date for day in notice.days])
    removed, _models = stale.delete()
    said = _days(notice)
    if outcomes["added"] or outcomes["changed"] or removed or not said.items() <= _recorded().items():
        note(What.CALENDAR, by=None, ground=notice.source, told={"year": notice.year, "days": said})
    return Imported(outcomes["added"], outcomes["changed"], outcomes["same"], removed)


def differences() -> Iterator[str]:
    """Days of the calendar that no imported notice has so, in words: deadlines are counted by them."""
    recorded = _recorded()
    standing = {
        one.date.isoformat(): [one.is_working, one.name, one.source, one.notice_year]
        for one in CalendarDay.objects.all()
    }
    for day in sorted(recorded.keys() | standing.keys()):
        if recorded.get(day) != standing.get(day):
            yield _("%(day)s is %(stands)s in the calendar, the security log says %(recorded)s") % {
                "day": day, "stands": standing.get(day, "—"), "recorded": recorded.get(day, "—"),
            }  # fmt: skip


def _days(notice: Notice) -> dict[str, list[Any]]:
    """What the calendar has of each day after `notice`."""
    return {one.date.isoformat(): [one.is_working, one.name, notice.source, notice.year] for one in notice.days}


def _recorded() -> dict[str, list[Any]]:
    """The days as the security log tells of one import after the other: each replaces what its year's notice said."""
    days: dict[str, list[Any]] = {}
    lines = SecurityEvent.objects.filter(what=What.CALENDAR).order_by("pk")
    for told in lines.values_list("details", flat=True):
        days = {day: said for day, said in days.items() if said[-1] != told["year"]} | told["days"]
    return days


def _store_day(row: CalendarDay | None, day: NoticeDay, notice: Notice) -> str:
    said = {"is_working": day.is_working, "name": day.name, "source": notice.source, "notice_year": notice.year}
    if row is None:
        CalendarDay.objects.create(date=day.date, **said)
        return "added"
    if all(getattr(row, name) == value for name, value in said.items()):
        return "same"
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=list(said))
    return "changed"
