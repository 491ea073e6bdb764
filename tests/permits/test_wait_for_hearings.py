"""Hearings 听证: what waits for them, each announced by itself, counted from the day it was asked for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from config.fields import is_asked
from permits.acts.hearings import open_hearing
from permits.acts.perform import perform
from permits.acts.sweeps import record_lights
from permits.clocks.standing import status as clocks_of
from permits.documents.forms import OWN, heard
from permits.documents.hearings import still_open
from permits.documents.printing import paper_of
from permits.drafts.materials import attach
from permits.errors import BadFacts, WrongStatus
from permits.models import ACTS, CalendarDay
from permits.models.states import S
from permits.verification.run import verify
from tests.cast import NOW, Cast, fresh, log_in, make_person, pdf
from tests.permits.hearings import ANNOUNCED, HELD, PARTY, announced_on_request, decider, request_of
from tests.permits.life.cases import wrong
from tests.permits.occupation.cases import MIYUN, Office, draft, parcel
from workflows.reading import entries_of
from workflows.views.case_parts import hearing_owed
from workflows.views.performing import form_of

pytestmark = pytest.mark.django_db
YES = {"outcome": "approve", "opinion": "符合条件。"}


@pytest.fixture
def clock(cast: Cast) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.mark.parametrize("asked", [False, True])
def test_nothing_is_reported_up_past_a_hearing_that_is_asked_for_or_can_be(
    begins_with_matrix: None, asked: bool
) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        large = Decimal("12")
        case, clerk = draft(MIYUN, parcel(area_ha=large, stand_purpose="protection"), total_ha=large)
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        office.do(case, "accept")
        office.do(case, "recommend", **YES)
        office.hear(case)
        office.do(case, "tell_hearing_right", **PARTY)
        if asked:
            perform(case.pk, "ask_hearing", by=clerk, reason="影响重大。")
        with pytest.raises(WrongStatus):
            office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")
        traveller.shift(timedelta(days=10))
        if asked:
            with pytest.raises(WrongStatus):
                office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")
        else:
            office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")


def test_a_second_hearing_is_announced_by_itself(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=cast.auditor)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-12-04")
    with pytest.raises(WrongStatus):
        perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-02", chair=cast.auditor)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-15", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-15", chair=cast.auditor)


def test_who_chairs_instead_of_the_announced_chair_does_so_for_a_reason_on_the_record(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    held = {**by, **HELD, "held_on": "2026-12-01"}
    for said in ({"chair": cast.colleague}, {"chair": cast.auditor, "other_chair": "病假。"}):
        with pytest.raises(BadFacts) as bad:
            perform(case.pk, "hold_hearing", **held, **said)
        assert set(bad.value.errors) == {"other_chair"}
    record = perform(case.pk, "hold_hearing", **held, chair=cast.colleague, other_chair="原主持人病假。")
    assert record.facts["other_chair"] == "原主持人病假。"


def test_a_request_comes_after_the_right_was_told_and_its_hearing_is_counted_from_it(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    clock.shift(timedelta(days=10))  # Monday 30 November
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-29")
    assert set(bad.value.errors) == {"received"}
    clock.shift(timedelta(days=4))
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-12-01")
    holding = clocks_of(case).of_step("hearing_hold")
    assert holding is not None
    assert holding.started_on == date(2026, 12, 1)
    assert wrong() == []


def test_who_lets_the_five_days_pass_is_not_late_and_nobody_is_told_so(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    perform(case.pk, "tell_hearing_right", **decider(cast, case), **PARTY)
    clock.move_to("2026-11-27T23:50:00+08:00")
    asking = clocks_of(case).of_step("hearing_ask")
    assert asking is not None
    assert (asking.running, asking.due.date) == (True, date(2026, 11, 27))
    clock.move_to("2026-12-07T09:00:00+08:00")
    asking = clocks_of(case).of_step("hearing_ask")
    assert asking is not None
    assert (asking.running, asking.late) == (False, False)
    record_lights()
    assert not [act for act in case.acts.filter(act="flag_deadline") if act.facts["period"] == "hearing_ask"]
    with pytest.raises(BadFacts):
        perform(case.pk, "flag_deadline", by=None, period="hearing_ask", light="red", due="2026-11-27",
                limit="statutory")  # fmt: skip


def test_a_party_told_after_the_first_ones_days_has_days_that_are_shown(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    perform(case.pk, "tell_hearing_right", **decider(cast, case), **PARTY)
    clock.move_to("2026-11-30T09:00:00+08:00")
    perform(case.pk, "tell_hearing_right", **decider(cast, case), **PARTY | {"party": "西湾子村"})
    asking = clocks_of(case).of_step("hearing_ask")
    assert asking is not None
    assert (asking.running, asking.due.date) == (True, date(2026, 12, 7))
    assert [problem for problem in verify() if problem.check == "clocks"] == []


def test_a_hearing_that_was_held_is_not_asked_for_again_until_the_right_is_told_again(cast: Cast, clock: Any) -> None:
    """The case would else wait for one hearing after the other."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=cast.auditor)
    with pytest.raises(WrongStatus):
        perform(case.pk, "ask_hearing", by=cast.clerk, reason="再听一次。")
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="告知了新的事实。")


