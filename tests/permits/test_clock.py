"""The clocks of a case as acts start, suspend, resume, extend and stop them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from permits.clocks import verbs as clock
from permits.clocks.calendar import Deadline, WorkCalendar
from permits.clocks.entries import runs_of
from permits.clocks.periods import check_periods, periods
from permits.clocks.standing import ClockReading
from permits.clocks.timeline import Light
from permits.errors import BadFacts, WrongStatus
from permits.models import Application, ClockEntry, PromisedPeriod
from permits.models.clock import PERIODS, Event, Ground
from permits.views.promises import PromiseForm
from roles.days import CHINA
from tests.permits.clock_cases import MONDAY, act, agency, case, officer

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 10, 9, 10, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _october() -> Any:
    with time_machine.travel(TODAY, tick=False):
        yield


def whole(application: Application, today: date | None = None) -> ClockReading:
    reading = clock.status(application, today).whole
    assert reading is not None
    return reading


def step(application: Application, name: str = "first_review", today: date | None = None) -> ClockReading:
    reading = clock.status(application, today).of_step(name)
    assert reading is not None
    return reading


def running(period: str = "decide") -> Application:
    application = case()
    clock.start(application, period, act(application))
    return application


# --- reading ----------------------------------------------------------------------------------------------------------
def test_a_decision_is_due_twenty_working_days_after_acceptance() -> None:
    reading = whole(running(), date(2026, 10, 9))
    assert reading.due == Deadline(date(2026, 10, 16))
    assert (reading.working_days, reading.remaining, reading.light) == (20, 6, Light.GREEN)
    assert reading.period
    assert reading.period.citation == "行政许可法第四十二条第一款"


def test_a_step_can_be_overdue_while_the_whole_is_not() -> None:
    application = running()
    clock.start(application, "site_check", act(application), step="site_check")
    assert whole(application, date(2026, 9, 29)).light == Light.GREEN
    overdue = step(application, "site_check", date(2026, 9, 29))
    assert (overdue.light, overdue.due.date) == (Light.RED, date(2026, 9, 28))


def test_the_running_step_that_is_due_first_stands_for_the_steps() -> None:
    application = running()
    clock.start(application, "first_review", act(application), step="first_review")
    clock.start(application, "site_check", act(application), step="site_check")
    assert clock.status(application).step == step(application, "site_check")
    clock.stop(application, act(application, "record_site_check"), step="site_check")
    assert clock.status(application).step == step(application, "first_review")
    assert step(application, "site_check").light == Light.STOPPED


def test_a_queue_of_fifty_cases_costs_two_queries(django_assert_num_queries: Any) -> None:
    applications = [case(number=f"A-{number}") for number in range(50)]
    for application in applications:
        clock.start(application, "decide", act(application))
    with django_assert_num_queries(2):
        views = clock.due_dates(applications)
    assert len(views) == 50
    assert all(view.whole and view.whole.due.date == date(2026, 10, 16) for view in views.values())


def test_a_case_without_clocks_has_an_empty_view() -> None:
    view = clock.status(case())
    assert (view.whole, view.step, view.steps) == (None, None, ())


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 10, 9), "6 working days left"),
        (date(2026, 10, 15), "1 working day left"),
        (date(2026, 10, 16), "due today"),
        (date(2026, 10, 17), "overdue"),
        (date(2026, 10, 19), "overdue by 1 working day"),
    ],
)
def test_a_clock_is_told_in_words(today: date, words: str) -> None:
    reading = whole(running(), today)
    with translation.override("en"):
        assert reading.words == words


def test_a_provisional_date_says_so_in_words() -> None:
    application = case(accepted_on=date(2026, 9, 14))
    clock.start(application, "joint", act(application))
    clock.extend(application, act(application, "extend_period", by=officer()))
    assert whole(application).due == Deadline(date(2026, 12, 11))
    with translation.override("en"):
        assert whole(application).words == "46 working days left"
    with time_machine.travel(datetime(2026, 12, 28, 9, tzinfo=CHINA)):
        later = case(accepted_on=date(2026, 12, 28), number="A-2")
        clock.start(later, "decide", act(later, on=date(2026, 12, 28)))
        with translation.override("en"):
            assert whole(later).words == "20 working days left (provisional)"


# --- promised ---------------------------------------------------------------------------------------------------------
def test_a_promised_period_is_shown_beside_the_statutory_one() -> None:
    PromisedPeriod.objects.create(agency=agency(), kind="tending", period="decide", working_days=5, source="W19")
    application = case()
    clock.start(application, "decide", act(application, of=agency()))
    reading = whole(application, date(2026, 9, 21))
    assert reading.promised
    assert (reading.due.date, reading.promised.due.date) == (date(2026, 10, 16), date(2026, 9, 20))
    assert (reading.light, reading.promised.light) == (Light.GREEN, Light.RED)


def test_a_promise_made_later_changes_no_running_case_and_binds_only_who_made_it() -> None:
    application = running()
    PromisedPeriod.objects.create(agency=agency(), kind="tending", period="decide", working_days=5, source="W19")
    other = case(number="A-2")
    clock.start(other, "decide", act(other, of=agency("huairou")))
    views = clock.due_dates([application, other])
    assert all(view.whole and view.whole.promised is None for view in views.values())


def test_a_promise_no_shorter_than_the_law_is_none() -> None:
    said = {"agency": agency().pk, "kind": "tending", "period": "decide", "working_days": 20, "source": "W19"}
    assert set(PromiseForm(agency(), said).errors) == {"working_days"}
    PromisedPeriod.objects.create(**said | {"agency": agency()})
    application = case()
    clock.start(application, "decide", act(application, of=agency()))
    assert whole(application).promised is None
    assert set(PromiseForm(agency(), said | {"period": "nap", "working_days": 2}).errors) == {"period"}


def notice_by(received: date) -> Deadline:
    return WorkCalendar.load().add(received, periods()["notice"].working_days)


# --- suspending -------------------------------------------------------------------------------------------------------
def test_time_of_an_expert_review_is_left_out_of_whole_and_step_alike() -> None:
    application = running()
    clock.start(application, "first_review", act(application), step="first_review")
    clock.suspend(application, act(application, "suspend_clock"), Ground.EXPERT_REVIEW, date(2026, 9, 21))
    paused = whole(application, date(2026, 9, 25))
    assert (paused.light, paused.ground) == (Light.PAUSED, Ground.EXPERT_REVIEW)
    clock.resume(application, act(application, "resume_clock"), date(2026, 9, 23))
    assert whole(application).due.date == step(application).due.date == date(2026, 10, 19)


def test_a_site_check_runs_on_while_the_case_is_suspended() -> None:
    application = running()
    clock.start(application, "site_check", act(application), step="site_check")
    entries = clock.suspend(application, act(application, "suspend_clock"), Ground.HEARING)
    assert [entry.step for entry in entries] == [""]
    assert step(application, "site_check").light == Light.RED


def test_a_step_that_begins_during_a_suspension_is_suspended_with_the_case() -> None:
    application = running()
    clock.suspend(application, act(application, "suspend_clock"), Ground.HEARING)
    clock.start(
        application, "first_review", act(application, "return_to_first_review", TODAY.date()), step="first_review"
    )
    assert step(application).light == Light.PAUSED
    clock.resume(application, act(application, "resume_clock"), TODAY.date())
    assert step(application).light == Light.GREEN


@pytest.mark.parametrize("ground", ["", "site_check", "public_notice", "听证"])
def test_a_suspension_without_a_ground_of_article_45_is_refused_and_writes_nothing(ground: str) -> None:
    application = running()
    with pytest.raises(BadFacts) as refused:
        clock.suspend(application, act(application, "suspend_clock"), ground)
    assert list(refused.value.errors) == ["ground"]
    assert ClockEntry.objects.count() == 1


def test_a_second_suspension_and_a_resumption_of_what_runs_are_refused() -> None:
    application = running()
    with pytest.raises(WrongStatus):
        clock.resume(application, act(application, "resume_clock"))
    clock.suspend(application, act(application, "suspend_clock"), Ground.HEARING)
    with pytest.raises(WrongStatus):
        clock.suspend(application, act(application, "suspend_clock"), Ground.EXPERT_REVIEW)
    assert ClockEntry.objects.count() == 2


def test_nothing_can_be_suspended_where_nothing_runs() -> None:
    application = case()
    with pytest.raises(WrongStatus):
        clock.suspend(application, act(application, "suspend_clock"), Ground.HEARING)


# --- dates ------------------------------------------------------------------------------------------------------------
def test_a_day_before_acceptance_is_refused() -> None:
    application = running()
    verbs = [
        lambda: clock.start(application, "first_review", act(application), date(2026, 9, 13), step="first_review"),
        lambda: clock.suspend(application, act(application), Ground.HEARING, date(2026, 9, 13)),
        lambda: clock.extend(application, act(application, by=officer()), date(2026, 9, 13)),
        lambda: clock.order_joint(application, act(application), date(2026, 9, 13)),
    ]
    for verb in verbs:
        with pytest.raises(BadFacts) as refused:
            verb()
        assert list(refused.value.errors) == ["on"]
    assert ClockEntry.objects.count() == 1


def test_a_day_in_the_future_is_refused() -> None:
    application = running()
    with pytest.raises(BadFacts, match="on"):
        clock.suspend(application, act(application), Ground.HEARING, TODAY.date() + timedelta(days=1))


def test_no_period_but_those_from_receipt_runs_before_acceptance() -> None:
    application = case(accepted_on=None)
    with pytest.raises(WrongStatus):
        clock.start(application, "decide", act(application))
    assert clock.start(application, "notice", act(application), step="acceptance").due_on == date(2026, 9, 20)


def test_deemed_acceptance_runs_from_receipt_and_its_notice_ends_on_the_fifth_working_day() -> None:
    assert notice_by(date(2026, 9, 14)) == Deadline(date(2026, 9, 20))  # the Sunday is worked
    assert notice_by(date(2026, 9, 24)) == Deadline(date(2026, 10, 9))
    assert notice_by(date(2026, 12, 28)) == Deadline(date(2027, 1, 5), provisional=True)
    application = case(accepted_on=MONDAY, received_on=MONDAY)
    deemed = act(application, "deem_accepted", date(2026, 9, 21))
    clock.start(application, "decide", deemed, application.received_on)
    assert whole(application).due.date == date(2026, 10, 16)


@pytest.mark.parametrize("hours", [-23, -11, -1, 1, 13])
def test_a_clock_moved_by_hours_changes_no_deadline(hours: int) -> None:
    application = running()
    clock.suspend(application, act(application, "suspend_clock", TODAY.date()), Ground.HEARING)
    before = whole(application).due
    with time_machine.travel(TODAY + timedelta(hours=hours), tick=False):
        assert whole(application).due == before


def test_a_day_is_the_day_in_china_whatever_time_zone_is_active() -> None:
    application = case()
    with (
        time_machine.travel(datetime(2026, 9, 20, 16, 30, tzinfo=timezone.get_fixed_timezone(0))),
        timezone.override("UTC"),
    ):
        assert clock.local_today() == date(2026, 9, 21)
        late_evening = act(application)
        late_evening.at = timezone.now()
        assert clock.start(application, "decide", late_evening).on == date(2026, 9, 21)


# --- extending and joint handling -------------------------------------------------------------------------------------
def test_the_head_extends_the_decision_by_ten_days_once() -> None:
    application = running()
    entry = clock.extend(application, act(application, "extend_period", by=officer()), reason="two opinions are out")
    assert (entry.due_on, entry.approved_by, entry.working_days) == (date(2026, 10, 30), officer(), 10)
    with pytest.raises(WrongStatus):
        clock.extend(application, act(application, "extend_period", by=officer()))
    assert (whole(application).extended, whole(application).working_days) == (10, 30)


def test_an_extension_needs_a_head_and_no_more_days_than_the_law_gives() -> None:
    application = running()
    with pytest.raises(BadFacts, match="approved_by"):
        clock.extend(application, act(application, "extend_period"))
    for days in (0, 11):
        with pytest.raises(BadFacts, match="working_days"):
            clock.extend(application, act(application, "extend_period", by=officer()), days=days)
    assert clock.extend(application, act(application, "extend_period"), days=3, approved_by=officer()).working_days == 3


def test_a_period_that_has_passed_is_not_extended() -> None:
    application = running()
    with time_machine.travel(datetime(2026, 10, 17, 9, tzinfo=CHINA)):
        with pytest.raises(WrongStatus):
            clock.extend(application, act(application, "extend_period", date(2026, 10, 17), by=officer()))
        with pytest.raises(WrongStatus):
            clock.order_joint(application, act(application, "order_joint_handling", date(2026, 10, 17)))


def test_the_law_knows_no_extension_of_a_first_review() -> None:
    application = case()
    clock.start(application, "first_review", act(application), step="first_review")
    with pytest.raises(WrongStatus):
        clock.extend(application, act(application, by=officer()), step="first_review")


def test_ordered_joint_handling_gives_forty_five_days_from_acceptance_and_fifteen_more() -> None:
    application = running()
    clock.order_joint(application, act(application, "order_joint_handling", TODAY.date()))
    assert whole(application).period == periods()["joint"]
    assert whole(application).due.date == date(2026, 11, 20)
    clock.extend(application, act(application, "extend_period", TODAY.date(), by=officer()))
    assert whole(application).working_days == 60
    with pytest.raises(WrongStatus):
        clock.order_joint(application, act(application, "order_joint_handling", TODAY.date()))


# --- stopping and starting again --------------------------------------------------------------------------------------
def test_a_decision_stops_every_clock_and_stopping_again_does_nothing() -> None:
    application = running()
    clock.start(application, "first_review", act(application), step="first_review")
    assert len(clock.stop(application, act(application, "approve", TODAY.date()))) == 2
    assert clock.stop(application, act(application, "approve", TODAY.date())) == []
    stopped = whole(application, date(2027, 3, 1))
    assert (stopped.running, stopped.late) == (False, False)
    assert clock.status(application).step is None


def test_a_server_clock_set_back_over_midnight_keeps_no_decision_from_stopping_the_clock() -> None:
    application = running()
    clock.suspend(application, act(application, "suspend_clock", TODAY.date()), Ground.HEARING)
    (stopped,) = clock.stop(application, act(application, "withdraw", TODAY.date() - timedelta(days=1)))
    assert stopped.on == TODAY.date()


def test_a_step_returned_to_runs_anew_and_one_that_runs_is_not_started_twice() -> None:
    application = running()
    first = act(application)
    clock.start(application, "first_review", first, step="first_review")
    with pytest.raises(WrongStatus):
        clock.start(application, "first_review", act(application), step="first_review")
    clock.stop(application, act(application, "recommend", date(2026, 9, 30)), step="first_review")
    clock.start(application, "first_review", act(application, "return", date(2026, 10, 8)), step="first_review")
    assert (step(application).running, step(application).started_on) == (True, date(2026, 10, 8))


def test_an_unknown_period_is_named() -> None:
    application = case()
    with pytest.raises(BadFacts, match="siesta"):
        clock.start(application, "siesta", act(application))


# --- the record -------------------------------------------------------------------------------------------------------
def test_every_entry_names_its_act_and_the_deadline_it_made() -> None:
    application = running()
    clock.suspend(application, suspension := act(application, "suspend_clock"), Ground.HEARING, date(2026, 9, 21))
    started, paused = runs_of([application])[application.pk][""].entries
    assert (started.event, started.due_on, started.article) == (
        Event.STARTED, date(2026, 10, 16), "行政许可法第四十二条第一款",
    )  # fmt: skip
    assert (paused.act, paused.ground) == (suspension, Ground.HEARING)


def test_an_entry_is_neither_changed_nor_deleted() -> None:
    running()
    entry = ClockEntry.objects.get()
    entry.on = date(2026, 9, 1)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_every_statutory_period_has_days_and_an_article() -> None:
    expected = {
        "notice": 5, "first_review": 20, "decide": 20, "extend": 10, "joint": 45, "joint_extend": 15, "deliver": 10,
        "hearing_ask": 5, "hearing_hold": 20, "hearing_notice": 7, "site_check": 10, "public_notice": 5,
        "anew": 20,
    }  # fmt: skip
    assert {key: period.working_days for key, period in periods().items()} == expected
    assert all(period.article and period.source and period.verified for period in periods().values())


EVER = {"notice", "site_check", "first_review", "decide", "joint", "deliver", "hearing_ask", "hearing_hold", "anew"}
"""Periods that entries of a record may name. Add to them; none is ever taken out."""


def test_no_period_that_was_ever_named_is_lost() -> None:
    assert {key for key, _name in PERIODS} >= EVER
    assert check_periods() == []


def test_a_period_without_its_days_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {key: period for key, period in periods().items() if key != "deliver"}
    monkeypatch.setattr("permits.clocks.periods.periods", lambda: fewer)
    assert [error.id for error in check_periods()] == ["permits.E002"]
