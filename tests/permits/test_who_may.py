"""Who may act for an agency in a case: nobody tied to the applicant, barred, or under a mandate that is gone.

A table: each tie, met as oneself, as delegate and as principal; each act of an officer and of a head.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from permits.access import refusal, visible_to
from permits.acts.perform import perform
from permits.errors import NotPermitted
from permits.models import Application
from permits.models.states import S
from roles.access import capacity, mandates_of
from roles.appointments import appoint, dismiss, end_term, grant
from roles.delegations import delegate
from roles.models import Delegation, Mandate, MandateGrant, Membership, Person, Post
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, make_person, make_post
from tests.permits.introduction import cases as introduction
from tests.permits.occupation.cases import MIYUN, Office, make_unit
from workflows import queues
from workflows.worklist import eligible

Tie = Callable[[Cast, Application, Person], object]
LONG_AGO = date(2020, 1, 1)


def works_for_the_unit(cast: Cast, case: Application, person: Person) -> None:
    appoint(person, make_post("driver", unit=cast.farm))


def worked_for_the_unit_while_the_case_ran(cast: Cast, case: Application, person: Person) -> None:
    post = make_post("driver", unit=cast.farm)
    appoint(person, post, since=LONG_AGO)
    Membership.objects.filter(person=person, post=post).update(until=timezone.localdate(case.created))


def applies_for_the_unit_from_another(cast: Cast, case: Application, person: Person) -> None:
    agent = make_post("agent", unit=cast.other_farm)
    grant(agent, cast.farm)
    appoint(person, agent)


def acted_for_the_unit(cast: Cast, case: Application, person: Person) -> None:
    """Asked for a hearing in the unit's name; the term since put before the case, as a clerk might be made to."""
    told = cast.open_item(case, "tell_hearing_right")
    assert told is not None
    assert told.mandate is not None
    officer = cast.officers[told.mandate.duty]
    perform(case.pk, "tell_hearing_right", by=officer, mandate=told.mandate, party="林场", interest="重大利益")
    term = appoint(person, Post.objects.get(unit=cast.farm))
    perform(case.pk, "ask_hearing", by=person, reason="请求听证")
    Membership.objects.filter(pk=term.pk).update(since=LONG_AGO, until=LONG_AGO)


def was_barred(cast: Cast, case: Application, person: Person) -> None:
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    other = make_person("other_head", "副局长", Post.objects.get(memberships__person=cast.head))
    perform(case.pk, "bar_person", by=other, mandate=mandate, person=person, reason="与申请人有利害关系")


TIES: list[Tie] = [
    works_for_the_unit, worked_for_the_unit_while_the_case_ran, applies_for_the_unit_from_another, acted_for_the_unit,
    was_barred,
]  # fmt: skip
UNTIED: list[Tie] = [
    lambda cast, case, person: appoint(person, make_post("driver", unit=cast.other_farm)),
    lambda cast, case, person: appoint(
        person, make_post("driver", unit=cast.farm), since=LONG_AGO, until=LONG_AGO + timedelta(days=9)
    ),
    lambda cast, case, person: appoint(
        person, make_post("driver", unit=cast.farm), since=timezone.localdate() + timedelta(days=9)
    ),
]
SAID: dict[str, dict[str, Any]] = {
    "propose": {"outcome": "approve", "opinion": "拟同意。"},
    "extend_period": {"working_days": 5, "reason": "情况复杂"},
    "order_joint_handling": {"order": "京政办〔2026〕1号", "reason": "联合办理"},
    "recuse": {"reason": "利害关系"},
}


def deputy(cast: Cast) -> Person:
    """Of the reviewer's agency, standing in for the reviewer."""
    person = make_person("deputy", "代理人", make_post("deputy", agency=post_of(cast.reviewer).agency))
    stand_in(cast.reviewer, person, by=cast.reviewer)
    return person


def post_of(person: Person) -> Post:
    return Post.objects.get(memberships__person=person, agency__isnull=False)


def stand_in(principal: Person, to: Person, *, by: Person) -> Delegation:
    today = timezone.localdate()
    return delegate(principal, to, post_of(principal), since=today, until=today, reason="出差", by=by)


def told(case: Application, act: str, person: Person, mandate: Mandate, /, **facts: Any) -> str:
    """Why the door refuses, which must be what the buttons say; nothing is written."""
    before = case.acts.count()
    with pytest.raises(NotPermitted) as refused:
        perform(case.pk, act, by=person, mandate=mandate, **facts)
    assert case.acts.count() == before
    assert refusal(person, act, Application.objects.get(pk=case.pk), mandate) == str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("tied", ["self", "delegate", "principal"])
