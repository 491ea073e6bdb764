"""One judgment about several decisions, refusals annulled one after the other, and what stands for a decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from permits.acts.reopening import owed
from permits.errors import BadFacts
from permits.models.permit import P
from tests.cast import Cast, fresh, log_in
from tests.permits.life.cases import REVOKED, Desk, permit, print_papers, wrong
from tests.permits.life.remedied import (
    CANCELLED,
    MORE,
    REASONS,
    annul,
    hold,
    outcome,
    problems,
    refused,
    remedied,
    reopen,
)
from workflows.sweep import tick

OTHER = "林地权属有争议，争议解决前不予同意。"


def test_one_judgment_takes_away_several_decisions_and_each_of_them_once(desk: Desk) -> None:
    decisions = desk.decide("revoke_permit", **REVOKED), desk.decide("cancel_permit", **CANCELLED)
    said = [outcome(desk, one.seq, "annulled", decided_on=timezone.localdate()) for one in decisions]
    for one in said:
        desk.decide("record_suit", **one)
    assert permit(desk.case).status == P.VALID
    assert hold(desk) == ["approve"]
    assert wrong() == []
    with pytest.raises(BadFacts) as twice:
        desk.decide("record_suit", **said[0])
    assert list(twice.value.errors) == ["number"]


def test_no_refusal_annulled_before_is_made_again_whatever_was_refused_between(cast: Cast) -> None:
    desk = refused(cast)
    reopen(desk, remedied(desk, "refuse"))
    cast.do(desk.case, "refuse", reasons=OTHER)
    print_papers(desk.case)
    reopen(desk, remedied(desk, "refuse", number="京政复字〔2026〕6号"), fault="procedure")
    with pytest.raises(BadFacts) as bad:
        cast.do(desk.case, "refuse", reasons=REASONS)
    assert list(bad.value.errors) == ["reasons"]
    cast.do(desk.case, "refuse", reasons=OTHER)


def test_reasons_annulled_before_an_approval_are_not_barred_once_that_was_annulled_too(cast: Cast) -> None:
    """It may have been annulled on those reasons: a person judges."""
    desk = refused(cast)
    reopen(desk, remedied(desk, "refuse"))
    cast.do(desk.case, "approve")
    print_papers(desk.case)
    reopen(desk, remedied(desk, "approve", number="京政复字〔2026〕6号"))
    cast.do(desk.case, "refuse", reasons=REASONS)
    print_papers(desk.case)
    assert problems() == []


def test_an_extension_that_silence_granted_is_annulled_like_one_that_was_decided(
    temporary: Desk, traveller: Any
) -> None:
    last = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。")
    traveller.shift(timedelta(days=400))
    tick()
    print_papers(temporary.case)
    (deemed,) = fresh(temporary.case).did("deem_extended")
    page = log_in(temporary.decider).get(reverse("case-act", args=[temporary.case.pk, "record_suit"]))
    assert str(deemed.seq) in dict(page.context["form"].fields["against"].choices)
    annul(temporary, deemed)
    tick()
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.EXPIRED, last)
    assert hold(temporary) == ["approve"]
    assert owed(fresh(temporary.case)), "it is asked for, and silence does not grant it twice"
    temporary.decide("grant_extension", until=last + MORE)
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, last + MORE)
    assert wrong() == []


def test_the_page_says_why_a_permit_stays_cancelled_whose_refused_extension_was_annulled(
    temporary: Desk, traveller: Any
) -> None:
    """It was cancelled because it was not extended, and that is not known any more; the cancellation stands."""
    last = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。")
    not_extended = temporary.decide("refuse_extension", reasons="不再需要。")
    traveller.shift(timedelta(days=400))
    tick()
    cancelled = temporary.decide("cancel_permit", ground="expired", reasons="有效期届满。")
    page = reverse("permit", args=[temporary.case.pk])
    assert log_in(temporary.decider).get(page).context["rests_on_nothing"] is None
    remedy = annul(temporary, not_extended)
    for person in (temporary.decider, temporary.clerk):
        told = log_in(person).get(page)
        assert told.context["rests_on_nothing"] == remedy
        assert remedy.facts["number"] in told.text
    annul(temporary, cancelled)
    assert log_in(temporary.decider).get(page).context["rests_on_nothing"] is None
    assert owed(fresh(temporary.case))
    assert wrong() == []


@pytest.mark.parametrize("other_first", [True, False])
def test_a_permit_that_another_replaced_is_valid_again_once_the_replacement_is_annulled(
    desk: Desk, cast: Cast, other_first: bool
) -> None:
    """Nothing else brings it back where the other permit's own approval was annulled: its holder would have none."""
    other = Desk(cast.walk_and_print(), desk.clerk, desk.decider)
    replaced = desk.decide("replace_permit", number=str(fresh(other.case).number))
    said = outcome(other, fresh(other.case).did("approve")[0].seq, "annulled", decided_on=timezone.localdate())
    if other_first:
        other.decide("record_suit", **said)
        assert (permit(desk.case).status, hold(desk)) == (P.SUPERSEDED, [])
    annul(desk, replaced)
    if not other_first:
        assert permit(other.case).status == P.VALID
        other.decide("record_suit", **said)
    assert (permit(desk.case).status, permit(other.case).status) == (P.VALID, P.ANNULLED)
    assert (hold(desk), hold(other)) == (["approve"], [])
    assert {paper.replaced_by for paper in desk.case.documents.all()} == {None}
    assert problems() == []