def test_after_a_hearing_a_third_party_is_owed_another_only_where_it_had_asked_in_time(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)  # its five days end on 27 November
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-30")
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=cast.auditor)
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-30")
    assert set(bad.value.errors) == {"received"}
    perform(case.pk, "record_hearing_request", **by, party="西湾子村", received="2026-11-27")
    assert open_hearing(fresh(case)), "what had come in time is not lost by being put on record late"


def test_who_was_told_shortly_before_the_hearing_of_another_can_still_ask(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=11))
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=cast.auditor)
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="本单位未参加。")


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_the_decision_tells_how_the_minutes_were_weighed(cast: Cast, clock: Any, act: str) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=cast.auditor)
    said = {"opinion": "同意。"} if act == "approve" else {"reasons": "郁闭度过低。"}
    cast.do(case, act, **said, minutes="采纳关于作业时间的意见")
    decision = case.documents.get(kind=f"tending_{'approval' if act == 'approve' else 'refusal'}")
    told = "收悉。本机关于2026年12月1日举行听证，听证笔录的采纳情况：采纳关于作业时间的意见。"
    assert told in repr(paper_of(decision))


def test_the_decision_names_the_organ_of_the_first_review_that_held_the_hearing(begins_with_matrix: None) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        case, clerk = draft()
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        office.do(case, "accept")
        first = office.items(case, "recommend")[0].mandate
        assert first is not None
        office.check_site(case)
        office.post_notice(case)
        by, chair = {"by": office.officer(first), "mandate": first}, make_person("chair", "主持人")
        perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=chair)
        traveller.shift(timedelta(days=14))
        perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=chair)
        paid = {"paid_on": "2026-12-04", "receipt": "0001", "amount": "50000.00"}
        perform(case.pk, "record_fee", **by, **paid)
        office.do(case, "recommend", **YES)
        office.hear(case)
        office.do(case, "propose", **YES)
        decision = office.do(case, "approve", opinion="同意。", minutes="采纳关于边界的意见")
        assert decision.agency_id != first.agency_id
        told = repr(paper_of(decision.documents.get(kind="occupation_approval")))
        assert f"收悉。{first.agency.name}于2026年12月1日举行听证，听证笔录的采纳情况：采纳关于边界的意见。" in told
        assert "本机关于" not in told


def test_hearings_of_two_organs_are_told_each_with_its_days() -> None:
    held = {"密云区园林绿化局": (date(2026, 12, 1),), OWN: (date(2026, 12, 15), date(2026, 12, 16))}
    assert heard(held, "采纳") == (
        "密云区园林绿化局于2026年12月1日举行听证，本机关于2026年12月15日、2026年12月16日举行听证，"
        "听证笔录的采纳情况：采纳。"
    )


