"""What time brings: recorded once, dated by law, the same whether it is swept daily or a week late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django_q.models import Schedule

from permits.acts.perform import perform
from permits.documents.numbering import pending
from permits.errors import BadFacts, Busy, NotPermitted, WrongStatus
from permits.ledger.chain import problems_of
from permits.models import ClockEntry, Document
from permits.models.permit import P
from permits.models.states import S
from roles.models import Person
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, log_in
from workflows import sweep
from workflows.apps import schedule_tick

# Submitted on Friday, 20 November 2026: the fifth working day is Friday, 27 November.
LAST_DAY, AFTER, WEEK_LATE = "2026-11-27T23:00:00+08:00", "2026-11-28T00:30:00+08:00", "2026-12-07T09:00:00+08:00"


def test_nothing_is_deemed_before_the_whole_last_day_has_passed(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    with time_machine.travel(LAST_DAY):
        assert sweep.deem_accepted().recorded == 0
    assert fresh(case).status == S.SUBMITTED


def test_the_door_itself_deems_nothing_before_that_and_only_for_the_agency_that_was_silent(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item, other = cast.open_item(case), cast.mandate(case, Duty.FIRST_REVIEW)
    with time_machine.travel(LAST_DAY), pytest.raises(WrongStatus):
        perform(case.pk, "deem_accepted", by=None, mandate=item.mandate, work_item=item.pk)
    with time_machine.travel(AFTER):
        with pytest.raises(NotPermitted):
            perform(case.pk, "deem_accepted", by=None, mandate=other, work_item=item.pk)
        record = perform(case.pk, "deem_accepted", by=None, mandate=item.mandate, work_item=item.pk)
    assert record.mandate_id == item.mandate_id


def test_the_door_itself_warns_of_no_end_that_is_further_than_it_says(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    ends = fresh(case).permit.valid_to
    with time_machine.travel(ends - timedelta(days=61)), pytest.raises(BadFacts):
        perform(case.pk, "warn_of_end", by=None, days=60, ends=ends)
    with time_machine.travel(ends - timedelta(days=60)):
        assert perform(case.pk, "warn_of_end", by=None, days=60, ends=ends)
        with pytest.raises(WrongStatus):  # as the other of two runs at once finds it: nothing that went wrong
            perform(case.pk, "warn_of_end", by=None, days=60, ends=ends)


@pytest.mark.parametrize("moment", [AFTER, WEEK_LATE])
def test_deemed_acceptance_is_dated_from_receipt_however_late_it_is_swept(cast: Cast, moment: str) -> None:
    case = cast.case_at(S.SUBMITTED)
    with time_machine.travel(moment):
        assert sweep.deem_accepted().recorded == 1
        assert sweep.deem_accepted().recorded == 0
    done = fresh(case)
    assert (done.status, done.accepted_on) == (S.FIRST_REVIEW, date(2026, 11, 20))
    assert [item.step for item in done.case.open_items] == ["first_review"]
    assert problems_of(done) == []
    record = done.acts.latest("seq")
    assert record.person is None
    assert record.agency is not None  # whose silence it was


def test_after_a_correction_it_is_dated_from_the_corrected_papers(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        cast.do(case, "resubmit")
    with time_machine.travel("2026-12-02T09:00:00+08:00"):
        assert sweep.deem_accepted().recorded == 1
    assert fresh(case).accepted_on == date(2026, 11, 24)


def test_a_deadline_whose_year_has_no_calendar_deems_nothing(cast: Cast) -> None:
    with time_machine.travel("2026-12-29T10:00:00+08:00"):
        case = cast.case_at(S.SUBMITTED)
    with time_machine.travel("2027-02-01T10:00:00+08:00"):
        assert sweep.deem_accepted().recorded == 0
    assert fresh(case).status == S.SUBMITTED


def test_a_case_that_fails_is_named_and_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, sound = cast.case_at(S.SUBMITTED), cast.case_at(S.SUBMITTED)
    done = sweep.perform

    def busy(pk: int, *args: Any, **facts: Any) -> Any:
        if pk == poisoned.pk:
            raise Busy
        return done(pk, *args, **facts)

    monkeypatch.setattr(sweep, "perform", busy)
    with time_machine.travel(AFTER):
        swept = sweep.deem_accepted()
    assert (swept.recorded, swept.failed) == (1, [poisoned.pk])
    assert fresh(sound).status == S.FIRST_REVIEW


@pytest.mark.parametrize("step", ["accept", "site_check"])
def test_a_case_whose_clock_names_a_lost_period_stops_no_other(cast: Cast, step: str) -> None:
    poisoned, sound = cast.case_at(S.SUBMITTED), cast.case_at(S.SUBMITTED)
    act = poisoned.acts.latest("seq")
    ClockEntry.objects.create(
        application=poisoned, act=act, step=step, event="started" if step != "accept" else "joint", on=act.at.date(),
        period="lost", working_days=5, due_on=act.at.date(),
    )  # fmt: skip
    with time_machine.travel(AFTER):
        done = sweep.tick()
    assert poisoned.pk in done["deemed accepted"].failed
    assert not any(swept.broken for swept in done.values())
    assert (fresh(sound).status, fresh(poisoned).status) == (S.FIRST_REVIEW, S.SUBMITTED)


def test_a_sweep_that_breaks_off_stops_no_other_and_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = cast.case_at(S.APPROVED)

    def breaks() -> None:
        raise RuntimeError

    monkeypatch.setattr(sweep, "record_lights", breaks)
    with pytest.raises(SystemExit):
        call_command("tick")
    assert "期限提示：0 · 中断" in capsys.readouterr().out
    assert not case.documents.filter(status="pending").exists()


def test_a_permit_expires_on_the_day_after_its_last(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    last = case.permit.valid_to
    assert last is not None
    with time_machine.travel(f"{last}T23:00:00+08:00"):
        assert sweep.expire_permits().recorded == 0
    with time_machine.travel(f"{date.fromordinal(last.toordinal() + 1)}T00:30:00+08:00"):
        assert sweep.expire_permits().recorded == 1
    assert fresh(case).permit.status == P.EXPIRED


def test_papers_a_crash_left_are_printed(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    assert Document.objects.filter(application=case, status="pending").exists()
    sweep.print_pending()
    assert not Document.objects.filter(application=case, status="pending").exists()


def test_the_newest_papers_are_printed_first_and_only_as_many_as_the_time_allows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.case_at(S.APPROVED)
    cast.case_at(S.FIRST_REVIEW)
    papers = [paper.pk for paper in Document.objects.filter(status="pending").order_by("-pk")]
    assert len(papers) > 3
    printed: list[int] = []
    seconds = iter(range(0, 1000, 25))  # each look at the clock, 25 seconds later
    monkeypatch.setattr(sweep, "print_one", lambda pk: printed.append(pk) is None)
    monkeypatch.setattr(sweep, "monotonic", lambda: next(seconds))
    assert sweep.print_pending().recorded == 2
    assert printed == papers[:2]


def test_what_failed_before_is_printed_last(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    newest, *others = pending()
    Document.objects.filter(pk=newest.pk).update(failure="no seal")
    assert list(pending()) == [*others, newest]


def test_sessions_that_are_over_are_taken_away_with_what_is_told_of_them(cast: Cast) -> None:
    def had(person: Person) -> int:
        return UserSession.objects.filter(user=person).count() + Session.objects.count()

    key = log_in(cast.clerk).session.session_key
    UserSession.objects.create(user=cast.clerk, session_key=key, ip="192.0.2.7")
    assert had(cast.clerk) == 2
    sweep.sessions_over()
    assert had(cast.clerk) == 2
    with time_machine.travel(AFTER):
        sweep.tick()
    assert had(cast.clerk) == 0


def test_a_tick_says_what_it_did_and_is_scheduled_once(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    cast.case_at(S.SUBMITTED)
    with time_machine.travel(AFTER):
        call_command("tick")
    assert "视为受理：1" in capsys.readouterr().out
    schedule_tick(None)  # as each migrate does
    schedule_tick(None)
    assert Schedule.objects.filter(func="workflows.sweep.tick").count() == 1
