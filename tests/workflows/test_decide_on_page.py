"""The page of a decision: looked at once more before it is done, with what bars it."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from permits.documents.standard import clauses_against
from permits.models import Act, Application
from permits.models.states import S
from tests.cast import PDF, Cast, log_in, plot, text
from tests.workflows.task_pages import address, post, status


# --- the decision -----------------------------------------------------------------------------------------------------
def test_a_decision_is_shown_once_more_before_it_is_made(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    facts = {"opinion": "同意。", "conditions": "避开防火期\n保留目的树种"}
    review = post(cast.decider, item, "approve", **facts)
    assert "Check what you are about to decide" in text(review)
    assert "保留目的树种" in text(review)
    assert status(case) == S.AWAITING_DECISION
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', review.content.decode()))
    assert kept["conditions"] == "避开防火期\n保留目的树种"
    confirmed = post(cast.decider, item, "approve", **facts, confirmed="1")
    assert confirmed.url == f"/cases/{case.pk}/"
    assert status(case) == S.APPROVED


def test_who_changes_the_language_in_between_is_shown_the_decision_no_second_time(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    facts = {"act": "approve", "opinion": "同意。"}
    looked = log_in(cast.decider).post(address(item), facts)
    assert looked.context["board"].count
    confirm = facts | {"confirmed": "1", "looked_at": looked.context["board"].mark}
    assert log_in(cast.decider, english=True).post(address(item), confirm).status_code == 302
    assert status(case) == S.APPROVED


def test_a_decision_is_changed_from_the_review_page_without_losing_it(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.AWAITING_DECISION))
    again = post(cast.decider, item, "approve", opinion="同意，附条件。", change="1")
    assert "同意，附条件。" in again.content.decode()
    assert not again.context["form"].errors


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_no_decision_passes_without_confirmation(cast: Cast, act: str) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    post(cast.decider, item, act, opinion="同意", reasons="不符合")
    assert status(case) == S.AWAITING_DECISION


def test_findings_that_stand_against_an_approval_are_told_and_stop_it(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION, plot(volume_intensity_pct="45"))
    item = cast.take(case)
    page = log_in(cast.decider, english=True).get(address(item))
    assert "1 finding stands against an approval" in text(page)
    for more in ({}, {"confirmed": "1"}):  # before anyone is asked to confirm it, and after
        refused = post(cast.decider, item, "approve", opinion="同意，理由详述", **more)
        assert refused.status_code == 409
        assert "Findings stand against an approval" in text(refused)
        assert "T-VI2" in text(refused)
        assert "同意，理由详述" in refused.content.decode()
    assert status(case) == S.AWAITING_DECISION


def test_what_contradicts_an_act_is_told_before_it_is_to_be_confirmed(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    said = {"ground": "other_organ", "reason": "属其他机关职权。"}
    before = case.acts.count()
    told = post(cast.acceptor, item, "refuse_acceptance", **said)
    assert "Name the organ that is competent" in text(told)
    assert "属其他机关职权。" in told.content.decode()
    assert "Check what you are about to decide" not in text(told)
    asked = post(cast.acceptor, item, "refuse_acceptance", **said, organ="示例机关")
    assert "Check what you are about to decide" in text(asked)
    assert case.acts.count() == before, "nothing of what was tried stays"


def test_time_is_resumed_only_where_it_stands_still(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    item = cast.take(case)

    def offered() -> set[str]:
        page = log_in(cast.district_reviewer).get(address(item))
        return {one["form"].spec.name for one in page.context["others"]} & {"suspend_clock", "resume_clock"}

    assert offered() == {"suspend_clock"}
    cast.do(case, "suspend_clock", ground="testing", reason="送检")
    assert offered() == {"resume_clock"}


def told_of_the_right(cast: Cast) -> Application:
    case = cast.case_at(S.AWAITING_DECISION)
    cast.do(case, "tell_hearing_right", party="林场", interest="重大利益")
    return case


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_nothing_is_decided_while_a_hearing_can_still_be_asked_for(cast: Cast, act: str) -> None:
    """许可法 47(1): five days from the day they were told."""
    case, said = told_of_the_right(cast), {"opinion": "同意。", "reasons": "不符合规定。"}
    item = cast.take(case)
    page = log_in(cast.decider, english=True).get(address(item))
    assert "A hearing can be asked for until 2026-11-27" in text(page)
    assert act not in {one["form"].spec.name for one in page.context["forms"]}
    with time_machine.travel("2026-11-27T10:00:00+08:00", tick=True):
        post(cast.decider, item, act, **said, confirmed="1")
        assert status(case) == S.AWAITING_DECISION
    with time_machine.travel("2026-11-30T10:00:00+08:00", tick=True):
        assert post(cast.decider, item, act, **said, confirmed="1").status_code == 302
        assert status(case) in (S.APPROVED, S.REFUSED)


def test_the_applicant_who_was_told_of_the_right_asks_on_the_page_of_the_case(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    page, asking = f"/cases/{case.pk}/", f"/cases/{case.pk}/acts/ask_hearing/"
    clerk = log_in(cast.clerk)
    assert asking not in clerk.get(page).content.decode()
    cast.do(case, "tell_hearing_right", party="林场", interest="重大利益")
    assert asking in clerk.get(page).content.decode()
    assert clerk.post(asking, {"reason": "对采伐强度有异议。"}).status_code == 302
    assert Act.objects.filter(application=case, act="ask_hearing").exists()
    assert asking not in clerk.get(page).content.decode(), "it waits to be held"
    assert "has not been held yet" in text(log_in(cast.decider, english=True).get(address(cast.take(case))))


def test_a_named_officials_reasoned_ruling_with_a_document_lets_it_pass(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION, plot(volume_intensity_pct="45"))
    item = cast.take(case)
    client = log_in(cast.decider, english=True)
    page = client.get(address(item)).content.decode()
    link = re.search(r'href="(/tasks/\d+/\?act=rule_on_finding[^"#]*)#', page)
    assert link
    form = client.get(link[1].replace("&amp;", "&")).content.decode()
    rule, where = (re.search(rf'name="{name}" value="([^"]*)"', form) for name in ("rule", "where"))
    assert rule is not None
    assert where is not None
    ruled = post(
        cast.decider, item, "rule_on_finding", rule=rule[1], where=where[1], reason="专家论证认为可行",
        document=SimpleUploadedFile("论证意见.pdf", PDF),
    )  # fmt: skip
    assert ruled.status_code == 302, ruled.context["form"].errors
    assert post(cast.decider, item, "approve", opinion="同意", confirmed="1").status_code == 302
    assert status(case) == S.APPROVED


def test_a_ruling_needs_its_document(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.AWAITING_DECISION, plot(volume_intensity_pct="45")))
    response = post(cast.decider, item, "rule_on_finding", rule="T-VI2", reason="可行")
    assert set(response.context["form"].errors) == {"document"}


def test_a_refusal_that_cites_no_clause_is_told_so_and_an_officer_names_one(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    told = "The decision will cite no clause"
    assert told in text(post(cast.decider, item, "refuse", reasons="设计强度超过规定。"))
    said = {"reasons": "设计强度超过规定。", "clauses": "《森林抚育规程》第6条"}
    assert told not in text(post(cast.decider, item, "refuse", **said))
    post(cast.decider, item, "refuse", **said, confirmed="1")
    assert clauses_against(case.acts.get(act="refuse")) == ("《森林抚育规程》第6条",)