def test_a_hearing_is_owed_until_everyone_who_asked_gave_it_up(cast: Cast, clock: Any) -> None:
    case, by = announced_on_request(cast, clock)
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="已经协商一致。")
    assert fresh(case).did("give_up_hearing")[0].facts["request"] == request_of(case, "ask_hearing")
    holding = clocks_of(fresh(case)).of_step("hearing_hold")
    assert holding is not None
    assert (holding.running, holding.started_on) == (True, date(2026, 11, 24)), "the village's own twenty days"
    with pytest.raises(WrongStatus):
        cast.do(case, "approve", opinion="同意。")
    gone = {"request": request_of(case), "statement": "书面撤回"}
    perform(case.pk, "record_hearing_given_up", **by, **gone, how="withdrawn", given_up_on="2026-11-24")
    holding = clocks_of(fresh(case)).of_step("hearing_hold")
    assert holding is not None
    assert not holding.running
    assert open_hearing(fresh(case)) == [], "what was announced on request falls away with the requests"
    with pytest.raises(WrongStatus):
        perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-11-24", chair=cast.auditor)
    clock.move_to("2026-11-30T09:00:00+08:00")
    decision = cast.do(case, "approve", opinion="同意。")
    told = "收悉。你单位要求听证，后于2026年11月24日撤回听证要求。石塘路村要求听证，后于2026年11月24日撤回听证要求。"
    assert told in repr(paper_of(decision.documents.get(kind="tending_approval")))
    assert wrong() == []


