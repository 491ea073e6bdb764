"""Two processes at the same case at the same moment, on PostgreSQL, twenty rounds each: one outcome, nothing stranded.

Each racer is a process with a connection of its own; a barrier starts them together. What a loser is told is one of the
house's errors. After each round the record is whole and the open items are those of the status.
"""

from __future__ import annotations

import collections
import uuid

import pytest
import time_machine

from permits.clocks import promises
from permits.ledger.chain import problems_of
from permits.models import Application, PromisedPeriod
from permits.models.states import FINAL, S
from roles.models import Agency
from tests.cast import NOW, Cast
from tests.concurrency.racing import Racer, act, race, tick
from tests.permits.introduction import cases as introduction
from tests.permits.occupation.cases import MIYUN, Office, make_unit
from workflows.models import Announcement, Notification

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ROUNDS = 20
RECOMMENDED = {"outcome": "approve", "opinion": "建议同意。"}


@pytest.fixture
def cast(begins_with_cast: None):
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def check(case: Application, outcomes: list[str]) -> Application:
    """The round left one whole record, the open items its status calls for, and only errors of the house."""
    assert not [outcome for outcome in outcomes if ":" in outcome], outcomes
    after = Application.objects.get(pk=case.pk)
    assert problems_of(after) == []
    open_items = list(after.case.open_items)
    if after.status in FINAL:
        assert open_items == []
        assert after.case.finished
    else:
        assert [after.status in item.flow_task.at for item in open_items] == [True] * len(open_items)
        assert open_items
    return after


def test_of_two_officers_claiming_one_item_one_gets_it_and_the_other_is_told(cast):
    tally = collections.Counter()
    for _ in range(ROUNDS):
        case = cast.case_at(S.SUBMITTED)
        item = cast.open_item(case)
        outcomes = race(
            act(case, "claim", by=cast.acceptor, item=item), act(case, "claim", by=cast.second_acceptor, item=item)
        )
        after = check(case, outcomes)
        winner = (cast.acceptor, cast.second_acceptor)[outcomes.index("ok")]
        assert after.case.open_items.get().owner == winner
        tally[tuple(sorted(outcomes))] += 1
    assert set(tally) <= {("NotPermitted", "ok"), ("Busy", "ok")}, tally


def test_a_withdrawal_and_an_approval_have_one_outcome(cast):
    for _ in range(ROUNDS):
        case = cast.case_at(S.AWAITING_DECISION)
        item = cast.open_item(case)
        outcomes = race(
            act(case, "withdraw", by=cast.clerk, late=True),
            act(case, "approve", by=cast.decider, item=item, late=True, opinion="同意"),
        )
        after = check(case, outcomes)
        assert outcomes.count("ok") == 1, outcomes
        assert after.status == (S.WITHDRAWN, S.APPROVED)[outcomes.index("ok")]
        assert hasattr(after, "permit") == (after.status == S.APPROVED)


def test_a_withdrawal_and_a_submission_leave_no_stranded_item(cast):
    for _ in range(ROUNDS):
        case = cast.draft()
        outcomes = race(
            act(case, "withdraw", by=cast.clerk, late=True),
            act(case, "submit", by=cast.clerk, late=True, statement=True),
        )
        after = check(case, outcomes)
        assert outcomes[0] == "ok"  # a draft and a submitted case can both be withdrawn
        assert after.status == S.WITHDRAWN


def test_deemed_acceptance_and_acceptance_accept_once(cast):
    for _ in range(ROUNDS):
        case = cast.case_at(S.SUBMITTED)
        item = cast.open_item(case)
        with time_machine.travel("2026-11-30T09:00:00+08:00", tick=True):
            accepts = act(case, "accept", by=cast.acceptor, item=item, late=True)
            outcomes = race(act(case, "deem_accepted", by=None, late=True), accepts)
            after = check(case, outcomes)
        assert outcomes.count("ok") == 1, outcomes
        assert after.status == S.FIRST_REVIEW
        assert after.case.open_items.count() == 1


def test_the_same_submission_sent_twice_is_one(cast):
    for _ in range(ROUNDS):
        case = cast.draft()
        submit = act(case, "submit", by=cast.clerk, statement=True)
        outcomes = race(submit, submit)
        after = check(case, outcomes)
        assert outcomes.count("ok") == 1, outcomes
        assert after.acts.filter(act="submit").count() == 1


