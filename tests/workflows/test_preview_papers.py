"""Looking at the papers of an act before it is performed: all of them, marked, and nothing is written."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from permits.models import Act, Document, NumberSequence
from permits.models.states import S
from roles.models import Agency
from roles.models.official import Datum
from roles.official_data import enter_official_datum
from tests.cast import Cast, log_in
from tests.permits.documents.reading import text_of
from workflows.models import WorkItem


def everything() -> tuple[Any, ...]:
    items = WorkItem.objects.order_by("pk").values_list("pk", "status", "owner")
    return Act.objects.count(), Document.objects.count(), list(NumberSequence.objects.values_list()), list(items)


def test_an_approvals_papers_are_shown_marked_and_nothing_is_written(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item, desk = cast.take(case), log_in(cast.decider)
    before = everything()
    said = {"act": "approve", "opinion": "同意。", "conditions": "每月报告进度", "preview": "1"}
    answer = desk.post(reverse("task", args=[item.pk]), said)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = text_of(answer.content)
    for word in ("预览", "批复", "天然林抚育作业设计审批证", "每月报告进度", "号"):
        assert word in text
    assert "核验码" not in text
    assert not re.search(r"〔2026〕\d", text)
    assert everything() == before
    del said["preview"]
    assert desk.post(reverse("task", args=[item.pk]), said | {"confirmed": "1"}).status_code == 302


def test_what_would_be_refused_is_refused_and_what_was_typed_stays(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    enter_official_datum(Agency.objects.get(slug="bj-forestry"), Datum.COURT, "", source="test")
    said = {"act": "refuse", "reasons": "采伐强度超过规定。", "preview": "1"}
    answer = log_in(cast.decider).post(reverse("task", args=[item.pk]), said)
    assert answer.status_code == 409
    assert "采伐强度超过规定。" in answer.content.decode()


def test_who_does_not_hold_the_item_sees_no_paper(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.open_item(case)
    assert item is not None
    answer = log_in(cast.decider).post(
        reverse("task", args=[item.pk]), {"act": "approve", "opinion": "同意。", "preview": "1"}
    )
    assert answer["Content-Type"] != "application/pdf"


def test_an_act_without_a_paper_offers_no_preview(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    answer = log_in(cast.district_reviewer).post(
        reverse("task", args=[item.pk]),
        {"act": "recommend", "outcome": "approve", "opinion": "同意。", "preview": "1"},
    )
    assert answer.status_code == 409
