"""However many cases were decided, all of them are counted, and each is as late as its own page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.clocks import verbs as clock
from permits.clocks.timing import Entry, Timing, Timings, keep_timing
from permits.models import Application, ClockEntry, PromisedPeriod
from permits.models.clock import Ground
from permits.models.states import S
from roles.days import CHINA
from tests.permits.clock_cases import MONDAY, act, agency, case, officer
from workflows.desk import question
from workflows.desk.asked import Asked
from workflows.desk.corrections import most_asked
from workflows.desk.figures import figures
from workflows.desk.late import DecidedLate, decided, punctuality

pytestmark = pytest.mark.django_db
LATER = date(2026, 11, 30)
Story = Callable[[Application], Any]


@pytest.fixture(autouse=True)
def _winter() -> Any:
    with time_machine.travel(datetime(2026, 12, 4, 10, tzinfo=CHINA), tick=False):
        yield


def never(application: Application) -> None:
    """No clock of the whole case."""


def plain(application: Application, decided_on: date = date(2026, 10, 16)) -> None:
    clock.start(application, "decide", act(application))
    clock.stop(application, act(application, "approve", decided_on))


def late(application: Application) -> None:
    plain(application, LATER)


def promised(application: Application) -> None:
    PromisedPeriod.objects.get_or_create(
        agency=agency(), kind="tending", period="decide", defaults={"working_days": 10, "source": "承诺"}
    )
    clock.start(application, "decide", act(application, of=agency()), agency=agency())
    clock.stop(application, act(application, "approve", date(2026, 10, 14)))


def paused(application: Application) -> None:
    clock.start(application, "decide", act(application))
    clock.suspend(application, act(application, "suspend_clock"), Ground.HEARING, date(2026, 9, 16))
    clock.resume(application, act(application, "resume_clock"), date(2026, 11, 2))
    clock.stop(application, act(application, "approve", date(2026, 11, 20)))


def extended(application: Application) -> None:
    clock.start(application, "decide", act(application))
    clock.extend(application, act(application, "extend_period", MONDAY, by=officer()), MONDAY)
    clock.stop(application, act(application, "approve", LATER))


def jointly(application: Application) -> None:
    clock.start(application, "decide", act(application))
    clock.order_joint(application, act(application, "order_joint_handling"))
    clock.stop(application, act(application, "approve", date(2026, 11, 12)))


def anew(application: Application) -> None:
    plain(application)
    clock.start(application, "decide", act(application, "reopen", date(2026, 11, 2)), date(2026, 11, 2))
    clock.stop(application, act(application, "approve", date(2026, 11, 27)))


def running(application: Application) -> None:
    clock.start(application, "decide", act(application))


def with_a_step(application: Application) -> None:
    clock.start(application, "first_review", act(application), step="first_review")
    late(application)


STORIES: tuple[Story, ...] = (
    never, plain, late, promised, paused, extended, jointly, anew, running, with_a_step,
)  # fmt: skip


def told(number: int, story: Story) -> Application:
    application = case(number=f"A-{number}")
    story(application)
    keep_timing(application)
    application.decided_on = LATER
    application.save(update_fields=["decided_on", *Application.CLOCK_FIELDS])
    Application.objects.filter(pk=application.pk).update(status=S.APPROVED)
    return application


@pytest.fixture
def cases() -> list[Application]:
    """A decided case of each story, and a second plain one."""
    return [told(number, story) for number, story in enumerate((*STORIES, plain))]


def asked() -> Asked:
    return Asked(Application.objects.all())


def test_what_is_kept_says_what_the_entries_say(cases: list[Application]) -> None:
    kept = {story: Timing.of(one) for story, one in zip(STORIES, cases, strict=False)}
    timings = Timings()
    for one in cases:
        entries = ClockEntry.objects.filter(application=one, step="").order_by("pk")
        assert timings.of([Entry(*row) for row in entries.values_list(*Entry._fields)]) == Timing.of(one)
    assert (kept[never], kept[running]) == (None, None)
    lateness = {story: (one.after_statute, one.after_promise) for story, one in kept.items() if one}
    assert lateness == {
        plain: (False, False), late: (True, False), promised: (False, True), paused: (False, False),
        extended: (True, False), jointly: (False, False), anew: (False, False), with_a_step: (True, False),
    }  # fmt: skip


def test_a_clock_begun_anew_is_no_longer_counted_as_stopped() -> None:
    application = told(1, plain)
    clock.start(application, "decide", act(application, "reopen", date(2026, 11, 2)), date(2026, 11, 2))
    assert keep_timing(application)
    assert Timing.of(application) is None
    assert not keep_timing(application)


def test_cases_from_before_are_filled_in_by_the_migration(cases: list[Application]) -> None:
    kept = {one.pk: one.state() for one in Application.objects.all()}
    Application.objects.update(**dict.fromkeys(Application.CLOCK_FIELDS))
    broken = told(99, never)
    ClockEntry.objects.bulk_create(
        ClockEntry(application=broken, act=act(broken), event=event, on=MONDAY, period="unheard of", due_on=MONDAY)
        for event in ("started", "stopped")
    )
    import_module("permits.migrations.0021_clocks_that_stopped").fill(apps, None)
    assert {one.pk: one.state() for one in Application.objects.exclude(pk=broken.pk)} == kept
    assert Timing.of(Application.objects.get(pk=broken.pk)) is None


def test_all_that_was_decided_is_counted_beyond_what_is_looked_at(
    cases: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "BOUND", 1)
    every = decided(asked())
    assert every.counts.total() == len(cases)
    assert (every.those("timed"), every.those("in_time")) == (9, 5)
    late_ones = list(DecidedLate().rows(asked()).found)
    assert len(late_ones) == 4
    assert [one.pk for one in late_ones] == sorted((one.pk for one in late_ones), reverse=True)
    assert every.by("month") == {"2026-11": len(cases)}
    shown = figures(asked())
    assert (shown.decided, shown.after_statute, shown.after_promise) == (len(cases), 3, 1)
    rows = DecidedLate().rows(asked().of(limit="promise"))
    assert (rows.cut, [one.pk for one in rows.found]) == (False, [cases[STORIES.index(promised)].pk])


def test_months_without_a_decision_are_drawn_too() -> None:
    for number, day in enumerate((date(2025, 12, 30), date(2026, 3, 2))):
        application = told(number, plain)
        Application.objects.filter(pk=application.pk).update(decided_on=day)
    months = [row[0] for row in punctuality(decided(asked())).rows]
    assert months == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert punctuality(decided(Asked(Application.objects.none()))).rows == []


def test_a_drawing_of_the_latest_requests_alone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = asked().acts("request_correction")
    monkeypatch.setattr("workflows.desk.corrections.bounded", lambda rows: ([], True))
    assert most_asked(requests, "asked", "").note
    monkeypatch.setattr("workflows.desk.corrections.bounded", lambda rows: ([], False))
    assert not most_asked(requests, "asked", "").note


def test_many_decided_cases_cost_as_many_queries_as_few(cases: list[Application]) -> None:
    def asked_for() -> int:
        with CaptureQueriesContext(connection) as seen:
            decided(asked())
        return len(seen)

    few = asked_for()
    for number, story in enumerate(STORIES, start=100):
        told(number, story)
    assert asked_for() == few == 1
