"""Objections on the page of a notice: handed in by anyone, taken on the record by an officer, told by code."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permits.acts.objections import record_of
from permits.acts.perform import perform
from permits.documents.printing import render_pending
from permits.errors import BadFacts, WrongStatus
from permits.ledger.sequencer import sequence
from permits.models import Application, Document, FilingOutcome, LogLeaf, ObjectionFiling
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.views.objecting import HANDED_IN
from roles.appointments import appoint, grant
from roles.models import Mandate
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, make_person, make_post
from tests.files import PDF
from workflows.mandates import the_mandate
from workflows.views.filings import waiting_filings

WORDS = {"name": "王秀英", "contact": "13900001111", "reason": "采伐会影响村里的水源。"}
OVER = "2026-11-30T10:00:00+08:00"


@pytest.fixture
def case(cast: Cast) -> Application:
    return cast.case_at(S.FIRST_REVIEW)


@pytest.fixture
def notice(cast: Cast, case: Application) -> Document:
    today = timezone.localdate()
    record = cast.do(case, "publish_notice", starts=today, ends=today + timedelta(days=8), place="村务公开栏",
                     contact="区园林绿化局 010-69000000")  # fmt: skip
    return render_pending(record.documents.get(kind=NoticeKind.PUBLIC_NOTICE).pk)


def send(notice: Document, key: Any = "", **other: Any) -> Any:
    said = {"once": key or uuid4(), **WORDS, **other}
    return Client().post(reverse("objection-new", args=[notice.pk]), said)


def ask(code: str) -> Any:
    return Client().post(reverse("objection-progress"), {"code": code})


def take(cast: Cast, case: Application, handed_in: ObjectionFiling, **other: Any) -> Any:
    return cast.do(case, "record_objection", **record_of(handed_in) | other)


def beside(cast: Cast, case: Application, act: str, **facts: Any) -> Any:
    duty = Duty.FIRST_REVIEW if Application.objects.get(pk=case.pk).status == S.FIRST_REVIEW else Duty.FINAL_REVIEW
    return perform(case.pk, act, by=cast.officers[duty], mandate=cast.mandate(case, duty), **facts)


# ---- the whole way ----------------------------------------------------------------------------------------------
def test_from_the_page_of_the_notice_to_the_answer_by_code(cast: Cast, case: Application, notice: Document) -> None:
    assert "提出异议" in Client().get(reverse("notice", args=[notice.pk])).content.decode()
    taken = send(notice)
    filing = ObjectionFiling.objects.get()
    assert taken.status_code == 200
    assert filing.code_shown in taken.content.decode()
    assert ask(filing.code_shown.lower().replace("-", " ")).context["found"].dealt_with is None
    record = take(cast, case, filing)
    assert FilingOutcome.objects.get(filing=filing).act == record
    assert ask(filing.code).context["found"].dealt_with == timezone.localdate()
    beside(cast, case, "answer_objection", objection=record.seq, upheld="not_upheld", answer="设计已有水源保护措施。")
    page = ask(filing.code).content.decode()
    assert "设计已有水源保护措施。" in page
    assert WORDS["contact"] not in page
    assert WORDS["name"] not in page


def test_what_waits_keeps_the_case_from_being_decided(cast: Cast, case: Application, notice: Document) -> None:
    send(notice)
    filing = ObjectionFiling.objects.get()
    with time_machine.travel(OVER):
        cast.do(case, "recommend", outcome="approve", opinion="同意")
        with pytest.raises(WrongStatus, match=str(filing.pk)):
            cast.do(case, "propose", outcome="approve", opinion="同意")
        beside(cast, case, "set_aside_filing", filing=filing.pk, ground="not_about", reason="所述地块不在范围内。")
        cast.do(case, "propose", outcome="approve", opinion="同意")
        page = ask(filing.code).content.decode()
        assert "所述地块不在范围内。" in page


def test_an_officer_takes_it_in_its_own_words_and_once(cast: Cast, case: Application, notice: Document) -> None:
    send(notice)
    filing = ObjectionFiling.objects.get()
    for changed in ({"objection": "没有意见"}, {"objector": "别人"}, {"filing": filing.pk + 1}):
        with pytest.raises(BadFacts):
            take(cast, case, filing, **changed)
    take(cast, case, filing)
    with pytest.raises(BadFacts):
        take(cast, case, filing)
    with pytest.raises(WrongStatus):
        beside(cast, case, "set_aside_filing", filing=filing.pk, ground="the_same", reason="重复")
    other = cast.case_at(S.FIRST_REVIEW)
    with pytest.raises(BadFacts):
        take(cast, other, filing)


def test_the_link_on_the_task_fills_the_form_in(cast: Cast, case: Application, notice: Document) -> None:
    send(notice)
    item = cast.take(case)
    officer = log_in(cast.district_reviewer)
    page = officer.get(reverse("task", args=[item.pk])).content.decode()
    filing = ObjectionFiling.objects.get()
    assert f"act=record_objection&amp;filing={filing.pk}" in page
    form = officer.get(reverse("task", args=[item.pk]), {"act": "record_objection", "filing": filing.pk})
    offered = next(one["form"] for one in form.context["others"] if one["form"].spec.name == "record_objection")
    said = {name: offered[name].value() for name in ("objector", "received", "objection", "filing", "once")}
    answer = officer.post(reverse("task", args=[item.pk]), {"act": "record_objection", **said})
    assert answer.status_code == 302
    assert FilingOutcome.objects.filter(filing=filing).exists()
    assert officer.get(reverse("filing-list")).context["page_obj"].object_list.count() == 0


# ---- who sees what ----------------------------------------------------------------------------------------------
def test_only_the_agencies_of_the_case_see_who_it_is(cast: Cast, case: Application, notice: Document) -> None:
    send(notice, file=SimpleUploadedFile("现场.pdf", PDF))
    filing = ObjectionFiling.objects.get()
    for person, sees in (
        (cast.district_reviewer, True), (cast.reviewer, True), (cast.clerk, False), (cast.auditor, False),
        (cast.rival, False), (cast.stranger, False),
    ):  # fmt: skip
        browser = log_in(person)
        file = browser.get(reverse("objection-file", args=[filing.pk]))
        assert (file.status_code == 200) is sees, person
        page = browser.get(reverse("case", args=[case.pk]))
        assert (WORDS["contact"] in page.content.decode()) is sees, person
    assert Client().get(reverse("objection-file", args=[filing.pk])).status_code == 302
    public = Client().get(reverse("notice", args=[notice.pk])).content.decode()
    assert WORDS["name"] not in public


def test_the_list_leads_those_who_work_on_the_case(cast: Cast, case: Application, notice: Document) -> None:
    send(notice)
    assert waiting_filings(cast.district_reviewer).count() == 1
    assert waiting_filings(cast.district_head).count() == 1
    assert waiting_filings(cast.stranger).count() == waiting_filings(cast.clerk).count() == 0
    page = log_in(cast.district_reviewer).get(reverse("filing-list")).content.decode()
    assert str(case.number) in page
    assert WORDS["name"] not in page
    assert reverse("filing-list") in log_in(cast.district_reviewer).get("/").content.decode()


def test_the_list_names_no_case_of_a_matter_that_is_anothers_nor_of_the_own_unit(
    cast: Cast, case: Application, notice: Document
) -> None:
    send(notice)
    agency = cast.mandate(case, Duty.FIRST_REVIEW).agency
    other_matter = Mandate.objects.filter(agency=agency, kind="occupation", duty=Duty.FIRST_REVIEW).first()
    assert other_matter is not None
    post = make_post("another-matter", agency=agency)
    grant(post, other_matter)
    of_another_matter = make_person("another-matter", "林地初审", post)
    of_the_farm = make_person("both", "两头", cast.clerk.memberships.get().post)
    appoint(of_the_farm, cast.district_reviewer.memberships.get().post)
    for person in (of_another_matter, of_the_farm):
        assert str(case.number) not in log_in(person).get(reverse("filing-list")).text


# ---- what goes wrong --------------------------------------------------------------------------------------------
def test_the_same_click_twice_is_one_objection(notice: Document) -> None:
    key = uuid4()
    first, again = send(notice, key), send(notice, key)
    filing = ObjectionFiling.objects.get()
    assert filing.code_shown in first.content.decode()
    assert filing.code_shown in again.content.decode()
    assert "只计一次" in again.content.decode() or not again.context["new"]
    changed = send(notice, key, reason="另外还有一条意见。")
    assert ObjectionFiling.objects.count() == 1
    assert changed.context["other"]
    assert "另外还有一条意见。" in changed.content.decode()


def test_an_objection_of_several_lines_sent_twice_is_the_same_one(notice: Document) -> None:
    """A browser ends lines by CR and LF, and the record keeps them by LF."""
    key, typed = uuid4(), {"name": "　王秀英 ", "reason": "第一条：水源。\r\n第二条：道路。\r\n"}
    send(notice, key, **typed)
    assert ObjectionFiling.objects.get().reason == "第一条：水源。\n第二条：道路。"
    again = send(notice, key, **typed)
    assert not again.context["new"]
    assert not again.context["other"]
    assert send(notice, key, **typed | {"reason": "第一条：水源。"}).context["other"]
    assert send(notice, key, **typed | {"reason": ""}).context["other"]


def test_a_key_that_is_none_is_told_in_the_language_of_the_page(notice: Document) -> None:
    answer = send(notice, "zz")
    assert answer.status_code == 422
    assert "本表单：提交的内容与页面不符" in answer.text
    assert "UUID" not in answer.text


@pytest.mark.parametrize("moment", ["2026-11-28T23:59:00+08:00", "2026-11-29T00:00:01+08:00"])
def test_after_the_last_day_the_form_is_closed_and_what_was_typed_is_shown(notice: Document, moment: str) -> None:
    with time_machine.travel(moment):
        answer = send(notice)
        if moment.startswith("2026-11-28"):
            assert answer.status_code == 200
            return
        assert answer.status_code == 409
        page = answer.content.decode()
        assert WORDS["reason"] in page
        assert "010-69000000" in page
        assert not ObjectionFiling.objects.exists()
        closed = Client().get(reverse("objection-new", args=[notice.pk]))
        assert closed.status_code == 200
        assert closed.context["form"] is None


def test_a_case_withdrawn_meanwhile_takes_none_and_tells_those_it_had(
    cast: Cast, case: Application, notice: Document
) -> None:
    send(notice)
    cast.do(case, "withdraw")
    answer = send(notice)
    assert answer.status_code == 409
    assert WORDS["reason"] in answer.content.decode()
    filing = ObjectionFiling.objects.get()
    told = ask(filing.code)
    assert told.status_code == 200
    assert told.context["found"].row.application.status == S.WITHDRAWN


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", "长" * 100_000), ("reason", ""), ("name", "  "), ("contact", ""), ("name", "名" * 101),
     ("reason", "一\x00二"), ("reason", "😀"), ("website", "http://example.com")],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_at_its_field_and_stays_typed(notice: Document, field: str, value: str) -> None:
    answer = send(notice, **{field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not ObjectionFiling.objects.exists()
    if field != "reason":
        assert WORDS["reason"] in answer.content.decode()
    elif value:
        assert value[:50].replace("\x00", "") in answer.content.decode().replace("\x00", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"MZ\x90\x00program"), ("a.pdf", b""), ("a.exe", PDF), ("a.pdf", b"%PDF-1.4 broken"),
     ("a.html", b"<script>alert(1)</script>"), ("a.docx", b"PK\x03\x04rest"), ("a.pdf", b"%PDF-" + b"0" * 11_000_000)],
)  # fmt: skip
def test_a_hostile_file_is_refused_at_its_field(notice: Document, name: str, content: bytes) -> None:
    answer = send(notice, file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"file"}
    assert WORDS["reason"] in answer.content.decode()
    assert not ObjectionFiling.objects.exists()


def test_a_file_goes_with_it_and_comes_back_whole(cast: Cast, case: Application, notice: Document) -> None:
    send(notice, file=SimpleUploadedFile("../../现场 照片.pdf", PDF))
    filing = ObjectionFiling.objects.get()
    assert filing.file_name == "现场 照片.pdf"
    answer = log_in(cast.district_reviewer).get(reverse("objection-file", args=[filing.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "x" * 41, "😀", "%00", "' or 1=1"])
def test_an_unknown_code_is_told_so(db: None, code: str) -> None:
    assert ask(code).status_code == 422


def test_a_network_hands_in_so_many_an_hour(notice: Document) -> None:
    answers = [send(notice).status_code for _one in range(HANDED_IN.most + 1)]
    assert answers == [200] * HANDED_IN.most + [429]


# ---- kept -------------------------------------------------------------------------------------------------------
def test_it_is_never_changed_or_taken_away_and_is_in_the_log(cast: Cast, case: Application, notice: Document) -> None:
    send(notice)
    filing = ObjectionFiling.objects.get()
    for change in (lambda: ObjectionFiling.objects.update(reason="无"), filing.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    take(cast, case, filing)
    sequence()
    assert set(LogLeaf.objects.filter(source__startswith="filing").values_list("source", flat=True)) == {
        "filing", "filing outcome"
    }  # fmt: skip


def test_whose_step_it_is_sets_aside_and_nobody_else(cast: Cast, case: Application, notice: Document) -> None:
    send(notice)
    pk, page = ObjectionFiling.objects.get().pk, reverse("case-act", args=[case.pk, "set_aside_filing"])
    assert the_mandate(case, Duty.FIRST_REVIEW)
    said = {"filing": pk, "ground": "not_about", "reason": "与本件无关", "once": uuid4()}
    for person in (cast.reviewer, cast.decider, cast.acceptor):
        assert log_in(person).post(page, said).status_code == 403
    for person in (cast.clerk, cast.rival, cast.stranger):
        assert log_in(person).post(page, said).status_code in (403, 404)
    assert not FilingOutcome.objects.exists()
    officer = log_in(cast.district_reviewer)
    assert f'name="filing" value="{pk}"' in officer.get(f"{page}?filing={pk}").text
    asked = officer.get(f"{page}?filing={pk + 1}")
    assert asked.wsgi_request.__dict__["misread"] == [f"filing={pk + 1}"]
    assert f'value="{pk + 1}"' not in asked.text
    assert officer.post(page, said).status_code == 302
    assert FilingOutcome.objects.get().filing_id == pk


# ---- archive ----------------------------------------------------------------------------------------------------
def test_past_notices_are_found_by_year(notice: Document) -> None:
    def of(**query: Any) -> list[int]:
        return [one.document.pk for one in Client().get(reverse("notice-list"), query).context["notices"]]

    assert of() == of(year=2026) == [notice.pk]
    with time_machine.travel("2028-03-01T10:00:00+08:00"):
        assert of() == []
        assert of(year=2026) == [notice.pk]
        assert of(year=2025) == of(year="x") == of(year="9" * 50) == []
        assert Client().get(reverse("notice-list")).context["years"] == [2026]


def test_the_form_marks_what_must_be_filled_in(notice: Document) -> None:
    page = Client().get(reverse("objection-new", args=[notice.pk])).text
    assert page.index("标有*的为必填项。") < page.index("asteriskField")
    signed = re.findall(r">([^<>]+)<span class=\"asteriskField\">", page)
    assert signed == ["姓名或者单位名称", "联系方式", "异议内容及理由"]


def test_who_sets_aside_reads_on_that_page_what_was_handed_in_and_waits(
    cast: Cast, case: Application, notice: Document
) -> None:
    send(notice)
    send(notice, name="赵七", reason="与王秀英的意见相同。")
    first = ObjectionFiling.objects.order_by("pk")[0]
    beside(cast, case, "set_aside_filing", filing=first.pk, ground="withdrawn", reason="已撤回。")
    officer = log_in(cast.officers[Duty.FIRST_REVIEW])
    page = officer.get(reverse("case-act", args=[case.pk, "set_aside_filing"])).content.decode()
    assert "与王秀英的意见相同。" in page
    assert WORDS["reason"] not in page


def test_a_link_to_what_was_dealt_with_tells_so(cast: Cast, case: Application, notice: Document) -> None:
    """The form stood there empty, as if somebody were to type it."""
    send(notice)
    filing = ObjectionFiling.objects.get()
    item = cast.take(case)
    link = {"act": "record_objection", "filing": filing.pk}
    officer = log_in(cast.district_reviewer)
    told = f"第{filing.pk}号异议已于"
    assert told not in officer.get(reverse("task", args=[item.pk]), link).text
    take(cast, case, filing)
    page = officer.get(reverse("task", args=[item.pk]), link).text
    assert told in page
    assert "“登记异议”" in page
    other = cast.take(cast.case_at(S.FIRST_REVIEW))
    assert told not in officer.get(reverse("task", args=[other.pk]), link).text, "it is no objection to that case"


def test_what_was_handed_in_again_by_going_back_is_one_while_it_waits(
    cast: Cast, case: Application, notice: Document
) -> None:
    def paper(end: bytes = b"") -> SimpleUploadedFile:
        return SimpleUploadedFile("异议.pdf", PDF + end)

    first, again = send(notice, file=paper()), send(notice, file=paper())
    filing = ObjectionFiling.objects.get()
    assert filing.code_shown in first.text
    assert filing.code_shown in again.text
    assert "此表此前已经收到" in again.text
    send(notice, file=paper(b"\n"))
    send(notice, reason="另一项理由。")
    send(notice, contact="13900002222")
    assert ObjectionFiling.objects.count() == 4
    beside(cast, case, "set_aside_filing", filing=filing.pk, ground="withdrawn", reason="已撤回。")
    send(notice, file=paper())
    assert ObjectionFiling.objects.count() == 5, "what waits no more can be handed in anew"
