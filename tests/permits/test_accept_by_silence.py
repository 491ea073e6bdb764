"""许可法 32(1)(4): who asks for nothing within five working days has accepted, from the receipt, whoever is first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from permits.acts import assessment
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.errors import BadFacts, WrongStatus
from permits.models import Application, Document
from permits.models.states import S
from permits.rules import BadCase
from tests.cast import NOW, Cast
from workflows.sweep import deem_accepted

pytestmark = pytest.mark.django_db
LAST_DAY, TOO_LATE = "2026-11-27T23:59:00+08:00", "2026-11-28T00:01:00+08:00"
RECEIVED, AGAIN = date(2026, 11, 20), date(2026, 12, 1)


@pytest.fixture
def clock(cast: Cast) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def now(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def corrected(cast: Cast, clock: Any) -> Application:
    """A case whose correction came on the first of December."""
    case = cast.case_at(S.SUBMITTED)
    cast.do(case, "request_correction")
    clock.move_to("2026-12-01T09:00:00+08:00")
    cast.do(case, "resubmit")
    return case


def test_correction_is_asked_for_to_the_last_minute_of_the_fifth_day(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.SUBMITTED)
    clock.move_to(LAST_DAY)
    cast.do(case, "request_correction")
    assert now(case).status == S.CORRECTING


def test_a_minute_later_nothing_is_asked_though_no_clock_recorded_it(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.SUBMITTED)
    clock.move_to(TOO_LATE)
    with pytest.raises(WrongStatus):
        cast.do(case, "request_correction")
    assert deem_accepted().recorded == 1


def test_what_the_rules_cannot_read_is_accepted_by_nobody_so_that_correction_stays_the_way_on(
    cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.case_at(S.SUBMITTED)
    clock.move_to(TOO_LATE)

    def unreadable(*_anything: object) -> Any:
        raise BadCase([("area", "missing")])

    monkeypatch.setattr(assessment, "verdict", unreadable)
    assert deem_accepted().recorded == 0
    cast.do(case, "request_correction")
    assert now(case).status == S.CORRECTING


def test_an_officer_who_accepts_late_accepts_from_the_receipt_as_the_clock_would(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.SUBMITTED)
    clock.move_to(LAST_DAY)
    in_time = cast.walk_to(S.SUBMITTED)
    cast.do(in_time, "accept")
    clock.move_to(TOO_LATE)
    late = cast.do(case, "accept")
    whole = clocks_of(case).whole
    assert whole is not None
    assert (now(in_time).accepted_on, now(case).accepted_on) == (date(2026, 11, 27), RECEIVED)
    assert (whole.started_on, whole.due.date) == (RECEIVED, date(2026, 12, 18))
    assert "即为受理" in repr(paper_of(Document.objects.get(act=late)))


def test_silence_after_a_correction_accepts_from_that_and_the_letter_says_so(cast: Cast, clock: Any) -> None:
    case = corrected(cast, clock)
    clock.move_to("2026-12-09T00:01:00+08:00")
    assert deem_accepted().recorded == 1
    told = repr(paper_of(Document.objects.get(application=case, act__act="deem_accepted")))
    assert now(case).accepted_on == AGAIN
    assert "收到申请材料之日（2026年12月1日）起即为受理" in told


def test_what_was_left_uncorrected_is_no_ground_any_more_once_the_time_has_passed(cast: Cast, clock: Any) -> None:
    case, said = corrected(cast, clock), {"ground": "not_completed", "reason": "未补正。"}
    clock.move_to("2026-12-09T09:00:00+08:00")
    with pytest.raises(BadFacts) as refused:
        cast.do(case, "refuse_acceptance", **said)
    assert refused.value.errors.keys() == {"ground"}


def test_no_day_of_a_calendar_that_is_not_published_is_one_on_which_time_passed(cast: Cast, clock: Any) -> None:
    clock.move_to("2026-12-30T09:00:00+08:00")
    case = cast.walk_to(S.SUBMITTED)
    clock.move_to("2027-01-15T09:00:00+08:00")
    assert deem_accepted().recorded == 0
    cast.do(case, "request_correction")
    assert now(case).status == S.CORRECTING
