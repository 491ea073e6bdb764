"""The arithmetic of a clock, against a naive count day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permits.clocks.calendar import WorkCalendar
from permits.clocks.timeline import Happening, Light, Timeline, first_lights
from permits.errors import BadFacts, WrongStatus
from permits.models.clock import Event, Ground, Limit

CALENDAR = WorkCalendar()
BY_LAW, PROMISED = Limit.STATUTORY, Limit.PROMISED
STARTED = Happening(Event.STARTED, date(2026, 9, 14), 20)  # a Monday


def suspended(on: date, ground: str = Ground.EXPERT_REVIEW) -> Happening:
    return Happening(Event.SUSPENDED, on, ground=ground)


def resumed(on: date) -> Happening:
    return Happening(Event.RESUMED, on)


def extended(on: date, days: int = 10) -> Happening:
    return Happening(Event.EXTENDED, on, days)


def stopped(on: date) -> Happening:
    return Happening(Event.STOPPED, on)


# --- the property -----------------------------------------------------------------------------------------------------
@st.composite
def histories(draw: st.DrawFn) -> list[Happening]:
    """Any sequence of suspensions, resumptions and at most one extension that can have happened."""
    day = draw(st.dates(date(2024, 1, 1), date(2026, 10, 1)))
    history = [Happening(Event.STARTED, day, draw(st.integers(1, 45)))]
    paused = lengthened = False
    for _number in range(draw(st.integers(0, 8))):
        day += timedelta(days=draw(st.integers(0, 12)))
        if not lengthened and draw(st.booleans()):
            history.append(extended(day, draw(st.integers(1, 15))))
            lengthened = True
        else:
            history.append(resumed(day) if paused else suspended(day))
            paused = not paused
    return history


def naively_counted(history: list[Happening], today: date) -> int:
    """Goes through the days one by one: a working day counts when the clock ran at any moment of it."""
    running, used, day = True, 0, history[0].on
    while day <= today:
        ran = running
        for happening in history[1:]:
            if happening.on == day and happening.event in (Event.SUSPENDED, Event.RESUMED):
                running = happening.event == Event.RESUMED
                ran = ran or running
        if day > history[0].on and ran and CALENDAR.is_working(day):
            used += 1
        day += timedelta(days=1)
    return used


@given(histories(), st.integers(0, 90))
def test_remaining_days_equal_a_naive_count_day_by_day(history: list[Happening], later: int) -> None:
    line, today = Timeline.of(history), history[-1].on + timedelta(days=later)
    granted = sum(happening.days for happening in history)
    assert line.remaining(CALENDAR, today) == granted - naively_counted(history, today)


@given(histories())
def test_the_deadline_is_the_first_day_on_which_a_naive_count_has_used_the_period_up(history: list[Happening]) -> None:
    if Timeline.of(history).paused:
        history = [*history, resumed(history[-1].on)]
    line = Timeline.of(history)
    due = line.deadline(CALENDAR, history[-1].on).date
    granted = sum(happening.days for happening in history)
    assert naively_counted(history, due) == granted
    assert naively_counted(history, due - timedelta(days=1)) == granted - 1


@given(histories(), st.integers(0, 60))
def test_a_pause_never_shortens_a_period_and_never_adds_more_than_its_own_working_days(
    history: list[Happening], later: int
) -> None:
    line, today = Timeline.of(history), history[-1].on + timedelta(days=later)
    kept = Timeline.of([h for h in history if h.event not in (Event.SUSPENDED, Event.RESUMED)])
    paused = sum(CALENDAR.count(pause.since, max(pause.until or today, pause.since)).days for pause in line.pauses)
    gained = line.remaining(CALENDAR, today) - kept.remaining(CALENDAR, today)
    assert 0 <= gained <= paused


# --- days -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pause", "resume", "due"),
    [
        (None, None, date(2026, 10, 16)),
        (date(2026, 9, 21), date(2026, 9, 21), date(2026, 10, 16)),  # ran on the day: nothing is left out
        (date(2026, 9, 21), date(2026, 9, 22), date(2026, 10, 16)),  # ran on both days
        (date(2026, 9, 21), date(2026, 9, 23), date(2026, 10, 19)),  # only Tuesday is left out
        (date(2026, 9, 24), date(2026, 9, 28), date(2026, 10, 16)),  # a pause over the Mid-autumn holiday
        (date(2026, 9, 18), date(2026, 9, 21), date(2026, 10, 19)),  # the Sunday between is worked, so it is left out
        (date(2026, 9, 14), date(2026, 9, 30), date(2026, 11, 2)),  # suspended on the day it was started
    ],
)
def test_only_days_on_which_the_clock_stood_still_throughout_are_left_out(
    pause: date | None, resume: date | None, due: date
) -> None:
    history = [STARTED] + ([suspended(pause), resumed(resume)] if pause and resume else [])
    assert Timeline.of(history).deadline(CALENDAR, date(2026, 10, 1)).date == due


def test_while_suspended_the_deadline_is_what_a_resumption_that_day_would_make_it() -> None:
    line = Timeline.of([STARTED, suspended(date(2026, 9, 21))])
    for day in (date(2026, 9, 22), date(2026, 9, 24), date(2026, 10, 20), date(2027, 1, 20)):
        resumed_line = line.after(resumed(day))
        assert line.deadline(CALENDAR, day) == resumed_line.deadline(CALENDAR, day)
    assert line.deadline(CALENDAR, date(2027, 1, 20)).provisional


def test_a_look_from_before_the_last_event_changes_no_deadline() -> None:
    line = Timeline.of([STARTED, suspended(date(2026, 9, 21))])
    assert line.deadline(CALENDAR, date(2026, 9, 20)) == line.deadline(CALENDAR, date(2026, 9, 21))


def test_a_period_that_ends_in_2027_is_provisional_until_its_notice_is_imported() -> None:
    line = Timeline.of([Happening(Event.STARTED, date(2026, 12, 14), 20)])
    assert line.deadline(CALENDAR, date(2026, 12, 14)).provisional
    known = WorkCalendar(overrides={date(2027, 1, 3): True}, imported_years=frozenset({2027}))
    assert not line.deadline(known, date(2026, 12, 14)).provisional
    assert line.deadline(known, date(2026, 12, 14)).date < line.deadline(CALENDAR, date(2026, 12, 14)).date


def test_joint_handling_puts_the_longer_period_in_place_of_the_shorter() -> None:
    line = Timeline.of([STARTED, extended(date(2026, 9, 20)), Happening(Event.JOINT, date(2026, 9, 21), 45)])
    assert line.days == 45
    with pytest.raises(WrongStatus):
        line.after(extended(date(2026, 9, 22), 15))


# --- what cannot have happened ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("history", "error"),
    [
        ([], WrongStatus),
        ([suspended(date(2026, 9, 15))], WrongStatus),
        ([STARTED, STARTED], WrongStatus),
        ([STARTED, resumed(date(2026, 9, 15))], WrongStatus),
        ([STARTED, suspended(date(2026, 9, 15)), suspended(date(2026, 9, 16))], WrongStatus),
        ([STARTED, suspended(date(2026, 9, 15), "site_check")], BadFacts),
        ([STARTED, suspended(date(2026, 9, 15), "")], BadFacts),
        ([STARTED, suspended(date(2026, 9, 13))], BadFacts),
        ([STARTED, suspended(date(2026, 9, 18)), resumed(date(2026, 9, 17))], BadFacts),
        ([STARTED, extended(date(2026, 9, 18)), extended(date(2026, 9, 18))], WrongStatus),
        ([STARTED, extended(date(2026, 9, 18), 0)], BadFacts),
        ([STARTED, stopped(date(2026, 9, 18)), suspended(date(2026, 9, 19))], WrongStatus),
    ],
)
def test_a_sequence_that_cannot_have_happened_is_refused(history: list[Happening], error: type[Exception]) -> None:
    with pytest.raises(error):
        Timeline.of(history)


# --- lights -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("period", "today", "light"),
    [
        (20, date(2026, 9, 14), Light.GREEN),
        (20, date(2026, 10, 10), Light.GREEN),  # 5 of 20 left
        (20, date(2026, 10, 12), Light.YELLOW),  # 4 of 20: a fifth
        (20, date(2026, 10, 16), Light.YELLOW),  # the last day itself
        (20, date(2026, 10, 17), Light.RED),  # the Saturday after it
        (5, date(2026, 9, 15), Light.GREEN),
        (5, date(2026, 9, 16), Light.YELLOW),  # 3 days left
        (5, date(2026, 9, 21), Light.RED),
    ],
)
def test_a_light_is_yellow_near_the_deadline_and_red_past_it(period: int, today: date, light: Light) -> None:
    line = Timeline.of([Happening(Event.STARTED, date(2026, 9, 14), period)])
    assert line.light(CALENDAR, today) == light


def test_a_pause_is_shown_as_such_but_does_not_heal_lateness() -> None:
    assert Timeline.of([STARTED, suspended(date(2026, 9, 15))]).light(CALENDAR, date(2026, 12, 1)) == Light.PAUSED
    assert Timeline.of([STARTED, suspended(date(2026, 10, 19))]).light(CALENDAR, date(2026, 10, 20)) == Light.RED


def test_a_stopped_clock_keeps_whether_it_was_in_time() -> None:
    in_time, late = (Timeline.of([STARTED, stopped(day)]) for day in (date(2026, 10, 16), date(2026, 10, 17)))
    assert in_time.light(CALENDAR, date(2027, 6, 1)) == late.light(CALENDAR, date(2027, 6, 1)) == Light.STOPPED
    assert not in_time.overdue(CALENDAR, date(2027, 6, 1))
    assert late.overdue(CALENDAR, date(2027, 6, 1))
    assert in_time.remaining(CALENDAR, date(2027, 6, 1)) == 0


def each_once(light: Callable[..., Light]) -> Callable[..., Light]:
    """The same reading, computed once for a clock and a day: every later look replays every day before it."""
    known: dict[tuple[Timeline, date], Light] = {}

    def read(line: Timeline, calendar: WorkCalendar, day: date) -> Light:
        if (line, day) not in known:
            known[line, day] = light(line, calendar, day)
        return known[line, day]

    return read


@settings(deadline=None)  # it replays every day of every day
@given(histories(), st.integers(0, 60))
def test_one_late_look_finds_the_days_the_daily_looks_found(history: list[Happening], later: int) -> None:
    today = history[-1].on + timedelta(days=later)
    daily: dict[Light, date] = {}
    with patch.object(Timeline, "light", each_once(Timeline.light)):
        for number in range((today - history[0].on).days + 1):
            day = history[0].on + timedelta(days=number)
            for light, on in first_lights([h for h in history if h.on <= day], CALENDAR, day).items():
                daily.setdefault(light, on)
    assert first_lights(history, CALENDAR, today) == daily


def test_an_extension_in_time_leaves_the_yellow_day_and_puts_off_the_red() -> None:
    plain = first_lights([STARTED], CALENDAR, date(2026, 12, 31))
    longer = first_lights([STARTED, extended(date(2026, 10, 14))], CALENDAR, date(2026, 12, 31))
    assert plain == {(BY_LAW, Light.YELLOW): date(2026, 10, 12), (BY_LAW, Light.RED): date(2026, 10, 17)}
    assert longer == {(BY_LAW, Light.YELLOW): date(2026, 10, 12), (BY_LAW, Light.RED): date(2026, 10, 31)}


def test_what_happens_on_the_day_a_light_turns_comes_too_late_to_keep_it() -> None:
    """Whether the daily look came in the morning or at night, before or after the extension, it finds the same."""
    same_day = first_lights([STARTED, extended(date(2026, 10, 12))], CALENDAR, date(2026, 10, 20))
    assert same_day == {(BY_LAW, Light.YELLOW): date(2026, 10, 12)}


def test_a_promise_binds_until_joint_handling_and_what_passes_the_law_is_found_by_itself() -> None:
    """Nearly due by the date that binds alone; overdue by the promise, and later by the law."""
    end = date(2026, 12, 31)
    kept = first_lights([STARTED], CALENDAR, end, 12)
    assert kept == {
        (PROMISED, Light.YELLOW): date(2026, 9, 24),
        (PROMISED, Light.RED): date(2026, 10, 1),
        (BY_LAW, Light.RED): date(2026, 10, 17),
    }
    joint = Happening(Event.JOINT, date(2026, 9, 20), 45)
    lifted = first_lights([STARTED, joint], CALENDAR, end, 12)
    assert {limit for limit, _light in lifted} == {BY_LAW}
    late = Happening(Event.JOINT, date(2026, 9, 29), 45)
    both = first_lights([STARTED, late], CALENDAR, end, 12)
    assert [*both] == [(PROMISED, Light.YELLOW), (BY_LAW, Light.YELLOW), (BY_LAW, Light.RED)]