def test_each_party_asks_for_itself_and_once(cast: Cast, clock: Any) -> None:
    """许可法 47(1): the applicant could not ask where another had, and had nothing left once that one gave it up."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-20")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    with pytest.raises(WrongStatus):
        perform(case.pk, "ask_hearing", by=cast.clerk, reason="再要求。")
    for party in (PARTY["party"], "申请人"):
        with pytest.raises(BadFacts) as bad:
            perform(case.pk, "record_hearing_request", **by, party=party, received="2026-11-20")
        assert set(bad.value.errors) == {"party"}
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-20"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    assert [act.act for act in open_hearing(fresh(case))] == ["announce_hearing", "ask_hearing"]
    with pytest.raises(WrongStatus):
        perform(case.pk, "ask_hearing", by=cast.clerk, reason="再要求。")
    assert wrong() == []


def test_who_decides_is_told_of_what_a_hearing_given_up_leaves_to_do(cast: Cast, clock: Any) -> None:
    case, by = announced_on_request(cast, clock)
    perform(case.pk, "suspend_clock", **by, ground="hearing", reason="举行听证。")
    task = reverse("task", args=[case.case.open_items[0].pk])
    desk, told = log_in(cast.decider, english=True), "suspended for a hearing that was held or given up"
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="已经协商一致。")
    assert told not in desk.get(task).text, "the village asked, too"
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-24"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    page = desk.get(task).text
    assert told in page
    assert "is not held: everybody who had asked for one gave it up" in page
    letter = fresh(case).documents.get(kind="hearing_off")
    assert letter.act.act == "record_hearing_given_up"
    assert f"The notice of it, {letter.number}, is to be handed to" in page
    assert "beside the applicant, too: 石塘路村." in page
    assert "is not held" in log_in(cast.clerk, english=True).get(reverse("case", args=[case.pk])).text
    perform(case.pk, "resume_clock", **by)
    clock.move_to("2026-12-07T09:00:00+08:00")
    page = desk.get(task).text
    assert told not in page
    assert "is not held" not in page


def test_a_period_suspended_for_a_hearing_to_come_is_not_told_to_run_again(cast: Cast, clock: Any) -> None:
    case, by = announced_on_request(cast, clock)
    task = reverse("task", args=[case.case.open_items[0].pk])
    desk, told = log_in(cast.decider, english=True), "suspended for a hearing that was held or given up"
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="已经协商一致。")
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-24"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    perform(case.pk, "suspend_clock", **by, ground="hearing", reason="另行举行听证。")
    assert told not in desk.get(task).text, "the agency is about to announce one by itself (art 46)"
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    clock.move_to("2026-12-04T15:00:00+08:00")
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-04", chair=cast.auditor)
    assert told in log_in(cast.decider, english=True).get(task).text


def test_while_others_can_still_ask_nothing_is_decided_after_a_request_was_given_up(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    perform(case.pk, "tell_hearing_right", **decider(cast, case), **PARTY)  # its five days end on 27 November
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="不再要求。")
    with pytest.raises(WrongStatus):
        cast.do(case, "approve", opinion="同意。")
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="还是要求。")
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="不再要求。")
    clock.move_to("2026-11-30T09:00:00+08:00")
    with pytest.raises(WrongStatus):  # one after the other, without an end
        perform(case.pk, "ask_hearing", by=cast.clerk, reason="再要求。")
    cast.do(case, "approve", opinion="同意。")


def test_who_did_not_come_gave_up_on_the_announced_day_and_only_if_told_of_it(cast: Cast, clock: Any) -> None:
    case, by = announced_on_request(cast, clock)
    perform(case.pk, "record_hearing_request", **by, party="西湾子村", received="2026-11-24")
    clock.move_to("2026-12-04T15:00:00+08:00")
    absent = {"how": "absent", "statement": "听证签到表", "given_up_on": "2026-12-04"}

    def wrong_fields(**said: Any) -> set[str]:
        with pytest.raises(BadFacts) as bad:
            perform(case.pk, "record_hearing_given_up", **by, **absent | said)
        return set(bad.value.errors)

    assert wrong_fields(request=request_of(case)) == {"how"}, "it asked after the announcement, which names it not"
    village = request_of(case) - 2
    assert wrong_fields(request=village, given_up_on="2026-12-03") == {"given_up_on"}
    assert wrong_fields(request=village, how="withdrawn", given_up_on="2026-11-23") == {"given_up_on"}
    assert wrong_fields(request=1) == {"request"}
    perform(case.pk, "record_hearing_given_up", **by, **absent, request=village)
    assert wrong_fields(request=village) == {"request"}
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-04", chair=cast.auditor)
    decision = cast.do(case, "approve", opinion="同意。", minutes="采纳关于边界的意见")
    told = "采纳关于边界的意见。石塘路村要求听证，无正当理由未参加2026年12月4日的听证，视为放弃听证。"
    assert told in repr(paper_of(decision.documents.get(kind="tending_approval")))


def test_what_the_agency_announced_by_itself_is_held_though_a_request_is_given_up(cast: Cast, clock: Any) -> None:
    """许可法 46: it is held in the public interest, whoever asked beside."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "record_hearing_request", **by, party="申请人", received="2026-11-20")
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-20"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    assert [act.act for act in open_hearing(fresh(case))] == ["announce_hearing"]
    clock.move_to("2026-12-07T09:00:00+08:00")
    with pytest.raises(WrongStatus):
        perform(case.pk, "ask_hearing", by=cast.clerk, reason="再要求。")
    with pytest.raises(WrongStatus):
        cast.do(case, "approve", opinion="同意。")
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-04", chair=cast.auditor)


def test_a_hearing_of_the_agencys_own_that_is_announced_anew_is_the_same_though_somebody_asked(
    cast: Cast, clock: Any
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-20")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-11", chair=cast.auditor)
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-20"}
    clock.move_to("2026-12-12T09:00:00+08:00")
    with pytest.raises(BadFacts) as refused:  # its notice says that it is held whoever comes
        perform(case.pk, "record_hearing_given_up", **by, **gone | {"how": "absent", "given_up_on": "2026-12-11"})
    assert list(refused.value.errors) == ["how"]
    clock.move_to("2026-11-25T09:00:00+08:00")
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    owed = hearing_owed(fresh(case))
    assert owed is not None
    assert owed.day == date(2026, 12, 11), "the day told last, which its record asks for, too"


