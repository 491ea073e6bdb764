"""Several decisions on one permit that remedies take away one after the other, in whichever order: the permit and its
papers are what is left of the decisions that stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from permits.acts.paper_force import grounds_of
from permits.acts.reopening import owed
from permits.documents.life_papers import held_before
from permits.errors import WrongStatus
from permits.models import Act
from permits.models.permit import P
from tests.cast import fresh, log_in
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, wrong
from tests.permits.life.remedied import CANCELLED, MORE, annul, hold
from workflows.sweep import tick


def extended(desk: Desk, more: timedelta = MORE) -> Act:
    until = permit(desk.case).valid_to + more
    desk.ask("ask_extension", until=until, reason="工程未完。")
    return desk.decide("grant_extension", until=until)


def approval(desk: Desk) -> Act:
    found: Act = fresh(desk.case).did("approve")[0]
    return found


def change(desk: Desk) -> Act:
    desk.ask("ask_change", what="holder_name", now="北京市密云云蒙山林场", reason="更名。")
    return desk.decide("grant_change")


def left_in_every_order(desk: Desk, decisions: Sequence[Act]) -> set[tuple[Any, ...]]:
    """What is left of the permit once all `decisions` were annulled: status, last day, and whose papers hold; for each
    order, taken back again."""
    found = set()
    for order in permutations(decisions):
        with transaction.atomic():
            for decision in order:
                annul(desk, decision)
            found.add((permit(desk.case).status, permit(desk.case).valid_to, *hold(desk)))
            assert wrong() == [], order
            transaction.set_rollback(True)
    return found


def test_nothing_is_left_of_a_permit_whose_approval_and_every_later_decision_were_annulled(temporary: Desk) -> None:
    """Not even the end: revoked is no permit whose revocation was annulled."""
    first_end = permit(temporary.case).valid_to
    decisions = [approval(temporary), extended(temporary), temporary.decide("revoke_permit", **REVOKED)]
    assert left_in_every_order(temporary, decisions) == {(P.ANNULLED, first_end)}
    for decision in (decisions[0], decisions[2]):
        annul(temporary, decision)
    assert not [told for told in grounds_of(fresh(temporary.case)).values() if told.startswith("撤销许可")]


def test_of_an_annulled_permit_that_was_cancelled_the_cancellation_is_annulled(desk: Desk) -> None:
    revoked, cancelled = desk.decide("revoke_permit", **REVOKED), desk.decide("cancel_permit", **CANCELLED)
    for decision, status in ((approval(desk), P.CANCELLED), (cancelled, P.REVOKED), (revoked, P.ANNULLED)):
        annul(desk, decision)
        assert (permit(desk.case).status, hold(desk)) == (status, [])
    assert wrong() == []


def test_no_paper_of_a_lost_decision_holds_again_once_the_permit_has_expired(temporary: Desk, traveller: Any) -> None:
    decisions = [extended(temporary), change(temporary)]
    last = permit(temporary.case).valid_to
    traveller.shift(timedelta(days=500))
    tick()
    decisions.append(temporary.decide("cancel_permit", ground="expired", reasons="有效期届满。"))
    assert left_in_every_order(temporary, decisions) == {(P.EXPIRED, last, "approve")}


@pytest.mark.parametrize("revocation_first", [True, False])
def test_a_permit_whose_revocation_and_cancellation_were_annulled_is_valid_again(
    desk: Desk, revocation_first: bool
) -> None:
    decisions = [desk.decide("revoke_permit", **REVOKED), desk.decide("cancel_permit", **CANCELLED)]
    first, second = decisions if revocation_first else reversed(decisions)
    annul(desk, first)
    assert permit(desk.case).status == (P.CANCELLED if revocation_first else P.REVOKED)
    assert hold(desk) == []
    annul(desk, second)
    assert permit(desk.case).status == P.VALID
    assert hold(desk) == ["approve"]
    assert wrong() == []


def test_the_page_says_why_a_permit_stays_cancelled_whose_revocation_was_annulled(desk: Desk) -> None:
    revoked = desk.decide("revoke_permit", **REVOKED)
    cancelled = desk.decide("cancel_permit", **CANCELLED)
    page = reverse("permit", args=[desk.case.pk])
    assert log_in(desk.decider).get(page).context["rests_on_nothing"] is None
    remedy = annul(desk, revoked)
    for person in (desk.decider, desk.clerk):
        told = log_in(person).get(page)
        assert told.context["rests_on_nothing"] == remedy
        assert remedy.facts["number"] in told.content.decode()
    annul(desk, cancelled)
    assert log_in(desk.decider).get(page).context["rests_on_nothing"] is None


def test_a_cancellation_that_follows_an_annulled_approval_rests_on_that(desk: Desk) -> None:
    """Not on the revocation that was annulled before it."""
    annul(desk, desk.decide("revoke_permit", **REVOKED))
    annul(desk, approval(desk))
    desk.decide("cancel_permit", **CANCELLED)
    page = reverse("permit", args=[desk.case.pk])
    assert log_in(desk.decider).get(page).context["rests_on_nothing"] is None


@pytest.mark.parametrize("withdrawal_first", [True, False])
def test_an_extension_and_a_withdrawal_annulled_leave_what_was_granted_first(
    temporary: Desk, withdrawal_first: bool
) -> None:
    first_end = permit(temporary.case).valid_to
    decisions = [extended(temporary), temporary.decide("withdraw_permit", **WITHDRAWN)]
    for decision in reversed(decisions) if withdrawal_first else decisions:
        annul(temporary, decision)
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, first_end)
    assert hold(temporary) == ["approve"]
    assert wrong() == []
    temporary.ask("ask_reissue", statement="证件损毁。")
    again = temporary.decide("reissue_permit")
    assert held_before(again).valid_to == first_end
    assert held_before(again).number == temporary.case.documents.get(kind="temporary_consent").number


def test_of_two_extensions_the_first_annulled_first_nothing_is_left_once_the_second_is(temporary: Desk) -> None:
    first_end = permit(temporary.case).valid_to
    one, two = extended(temporary), extended(temporary)
    annul(temporary, one)
    assert permit(temporary.case).valid_to == first_end + 2 * MORE, "the second stands by itself"
    annul(temporary, two)
    assert permit(temporary.case).valid_to == first_end
    assert hold(temporary) == ["approve"]
    assert wrong() == []


def test_an_extension_that_stands_is_left_alone(temporary: Desk) -> None:
    """Annulled is what was before it and what came after it."""
    one, two = extended(temporary), extended(temporary)
    last = permit(temporary.case).valid_to
    annul(temporary, one)
    annul(temporary, temporary.decide("withdraw_permit", **WITHDRAWN))
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, last)
    assert temporary.case.documents.get(act=two, kind="permit_paper").status == "issued"
    assert wrong() == []


def test_a_change_annulled_while_the_permit_was_withdrawn_stands_on_no_paper_that_holds(desk: Desk) -> None:
    changed = change(desk)
    withdrawn = desk.decide("withdraw_permit", **WITHDRAWN)
    annul(desk, changed)
    annul(desk, withdrawn)
    assert permit(desk.case).status == P.VALID
    assert hold(desk) == ["approve"]
    assert wrong() == []


def test_a_paper_issued_after_an_extension_was_annulled_outlives_a_later_annulment(temporary: Desk) -> None:
    annul(temporary, extended(temporary))
    temporary.ask("ask_reissue", statement="证件损毁。")
    temporary.decide("reissue_permit")
    annul(temporary, temporary.decide("withdraw_permit", **WITHDRAWN))
    assert hold(temporary) == ["reissue_permit"]
    assert wrong() == []


def test_silence_extends_no_permit_that_was_revoked_when_its_term_ended(temporary: Desk, traveller: Any) -> None:
    """Nobody could answer: who decides does it once the revocation is annulled, also after the end."""
    last = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。")
    revoked = temporary.decide("revoke_permit", **REVOKED)
    traveller.shift(timedelta(days=400))
    annul(temporary, revoked)
    page = reverse("permit", args=[temporary.case.pk])
    (asked,) = log_in(temporary.decider, english=True).get(page).context["asked"]
    assert "silence extends nothing, and it is answered now" in asked.notes[-1]
    tick()
    assert permit(temporary.case).status == P.EXPIRED
    assert not fresh(temporary.case).did("deem_extended")
    assert owed(fresh(temporary.case))
    (asked,) = log_in(temporary.decider, english=True).get(page).context["asked"]
    assert "silence extends nothing, and it is answered now" in asked.notes[-1]
    temporary.decide("grant_extension", until=last + MORE)
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, last + MORE)
    assert not owed(fresh(temporary.case))


def test_silence_extends_a_permit_whose_revocation_was_annulled_before_the_end(temporary: Desk, traveller: Any) -> None:
    last = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。")
    annul(temporary, temporary.decide("revoke_permit", **REVOKED))
    assert not owed(fresh(temporary.case))
    traveller.shift(timedelta(days=400))
    tick()
    assert permit(temporary.case).valid_to == last + MORE


def test_a_request_that_ended_with_the_term_does_not_wait_again_as_a_later_end_is_annulled(
    temporary: Desk, traveller: Any
) -> None:
    """Asked late, and the permit valid to its last day: it could have been answered, and silence granted nothing."""
    last = permit(temporary.case).valid_to
    traveller.shift(last - timezone.localdate() - timedelta(days=5))
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。", late="经办人员更换。")
    traveller.shift(timedelta(days=10))
    tick()
    annul(temporary, temporary.decide("cancel_permit", ground="expired", reasons="有效期届满。"))
    assert permit(temporary.case).status == P.EXPIRED
    assert not owed(fresh(temporary.case))
    with pytest.raises(WrongStatus):
        temporary.decide("grant_extension", until=last + MORE)