def test_one_form_sent_twice_at_once_is_one_act_and_one_paper(cast):
    notice = {"starts": "2026-11-20", "ends": "2026-12-04", "place": "村务公开栏", "contact": "010-00000000"}
    for _ in range(ROUNDS):
        case = cast.case_at(S.FIRST_REVIEW)
        item, papers = cast.open_item(case), case.documents.count()
        post = act(case, "publish_notice", by=cast.district_reviewer, item=item, stays=True, key=uuid.uuid4(), **notice)
        outcomes = race(post, post)
        after = check(case, outcomes)
        assert sorted(outcomes) in (["AlreadyRecorded", "ok"], ["Busy", "ok"]), outcomes
        assert after.acts.filter(act="publish_notice").count() == 1
        assert after.documents.count() == papers + 1


def test_two_opinions_at_a_join_open_the_final_review_once():
    agree = {"position": "agree", "opinion": "同意。"}
    with time_machine.travel(NOW, tick=True):
        Office.enter()
        for number in range(ROUNDS):
            case, clerk = introduction.draft(unit=make_unit(f"繁育中心{number}", MIYUN))
            office = Office(clerk)
            for name, facts in (("submit", {"statement": True}), ("accept", {}), ("recommend", RECOMMENDED)):
                office.do(case, name, **facts)
            case = Application.objects.get(pk=case.pk)
            office.do(case, "record_expert_review", held_on="2026-11-20", experts="李龘", conclusion="可行")
            first, *last_two = office.items(case, "give_opinion")
            office.do(case, "give_opinion", item=first, **agree)
            outcomes = race(
                *(act(case, "give_opinion", by=office.officer(item.mandate), item=item, **agree) for item in last_two)
            )
            after = check(case, outcomes)
            assert outcomes == ["ok", "ok"]
            assert [item.step for item in after.case.open_items] == ["final_review"]
            assert after.case.task_set.filter(step="consulted").count() == 1


def test_two_ticks_at_once_do_the_work_once(cast):
    """What time brings to a case nobody answered: one acceptance, one flag for each light, one news for each reader."""
    for _ in range(ROUNDS):
        case = cast.case_at(S.SUBMITTED)
        with time_machine.travel("2026-11-30T09:00:00+08:00", tick=True):
            outcomes = race(tick, tick)
            after = check(case, outcomes)
            assert outcomes == ["ok", "ok"]
            assert after.status == S.FIRST_REVIEW
            acts = collections.Counter(
                (act.act, act.facts.get("period"), act.facts.get("light"))
                for act in after.acts.filter(act__in=("deem_accepted", "flag_deadline"))
            )
            assert set(acts.values()) == {1}, acts
            assert ("deem_accepted", None, None) in acts
            told = Notification.objects.filter(act__application=case, event="unit", act__act="deem_accepted")
            assert told.filter(person=cast.clerk).count() == 1
            assert not Announcement.objects.filter(act__application=case, made_at=None).exists()


def test_a_tick_and_an_officer_who_accepts_have_one_outcome(cast):
    for _ in range(ROUNDS):
        case = cast.case_at(S.SUBMITTED)
        item = cast.open_item(case)
        with time_machine.travel("2026-11-30T09:00:00+08:00", tick=True):
            outcomes = race(tick, act(case, "accept", by=cast.acceptor, item=item, late=True))
            after = check(case, outcomes)
        assert outcomes[0] == "ok"
        assert after.acts.filter(act__in=("accept", "deem_accepted")).count() == 1


def test_of_two_promises_entered_at_once_both_are_taken_and_the_later_one_stands(cast):
    agency = Agency.objects.get(slug="bj-miyun-forestry")
    for _ in range(ROUNDS):
        PromisedPeriod.objects.all().delete()

        def enter(days: int) -> Racer:
            said = {"kind": "tending", "period": "decide", "working_days": days, "source": "s"}
            return lambda: promises.promise(agency, **said, by=None)

        assert race(enter(10), enter(12)) == ["ok", "ok"]
        assert list(promises.differences()) == []
