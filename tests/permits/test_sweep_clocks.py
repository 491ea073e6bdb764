"""Lights that turn and deadlines that move, recorded as acts once, whenever one looks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from permits.acts import sweeps
from permits.acts.perform import perform
from permits.acts.sweeps import recompute_open, record_lights
from permits.clocks import verbs as clock
from permits.clocks.entries import day_of
from permits.errors import BadFacts, WrongStatus
from permits.models import Act, Application, CalendarDay, ClockEntry, PromisedPeriod
from permits.models.clock import Event, Ground
from roles.days import CHINA
from tests.cast import make_person
from tests.permits.clock_cases import MONDAY, act, agency, case

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 21)


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 12, 28, 9, tzinfo=CHINA), tick=False):
        yield


def running(accepted_on: date = MONDAY, number: str = "A-1") -> Application:
    application = case(accepted_on=accepted_on, received_on=accepted_on, number=number)
    clock.start(application, "decide", act(application, on=accepted_on))
    return application


def import_2027() -> None:
    CalendarDay.objects.create(date=date(2027, 1, 1), is_working=False, source="notice", notice_year=2027)
    CalendarDay.objects.create(date=date(2027, 1, 4), is_working=False, source="notice", notice_year=2027)


def flags() -> list[tuple[str, date]]:
    lights = ClockEntry.objects.filter(event__in=[Event.YELLOW, Event.RED])
    return [(entry.event, entry.on) for entry in lights.order_by("pk")]


def test_a_last_day_that_had_passed_when_its_clock_began_is_told_once() -> None:
    """An outcome recorded after the day it sets, its receipt unknown: its clock begins overdue."""
    began, until = date(2026, 12, 22), date(2026, 12, 15)
    application = case(accepted_on=DECEMBER, received_on=DECEMBER, number="A-1")
    clock.start_set(application, "anew", act(application, on=began), began, until=until)
    for recorded in (1, 0):
        swept = record_lights(date(2026, 12, 28))
        assert (swept.failed, swept.recorded) == ([], recorded)
    assert flags() == [(Event.RED, began + timedelta(days=1))]
    assert application.acts.get(act="flag_deadline").facts["due"] == until.isoformat()


def test_a_last_day_another_organ_set_stays_whatever_a_later_calendar_says() -> None:
    application = case(accepted_on=DECEMBER, received_on=DECEMBER, number="A-1")
    clock.start_set(application, "anew", act(application, on=DECEMBER), DECEMBER, until=date(2027, 1, 15))
    import_2027()
    assert recompute_open("calendar of 2027").failed == []
    whole = clock.status(application, date(2027, 1, 14)).whole
    assert whole is not None
    assert (whole.due.date, whole.remaining) == (date(2027, 1, 15), 1)
    assert ClockEntry.objects.filter(application=application).order_by("pk").last().due_on == date(2027, 1, 15)
    record_lights(date(2027, 1, 18))
    assert flags()[-1] == ("red", date(2027, 1, 16))


# --- lights -----------------------------------------------------------------------------------------------------------
def test_yellow_and_red_are_recorded_once_each_on_the_day_they_turned() -> None:
    application = running()
    assert record_lights(date(2026, 10, 11)).recorded == 0
    assert record_lights(date(2026, 10, 12)).recorded == 1
    assert record_lights(date(2026, 10, 12)).recorded == 0
    assert record_lights(date(2026, 10, 20)).recorded == 1
    assert flags() == [("yellow", date(2026, 10, 12)), ("red", date(2026, 10, 17))]
    said = [flagged.facts for flagged in application.acts.filter(act="flag_deadline")]
    assert said == [
        {"period": "decide", "light": "yellow", "due": "2026-10-16", "limit": "statutory"},
        {"period": "decide", "light": "red", "due": "2026-10-16", "limit": "statutory"},
    ]


@pytest.mark.parametrize("other", [{"period": "deliver"}, {"due": "2026-10-20"}, {"limit": "promised"}])
def test_the_door_itself_tells_no_light_that_no_clock_has(other: dict[str, str]) -> None:
    application = running()
    said = {"period": "decide", "light": "red", "due": "2026-10-16", "limit": "statutory"}
    with pytest.raises(BadFacts):
        perform(application.pk, "flag_deadline", by=None, **(said | other))
    with pytest.raises(BadFacts):
        perform(application.pk, "recompute_deadline", by=None, period="decide", was="2026-10-16", now="2026-12-16",
                because="x")  # fmt: skip
    assert record_lights(date(2026, 10, 20)).recorded == 2
    with pytest.raises(BadFacts):
        perform(application.pk, "flag_deadline", by=None, **said)


def test_a_light_told_after_an_extension_names_the_day_it_turned_by() -> None:
    """One told late would else say of a deadline that it has passed, and name a day to come."""
    application = case(accepted_on=MONDAY, received_on=MONDAY, number="A-1")
    facts = {"agency": agency(), "kind": application.kind, "period": "decide", "working_days": 12}
    PromisedPeriod.objects.create(**facts, source="示例")
    clock.start(application, "decide", act(application, on=MONDAY), agency=agency())
    turned = {}
    for told_late in (False, True):
        with transaction.atomic():
            if not told_late:
                record_lights(date(2026, 10, 11))
            extends = act(application, "extend_period", on=date(2026, 10, 12), by=make_person("head", "局长"))
            clock.extend(application, extends, days=5, reason="情况复杂")
            record_lights(date(2026, 10, 12))
            said = application.acts.filter(act="flag_deadline").order_by("seq")
            turned[told_late] = [(one.facts["light"], one.facts["limit"], one.facts["due"]) for one in said]
            transaction.set_rollback(True)
    assert turned[True] == turned[False]


def test_the_promised_date_decides_and_the_statutory_one_is_recorded_when_it_passes_too() -> None:
    application = case(accepted_on=MONDAY, received_on=MONDAY, number="A-1")
    facts = {"agency": agency(), "kind": application.kind, "period": "decide", "working_days": 12}
    PromisedPeriod.objects.create(**facts, source="示例")
    clock.start(application, "decide", act(application, on=MONDAY), agency=agency())
    assert record_lights(date(2026, 12, 28)).recorded == 3
    assert record_lights(date(2026, 12, 28)).recorded == 0
    said = [flagged.facts for flagged in application.acts.filter(act="flag_deadline").order_by("seq")]
    assert [(fact["limit"], fact["light"], fact["due"]) for fact in said] == [
        ("promised", "yellow", "2026-09-30"), ("promised", "red", "2026-09-30"), ("statutory", "red", "2026-10-16"),
    ]  # fmt: skip
    rows = ClockEntry.objects.filter(event__in=[Event.YELLOW, Event.RED]).order_by("pk")
    assert [(str(row.due_on), row.limit) for row in rows] == [(fact["due"], fact["limit"]) for fact in said]


def test_a_missed_month_is_caught_up_to_what_daily_runs_recorded() -> None:
    daily, missed = running(number="A-1"), running(number="A-2")
    runs = ClockEntry.objects.filter(application=missed)
    for number in range(50):
        today = MONDAY + timedelta(days=number)
        assert record_lights(today).failed == []
        if number == 10:
            found = list(runs.filter(event__in=["yellow", "red"]))
            assert found == []
    by_case = {
        pk: list(ClockEntry.objects.filter(application=pk).values_list("event", "on", "due_on").order_by("pk"))
        for pk in (daily.pk, missed.pk)
    }
    assert by_case[daily.pk] == by_case[missed.pk]
    late = running(number="A-3")
    record_lights(date(2026, 12, 28))
    caught_up = list(ClockEntry.objects.filter(application=late).values_list("event", "on", "due_on").order_by("pk"))
    assert caught_up == by_case[daily.pk]


def test_a_clock_that_stopped_in_time_is_flagged_no_more() -> None:
    application = running()
    clock.stop(application, act(application, "approve", date(2026, 10, 16)))
    assert record_lights(date(2026, 12, 28)).recorded == 0


def test_a_suspended_clock_does_not_turn() -> None:
    application = running()
    clock.suspend(application, act(application, "suspend_clock", MONDAY), Ground.HEARING)
    assert record_lights(date(2026, 12, 28)).recorded == 0


def test_a_light_is_not_recorded_twice_even_when_asked() -> None:
    application = running()
    record_lights(date(2026, 10, 12))
    with pytest.raises(WrongStatus):
        clock.record_light(application, act(application), "", "yellow", date(2026, 10, 12))


def test_a_case_that_fails_is_logged_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    poison, sound = running(number="A-1"), running(number="A-2")
    poison.case.delete()  # a row that is missing: nobody foresaw this
    with caplog.at_level(logging.ERROR):
        swept = record_lights(date(2026, 10, 12))
    assert (swept.recorded, swept.failed) == (1, [poison.pk])
    assert f"case {poison.pk} " in caplog.text
    assert Act.objects.filter(application=sound, act="flag_deadline").count() == 1
    assert not Act.objects.filter(application=poison, act="flag_deadline").exists()


# --- a new calendar ---------------------------------------------------------------------------------------------------
def test_importing_the_next_year_moves_open_deadlines_and_records_it_as_an_act() -> None:
    application = running(DECEMBER)
    before = clock.status(application).whole
    assert before
    assert (before.due.date, before.due.provisional) == (date(2027, 1, 19), True)
    import_2027()
    swept = recompute_open("calendar of 2027")
    assert (swept.recorded, swept.failed) == (1, [])
    after = clock.status(application).whole
    assert after
    assert (after.due.date, after.due.provisional) == (date(2027, 1, 20), False)
    record = application.acts.get(act="recompute_deadline")
    assert record.facts == {
        "period": "decide", "was": "2027-01-19", "now": "2027-01-20", "because": "calendar of 2027",
    }  # fmt: skip
    assert ClockEntry.objects.get(act=record).due_on == date(2027, 1, 20)


def test_a_clock_lit_by_a_calendar_that_came_later_is_lit_anew_on_its_true_day() -> None:
    """Due on 19 January by weekdays alone; the notice, imported after that day, puts two holidays before it."""
    application = running(DECEMBER)
    assert application.clock_entries.last().due_on == date(2027, 1, 19)
    with time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=CHINA), tick=False):
        record_lights()
        assert flags()[-1] == ("red", date(2027, 1, 20))
        for day in (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5)):
            CalendarDay.objects.create(date=day, is_working=False, source="notice", notice_year=2027)
        recompute_open("calendar of 2027")
        before = flags()
        assert record_lights(date(2027, 1, 21)).failed == []
        assert ("red", date(2027, 1, 22)) not in flags()
        assert before == [flag for flag in flags() if flag in before]
    with time_machine.travel(datetime(2027, 1, 25, 9, tzinfo=CHINA), tick=False):
        for recorded in (1, 0):
            swept = record_lights()
            assert (swept.failed, swept.recorded) == ([], recorded)
    said = [act.facts["due"] for act in application.acts.filter(act="flag_deadline") if act.facts["light"] == "red"]
    assert said == ["2027-01-19", "2027-01-21"]


def test_a_deadline_that_stays_but_becomes_certain_is_recorded_too() -> None:
    application = running(DECEMBER)
    CalendarDay.objects.create(date=date(2027, 1, 1), is_working=False, source="notice", notice_year=2027)
    assert recompute_open("calendar of 2027").recorded == 1
    record = application.acts.get(act="recompute_deadline")
    assert record.facts["was"] == record.facts["now"] == "2027-01-19"


def test_recomputing_again_records_nothing() -> None:
    running(DECEMBER)
    import_2027()
    assert recompute_open("calendar of 2027").recorded == 1
    assert recompute_open("calendar of 2027").recorded == 0


def test_deadlines_inside_this_year_and_stopped_clocks_are_left() -> None:
    running(MONDAY, "A-1")
    ended = running(DECEMBER, "A-2")
    clock.stop(ended, act(ended, "approve", DECEMBER))
    import_2027()
    assert recompute_open("calendar of 2027").recorded == 0


def test_a_notice_that_moves_a_day_of_this_december_moves_what_was_certain() -> None:
    application = running(date(2026, 12, 7))
    assert ClockEntry.objects.get().due_on == date(2027, 1, 5)
    CalendarDay.objects.create(date=date(2026, 12, 27), is_working=True, source="notice", notice_year=2027)
    CalendarDay.objects.create(date=date(2027, 1, 1), is_working=False, source="notice", notice_year=2027)
    recompute_open("calendar of 2027")
    assert application.clock_entries.last().due_on == date(2027, 1, 4)


def test_a_suspended_case_is_recomputed_by_the_same_measure_and_only_once() -> None:
    application = running(DECEMBER)
    clock.suspend(application, act(application, "suspend_clock", date(2026, 12, 23)), Ground.HEARING)
    import_2027()
    assert recompute_open("calendar of 2027").recorded == 1
    with time_machine.travel(datetime(2027, 2, 1, 9, tzinfo=CHINA)):
        assert recompute_open("calendar of 2027").recorded == 0


def test_whole_and_step_are_recorded_apart() -> None:
    application = running(DECEMBER)
    clock.start(application, "first_review", act(application, on=DECEMBER), step="first_review")
    import_2027()
    assert recompute_open("calendar of 2027").recorded == 2
    periods = {record.facts["period"] for record in application.acts.filter(act="recompute_deadline")}
    assert periods == {"decide", "first_review"}


def test_sweeping_many_sound_cases_costs_a_few_queries(django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        running(MONDAY, f"A-{number}")
    with django_assert_max_num_queries(4):
        assert recompute_open("calendar of 2027").recorded == 0


def test_a_deadline_recomputed_keeps_the_day_of_the_act() -> None:
    application = running(DECEMBER)
    import_2027()
    recompute_open("calendar of 2027")
    assert day_of(application.acts.get(act="recompute_deadline")) == date(2026, 12, 28)


def test_cases_are_read_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    for number in range(5):
        running(DECEMBER, f"A-{number}")
    import_2027()
    assert recompute_open("calendar of 2027").recorded == 5


def test_a_second_sweep_that_looked_before_the_first_had_written_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    application = running(DECEMBER)
    import_2027()
    monkeypatch.setattr(sweeps, "_concerned", lambda _concerns: [application.pk])  # both saw something to do
    lights = [record_lights(date(2027, 2, 1)) for _sweep in range(2)]
    moves = [recompute_open("calendar of 2027") for _sweep in range(2)]
    assert [(swept.recorded, swept.failed) for swept in lights + moves] == [(2, []), (0, []), (1, []), (0, [])]