def test_what_was_announced_falls_with_the_case_and_stands_no_more_should_a_remedy_bring_it_back() -> None:
    said = [("ask_hearing", {}), ("announce_hearing", {}), ("refuse_acceptance", {}), ("announce_hearing", {})]
    acts = [SimpleNamespace(act=act, seq=seq, facts=facts) for seq, (act, facts) in enumerate(said, 1)]
    case: Any = SimpleNamespace(did=lambda *names: [one for one in acts if one.act in names])
    found = still_open(case, before=4)
    assert (list(found.asked), found.announced, found.on_request) == ([1], [], True)
    assert [act.seq for act, _on_request in still_open(case).announced] == [4]


def test_days_of_notice_are_counted_again_by_the_calendar_published_since(cast: Cast, clock: Any) -> None:
    """许可法 48(1): seven working days, which the holidays of the next year may shorten."""
    clock.move_to("2026-12-28T09:00:00+08:00")
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-12-28")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2027-01-07", chair=cast.auditor)
    owed = hearing_owed(fresh(case))
    assert owed is not None
    assert owed.not_before is None
    for day in (1, 4):
        CalendarDay.objects.create(date=date(2027, 1, day), is_working=False, source="notice", notice_year=2027)
    owed = hearing_owed(fresh(case))
    assert owed is not None
    assert owed.not_before == date(2027, 1, 8)
    page = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").content.decode()
    assert "the notice came too late for that day" in page
    clock.move_to("2027-01-08T17:00:00+08:00")
    held = HELD | {"chair": cast.auditor}
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, "hold_hearing", **by, **held, held_on="2027-01-07")
    assert set(bad.value.errors) == {"held_on"}
    absent = {"request": request_of(case), "how": "absent", "given_up_on": "2027-01-07", "statement": "签到表"}
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, "record_hearing_given_up", **by, **absent)
    assert set(bad.value.errors) == {"how"}
    perform(case.pk, "hold_hearing", **by, **held, held_on="2027-01-08")


def test_what_was_asked_for_is_announced_for_a_day_within_its_twenty(cast: Cast, clock: Any) -> None:
    """许可法 47(1); once seven days' notice leaves no such day, it is held late rather than never."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-20")
    said = {**by, **ANNOUNCED, "chair": cast.auditor}
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, "announce_hearing", **said, held_on="2026-12-21")
    assert "2026年12月18日" in bad.value.errors["held_on"]
    perform(case.pk, "announce_hearing", **said, held_on="2026-12-18")
    clock.move_to("2026-12-14T09:00:00+08:00")
    perform(case.pk, "announce_hearing", **said, held_on="2026-12-30")


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_after_a_hearing_the_form_marks_that_its_minutes_are_weighed(cast: Cast, clock: Any, act: str) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)

    def marked() -> bool:
        (block,) = (one for one in form_of(ACTS[act], case, by["mandate"]).blocks() if one.name == "minutes")
        return is_asked(block.bound)

    assert not marked()
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-01", chair=cast.auditor)
    clock.shift(timedelta(days=14))
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-01", chair=cast.auditor)
    case = fresh(case)
    assert marked()


def test_what_a_form_lists_in_words_is_asked_for_by_no_number(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    asked = perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-20")
    with override("en"):
        form = form_of(ACTS["record_hearing_given_up"], fresh(case), by["mandate"])
        assert form["request"].label == "Request for a hearing"
        said = {"request": asked.seq, "how": "withdrawn", "given_up_on": "2026-11-20", "statement": "书面撤回。"}
        record = perform(case.pk, "record_hearing_given_up", **by, **said)
        (entry,) = entries_of(record.application, [record])
        assert ("Request for a hearing", f"act {asked.seq}") in entry.said


def test_the_signed_minutes_of_a_hearing_are_kept_with_its_record(cast: Cast, clock: Any) -> None:
    """许可法 48(1)[5]: the minutes are signed or sealed by who took part."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    clock.move_to("2026-12-04T15:00:00+08:00")
    signed = attach(case.pk, pdf("听证笔录.pdf", "签字"), by=cast.decider, mandate=by["mandate"])
    record = perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-04", chair=cast.auditor, document=signed)
    assert record.facts["document"]["name"] == "听证笔录.pdf"
