"""The yearly notice: read strictly, stored once, and the deadlines it moves."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from permits.clocks import calendar
from permits.clocks import verbs as clock
from permits.clocks.calendar import Deadline, WorkCalendar
from permits.clocks.holidays import BadNotice, differences, read_notice
from permits.clocks.timing import keep_timing
from permits.models import Application, CalendarDay, ClockEntry
from roles.days import CHINA
from roles.models.security import SecurityEvent, What
from tests.permits.clock_cases import act, case

# Invented: no notice of 2027 was published when this was written.
NOTICE: dict[str, Any] = {
    "$schema": "schema.json",
    "year": 2027,
    "papers": ["https://www.gov.cn/notice-of-2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
        {"name": "元旦", "date": "2026-12-27", "isOffDay": False},
        {"name": "劳动节", "date": "2027-05-01", "isOffDay": True},
        {"name": "劳动节", "date": "2027-05-02", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-02", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-03", "isOffDay": True},
    ],
}
Write = Callable[[Any], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: Any) -> Path:
        path = tmp_path / "notice.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
        return path

    return write


def run(path: Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_calendar", str(path), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_a_notice_is_imported_and_its_year_is_covered(write: Write) -> None:
    out, err = run(write(NOTICE))
    assert out == "2027年：新增8天，变更0天，未变0天，删除0天。\n重新计算期限0个\n"
    assert err == ""
    assert (WorkCalendar.load().covers(2027), WorkCalendar.load().covers(2027 + 1)) == (True, False)
    assert calendar.add(date(2026, 12, 25), 1) == Deadline(date(2026, 12, 27))
    assert calendar.add(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 4))
    assert CalendarDay.objects.get(date=date(2027, 1, 1)).source == "https://www.gov.cn/notice-of-2027"


@pytest.mark.django_db
def test_the_same_notice_again_changes_nothing(write: Write) -> None:
    run(write(NOTICE))
    assert run(write(NOTICE))[0].startswith("2027年：新增0天，变更0天，未变8天，删除0天。")


@pytest.mark.django_db
def test_a_notice_saved_with_a_mark_of_utf_8_is_read(write: Write) -> None:
    path = write(NOTICE)
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert "新增8天" in run(path)[0]


@pytest.mark.django_db
def test_a_file_nested_beyond_reading_is_refused(write: Write) -> None:
    with pytest.raises(CommandError, match="不是能够读取的JSON"):
        run(write("[" * 200_000))


@pytest.mark.django_db
def test_a_corrected_notice_changes_adds_and_takes_back(write: Write) -> None:
    run(write(NOTICE))
    days = [day for day in NOTICE["days"] if day["date"] != "2026-12-27"]
    days[1] = {"name": "元旦", "date": "2027-01-02", "isOffDay": False}
    days.append({"name": "春节", "date": "2027-02-05", "isOffDay": True})
    out, _err = run(write(NOTICE | {"days": days}))
    assert out.startswith("2027年：新增1天，变更1天，未变6天，删除1天。")
    assert CalendarDay.objects.get(date=date(2027, 1, 2)).is_working
    assert not CalendarDay.objects.filter(date=date(2026, 12, 27)).exists()


@pytest.mark.django_db
def test_importing_moves_the_deadlines_of_open_cases(write: Write) -> None:
    with time_machine.travel(datetime(2026, 12, 21, 9, tzinfo=CHINA)):
        accepted_on = date(2026, 12, 21)
        application = case(accepted_on=accepted_on, received_on=accepted_on)
        clock.start(application, "decide", act(application, on=accepted_on))
        out, _err = run(write(NOTICE))
    assert out.endswith("重新计算期限1个\n")
    record = application.acts.get(act="recompute_deadline")
    assert record.facts["because"] == "calendar of 2027"
    assert (record.facts["was"], record.facts["now"]) == ("2027-01-19", "2027-01-18")


@pytest.mark.django_db
def test_importing_moves_the_last_days_that_are_kept_of_decided_cases(write: Write, caplog: Any) -> None:
    received = date(2026, 12, 21)
    with time_machine.travel(datetime(2026, 12, 30, 9, tzinfo=CHINA)):
        decided, earlier, broken = (case(received, received, number=f"A-{number}") for number in range(3))
        for application, day in ((decided, received), (earlier, date(2026, 11, 2)), (broken, received)):
            Application.objects.filter(pk=application.pk).update(accepted_on=day, received_on=day)
            application.refresh_from_db()
            clock.start(application, "decide", act(application, on=day))
            clock.stop(application, act(application, "approve", day))
            assert keep_timing(application)
            application.save(update_fields=Application.CLOCK_FIELDS)
        ClockEntry.objects.bulk_create(  # what has stopped cannot run again: this clock cannot be computed
            [ClockEntry(application=broken, act=act(broken, "reopen"), event="resumed", on=received, due_on=received)]
        )
        with pytest.raises(CommandError, match=f"未重新计算的办件：{broken.pk}；"):
            run(write(NOTICE))
        assert f"case {broken.pk} was left out of the sweep" in caplog.text
        days = {one.pk: one.last_day_by_law for one in Application.objects.all()}
        assert days[decided.pk] == date(2027, 1, 18) == decided.last_day_by_law - timedelta(days=1)
        assert days[earlier.pk] == earlier.last_day_by_law
        assert days[broken.pk] == broken.last_day_by_law


@pytest.mark.django_db
def test_an_incomplete_looking_notice_is_imported_with_a_warning(write: Write) -> None:
    days = [day for day in NOTICE["days"] if day["name"] != "国庆节"]
    _out, err = run(write(NOTICE | {"days": days, "papers": []}))
    assert "2027-10-01是法定节假日，文件中没有" in err
    assert "文件未注明通知的发布地址" in err
    assert not calendar.is_working(date(2027, 10, 1))


BAD_DAY = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "line 1: this is not JSON"),
        ("[" * 100_000, "this is not JSON that can be read"),
        ([], "file: an object is needed"),
        ({"year": 2027, "papers": []}, "file: days is missing"),
        (NOTICE | {"month": 1}, "file: month is unknown"),
        (NOTICE | {"year": "2027"}, "year: “2027”"),
        (NOTICE | {"year": True}, "year: “true”"),
        (NOTICE | {"year": 1999}, "year: “1999”"),
        (NOTICE | {"papers": "https://www.gov.cn"}, "papers: a list"),
        (NOTICE | {"papers": [7]}, "papers: a list"),
        (NOTICE | {"days": []}, "days: the notice of 2027 names no day"),
        (NOTICE | {"days": {}}, "days: the notice of 2027 names no day"),
        (NOTICE | {"days": [BAD_DAY, "2027-01-02"]}, r"days\[1\]: an object is needed"),
        (NOTICE | {"days": [{"name": "元旦", "date": "2027-01-01"}]}, r"days\[0\]: isOffDay is missing"),
        (NOTICE | {"days": [BAD_DAY | {"off": 1}]}, r"days\[0\]: off is unknown"),
        (NOTICE | {"days": [BAD_DAY, BAD_DAY | {"isOffDay": 1}]}, r"days\[1\].isOffDay: “1”"),
        (NOTICE | {"days": [BAD_DAY | {"isOffDay": "true"}]}, r"days\[0\].isOffDay: “true”"),
        (NOTICE | {"days": [BAD_DAY | {"name": " "}]}, r"days\[0\].name"),
        (NOTICE | {"days": [BAD_DAY | {"date": "2027-02-29"}]}, r"days\[0\].date: “2027-02-29”"),
        (NOTICE | {"days": [BAD_DAY | {"date": "20270101"}]}, r"days\[0\].date: “20270101”"),
        (NOTICE | {"days": [BAD_DAY | {"date": 20270101}]}, r"days\[0\].date: “20270101”"),
        (NOTICE | {"days": [BAD_DAY | {"date": "2026-11-30"}]}, r"days\[0\].date: 2026-11-30 lies neither"),
        (NOTICE | {"days": [BAD_DAY | {"date": "2028-01-01"}]}, r"days\[0\].date: 2028-01-01 lies neither"),
        (NOTICE | {"days": [BAD_DAY, BAD_DAY]}, "days: 2027-01-01 is named 2 times"),
    ],
)
def test_a_bad_file_is_refused_by_its_first_bad_entry(content: Any, named: str) -> None:
    with override("en"), pytest.raises(BadNotice, match=named):
        read_notice(content if isinstance(content, str) else json.dumps(content))


@pytest.mark.parametrize("content", ["{", [], NOTICE | {"year": 1999}, NOTICE | {"days": []}, NOTICE | {"days": [7]}])
def test_a_bad_file_is_refused_in_the_language_of_the_installation(write: Write, content: Any) -> None:
    with pytest.raises(BadNotice) as refused:
        read_notice(content if isinstance(content, str) else json.dumps(content))
    said = str(refused.value)
    assert re.search("[\u4e00-\u9fff]", said)
    assert not re.search(r"[a-z]{2,} [a-z]{2,}", said)


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["{", "\x80not text", None])
def test_a_bad_file_ends_with_exit_code_2_and_stores_nothing(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "notice.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(CommandError, match=r"notice\.json") as refused:
        call_command("import_calendar", str(path))
    assert refused.value.returncode == 2
    assert not CalendarDay.objects.exists()


@pytest.mark.django_db
def test_a_day_that_no_notice_has_so_is_named(write: Write) -> None:
    run(write(NOTICE))
    corrected = NOTICE | {"days": NOTICE["days"][1:]}
    run(write(corrected))
    run(write(corrected))
    assert SecurityEvent.objects.filter(what=What.CALENDAR).count() == 2
    assert list(differences()) == []
    CalendarDay.objects.filter(date=date(2027, 10, 1)).update(is_working=True)
    CalendarDay.objects.create(date=date(2027, 3, 1), is_working=False, source="forged", notice_year=2027)
    CalendarDay.objects.filter(date=date(2027, 5, 1)).delete()
    with override("en"):
        assert [told[:10] for told in differences()] == ["2027-03-01", "2027-05-01", "2027-10-01"]


@pytest.mark.django_db
def test_days_stored_before_the_log_told_of_them_are_told_by_the_next_import(write: Write) -> None:
    notice = read_notice(json.dumps(NOTICE))
    for day in notice.days:
        said = {"is_working": day.is_working, "name": day.name, "source": notice.source}
        CalendarDay.objects.create(date=day.date, notice_year=2027, **said)
    assert len(list(differences())) == len(notice.days)
    assert "未变8天" in run(write(NOTICE))[0]
    assert list(differences()) == []
