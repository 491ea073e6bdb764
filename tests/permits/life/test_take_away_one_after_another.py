"""Several decisions on one permit that remedies take away one after the other, in whichever order: the permit and its
papers are what is left of the decisions that stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from permits.acts.reopening import owed
from permits.documents.life_papers import held_before
from permits.models import Act
from permits.models.permit import P
from tests.cast import log_in
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, fresh, permit, wrong
from tests.permits.life.test_record_remedies import outcome
from workflows.sweep import tick

CANCELLED = {"ground": "ended", "reasons": "许可已被撤销。"}
MORE = timedelta(days=100)


def annul(desk: Desk, decision: Act) -> Act:
    said = outcome(desk, decision.seq, "annulled", number=f"第{decision.seq}号", decided_on=timezone.localdate())
    return desk.decide("record_suit", **said)


def extended(desk: Desk, more: timedelta = MORE) -> Act:
    until = permit(desk.case).valid_to + more
    desk.ask("ask_extension", until=until, reason="工程未完。")
    return desk.decide("grant_extension", until=until)


def hold(desk: Desk) -> list[str]:
    """The acts whose papers that give the permit hold."""
    papers = fresh(desk.case).documents.filter(status="issued").order_by("pk")
    return [one.act.act for one in papers if one.kind in ("tending_certificate", "temporary_consent", "permit_paper")]


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
    desk.ask("ask_change", what="holder_name", now="北京市密云云蒙山林场", reason="更名。")
    changed = desk.decide("grant_change")
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
    (asked,) = log_in(temporary.decider).get(page).context["asked"]
    assert (asked.kept, asked.granted) == (True, False)
    tick()
    assert permit(temporary.case).status == P.EXPIRED
    assert not fresh(temporary.case).did("deem_extended")
    assert owed(fresh(temporary.case))
    assert log_in(temporary.decider).get(page).context["asked"][0].kept
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
