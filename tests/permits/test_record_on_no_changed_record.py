"""Nothing is recorded on top of a record that somebody changed: people are told, the clock passes over the case."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permits.acts.perform import perform
from permits.acts.sweeps import record_lights
from permits.errors import RecordChanged
from permits.models import Act
from permits.models.states import S
from roles.appointments import dismiss
from roles.models import Person
from tests.cast import Cast, fresh, log_in
from tests.changed_record import WAYS, changed
from tests.permits.guards import unguarded_tables
from tests.workflows.holding import post_of
from workflows import sweep
from workflows.keeping import return_unheld
from workflows.models import WorkItem
from workflows.people import deactivate

pytestmark = [pytest.mark.django_db, pytest.mark.owner]
LATER = "2026-12-28T09:00:00+08:00"
YES = {"outcome": "approve", "opinion": "同意"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("act", ["submit", "recommend"])
def test_the_door_takes_no_act_on_top_of_a_changed_one(
    cast: Cast, way: str, act: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Be it the last one or one long before."""
    case = cast.case_at(S.FINAL_REVIEW)
    before = case.acts.count()
    with unguarded_tables(["permits_act"]), changed(case, act, way):
        name = "no_such_act" if way == "a name that is no act" else act
        number = case.acts.get(act=name).seq
        with pytest.raises(RecordChanged, match=str(case.number)), caplog.at_level(logging.ERROR):
            cast.do(case, "propose", **YES)
        assert f"case {case.pk}: act {number}" in caplog.text
    assert case.acts.count() == before
    cast.do(case, "propose", **YES)


def test_nor_where_an_act_was_taken_away_or_another_person_put_into_it(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    record = case.acts.get(act="recommend")
    with unguarded_tables(["permits_act"]):
        for other in ({"person": cast.clerk}, {"hash": "0" * 64}, {"previous": "0" * 64}, {"duty": "decide"}):
            case.acts.filter(pk=record.pk).update(**other)
            with pytest.raises(RecordChanged):
                cast.do(case, "propose", **YES)
            Act.objects.filter(pk=record.pk).update(
                person=record.person, hash=record.hash, previous=record.previous, duty=record.duty
            )


def test_looking_at_the_whole_record_costs_no_statement(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    with CaptureQueriesContext(connection) as asked:
        cast.do(case, "propose", **YES)
    reads = [one["sql"] for one in asked if '"permits_act"."body"' in one["sql"] and one["sql"].startswith("SELECT")]
    assert len(reads) == 1


def test_what_was_typed_stands_beside_the_reason(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    desk = log_in(cast.reviewer)
    with unguarded_tables(["permits_act"]):
        record = case.acts.get(act="accept")
        case.acts.filter(pk=record.pk).update(body=record.body.replace(":", " :", 1))
        address = reverse("task", args=[item.pk])
        answer = desk.post(address, {"act": "propose", "outcome": "approve", "opinion": "写了很久的意见"})
        assert answer.status_code == 409
        assert "写了很久的意见" in answer.text
        assert str(case.number) in answer.text
        assert "备份" in answer.text
        case.acts.filter(pk=record.pk).update(body=record.body)
    assert fresh(case).status == S.FINAL_REVIEW


@pytest.mark.parametrize("way", WAYS)
def test_the_clock_passes_over_such_a_case_and_says_so(cast: Cast, way: str, caplog: pytest.LogCaptureFixture) -> None:
    """The lights of the others are recorded, and silence accepts the others."""
    case, other = cast.case_at(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    with time_machine.travel(LATER), unguarded_tables(["permits_act"]), caplog.at_level(logging.ERROR):
        with changed(case, "submit", way):
            assert record_lights().failed in ([], [case.pk])
            swept = sweep.deem_accepted()
        assert swept.failed == [case.pk]
        assert f"{case.pk}" in caplog.text
        assert (fresh(case).status, fresh(other).status) == (S.SUBMITTED, S.FIRST_REVIEW)
        assert sweep.deem_accepted().recorded == 1


def test_whoever_applies_is_not_told_which_act_it_is(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    with unguarded_tables(["permits_act"]), changed(case, "recommend", "no mapping"):
        with pytest.raises(RecordChanged) as refused:
            cast.do(case, "withdraw")
        assert case.act_label("recommend") not in str(refused.value)


@pytest.mark.parametrize("leave", [deactivate, lambda who: dismiss(who, post_of(who))])
def test_whoever_holds_an_item_of_it_can_leave_all_the_same(cast: Cast, leave: Callable[[Person], object]) -> None:
    """Their other items go back; that one does once the record is as it was."""
    case, other = cast.case_at(S.FINAL_REVIEW), cast.walk_to(S.FINAL_REVIEW)
    held, free = cast.take(case), cast.take(other)
    with unguarded_tables(["permits_act"]), changed(case, "accept", "no mapping"):
        leave(cast.reviewer)
        assert WorkItem.objects.get(pk=free.pk).owner is None
        assert WorkItem.objects.get(pk=held.pk).owner == cast.reviewer
        assert return_unheld().failed in ([], [case.pk])


def test_a_case_of_a_draft_that_holds_nothing_yet_begins(cast: Cast) -> None:
    case = cast.draft()
    perform(case.pk, "withdraw", by=cast.clerk)
    assert fresh(case).deleted
