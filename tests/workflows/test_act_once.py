"""A form does its work once: a second click or a retry is told so, and makes no second act and no second paper."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permits.acts.perform import perform
from permits.errors import AlreadyRecorded
from permits.ledger.chain import identity, problems_of
from permits.models import Act, Application, MaterialVersion
from permits.models.states import S
from tests.cast import PDF, WORDS, Cast, log_in
from tests.workflows.desks import Desks
from workflows.models import WorkItem

TODAY = "2026-11-20"
HEARING = {"held_on": "2026-12-15", "place": "会议室", "subject": "抚育作业设计"}
SITE = {
    "checked_on": TODAY, "place": "12林班", "result": "与申请一致", "inspectors-rows": "2", "photos-rows": "1",
}  # fmt: skip
NOTICE = {"starts": TODAY, "ends": "2026-12-04", "place": "村务公开栏", "contact": "010-00000000"}
RULING = {"rule": "T-14", "reason": "经核实，属于乡土树种。"}
STAYING: dict[str, tuple[S, dict[str, Any]]] = {
    "publish_notice": (S.FIRST_REVIEW, NOTICE),
    "record_site_check": (S.FIRST_REVIEW, SITE),
    "notify_third_party": (S.FIRST_REVIEW, {"party": "石塘路村", "interest": "林地承包"}),
    "tell_hearing_right": (S.FINAL_REVIEW, {"party": "申请人", "interest": "重大利益"}),
    "announce_hearing": (S.FINAL_REVIEW, HEARING),
    "record_statement": (S.FINAL_REVIEW, {"party": "石塘路村", "statement": "无异议"}),
    "record_objection": (S.FINAL_REVIEW, {"objector": "村民", "received": TODAY, "objection": "担心水土流失"}),
    "record_expert_review": (S.FINAL_REVIEW, {"held_on": TODAY, "experts": "李龘", "conclusion": "可行"}),
    "suspend_clock": (S.FINAL_REVIEW, {"ground": "testing", "reason": "检测"}),
    "rule_on_finding": (S.AWAITING_DECISION, RULING),
}


def desk_of(cast: Cast, item: WorkItem) -> Client:
    assert item.mandate is not None
    return log_in(cast.officers[item.mandate.duty], english=True)


def words(cast: Cast, item: WorkItem, act: str, said: dict[str, Any]) -> dict[str, Any]:
    """What is posted, with the people and files the act names; a file is read once, so each click gets its own."""
    assert item.mandate is not None
    two = [cast.officers[item.mandate.duty], Desks.colleague(item.mandate.agency, 1)]
    more: dict[str, Any] = {}
    if act == "record_site_check":
        more = {f"inspectors-{number}-person": str(one.pk) for number, one in enumerate(two)}
    if act == "announce_hearing":
        more = {"chair": str(two[1].pk)}
    if act == "rule_on_finding":
        more = {"document": SimpleUploadedFile("依据.pdf", PDF)}
    return {"act": act, **said, **more}


def key_on(page: bytes, act: str = "") -> str:
    """The one-time key in the form of `act`, of the first form where none is named."""
    text = page.decode()
    begin = text.index(f'id="{act}"') if act else 0
    found = re.search(r'name="once" value="([0-9a-f-]{36})"', text[begin:])
    assert found, "the form has no key"
    return found[1]


@pytest.mark.parametrize("act", STAYING)
def test_a_second_click_on_an_act_that_leaves_its_item_open_records_nothing(cast: Cast, act: str) -> None:
    status, said = STAYING[act]
    case = cast.case_at(status)
    item = cast.take(case)
    words(cast, item, act, said)  # makes the colleague the form offers
    desk, place = desk_of(cast, item), reverse("task", args=[item.pk])
    key = key_on(desk.get(place).content, act)
    first = desk.post(place, {**words(cast, item, act, said), "once": key})
    assert (first.status_code, first["Location"]) == (302, place)
    papers, files = case.documents.count(), MaterialVersion.objects.count()
    second = desk.post(place, {**words(cast, item, act, said), "once": key}, follow=True)
    assert second.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert "already recorded" in second.content.decode()
    assert case.acts.filter(act=act).count() == 1
    assert (case.documents.count(), MaterialVersion.objects.count()) == (papers, files)
    again = desk.get(place).content
    if act == "suspend_clock":  # what stands still is not offered to be suspended again
        assert f'id="{act}"' not in again.decode()
        return
    assert key_on(again, act) != key  # the page shown anew is another form: it may be done again
    assert problems_of(Application.objects.get(pk=case.pk)) == []


def test_a_second_click_on_an_act_that_ends_its_item_is_told_the_same(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    desk, place = desk_of(cast, item), reverse("task", args=[item.pk])
    sent = {"act": "propose", **WORDS["propose"], "once": key_on(desk.get(place).content, "propose")}
    assert desk.post(place, sent)["Location"] == reverse("case", args=[case.pk])
    assert "already recorded" in desk.post(place, sent, follow=True).content.decode()
    assert case.acts.filter(act="propose").count() == 1


def test_a_form_that_comes_back_with_errors_keeps_its_key(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FINAL_REVIEW))
    desk, place = desk_of(cast, item), reverse("task", args=[item.pk])
    key = key_on(desk.get(place).content, "record_statement")
    wrong = desk.post(place, {"act": "record_statement", "party": "石塘路村", "once": key})
    assert key_on(wrong.content, "record_statement") == key


def test_a_decision_looked_at_once_more_keeps_its_key(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.AWAITING_DECISION))
    desk, place = desk_of(cast, item), reverse("task", args=[item.pk])
    key = key_on(desk.get(place).content, "refuse")
    review = desk.post(place, {"act": "refuse", "reasons": "强度超过规定。", "once": key})
    assert key_on(review.content) == key


def test_a_key_that_cannot_be_read_is_an_error_of_the_form(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    sent = {"act": "record_statement", "party": "石塘路村", "statement": "无异议", "once": "x"}
    assert desk_of(cast, item).post(reverse("task", args=[item.pk]), sent).status_code == 200
    assert not case.acts.filter(act="record_statement").exists()


# ---- acts beside an item, and holding one ----------------------------------------------------------------------------
def test_acts_of_the_cases_page_are_done_once(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    head, place = log_in(cast.head, english=True), reverse("case-act", args=[case.pk, "bar_person"])
    sent = {"reason": "回避", "once": key_on(head.get(place).content)}
    sent["person"] = str(cast.reviewer.pk)
    assert head.post(place, sent).status_code == 302
    assert "already recorded" in head.post(place, sent, follow=True).content.decode()
    assert case.acts.filter(act="bar_person").count() == 1


def test_giving_an_item_back_and_to_another_is_done_once(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    desk, head = desk_of(cast, item), log_in(cast.district_head)
    sent = {"once": key_on(desk.get(reverse("task", args=[item.pk])).content.split(b"/release/")[1])}
    for _click in range(2):
        desk.post(reverse("task-release", args=[item.pk]), sent)
    place = reverse("task-reassign", args=[item.pk])
    sent = {"to": str(cast.acceptor.pk), "reason": "换人", "once": key_on(head.get(place).content)}
    for _click in range(2):
        assert head.post(place, sent)["Location"] == reverse("case", args=[case.pk])
    assert [case.acts.filter(act=act).count() for act in ("release", "reassign")] == [1, 1]


def test_items_picked_twice_are_taken_once(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item, desk = cast.open_item(case), log_in(cast.acceptor, english=True)
    assert item is not None
    page = desk.get(reverse("queue", args=["agency"])).content.split(b"/queue/claim/")[1]
    sent = {"item": [str(item.pk)], "once": key_on(page)}
    for _click in range(2):
        assert "You have taken 1 item." in desk.post(reverse("queue-claim"), sent, follow=True).content.decode()
    assert case.acts.filter(act="claim").count() == 1


def test_an_application_is_handed_in_once(cast: Cast) -> None:
    case = cast.case_at(S.DRAFT)
    desk, place = log_in(cast.clerk), reverse("draft-check", args=[case.pk])
    sent = {"statement": "on", "once": key_on(desk.get(place).content)}
    for _click in range(2):
        assert desk.post(place, sent)["Location"] == reverse("draft-submitted", args=[case.pk])
    assert str(case.acts.get(act="submit").key) == sent["once"]


# ---- without a page --------------------------------------------------------------------------------------------------
def test_the_door_refuses_a_key_used_before_whatever_came_since(cast: Cast) -> None:
    case, key = cast.case_at(S.DRAFT), uuid4()
    perform(case.pk, "submit", by=cast.clerk, key=key, statement=True)
    with pytest.raises(AlreadyRecorded) as told:
        perform(case.pk, "submit", by=cast.clerk, key=key, statement=True)
    assert told.value.application_id == case.pk
    other = cast.draft()
    with pytest.raises(AlreadyRecorded):
        perform(other.pk, "submit", by=cast.clerk, key=key, statement=True)
    assert not other.acts.filter(act="submit").exists()


def test_acts_without_a_key_are_not_compared_and_no_hash_covers_one(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    said = {"party": "石塘路村", "statement": "无异议"}
    for key in (None, None, uuid4()):
        mandate = cast.mandate(case, "final_review")
        record = perform(case.pk, "record_statement", by=cast.reviewer, mandate=mandate, key=key, **said)
        assert "key" not in identity(record)
        assert str(key) not in Act.objects.get(pk=record.pk).body
