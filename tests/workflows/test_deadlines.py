"""One date decides light, order, filter and count of an open item, whatever was done to its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.clocks import standing
from permits.models import Application, PromisedPeriod
from permits.models.states import S
from roles.days import local_today
from roles.models import Agency
from roles.models.mandates import Duty
from tests.cast import Cast, log_in
from tests.prepared import recorded
from workflows import queues
from workflows.deadlines import keep_every_date
from workflows.lights import PAUSED, RED, YELLOW, lights
from workflows.models import WorkItem


def agree(day: date | None = None) -> None:
    """The light of every open item says what the database sorts, filters and counts by, on `day` and the days after."""
    for days in (0, 1, 3, 8, 17, 30, 60):
        today = (day or local_today()) + timedelta(days=days)
        items = list(queues.open_items())
        found = lights(items, today)
        for item in items:
            light = found.get(item.pk)
            assert item.due == (light.due if light else None), (item, today)
        for how, colour in ((queues.LATE, RED), (queues.SOON, YELLOW)):
            shown = {pk for pk, light in found.items() if light.colour == colour}
            filtered = queues.open_items().filter(queues.pressing(how, today))
            assert set(filtered.values_list("pk", flat=True)) == shown, (how, today)
        tally = queues.tally(queues.open_items(), today)
        colours = [light.colour for light in found.values()]
        assert (tally.late, tally.soon) == (colours.count(RED), colours.count(YELLOW))


@contextmanager
def at(day: str) -> Iterator[None]:
    with time_machine.travel(f"{day}T10:00:00+08:00", tick=True):
        yield


def item_of(case: Application) -> WorkItem:
    return queues.open_items().get(application=case)


def promise(days: int = 12) -> None:
    city = Agency.objects.get(slug="bj-forestry")
    PromisedPeriod.objects.create(agency=city, kind="tending", period="decide", working_days=days, source="示例")


def suspended(cast: Cast, case: Application, by: Any = None) -> None:
    cast.do(case, "suspend_clock", ground="expert_review", reason="专家评审")


def test_of_every_prepared_case(cast: Cast) -> None:
    for status in recorded().cases:
        cast.case_at(status) if status != "printed" else cast.printed_case()
    assert queues.open_items().exclude(due=None).count() >= 3
    agree()


def test_the_promise_decides_where_it_ends_first_and_both_are_told(cast: Cast) -> None:
    promise()
    case = cast.walk_to(S.FINAL_REVIEW)
    item = item_of(case)
    light = lights([item])[item.pk]
    assert light.promised is not None
    assert light.statutory is not None
    assert item.due == light.due == light.promised.due.date < light.statutory.due.date
    agree()


def test_a_suspended_period_has_no_date_and_presses_nobody(cast: Cast) -> None:
    promise()
    case = cast.walk_to(S.FINAL_REVIEW)
    with at("2026-11-24"):
        suspended(cast, case)
        item = item_of(case)
        light = lights([item])[item.pk]
        assert (light.colour, light.due, item.due) == (PAUSED, None, None)
        agree()
    with at("2026-12-03"):
        cast.do(case, "resume_clock", note="评审结束")
        item = item_of(case)
        assert item.due is not None
        agree()


def test_a_suspension_on_the_last_day_stops_nothing(cast: Cast) -> None:
    promise(3)
    case = cast.walk_to(S.FINAL_REVIEW)
    with at(str(item_of(case).due)):
        suspended(cast, case)
        agree()
        assert item_of(case).due == local_today()


def test_what_was_overdue_stays_so_while_suspended(cast: Cast) -> None:
    promise(3)
    case = cast.walk_to(S.FINAL_REVIEW)
    with at("2026-12-01"):
        suspended(cast, case)
        item = item_of(case)
        assert lights([item])[item.pk].colour == RED
        agree()


def test_an_extension_moves_promise_and_statute(cast: Cast) -> None:
    promise()
    case = cast.walk_to(S.FINAL_REVIEW)
    before = item_of(case).due
    mandate = cast.mandate(case, Duty.DECIDE)
    from permits.acts.perform import perform

    perform(case.pk, "extend_period", by=cast.head, mandate=mandate, working_days=5, reason="情况复杂")
    after = item_of(case).due
    assert before is not None
    assert after is not None
    assert before < after
    agree()


def test_a_tick_fills_what_older_items_lack(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    before = item_of(case)
    WorkItem.objects.filter(pk=before.pk).update(due=None, soon_from=None)
    assert keep_every_date().recorded == 1
    after = item_of(case)
    assert (after.due, after.soon_from) == (before.due, before.soon_from)
    assert after.due is not None
    assert keep_every_date().recorded == 0


def test_a_case_that_cannot_be_read_keeps_its_dates_and_stops_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, case = cast.walk_to(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    WorkItem.objects.filter(application=case).update(due=None)
    real = standing._view

    def failing(runs: dict[str, Any], *rest: Any) -> Any:
        if broken.pk in {run.start.application_id for run in runs.values()}:
            raise ValueError("no such period")
        return real(runs, *rest)

    monkeypatch.setattr(standing, "_view", failing)
    swept = keep_every_date()
    assert (swept.recorded, swept.failed) == (1, [broken.pk])
    assert item_of(broken).due is not None


def test_a_tick_that_moves_nothing_asks_as_much_of_many_items_as_of_few(cast: Cast) -> None:
    counts, items = [], [{"where": "head", "what": "编制单位名称与公章不一致"}]
    for number in (1, 3):
        for _case in range(number):
            cast.walk_to(S.SUBMITTED)
            cast.do(cast.walk_to(S.SUBMITTED), "request_correction", items=items, until=date(2026, 12, 4))
        keep_every_date()
        with CaptureQueriesContext(connection) as queries:
            assert keep_every_date().recorded == 0
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def test_what_has_no_date_comes_last_either_way(cast: Cast) -> None:
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(3)]
    for case, due in zip(cases, (None, "2026-11-24", "2026-12-01"), strict=True):
        WorkItem.objects.filter(application=case, step="accept").update(due=due)
    from tests.cast import log_in

    client = log_in(cast.acceptor)
    for sort, order in (("due", [1, 2, 0]), ("-due", [2, 1, 0])):
        rows = client.get(f"/queue/agency/?sort={sort}").context["table"].page.object_list
        assert [row.record.application_id for row in rows] == [cases[number].pk for number in order]


def test_a_correction_has_the_day_by_which_it_was_asked_for(cast: Cast) -> None:
    case = cast.walk_to(S.SUBMITTED)
    items = [{"where": "head", "what": "编制单位名称与公章不一致"}]
    cast.do(case, "request_correction", items=items, until=date(2026, 12, 4))
    item = cast.open_item(case)
    assert item is not None
    assert item.due == date(2026, 12, 4)
    assert keep_every_date().recorded == 0
    page = log_in(cast.clerk).get("/queue/mine/?due=2026-12-04").content.decode()
    assert str(case.number) in page
    assert "2026-12-04" in page or "2026年12月4日" in page


def test_the_page_of_a_suspended_case_tells_no_day_that_moves_with_each_look(cast: Cast) -> None:
    promise()
    case = cast.walk_to(S.FINAL_REVIEW)
    page = f"/cases/{case.pk}/"
    assert "20 个工作日，至" in log_in(cast.reviewer).get(page).content.decode()
    suspended(cast, case)
    for day in ("2026-11-25", "2026-12-02"):
        with at(day):
            told = log_in(cast.reviewer).get(page).content.decode()
            assert "20 个工作日" in told
            assert "个工作日，至" not in told
