"""An outcome of a remedy that is annulled itself: by a court that judges the reconsideration, or the court above."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from permits.acts.compensation import compensations, to_pay
from permits.acts.paper_force import grounds_of
from permits.acts.reopening import owed, to_follow, to_judge
from permits.acts.requests import open_request
from permits.errors import BadFacts, WrongStatus
from permits.models import QuotaMovement, RegisterEntry
from permits.models.permit import P
from tests.cast import Cast, fresh, log_in, text
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers
from tests.permits.life.licences import felled, licensed, moved
from tests.permits.life.remedied import (
    CANCELLED,
    MORE,
    approval,
    conditions,
    hold,
    judged,
    problems,
    refused,
    remedied,
    reopen,
    restored,
    reviewed,
    said,
)
from workflows.models import Notification
from workflows.notifications.making import make
from workflows.notifications.words import headline
from workflows.sweep import tick

Change = QuotaMovement.Change


def test_a_revocation_has_effect_again_once_the_reconsideration_that_annulled_it_is_annulled(desk: Desk) -> None:
    revoked = desk.decide("revoke_permit", **REVOKED)
    remedy = reviewed(desk, revoked.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.VALID, ["approve"])
    judgment = restored(desk, remedy.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.REVOKED, [])
    assert desk.case.documents.get(act=revoked).status == "issued", "the letter that revoked it holds again"
    assert judgment.content["sets"]["permit_status"] == P.REVOKED
    assert any(told.startswith("撤销许可") for told in grounds_of(fresh(desk.case)).values())
    assert RegisterEntry.objects.get(permit__application=desk.case).permit.status == P.REVOKED
    assert log_in(desk.decider).get(reverse("permit", args=[desk.case.pk])).context["ended_by"] == revoked
    assert problems() == []


def test_the_court_above_annuls_the_judgment_and_the_reconsideration_has_effect_again(desk: Desk) -> None:
    remedy = reviewed(desk, desk.decide("revoke_permit", **REVOKED).seq)
    first = restored(desk, remedy.seq)
    second = restored(desk, first.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.VALID, ["approve"])
    restored(desk, second.seq)  # and a retrial
    assert (permit(desk.case).status, hold(desk)) == (P.REVOKED, [])
    assert problems() == []


@pytest.mark.parametrize("again", ["upheld", "annulled"])
def test_what_is_to_be_reconsidered_anew_is_open_until_the_next_outcome(desk: Desk, again: str) -> None:
    revoked = desk.decide("revoke_permit", **REVOKED)
    remedy = reviewed(desk, revoked.seq)
    judged(desk, remedy.seq, "anew", earlier="open")
    assert (permit(desk.case).status, hold(desk)) == (P.VALID, ["approve"])
    for place in ("permit", "case"):
        page = log_in(desk.clerk, english=True).get(reverse(place, args=[desk.case.pk])).text
        assert "is open: all stays as it is on the record" in page
    assert problems() == []
    reviewed(desk, revoked.seq, again)
    assert permit(desk.case).status == (P.REVOKED if again == "upheld" else P.VALID)
    assert to_judge(fresh(desk.case)) == []
    assert problems() == []


@pytest.mark.parametrize("decision_first", [True, False])
def test_one_judgment_about_a_decision_and_its_reconsideration_is_recorded_in_either_order(
    desk: Desk, decision_first: bool
) -> None:
    revoked = desk.decide("revoke_permit", **REVOKED)
    remedy = reviewed(desk, revoked.seq)
    number = "（2026）京行初700号"
    about = [(revoked.seq, "upheld", {}), (remedy.seq, "annulled", {"earlier": "open"})]
    for against, what, more in about if decision_first else reversed(about):
        assert permit(desk.case).status == P.VALID
        desk.decide("record_suit", **said(desk, against, what, **more) | {"number": number})
    assert (permit(desk.case).status, hold(desk)) == (P.REVOKED, [])
    assert to_judge(fresh(desk.case)) == []
    assert problems() == []


def test_a_request_is_not_answered_while_it_is_open_whether_its_answer_stands(desk: Desk) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    remedy = reviewed(desk, desk.decide("refuse_change", reasons="材料不足。").seq, "anew")
    assert owed(fresh(desk.case))
    judged(desk, remedy.seq, "anew", earlier="open")
    assert not owed(fresh(desk.case))
    with pytest.raises(WrongStatus, match="尚待确定"):
        desk.decide("grant_change")
    restored(desk, remedy.seq)
    assert open_request(fresh(desk.case), "ask_change") is None


@pytest.mark.parametrize("annulled_first", [0, 1])
@pytest.mark.parametrize("first", [0, 1])
def test_a_judgment_about_two_decisions_falls_for_each_in_whichever_order(
    desk: Desk, annulled_first: int, first: int
) -> None:
    decisions = desk.decide("revoke_permit", **REVOKED), desk.decide("cancel_permit", **CANCELLED)
    judgments = {at: judged(desk, decisions[at].seq) for at in (annulled_first, 1 - annulled_first)}
    assert permit(desk.case).status == P.VALID
    restored(desk, judgments[first].seq)
    assert (permit(desk.case).status, hold(desk)) == ((P.CANCELLED if first else P.REVOKED), [])
    assert problems() == []
    restored(desk, judgments[1 - first].seq)
    assert (permit(desk.case).status, hold(desk)) == (P.CANCELLED, [])
    assert problems() == []


def test_an_approval_stands_again_with_its_papers_and_conditions(traveller: Any) -> None:
    desk = Desk.of_temporary_use(traveller, conditions="应当设置围挡。")
    remedy = reviewed(desk, approval(desk))
    assert (permit(desk.case).status, hold(desk)) == (P.ANNULLED, [])
    assert to_follow(fresh(desk.case)) == [remedy]
    judgment = restored(desk, remedy.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.VALID, ["approve"])
    assert [one[2] for one in conditions(desk)] == [False]
    assert to_follow(fresh(desk.case)) == []
    assert problems() == []
    restored(desk, judgment.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.ANNULLED, [])
    assert [one[2] for one in conditions(desk)] == [True]
    assert problems() == []


def test_a_condition_binds_nobody_where_something_was_built_on_its_annulment(traveller: Any) -> None:
    desk = Desk.of_temporary_use(traveller)
    until = permit(desk.case).valid_to + MORE
    desk.ask("ask_extension", until=until, reason="工程未完。")
    remedy = reviewed(desk, desk.decide("grant_extension", until=until, conditions="应当设置围挡。").seq)
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    desk.decide("grant_change")
    restored(desk, remedy.seq)
    assert [one.open for one in to_judge(fresh(desk.case))] == [False]
    assert [one[2] for one in conditions(desk)] == [True]
    assert problems() == []


@pytest.mark.parametrize("earlier", ["restored", "open"])
def test_a_refusal_whose_annulment_was_annulled_is_not_decided_anew(cast: Cast, earlier: str) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    assert owed(fresh(desk.case))
    judged(desk, remedy.seq, "annulled", earlier=earlier)
    assert not owed(fresh(desk.case))
    page = text(log_in(desk.decider, english=True).get(reverse("case", args=[desk.case.pk])))
    assert ("It has effect again · 北京市人民政府" in page) == (earlier == "restored")
    assert ("is open: all stays as it is on the record" in page) == (earlier == "open")
    held = {paper.status for paper in desk.case.documents.filter(act__act="refuse")}
    assert held == {"issued" if earlier == "restored" else "revoked"}
    with pytest.raises(WrongStatus):
        reopen(desk, remedy)
    assert problems() == []


def test_what_was_decided_anew_stays_and_a_person_judges(cast: Cast) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    reopen(desk, remedy)
    cast.do(desk.case, "approve")
    print_papers(desk.case)
    restored(desk, remedy.seq)
    assert fresh(desk.case).status == "approved"
    assert permit(desk.case).status == P.VALID
    assert [one.open for one in to_judge(fresh(desk.case))] == [False]
    for place in ("permit", "case"):
        page = log_in(desk.decider, english=True).get(reverse(place, args=[desk.case.pk])).text
        assert "a person decides what stands now" in page
    assert problems() == []


@pytest.mark.parametrize("open_first", [False, True])
def test_a_permit_that_was_extended_meanwhile_stays_and_may_be_revoked_on_the_same_reasons(
    temporary: Desk, open_first: bool
) -> None:
    remedy = reviewed(temporary, temporary.decide("revoke_permit", **REVOKED).seq)
    until = permit(temporary.case).valid_to + MORE
    temporary.ask("ask_extension", until=until, reason="工程未完。")
    temporary.decide("grant_extension", until=until)
    with pytest.raises(BadFacts):
        temporary.decide("revoke_permit", **REVOKED)
    if open_first:
        judged(temporary, remedy.seq, earlier="open")
        assert [one.open for one in to_judge(fresh(temporary.case))] == [True]
    restored(temporary, remedy.seq)
    assert [one.open for one in to_judge(fresh(temporary.case))] == [False]
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, until)
    assert problems() == []
    temporary.decide("revoke_permit", **REVOKED)
    assert to_judge(fresh(temporary.case)) == [], "a person has decided"
    assert problems() == []


def test_a_request_whose_refusal_stands_again_waits_no_more(desk: Desk) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    remedy = reviewed(desk, desk.decide("refuse_change", reasons="材料不足。").seq, "anew")
    assert open_request(fresh(desk.case), "ask_change") is not None
    restored(desk, remedy.seq)
    assert open_request(fresh(desk.case), "ask_change") is None
    assert not owed(fresh(desk.case))
    assert problems() == []


def test_the_paper_of_a_change_is_carried_again(desk: Desk) -> None:
    desk.ask("ask_change", what="holder_name", now="密云区雾灵生态林场", reason="单位更名。")
    granted = desk.decide("grant_change")
    remedy = reviewed(desk, granted.seq)
    assert hold(desk) == ["approve"]
    restored(desk, remedy.seq)
    assert desk.case.documents.get(act=granted, kind="permit_paper").status == "issued"
    assert desk.case.documents.get(kind="tending_certificate").status == "superseded"
    assert RegisterEntry.objects.get(permit__application=desk.case).holder == "密云区雾灵生态林场"
    assert problems() == []


def test_compensation_is_owed_again(desk: Desk) -> None:
    remedy = reviewed(desk, desk.decide("withdraw_permit", **WITHDRAWN).seq)
    assert to_pay(fresh(desk.case)) == []
    restored(desk, remedy.seq)
    assert [one.annulled for one in compensations(fresh(desk.case))] == [None]
    assert len(to_pay(fresh(desk.case))) == 1


def test_compensation_is_owed_again_though_the_term_ended_meanwhile(temporary: Desk, traveller: Any) -> None:
    remedy = reviewed(temporary, temporary.decide("withdraw_permit", **WITHDRAWN).seq)
    traveller.shift(timedelta(days=800))
    tick()
    assert permit(temporary.case).status == P.EXPIRED
    restored(temporary, remedy.seq)
    assert permit(temporary.case).status == P.EXPIRED, "a person decides"
    assert len(to_pay(fresh(temporary.case))) == 1
    assert problems() == []


@pytest.mark.parametrize(("what", "other", "field"), [
    ("annulled", {}, "earlier"), ("changed", {}, "outcome"), ("upheld", {"earlier": "restored"}, "earlier"),
    ("anew", {"earlier": "restored"}, "earlier"), ("anew", {"earlier": "open", "until": "2027-05-01"}, "until"),
])  # fmt: skip
def test_what_an_outcome_about_an_outcome_says_must_agree(
    desk: Desk, what: str, other: dict[str, Any], field: str
) -> None:
    remedy = reviewed(desk, approval(desk))
    with pytest.raises(BadFacts) as bad:
        judged(desk, remedy.seq, what, **other)
    assert list(bad.value.errors) == [field]


def test_no_reconsideration_is_about_a_judgment_and_no_decision_has_an_earlier_outcome(desk: Desk) -> None:
    judgment = judged(desk, approval(desk), "upheld")
    with pytest.raises(BadFacts) as bad:
        reviewed(desk, judgment.seq, "upheld")
    assert list(bad.value.errors) == ["against"]
    with pytest.raises(BadFacts) as bad:
        judged(desk, approval(desk), earlier="restored")
    assert list(bad.value.errors) == ["earlier"]


def test_a_replacement_has_effect_again_and_names_the_paper_that_took_its_place(desk: Desk, cast: Cast) -> None:
    other = Desk(cast.walk_and_print(), desk.clerk, desk.decider)
    replaced = desk.decide("replace_permit", number=str(fresh(other.case).number))
    named = {paper.replaced_by for paper in desk.case.documents.filter(status="superseded")}
    remedy = reviewed(desk, replaced.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.VALID, ["approve"])
    restored(desk, remedy.seq)
    assert (permit(desk.case).status, hold(desk)) == (P.SUPERSEDED, [])
    assert {paper.replaced_by for paper in desk.case.documents.filter(status="superseded")} == named
    assert problems() == []


def test_no_extension_is_granted_by_silence_while_it_is_open_whether_it_was_refused(
    temporary: Desk, traveller: Any
) -> None:
    last = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。")
    remedy = reviewed(temporary, temporary.decide("refuse_extension", reasons="不再需要。").seq)
    judged(temporary, remedy.seq, "anew", earlier="open")
    traveller.shift(timedelta(days=400))
    tick()
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.EXPIRED, last)
    assert problems() == []


def test_silence_extends_no_permit_whose_approval_was_annulled_when_its_term_ended(
    temporary: Desk, traveller: Any
) -> None:
    """Nobody could answer: who decides does it once the approval stands again."""
    last = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=last + MORE, reason="工程未完。")
    remedy = reviewed(temporary, approval(temporary))
    traveller.shift(timedelta(days=400))
    tick()
    restored(temporary, remedy.seq)
    tick()
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.EXPIRED, last)
    assert owed(fresh(temporary.case))
    temporary.decide("grant_extension", until=last + MORE)
    assert permit(temporary.case).status == P.VALID
    assert problems() == []


@pytest.mark.parametrize("what", ["annulled", "anew"])
def test_the_quota_of_an_approval_that_stands_again_is_deducted_again(traveller: Any, what: str) -> None:
    first = felled()
    desk = licensed(*first)
    taken = moved(first[0])
    remedy = remedied(desk, "approve", what)
    kept = moved(first[0])[len(taken) + 1 :]
    judgment = restored(desk, remedy.seq)
    told = [(Change.RELEASED, -kept[0][1])] if kept else []
    assert moved(first[0])[len(taken) + 1 + len(kept) :] == [*told, taken[-1]]
    assert sum(amount for _change, amount in moved(first[0])) == taken[-1][1]
    assert problems() == []
    restored(desk, judgment.seq)
    assert sum(amount for _change, amount in moved(first[0])) == sum(amount for _change, amount in kept)
    assert problems() == []


def test_a_quota_that_went_to_another_case_is_not_taken_from_it(traveller: Any) -> None:
    first = felled()
    waits, _clerk, _office = felled()
    desk = licensed(*first)
    remedy = remedied(desk, "approve", "annulled")
    restored(desk, remedy.seq)
    assert permit(desk.case).status == P.VALID
    assert moved(waits) == [(Change.RESERVED, Decimal(-320))]
    assert moved(first[0])[-1] == (Change.RETURNED, Decimal(320))
    page = log_in(desk.decider, english=True).get(reverse("permit", args=[desk.case.pk])).text
    assert "its quota went to other cases meanwhile" in page
    assert problems() == []


def test_the_form_asks_what_becomes_of_the_decision_only_where_an_outcome_is_named(desk: Desk) -> None:
    remedy = reviewed(desk, desk.decide("revoke_permit", **REVOKED).seq)
    page = log_in(desk.decider).get(reverse("case-act", args=[desk.case.pk, "record_suit"]))
    form = page.context["form"]
    assert (str(remedy.seq), "北京市人民政府") in [(key, told[:7]) for key, told in form.fields["against"].choices]
    assert form.fields["earlier"].widget.attrs["data-when"] == f'[["against", ["{remedy.seq}"], false]]'
    assert "所针对的决定" in page.text


def test_who_is_told_of_the_judgment_reads_that_the_decision_has_effect_again(desk: Desk, cast: Cast) -> None:
    remedy = reviewed(desk, desk.decide("revoke_permit", **REVOKED).seq, "anew")
    opened = judged(desk, remedy.seq, "anew", earlier="open")
    make(opened.pk)
    assert not Notification.objects.filter(act=opened, event="deciders").exists(), "this agency is ordered nothing"
    record = restored(desk, remedy.seq)
    assert permit(desk.case).status == P.REVOKED, "what was open is so no more"
    make(record.pk)
    with translation.override("en"):
        (news,) = (headline(one) for one in Notification.objects.filter(act=record, event="unit", person=cast.clerk))
    assert "It has effect again" in news
