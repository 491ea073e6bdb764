"""Standing in for someone away, leaving, and giving work to another: the case goes on, the record names everybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from permits.acts.perform import perform
from permits.errors import NotPermitted
from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.states import S
from roles.access import mandates_of
from roles.appointments import grant
from roles.delegations import delegate, take_back
from roles.models import Delegation, Person
from roles.models.mandates import Duty
from tests.cast import Cast, make_person, make_post
from tests.workflows.holding import post_of
from workflows.models import WorkItem
from workflows.people import deactivate


@pytest.fixture
def deputy(cast: Cast) -> Person:
    """Of the reviewer's agency, without a duty of their own."""
    agency = post_of(cast.reviewer).agency
    return make_person("deputy", "代理人", make_post("deputy", agency=agency))


def stand_in(cast: Cast, deputy: Person, days: int = 5) -> Delegation:
    today = timezone.localdate()
    return delegate(
        cast.reviewer, deputy, post_of(cast.reviewer), since=today, until=today + timedelta(days=days), reason="休假",
        by=cast.head,
    )  # fmt: skip


def test_an_act_done_for_another_names_both(cast: Cast, deputy: Person) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    assert not mandates_of(deputy).exists()
    stand_in(cast, deputy)
    record = cast.do(case, "propose", by=deputy)
    assert (record.person, record.on_behalf_of) == (deputy, cast.reviewer)
    assert record.content["names"]["on_behalf_of"] == str(cast.reviewer)
    assert problems_of(Application.objects.get(pk=case.pk)) == []


def test_principal_and_delegate_count_as_one_for_the_separation_of_duties(cast: Cast, deputy: Person) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    stand_in(cast, deputy)
    cast.do(case, "propose", by=deputy)
    decision = cast.mandate(case, Duty.DECIDE)
    today = timezone.localdate()
    delegate(
        cast.decider, cast.reviewer, post_of(cast.decider), since=today, until=today, reason="出差", by=cast.decider
    )
    with pytest.raises(NotPermitted):  # the reviewer's work was done by the deputy, for the reviewer
        perform(case.pk, "approve", by=cast.reviewer, mandate=decision, opinion="同意")


def test_a_delegation_that_ended_or_was_taken_back_gives_nothing(cast: Cast, deputy: Person) -> None:
    given = stand_in(cast, deputy)
    Delegation.objects.filter(pk=given.pk).update(since=date(2026, 11, 1), until=date(2026, 11, 19))
    assert not mandates_of(deputy).exists()
    Delegation.objects.filter(pk=given.pk).update(until=date(2026, 11, 25))
    assert mandates_of(deputy).exists()
    given.refresh_from_db()
    take_back(given, by=cast.reviewer)
    assert not mandates_of(deputy).exists()


def test_a_delegate_passes_nothing_on(cast: Cast, deputy: Person) -> None:
    stand_in(cast, deputy)
    third = make_person("third", "第三人", make_post("third", agency=post_of(cast.reviewer).agency))
    today = timezone.localdate()
    with pytest.raises(ValidationError) as refused:
        delegate(deputy, third, post_of(cast.reviewer), since=today, until=today, reason="休假", by=deputy)
    assert "post" in refused.value.message_dict


def test_nobody_outside_the_agency_and_nobody_uninvited_stands_in(cast: Cast) -> None:
    today, post = timezone.localdate(), post_of(cast.reviewer)
    with pytest.raises(ValidationError) as refused:
        delegate(cast.reviewer, cast.acceptor, post, since=today, until=today, reason=" ", by=cast.stranger)
    assert refused.value.message_dict.keys() == {"to", "reason", "principal"}


def test_who_leaves_returns_the_work_to_the_agency_and_keeps_the_history(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    due = item.due
    assert deactivate(cast.reviewer, by=cast.head) == 1
    item = WorkItem.objects.get(pk=item.pk)
    assert (item.owner, item.status, item.due) == (None, "NEW", due)
    record = Application.objects.get(pk=case.pk).acts.latest("seq")
    assert record.act == "vacate"
    assert Application.objects.get(pk=case.pk).acts.filter(person=cast.reviewer, act="claim").exists()
    assert problems_of(case) == []


def test_who_leaves_returns_what_a_stand_in_held_for_them_too(cast: Cast, deputy: Person) -> None:
    stand_in(cast, deputy)
    item, own = cast.take(cast.case_at(S.FINAL_REVIEW), by=deputy), cast.take(cast.case_at(S.SUBMITTED))
    assert deactivate(cast.reviewer, by=cast.head) == 1
    item, own = (WorkItem.objects.get(pk=one.pk) for one in (item, own))
    assert (item.owner, item.status, own.owner) == (None, "NEW", cast.acceptor)


def test_what_a_stand_in_may_do_by_a_post_of_their_own_stays_with_them(cast: Cast, deputy: Person) -> None:
    stand_in(cast, deputy)
    item = cast.take(cast.case_at(S.FINAL_REVIEW), by=deputy)
    assert item.mandate is not None
    grant(post_of(deputy), item.mandate)
    assert deactivate(cast.reviewer, by=cast.head) == 0
    assert WorkItem.objects.get(pk=item.pk).owner == deputy


def test_the_head_gives_an_item_to_another_and_its_clock_runs_on(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    given = {"by": cast.district_head, "mandate": item.mandate, "item": item.pk, "reason": "请假"}
    perform(case.pk, "reassign", to=cast.second_acceptor, **given)
    after = WorkItem.objects.get(pk=item.pk)
    assert (after.owner, after.due) == (cast.second_acceptor, item.due)
    with pytest.raises(NotPermitted, match=str(cast.stranger)):
        perform(case.pk, "reassign", to=cast.stranger, **given)
    with pytest.raises(NotPermitted):
        perform(case.pk, "reassign", to=cast.acceptor, **(given | {"by": cast.head}))  # of another agency