def test_who_is_tied_to_the_applicant_or_barred_acts_for_no_agency(cast: Cast, tie: Tie, tied: str) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    acting = cast.reviewer if tied == "self" else deputy(cast)
    assert refusal(acting, "claim", case, mandate) is None
    tie(cast, case, acting if tied == "delegate" else cast.reviewer)
    item = cast.open_item(case)
    assert item is not None
    for act in ("propose", "claim", "recuse"):
        facts = {"item": item.pk} if act == "claim" else SAID[act]
        assert told(case, act, acting, mandate, **facts)
    assert acting not in eligible(item)
    with pytest.raises(NotPermitted):
        perform(case.pk, "reassign", by=cast.head, mandate=mandate, item=item.pk, to=acting, reason="换人")


@pytest.mark.parametrize("untied", UNTIED)
def test_work_for_another_unit_or_at_another_time_ties_nobody(cast: Cast, untied: Tie) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    untied(cast, case, cast.reviewer)
    assert refusal(cast.reviewer, "claim", case, cast.mandate(case, Duty.FINAL_REVIEW)) is None
    assert queues.agency(cast.reviewer).filter(application=case).exists()


@pytest.mark.parametrize("tie", TIES)
def test_a_tied_or_barred_head_orders_nothing(cast: Cast, tie: Tie) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate, item = cast.mandate(case, Duty.FINAL_REVIEW), cast.take(case)
    tie(cast, case, cast.head)
    more = {
        "reassign": {"item": item.pk, "to": cast.reviewer, "reason": "换人"},
        "vacate": {"item": item.pk, "reason": "换人"},
        "bar_person": {"person": cast.reviewer, "reason": "回避"},
    }
    for act in ("extend_period", "order_joint_handling", *more):
        told(case, act, cast.head, mandate, **(SAID | more)[act])
    desk = log_in(cast.head)
    assert desk.post(f"/cases/{case.pk}/acts/extend_period/", SAID["extend_period"]).status_code == 403


