"""A decision is delivered once it is here: after it was made, and one of a higher authority after its paper came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from permits.acts.perform import perform
from permits.acts.sweeps import record_lights
from permits.documents.delivering import undelivered, undelivered_on_permit
from permits.errors import BadFacts
from permits.models import Act, Application
from permits.models.states import S
from roles.models import Mandate
from roles.models.mandates import Duty
from tests.cast import NOW, Cast, fresh, log_in
from tests.permits.life.cases import WITHDRAWN, Desk, print_papers, wrong
from tests.permits.life.remedied import outcome
from tests.permits.occupation.cases import Office
from tests.permits.reported import record, reported
from workflows.mandates import the_mandate
from workflows.queues import to_deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def deliver(case: Application, mandate: Mandate, by: Any, day: Any, **other: Any) -> Act:
    return perform(case.pk, "record_delivery", by=by, mandate=mandate, delivered_on=day, manner="当面",
                   receiver="经办员", **other)  # fmt: skip


def test_a_refused_acceptance_is_delivered_after_it_was_made(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.SUBMITTED)
        traveller.shift(timedelta(days=3))
        cast.do(case, "refuse_acceptance")
        mandate = cast.mandate(case, Duty.ACCEPT)
        with pytest.raises(BadFacts) as bad:
            deliver(case, mandate, cast.acceptor, "2026-11-20")
        assert set(bad.value.errors) == {"delivered_on"}
        deliver(case, mandate, cast.acceptor, timezone.localdate())


def test_a_delivery_put_on_record_late_was_in_time_by_the_day_it_was_made(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.APPROVED)
        decided = fresh(case).decided_on
        traveller.shift(timedelta(days=40))
        record = deliver(case, cast.mandate(case, Duty.DECIDE), cast.decider, decided)
        assert [(entry.event, entry.on) for entry in record.clock_entries.all()] == [("stopped", decided)]


@pytest.mark.parametrize(("received", "too_early", "right"), [
    ("2026-12-10", "2026-12-09", "2026-12-10"), (None, "2026-12-14", "2026-12-15"),
])  # fmt: skip
def test_what_a_higher_authority_decided_is_delivered_after_it_came_here(
    clock: Any, received: str | None, too_early: str, right: str
) -> None:
    case, office = reported(clock)
    record(case, office, received=received)
    mandate = the_mandate(fresh(case), Duty.DECIDE)
    by = office.officer(mandate)
    with pytest.raises(BadFacts) as bad:
        deliver(case, mandate, by, too_early)
    assert set(bad.value.errors) == {"delivered_on"}
    deliver(case, mandate, by, right)


def test_what_was_decided_on_a_permit_is_handed_over_after_the_decision_and_by_its_own_delivery(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.APPROVED)
        print_papers(case)
        desk = Desk(case, cast.clerk, cast.decider)
        by = cast.mandate(case, Duty.DECIDE), cast.decider
        assert {paper.act.act for paper in undelivered(fresh(case))} == {"approve"}
        deliver(case, *by, timezone.localdate())
        traveller.shift(timedelta(days=7))
        desk.decide("withdraw_permit", **WITHDRAWN)
        assert [paper.kind for paper in undelivered_on_permit(fresh(case))] == ["permit_withdrawn"]
        page = log_in(cast.decider, english=True).get(f"/permits/{case.pk}/").content.decode()
        assert "Still to be handed over" in page
        with pytest.raises(BadFacts) as bad:
            deliver(case, *by, fresh(case).decided_on - timedelta(days=1))
        assert set(bad.value.errors) == {"delivered_on"}
        deliver(case, *by, timezone.localdate() - timedelta(days=1), again=True)  # the decision, to a second recipient
        assert [paper.kind for paper in undelivered_on_permit(fresh(case))] == ["permit_withdrawn"]
        deliver(case, *by, timezone.localdate())
        assert undelivered(fresh(case)) == []
        assert wrong() == []
        page = log_in(cast.decider, english=True).get(f"/cases/{case.pk}/").content.decode()
        assert "Delivered on 2026-11-20" in page, "the decision; the withdrawal is handed over by another act"


def test_a_delivery_made_before_a_later_decision_leaves_that_to_be_handed_over(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.APPROVED)
        print_papers(case)
        traveller.shift(timedelta(days=7))
        Desk(case, cast.clerk, cast.decider).decide("withdraw_permit", **WITHDRAWN)
        deliver(case, cast.mandate(case, Duty.DECIDE), cast.decider, fresh(case).decided_on)
        assert [paper.kind for paper in undelivered(fresh(case))] == ["permit_withdrawn"]


def test_a_withdrawal_that_was_annulled_is_handed_over_no_more_and_what_it_had_ended_is(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.APPROVED)
        print_papers(case)
        desk = Desk(case, cast.clerk, cast.decider)
        traveller.shift(timedelta(days=7))
        withdrawn = desk.decide("withdraw_permit", **WITHDRAWN)
        assert [paper.act for paper in undelivered(fresh(case))] == [withdrawn]
        said = outcome(desk, withdrawn.seq, "annulled") | {"decided_on": timezone.localdate()}
        desk.decide("record_suit", **said)
        assert undelivered_on_permit(fresh(case)) == []
        assert {paper.act.act for paper in undelivered(fresh(case))} == {"approve"}


def test_of_papers_issued_anew_twice_the_last_is_handed_over(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True):
        case = cast.case_at(S.APPROVED)
        print_papers(case)
        desk = Desk(case, cast.clerk, cast.decider)
        for _time in range(2):
            desk.ask("ask_reissue", statement="遗失。")
            last = desk.decide("reissue_permit")
        assert [paper.act for paper in undelivered_on_permit(fresh(case))] == [last]


def test_a_slip_in_the_day_is_refused_and_what_was_delivered_before_is_told_as_such(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.APPROVED)
        print_papers(case)
        by = cast.mandate(case, Duty.DECIDE), cast.decider
        with pytest.raises(BadFacts) as bad:
            deliver(case, *by, timezone.localdate(), again=True)
        assert set(bad.value.errors) == {"again"}, "nothing was delivered before"
        deliver(case, *by, timezone.localdate())
        traveller.shift(timedelta(days=7))
        Desk(case, cast.clerk, cast.decider).decide("withdraw_permit", **WITHDRAWN)
        with pytest.raises(BadFacts) as bad:
            deliver(case, *by, timezone.localdate() - timedelta(days=1))
        assert set(bad.value.errors) == {"delivered_on"}
        deliver(case, *by, timezone.localdate(), again=True)
        assert [paper.kind for paper in undelivered(fresh(case))] == ["permit_withdrawn"], "the decision, once more"
        deliver(case, *by, timezone.localdate())
        assert undelivered(fresh(case)) == []


def test_the_desk_is_shown_what_was_decided_on_a_permit_and_no_decision_whose_permit_was_ended(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case, other = cast.case_at(S.APPROVED), cast.case_at(S.APPROVED)
        for one in (case, other):
            print_papers(one)
        by = cast.mandate(case, Duty.DECIDE), cast.decider
        deliver(other, *by, timezone.localdate())
        traveller.shift(timedelta(days=7))
        assert set(to_deliver(cast.decider)) == {case}
        Desk(case, cast.clerk, cast.decider).decide("withdraw_permit", **WITHDRAWN)
        Desk(other, cast.clerk, cast.decider).decide("withdraw_permit", **WITHDRAWN)
        assert set(to_deliver(cast.decider)) == {case, other}
        assert not to_deliver(cast.clerk)
        for one in (case, other):
            deliver(one, *by, timezone.localdate())
            assert one not in to_deliver(cast.decider)
        assert wrong() == []


def test_what_nobody_delivered_is_listed_no_more_when_the_permit_was_ended(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True):
        case = cast.case_at(S.APPROVED)
        print_papers(case)
        desk = Desk(case, cast.clerk, cast.decider)
        suit = outcome(desk, fresh(case).did("approve")[0].seq, "annulled") | {"decided_on": timezone.localdate()}
        assert set(to_deliver(cast.decider)) == {case}
        desk.decide("record_suit", **suit)
        assert undelivered(fresh(case)) == []
        assert not to_deliver(cast.decider)


def ended(case: Application, desk: Desk, how: str) -> None:
    if how == "withdrawn":
        desk.decide("withdraw_permit", **WITHDRAWN)
        return
    decision = fresh(case).did("approve", "refuse")[0].seq
    desk.decide("record_suit", **outcome(desk, decision, "annulled") | {"decided_on": timezone.localdate()})


@pytest.mark.parametrize(("status", "how"), [
    (S.APPROVED, "withdrawn"), (S.APPROVED, "annulled"), (S.REFUSED, "annulled"),
])  # fmt: skip
def test_nobody_is_late_with_the_delivery_of_what_holds_no_more(cast: Cast, status: S, how: str) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case, waits = cast.case_at(status), cast.case_at(status)
        for one in (case, waits):
            print_papers(one)
        ended(case, Desk(case, cast.clerk, cast.decider), how)
        traveller.shift(timedelta(days=30))
        assert record_lights().failed == []
        assert fresh(case).did("flag_deadline") == []
        assert [act.facts["light"] for act in fresh(waits).did("flag_deadline")] == ["yellow", "red"]
        assert set(to_deliver(cast.decider)) == ({waits, case} if how == "withdrawn" else {waits})
        clerk = log_in(cast.decider, english=True)
        assert "overdue" not in clerk.get(reverse("case", args=[case.pk])).text
        assert "Delivery: overdue" in clerk.get(reverse("case", args=[waits.pk])).text
        assert wrong() == []
