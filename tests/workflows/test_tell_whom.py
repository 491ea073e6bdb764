"""Who is told of which act: every row of the table, each by a real act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from permits.acts.perform import perform
from permits.acts.sweeps import recompute_open, record_lights
from permits.models import Act, Application, CalendarDay, PromisedPeriod
from permits.models.states import S
from roles.appointments import grant
from roles.models import Agency, Person, Post
from roles.models.mandates import Duty
from tests.cast import Cast, make_person, make_post
from tests.workflows.elsewhere import ELSEWHERE
from tests.workflows.holding import follow, leave
from workflows import sweep
from workflows.keeping import readdress
from workflows.models import Notification
from workflows.notifications import making
from workflows.notifications.table import AFTER_APPROVAL, AFTERCARE, ARRIVED, EVENTS, TOLD, Group, To
from workflows.notifications.words import headline

Walk = Callable[[Cast], Act]


def told(act: Act) -> set[tuple[str, str]]:
    """Who was told of an act, and what: (login, event)."""
    making.make(act.pk)
    return set(Notification.objects.filter(act=act).values_list("person__username", "event"))


@pytest.fixture
def partner(cast: Cast) -> Person:
    """A second clerk of the farm."""
    return make_person("partner", "郑同事", Post.objects.get(unit=cast.farm))


# ---- the table -----------------------------------------------------------------------------------------------------


def submitted(cast: Cast, *acts: str) -> Application:
    case = cast.case_at(S.SUBMITTED)
    for act in acts:
        cast.do(case, act)
    making.make_pending()
    return Application.objects.get(pk=case.pk)


def hearing(cast: Cast) -> Application:
    case = submitted(cast, "accept", "recommend")
    cast.do(case, "tell_hearing_right", party="申请人", interest="采伐强度")
    making.make_pending()
    return case


def days_from_now(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def claimed(cast: Cast, status: str = S.FINAL_REVIEW) -> Application:
    case = cast.case_at(status)
    cast.take(case)
    making.make_pending()
    return Application.objects.get(pk=case.pk)


def reassigned(cast: Cast) -> Act:
    case = claimed(cast)
    second = make_person("second_reviewer", "二审查", Post.objects.get(memberships__person=cast.reviewer))
    item = cast.open_item(case)
    assert item is not None
    return perform(case.pk, "reassign", by=cast.head, mandate=item.mandate, item=item.pk, to=second, reason="休假")


def vacated(cast: Cast) -> Act:
    case = claimed(cast)
    item = cast.open_item(case)
    assert item is not None
    return perform(case.pk, "vacate", by=cast.head, mandate=item.mandate, item=item.pk, reason="离岗")


def released(cast: Cast) -> Act:
    case = claimed(cast)
    make_person("second_reviewer", "二审查", Post.objects.get(memberships__person=cast.reviewer))
    item = cast.open_item(case)
    assert item is not None
    return perform(case.pk, "release", by=cast.reviewer, mandate=item.mandate, item=item.pk)


def of_head(act: str, duty: Duty = Duty.FINAL_REVIEW, **facts: Any) -> Walk:
    def walk(cast: Cast) -> Act:
        case = claimed(cast)
        return perform(case.pk, act, by=cast.head, mandate=cast.mandate(case, duty), **facts)

    return walk


def barred(cast: Cast) -> Act:
    return of_head("bar_person", person=cast.decider, reason="与申请人有利害关系")(cast)


def asked_hearing(cast: Cast) -> Act:
    return perform(hearing(cast).pk, "ask_hearing", by=cast.clerk, reason="要求听证")


def announced(cast: Cast) -> Act:
    case = hearing(cast)
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="要求听证")
    making.make_pending()
    return cast.do(case, "announce_hearing", held_on=days_from_now(14), place="会议室", chair=cast.colleague,
                   subject="采伐强度")  # fmt: skip


def gave_up_hearing(cast: Cast) -> Act:
    return perform(asked_hearing(cast).application_id, "give_up_hearing", by=cast.clerk, reason="不再要求")


def gave_up_announced(cast: Cast) -> Act:
    return perform(announced(cast).application_id, "give_up_hearing", by=cast.clerk, reason="不再要求")


def withdrew_announced(cast: Cast) -> Act:
    return perform(announced(cast).application_id, "withdraw", by=cast.clerk, reason="计划有变")


def announced_under_another(cast: Cast) -> Act:
    case = announced(cast).application
    making.make_pending()
    return cast.do(case, "announce_hearing", held_on=days_from_now(14), place="会议室", chair=cast.acceptor,
                   subject="采伐强度")  # fmt: skip


def announced_and_given_up(cast: Cast) -> Act:
    return _recorded_given_up(cast, announced(cast).application.did("ask_hearing")[-1])


def recorded_given_up(cast: Cast) -> Act:
    return _recorded_given_up(cast, asked_hearing(cast))


def _recorded_given_up(cast: Cast, asked: Act) -> Act:
    making.make_pending()
    said = {"request": asked.seq, "how": "withdrawn", "given_up_on": timezone.localdate(), "statement": "书面撤回"}
    by = {"by": cast.reviewer, "mandate": cast.mandate(asked.application, Duty.FINAL_REVIEW)}
    return perform(asked.application_id, "record_hearing_given_up", **by, **said)


def held(cast: Cast) -> Act:
    case = announced(cast).application
    day = days_from_now(14)
    with time_machine.travel(f"{day}T15:00:00+08:00"):
        return cast.do(case, "hold_hearing", held_on=day, chair=cast.colleague, attending="双方", minutes="无异议。")


def deemed(cast: Cast) -> Act:
    case = submitted(cast)
    with time_machine.travel("2026-11-28T00:30:00+08:00"):
        sweep.deem_accepted()
    return case.acts.get(act="deem_accepted")


def flagged(day: str) -> Walk:
    def walk(cast: Cast) -> Act:
        case = submitted(cast)
        with time_machine.travel(f"{day}T09:00:00+08:00"):
            record_lights()
        return case.acts.filter(act="flag_deadline").latest("seq")

    return walk


def promised_and_late(cast: Cast) -> Act:
    """Overdue by the city's promise of three days; the law's twenty are not over."""
    city = Agency.objects.get(slug="bj-forestry")
    PromisedPeriod.objects.create(agency=city, kind="tending", period="decide", working_days=3, source="示例")
    case = cast.walk_to(S.FINAL_REVIEW)
    with time_machine.travel("2026-11-26T09:00:00+08:00"):
        record_lights()
    return case.acts.filter(act="flag_deadline").latest("seq")


def resumed(cast: Cast) -> Act:
    case = submitted(cast, "accept")
    cast.do(case, "suspend_clock", ground="expert_review", reason="专家评审")
    return cast.do(case, "resume_clock", note="评审结束")


def moved(cast: Cast) -> Act:
    with time_machine.travel("2026-12-21T10:00:00+08:00"):
        case = cast.walk_to(S.FINAL_REVIEW)
        for day in (1, 4):
            CalendarDay.objects.create(date=date(2027, 1, day), is_working=False, source="notice", notice_year=2027)
        assert recompute_open("2027年放假安排").recorded
    return case.acts.filter(act="recompute_deadline").latest("seq")


def handed_on(cast: Cast) -> Act:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.open_item(case)
    assert item is not None
    assert item.mandate is not None
    agency = Agency.objects.get(slug="bj-planning")
    follow(item.mandate, agency)
    leave(item.mandate)
    post = make_post("planning-head", agency=agency)
    grant(post, agency)
    make_person("planning_head", "规自局长", post)
    assert readdress().recorded == 1
    return case.acts.get(act="readdress")


def answered_by_another(cast: Cast) -> Act:
    case = submitted(cast, "accept")
    objection = cast.do(case, "record_objection", objector="村民", received=timezone.localdate(), objection="水土流失")
    cast.take(case)
    second = make_person("second_reviewer", "二初审", Post.objects.get(memberships__person=cast.district_reviewer))
    said = {"objection": objection.seq, "upheld": "not_upheld", "answer": "已有措施。"}
    return perform(case.pk, "answer_objection", by=second, mandate=cast.mandate(case, Duty.FIRST_REVIEW), **said)


UNIT = {("partner", "unit")}
EVERYONE_OF_UNIT = {("clerk", "unit"), *UNIT}
ROWS: dict[str, tuple[Walk, set[tuple[str, str]]]] = {
    "submit": (
        lambda cast: cast.do(cast.draft(), "submit"),
        UNIT | {("acceptor", "arrived"), ("second_acceptor", "arrived")},
    ),
    "accept": (
        lambda cast: cast.do(submitted(cast), "accept"), EVERYONE_OF_UNIT | {("district_reviewer", "arrived")}),
    "request_correction": (lambda cast: cast.do(submitted(cast), "request_correction"), EVERYONE_OF_UNIT),
    "resubmit": (
        lambda cast: cast.do(submitted(cast, "request_correction"), "resubmit"),
        UNIT | {("acceptor", "arrived"), ("second_acceptor", "arrived")}),
    "deem_accepted": (
        deemed, EVERYONE_OF_UNIT | {("district_head", "late"), ("district_reviewer", "arrived")}),
    "refuse_acceptance": (lambda cast: cast.do(submitted(cast), "refuse_acceptance"), EVERYONE_OF_UNIT),
    "recommend": (
        lambda cast: cast.do(submitted(cast, "accept"), "recommend"), EVERYONE_OF_UNIT | {("reviewer", "arrived")}),
    "approve": (
        lambda cast: cast.do(submitted(cast, "accept", "recommend", "propose"), "approve"),
        EVERYONE_OF_UNIT | {("reviewer", "result"), ("district_reviewer", "result")}),
    "refuse": (
        lambda cast: cast.do(submitted(cast, "accept", "recommend", "propose"), "refuse"),
        EVERYONE_OF_UNIT | {("reviewer", "result"), ("district_reviewer", "result")}),
    "withdraw before a hearing": (withdrew_announced, {("colleague", "chair_free")}),
    "withdraw": (
        lambda cast: cast.do(claimed(cast), "withdraw"), {("reviewer", "withdrawn")}),
    "return_to_first_review": (
        lambda cast: cast.do(claimed(cast), "return_to_first_review", reason="请补充。"),
        {("district_reviewer", "returned")}),
    "return_to_final_review": (
        lambda cast: cast.do(claimed(cast, S.AWAITING_DECISION), "return_to_final_review", reason="请核实。"),
        {("reviewer", "returned")}),
    "publish_notice": (
        lambda cast: cast.do(submitted(cast, "accept"), "publish_notice", starts=timezone.localdate(),
                             ends=days_from_now(8), place="村务公开栏", contact="010"),
        EVERYONE_OF_UNIT),
    "answer_objection": (answered_by_another, EVERYONE_OF_UNIT | {("district_reviewer", "holders")}),
    "tell_hearing_right": (
        lambda cast: cast.do(submitted(cast, "accept"), "tell_hearing_right", party="申请人", interest="强度"),
        EVERYONE_OF_UNIT),
    "make_statement": (
        lambda cast: perform(claimed(cast).pk, "make_statement", by=cast.clerk, statement="请一并考虑。"),
        {("reviewer", "holders")}),
    "ask_hearing": (asked_hearing, {("reviewer", "holders")}),
    "give_up_hearing": (gave_up_hearing, {("reviewer", "holders")}),
    "give_up_hearing of an announced one": (
        gave_up_announced, {("reviewer", "holders"), ("colleague", "chair_free")}),
    "record_hearing_given_up of an announced one": (
        announced_and_given_up, EVERYONE_OF_UNIT | {("colleague", "chair_free")}),
    "record_hearing_given_up": (recorded_given_up, EVERYONE_OF_UNIT),
    "announce_hearing": (announced, EVERYONE_OF_UNIT | {("colleague", "chair")}),
    "announce_hearing under another chair": (
        announced_under_another, EVERYONE_OF_UNIT | {("acceptor", "chair"), ("colleague", "chair_free")}),
    "hold_hearing": (held, EVERYONE_OF_UNIT),
    "suspend_clock": (
        lambda cast: cast.do(submitted(cast, "accept"), "suspend_clock", ground="expert_review", reason="专家评审"),
        EVERYONE_OF_UNIT),
    "flag_deadline nearly due": (flagged("2026-11-25"), {("acceptor", "holders"), ("second_acceptor", "holders")}),
    "flag_deadline overdue": (
        flagged("2026-11-30"), {("acceptor", "overdue"), ("second_acceptor", "overdue"), ("district_head", "head")}),
    "flag_deadline overdue by the promise": (
        promised_and_late, {("reviewer", "overdue"), ("head", "head")}),
    "resume_clock": (resumed, EVERYONE_OF_UNIT),
    "extend_period": (
        of_head("extend_period", Duty.DECIDE, working_days=5, reason="情况复杂"),
        EVERYONE_OF_UNIT | {("reviewer", "holders")}),
    "order_joint_handling": (
        of_head("order_joint_handling", order="区政府会议纪要〔2026〕3号", reason="意见不一"),
        EVERYONE_OF_UNIT | {("reviewer", "holders")}),
    "recompute_deadline": (moved, EVERYONE_OF_UNIT | {("reviewer", "holders")}),
    "readdress": (handed_on, {("planning_head", "readdressed"), ("head", "passed_on")}),
    "reassign": (reassigned, {("second_reviewer", "given"), ("reviewer", "taken")}),
    "vacate": (vacated, {("reviewer", "holders")}),
    "release": (released, {("second_reviewer", "holders")}),
    "bar_person": (barred, {("decider", "barred")}),
    "recuse": (
        lambda cast: perform((case := claimed(cast)).pk, "recuse", by=cast.reviewer,
                             mandate=cast.mandate(case, Duty.FINAL_REVIEW), reason="亲属"),
        {("head", "recused")}),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_an_act_tells_whom_it_concerns_and_not_who_did_it(cast: Cast, partner: Person, row: str) -> None:
    walk, expected = ROWS[row]
    assert told(walk(cast)) - {(partner.username, "unit")} == expected - {(partner.username, "unit")}
    record = Act.objects.filter(act=row.split(maxsplit=1)[0]).latest("pk")
    assert all(person != record.person for person in Person.objects.filter(notifications__act=record))


def test_a_tick_that_comes_late_tells_of_what_is_overdue_alone(cast: Cast) -> None:
    case = submitted(cast)
    with time_machine.travel("2026-11-30T08:00:00+08:00"):
        record_lights()
        making.make_pending()
    lights = case.acts.filter(act="flag_deadline").order_by("seq")
    assert [act.facts["light"] for act in lights] == ["yellow", "red"]
    assert set(Notification.objects.filter(act__in=lights).values_list("event", flat=True)) == {"overdue", "head"}


def test_every_row_of_the_table_is_reached_by_an_act() -> None:
    """A row that no act of ROWS or ELSEWHERE reaches is missed here: give it one."""
    reached = {(row.split()[0], event) for row, (_walk, expected) in ROWS.items() for _login, event in expected}
    reached |= {(row.split()[0], event) for row, (_walk, events) in ELSEWHERE.items() for event in events}
    # tests/permits/life, tests/permits/aftercare
    on_permits = {(act, news.event) for act, rows in {**AFTER_APPROVAL, **AFTERCARE}.items() for news in rows}
    assert set(EVENTS) - reached == on_permits | {("reopen", "unit")}


def test_what_is_said_of_a_deadline_names_period_date_and_whether_it_is_the_promised_one(cast: Cast) -> None:
    by_promise = promised_and_late(cast)
    making.make(by_promise.pk)
    head = Notification.objects.get(act=by_promise, event="head")
    with translation.override("en"):
        assert headline(head) == ("A deadline of your agency's work is overdue: decision, promised date 2026-11-25")
    assert by_promise.facts["limit"] == "promised"
    of_law = flagged("2026-11-30")(cast)
    making.make(of_law.pk)
    with translation.override("en"):
        assert headline(Notification.objects.filter(act=of_law)[0]).endswith("statutory date 2026-11-27")


def test_every_row_of_the_table_has_words_in_both_languages_and_a_group(db: None) -> None:
    for act, rows in TOLD.items():
        assert len({news.event for news in rows}) == len(rows), act
        for news in (*rows, ARRIVED):
            with translation.override("en"):
                english = str(news.words)
            with translation.override("zh-hans"):
                assert str(news.words) != english, act
            assert news.group in Group.values
            assert news.to in To.values