def test_a_head_who_recused_orders_nothing(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    appoint(cast.head, post_of(cast.reviewer))
    perform(case.pk, "recuse", by=cast.head, mandate=mandate, reason="利害关系")
    told(case, "extend_period", cast.head, mandate, **SAID["extend_period"])


def test_a_queue_does_not_offer_what_the_own_unit_applies_for(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    assert queues.agency(cast.acceptor).filter(application=case).exists()
    works_for_the_unit(cast, case, cast.acceptor)
    assert not queues.agency(cast.acceptor).filter(application=case).exists()
    assert queues.agency(cast.second_acceptor).filter(application=case).exists()


# ---- standing in -----------------------------------------------------------------------------------------------------
def test_a_head_gives_no_post_to_themselves(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        stand_in(cast.reviewer, cast.head, by=cast.head)
    assert refused.value.message_dict.keys() == {"to"}
    assert stand_in(cast.reviewer, cast.head, by=cast.reviewer)  # who is away may ask the head


def test_what_a_head_once_gave_to_themselves_gives_nothing(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    made = stand_in(cast.reviewer, cast.head, by=cast.reviewer)
    assert capacity(cast.head, mandate) is not None
    Delegation.objects.filter(pk=made.pk).update(made_by=cast.head)
    assert capacity(cast.head, mandate) is None


@pytest.mark.parametrize("elsewhere", [False, True])
def test_who_left_the_agency_stands_in_for_nobody_there(cast: Cast, elsewhere: bool) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate, person = cast.mandate(case, Duty.FINAL_REVIEW), deputy(cast)
    assert visible_to(person).filter(pk=case.pk).exists()
    Membership.objects.filter(person=person).update(since=LONG_AGO)
    dismiss(person, post_of(person))
    if elsewhere:
        appoint(person, make_post("driver", unit=cast.other_farm))
    assert capacity(person, mandate) is None
    assert not mandates_of(person).exists()
    assert not queues.agency(person).exists()
    assert not visible_to(person).filter(pk=case.pk).exists()
    told(case, "propose", person, mandate, **SAID["propose"])


# ---- mandates that are gone ------------------------------------------------------------------------------------------
def gone(mandate: Mandate, on: date) -> Mandate:
    Mandate.objects.filter(pk=mandate.pk).update(ended_on=on, valid_to=on)
    return Mandate.objects.get(pk=mandate.pk)


@pytest.mark.parametrize(("days", "gives"), [(-1, False), (0, False), (1, True)])
def test_a_mandate_gives_nothing_from_the_day_it_left_the_matrix(cast: Cast, days: int, gives: bool) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    mandate = gone(cast.mandate(case, Duty.DECIDE), timezone.localdate() + timedelta(days=days))
    assert (capacity(cast.decider, mandate) is not None) == gives
    assert mandates_of(cast.decider).filter(pk=mandate.pk).exists() == gives
    assert queues.agency(cast.decider).filter(application=case).exists() == gives
    for person, act in ((cast.decider, "approve"), (cast.decider, "claim"), (cast.head, "extend_period")):
        assert (refusal(person, act, case, mandate) is None) == gives


def test_an_edition_that_ran_out_applies_as_the_last_one(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    mandate = cast.mandate(case, Duty.DECIDE)
    Mandate.objects.filter(pk=mandate.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert refusal(cast.decider, "approve", case, Mandate.objects.get(pk=mandate.pk)) is None


def test_no_post_is_given_a_mandate_that_is_gone(cast: Cast) -> None:
    mandate = MandateGrant.objects.filter(group__post=post_of(cast.decider))[0].content_object
    MandateGrant.objects.filter(content_object=mandate).delete()
    with pytest.raises(ValidationError):
        grant(post_of(cast.decider), gone(mandate, timezone.localdate()))


def test_a_running_case_goes_on_under_the_row_that_took_the_place_of_the_one_gone(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    old = cast.mandate(case, Duty.DECIDE)
    new = Mandate.objects.get(pk=old.pk)
    new.pk, new.key = None, f"{old.key}-new"
    new.save(force_insert=True)
    gone(old, timezone.localdate())
    assert cast.mandate(case, Duty.DECIDE) == new


# ---- who looks on ----------------------------------------------------------------------------------------------------
def test_an_auditor_performs_no_act(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.open_item(case)
    assert item is not None
    for mandate in mandates_of(cast.auditor).filter(kind__in=["", "tending"]):
        for act, facts in (("recuse", SAID["recuse"]), ("claim", {"item": item.pk})):
            told(case, act, cast.auditor, mandate, **facts)
    answer = log_in(cast.auditor).post(f"/cases/{case.pk}/acts/recuse/", SAID["recuse"])
    assert (answer.status_code, case.acts.filter(act="recuse").exists()) == (403, False)


def test_the_head_of_an_auditing_or_consulted_agency_orders_nothing(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    for mandate in mandates_of(cast.auditor).filter(kind="tending"):
        post = make_post("audit-head", agency=mandate.agency)
        grant(post, mandate.agency)
        told(case, "extend_period", make_person("audit_head", "审计局长", post), mandate, **SAID["extend_period"])
        break


def test_a_dismissed_officers_queues_list_nothing_of_the_agency(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    cast.take(case)
    cast.do(case, "accept")
    other = cast.walk_to(S.SUBMITTED)
    cast.take(other)
    assert (queues.mine(cast.acceptor).count(), queues.done(cast.acceptor).count()) == (1, 1)
    dismiss(cast.acceptor, post_of(cast.acceptor), until=timezone.localdate())
    Membership.objects.filter(person=cast.acceptor).update(since=LONG_AGO, until=LONG_AGO)
    for queue in (queues.mine, queues.agency, queues.done):
        assert not queue(cast.acceptor).exists()


def test_a_term_is_not_ended_before_an_act_done_in_the_post(cast: Cast) -> None:
    """Who handed in for a unit stays tied to it; but whoever acted today can be dismissed at once."""
    case = cast.case_at(S.SUBMITTED)
    Membership.objects.update(since=LONG_AGO)
    term = Membership.objects.get(person=cast.clerk, post__unit=case.unit)
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        handed_in = timezone.localdate(case.acts.get(act="submit").at)
        with pytest.raises(ValidationError) as refused:
            end_term(term, until=handed_in - timedelta(days=1))
        assert "until" in refused.value.message_dict
        term.refresh_from_db()
        assert term.until is None
        assert end_term(term, until=handed_in).until == handed_in
        cast.take(case)
        assert dismiss(cast.acceptor, post_of(cast.acceptor)).until == timezone.localdate() - timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("now", "begins_with_matrix")
def test_a_consulted_agency_sees_the_cases_in_which_it_was_asked() -> None:
    Office.enter()
    case, clerk = introduction.draft(unit=make_unit("繁育中心", MIYUN))
    office = Office(clerk)
    water = Mandate.objects.filter(kind="introduction", duty=Duty.ADVISE, agency__slug="bj-water")
    (adviser,) = {office.officer(mandate) for mandate in water}
    seen = []
    for act, facts in (
        ("submit", {"statement": True}), ("accept", {}), ("recommend", {"outcome": "approve", "opinion": "同意"}),
    ):  # fmt: skip
        office.do(case, act, **facts)
        seen.append(visible_to(adviser).filter(pk=case.pk).exists())
    assert seen == [False, False, True]
