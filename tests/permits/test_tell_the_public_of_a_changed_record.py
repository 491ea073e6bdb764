"""What everyone reads of a case whose record somebody changed: no page breaks, none tells the change as recorded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permits.acts.objections import record_of
from permits.acts.perform import perform
from permits.documents.printing import render_pending
from permits.models import Application, Document, MaterialVersion, ObjectionFiling
from permits.models.document import NoticeKind
from permits.models.states import S
from tests.cast import Cast, fresh, log_in
from tests.changed_record import WAYS, changed
from tests.permits.guards import unguarded_tables
from tests.permits.life.cases import REVOKED, Desk
from tests.permits.life.remedied import remedied

pytestmark = [pytest.mark.django_db, pytest.mark.owner]
WORDS = {"name": "王秀英", "contact": "13900001111", "reason": "采伐会影响村里的水源。"}
PLACE = "村务公开栏"
TOLD = "记录在本系统之外被改动过"


@pytest.fixture
def case(cast: Cast) -> Application:
    return cast.case_at(S.FIRST_REVIEW)


def post(cast: Cast, case: Application) -> Document:
    today = timezone.localdate()
    record = cast.do(case, "publish_notice", starts=today, ends=today + timedelta(days=8), place=PLACE, contact="区局")
    return render_pending(record.documents.get(kind=NoticeKind.PUBLIC_NOTICE).pk)


def page(name: str, *of: Any) -> str:
    answer = Client().get(reverse(name, args=of))
    assert answer.status_code == 200, (name, of)
    return str(answer.text)


@pytest.mark.parametrize("way", WAYS)
def test_a_notice_whose_record_was_changed_leads_to_the_signed_one(cast: Cast, case: Application, way: str) -> None:
    """And hides no other of the list."""
    changed_one, other = post(cast, case), post(cast, cast.walk_to(S.FIRST_REVIEW))
    with unguarded_tables(["permits_act"]):
        for act in ("submit", "publish_notice"):
            with changed(case, act, way):
                told = page("notice", changed_one.pk)
                assert TOLD in told
                assert PLACE not in told
                assert reverse("notice-pdf", args=[changed_one.pk]) in told
                assert Client().get(reverse("notice-pdf", args=[changed_one.pk])).status_code == 200
                listed = page("notice-list")
                assert all(reverse("notice", args=[one.pk]) in listed for one in (changed_one, other))


def test_other_days_written_into_a_notice_are_not_told(cast: Cast, case: Application) -> None:
    notice = post(cast, case)
    record = case.acts.get(act="publish_notice")
    rows = case.acts.filter(pk=record.pk)
    with unguarded_tables(["permits_act"]):
        rows.update(body=record.body.replace(PLACE, "网站首页"))
        assert "网站首页" not in page("notice", notice.pk)
        assert "公示中" not in page("notice-list")
        rows.update(body=record.body)
    assert "公示中" in page("notice-list")


@pytest.mark.parametrize("way", [way for way in WAYS if way != "a name that is no act"])
def test_an_objection_to_such_a_notice_is_not_lost(cast: Cast, case: Application, way: str) -> None:
    """Nobody knows its days: what was typed is there to copy, and the signed notice names the office."""
    notice = post(cast, case)
    address = reverse("objection-new", args=[notice.pk])
    with unguarded_tables(["permits_act"]), changed(case, "publish_notice", way):
        assert reverse("notice-pdf", args=[notice.pk]) in page("objection-new", notice.pk)
        sent = Client().post(address, {"once": uuid4(), **WORDS})
        assert sent.status_code == 409
        assert WORDS["reason"] in sent.text
        assert reverse("notice-pdf", args=[notice.pk]) in sent.text
    assert not ObjectionFiling.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_what_became_of_an_objection_is_not_told_from_a_changed_record(cast: Cast, case: Application, way: str) -> None:
    notice = post(cast, case)
    Client().post(reverse("objection-new", args=[notice.pk]), {"once": uuid4(), **WORDS})
    filing = ObjectionFiling.objects.get()
    taken = cast.do(case, "record_objection", **record_of(filing))
    said = {"objection": taken.seq, "upheld": "not_upheld", "answer": "已有保护措施。"}
    reviewer = {"by": cast.district_reviewer, "mandate": cast.mandate(case, "first_review")}
    perform(case.pk, "answer_objection", **reviewer, **said)
    with unguarded_tables(["permits_act"]):
        for act in ("record_objection", "answer_objection"):
            with changed(case, act, way):
                cache.clear()
                told = Client().post(reverse("objection-progress"), {"code": filing.code})
                assert told.status_code == 200
                assert TOLD in told.text
                assert "已有保护措施。" not in told.text


@pytest.mark.parametrize("way", WAYS)
def test_a_hearing_whose_announcement_was_changed_is_not_announced(cast: Cast, way: str) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    said = {"held_on": date(2026, 12, 8), "place": "会议室甲", "subject": "抚育作业"}
    cast.do(case, "announce_hearing", **said, chair=cast.auditor)
    assert "会议室甲" in page("notice-list")
    record = case.acts.get(act="announce_hearing")
    with unguarded_tables(["permits_act"]):
        with changed(case, "announce_hearing", way):
            page("notice-list")
        case.acts.filter(pk=record.pk).update(body=record.body.replace("会议室甲", "会议室乙"))
        assert "会议室乙" not in page("notice-list")
        case.acts.filter(pk=record.pk).update(body=record.body)


@pytest.mark.parametrize("way", WAYS)
def test_a_file_of_a_changed_record_opens_or_the_page_says_why(cast: Cast, case: Application, way: str) -> None:
    """Which acts are withheld from the applicant, and with them the files, the record alone tells."""
    cast.take(case)
    file = MaterialVersion.objects.filter(material__application=case, kind="pdf")[0]
    with unguarded_tables(["permits_act"]):
        for act in ("submit", "accept"):
            with changed(case, act, way):
                for name in ("material", "material-view"):
                    desk = log_in(cast.clerk)
                    desk.raise_request_exception = False
                    answer = desk.get(reverse(name, args=[file.pk]))
                    assert answer.status_code == 200 or "记录不完整" in answer.text, (name, act)


@pytest.mark.usefixtures("real_seal")
@pytest.mark.parametrize("way", WAYS)
def test_the_register_and_each_paper_tell_that_the_record_was_changed(cast: Cast, way: str) -> None:
    desk = Desk.of_tending(cast)
    desk.decide("revoke_permit", **REVOKED)
    remedied(desk, "revoke_permit")
    case = fresh(desk.case)
    papers = list(case.documents.exclude(status="pending"))
    assert papers
    with unguarded_tables(["permits_act"]):
        for act in ("approve", "revoke_permit", "record_reconsideration"):
            with changed(case, act, way):
                page("register-list")
                assert TOLD in page("register-entry", case.pk)
                for form in ("csv", "json"):
                    assert b"".join(Client().get(reverse("register-data", args=[form])).streaming_content)  # type: ignore[arg-type]
                for paper in papers:
                    assert "不能" in page("verify", paper.token) or "未通过" in page("verify", paper.token)


@pytest.mark.parametrize("way", WAYS)
def test_a_changed_decision_of_a_day_is_told_with_the_day_it_was_recorded(cast: Cast, way: str) -> None:
    desk = Desk.of_tending(cast)
    desk.decide("revoke_permit", **REVOKED)
    remedied(desk, "revoke_permit", decided_on=date(2026, 11, 20))
    with unguarded_tables(["permits_act"]), changed(desk.case, "record_reconsideration", way):
        told = page("register-entry", desk.case.pk)
    assert ("记录被改动过" in told) == (way != "a name that is no act")
