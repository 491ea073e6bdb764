"""Printing what was reserved: from a real act to a sealed file, once, whatever happens in between."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import CommandError, call_command

from permits.acts.found import told
from permits.acts.perform import perform
from permits.documents import printing
from permits.documents.content import Paper
from permits.documents.numbering import WrongState, code_of, pending, revoke, supersede
from permits.documents.printing import paper_of, print_newest, render_pending
from permits.documents.rendering import render
from permits.documents.seals import issuing_agencies
from permits.documents.signing import NoSeal, verify_signature
from permits.errors import MissingGlyphs
from permits.models import Application, Document
from permits.models.document import DocumentFile
from permits.models.material import current_files
from permits.models.states import S
from roles.appointments import end_grant
from roles.models import MandateGrant, OperatingUnit
from tests.cast import WAY, Cast, plot
from tests.permits.documents.reading import pages_of, text_of


@pytest.fixture
def paper(cast: Cast) -> Document:
    """The reserved reply to an approval."""
    return cast.case_at(S.APPROVED).documents.get(kind="tending_approval")


def printed(document: Document) -> str:
    """Printed, and read again."""
    render_pending(document.pk)
    return text_of(bytes(DocumentFile.objects.get(pk=document.pk).pdf))


def test_a_reserved_paper_is_printed_sealed_and_issued(paper: Document) -> None:
    issued = render_pending(paper.pk)
    pdf = bytes(DocumentFile.objects.get(pk=paper.pk).pdf)
    assert issued.status == Document.Status.ISSUED
    assert issued.sha256 == hashlib.sha256(pdf).hexdigest()
    assert issued.issued_at is not None
    assert verify_signature(pdf).trusted
    assert paper.pk not in pending().values_list("pk", flat=True)


def test_the_reply_says_who_what_where_and_how_to_check(paper: Document) -> None:
    text = printed(paper)
    for said in ("北京市园林绿化局文件", paper.number, "密云区雾灵林场", "同意", "批复", "2026年11月20日"):
        assert said in text
    assert code_of(paper.token) in text
    assert f"{site.SITE_URL}/verify/{paper.token}/" in text
    assert "行政许可" not in text


def test_the_certificate_names_the_reply(paper: Document) -> None:
    certificate = paper.act.documents.get(kind="tending_certificate")
    text = printed(certificate)
    assert "天然林抚育作业设计审批证" in text
    assert paper.number in text


def test_a_refusal_is_printed_with_reasons_and_remedies(cast: Cast) -> None:
    text = printed(cast.case_at(S.REFUSED).documents.get(kind="tending_refusal"))
    assert "不同意" in text
    assert "采伐强度超过规定。" in text
    assert "60日内" in text
    assert "6个月内" in text


@pytest.mark.parametrize("end", ["approve", "refuse"])
def test_a_reply_tells_what_was_found_otherwise_than_declared(cast: Cast, end: str) -> None:
    case = cast.walk_to(S.SUBMITTED)
    said = {"ground": "survey", "statement": "经查林分档案。", "document": current_files(case).first()}
    item = cast.open_item(case)
    assert item is not None
    perform(case.pk, "determine", by=cast.acceptor, mandate=item.mandate, field="plots[0].zone", value="none", **said)
    for act in WAY[S.APPROVED if end == "approve" else S.REFUSED][1:]:
        cast.do(case, act)
    (clause,) = told(case)
    (decision,) = case.documents.filter(kind__in=("tending_approval", "tending_refusal"))
    assert "".join(f"收悉。经核，{clause}。".split()) in printed(decision)


def test_the_longest_name_of_a_design_and_of_a_unit_find_room_in_the_title(cast: Cast) -> None:
    """PostgreSQL takes no longer text than its column, and the paper would wait for ever."""
    signs = "".join(bytes((0xB0 + at // 90, 0xA1 + at % 90)).decode("gb2312") for at in range(320))  # none stands twice
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(name=signs[:120])
    case = cast.walk_to(S.SUBMITTED)
    Application.objects.filter(pk=case.pk).update(title=signs[120:])
    for act in WAY[S.APPROVED][1:]:
        cast.do(case, act)
    paper = render_pending(case.documents.get(kind="tending_approval").pk)
    assert 250 < len(paper.title) <= (Document._meta.get_field("title").max_length or 0)


def test_a_design_of_300_plots_is_printed_with_all_of_them(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED, *(plot(compartment=f"甲{n}") for n in range(1, 301)))
    paper = case.documents.get(kind="tending_certificate")
    render_pending(paper.pk)
    text = "".join(pages_of(bytes(DocumentFile.objects.get(pk=paper.pk).pdf)))
    assert all(f"甲{n}" in text for n in range(1, 301))


def test_printing_twice_seals_once(paper: Document) -> None:
    first = render_pending(paper.pk)
    again = render_pending(paper.pk)
    assert (again.sha256, again.issued_at) == (first.sha256, first.issued_at)
    assert DocumentFile.objects.filter(pk=paper.pk).count() == 1


def test_who_comes_second_between_rendering_and_sealing_finds_the_paper_issued(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker issues it while this one renders: the lock is taken after, and looks again."""
    really = printing.render
    results: list[Document] = []

    def overtaken(content: object) -> bytes:
        monkeypatch.setattr(printing, "render", really)
        results.append(render_pending(paper.pk))
        return really(content)  # type: ignore[arg-type]

    monkeypatch.setattr(printing, "render", overtaken)
    second = render_pending(paper.pk)
    assert second.sha256 == results[0].sha256


def test_the_same_act_gives_the_same_bytes_before_sealing(paper: Document) -> None:
    issued = render_pending(paper.pk)
    paper = Document.objects.get(pk=paper.pk)
    assert hashlib.sha256(render(paper_of(paper))).hexdigest() == issued.content_sha256


def test_a_character_that_cannot_be_printed_leaves_the_paper_pending_and_says_why(paper: Document) -> None:
    of_case, title = Application.objects.filter(pk=paper.application_id), paper.application.title
    of_case.update(title="雾灵𠮷林场抚育")
    with pytest.raises(MissingGlyphs):
        render_pending(paper.pk)
    paper.refresh_from_db()
    assert paper.status == Document.Status.PENDING
    assert "𠮷 (U+20BB7)" in paper.failure
    of_case.update(title=title)
    assert render_pending(paper.pk).failure == ""


def test_without_a_seal_the_paper_stays_pending(
    paper: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "SEAL_DIR", tmp_path)
    with pytest.raises(NoSeal):
        render_pending(paper.pk)
    paper.refresh_from_db()
    assert paper.status == Document.Status.PENDING
    assert not DocumentFile.objects.filter(pk=paper.pk).exists()


def test_whatever_a_crash_left_is_printed_by_one_command(paper: Document) -> None:
    left = pending().count()
    assert left >= 3
    out = StringIO()
    call_command("print_documents", stdout=out)
    assert f"已生成文书{left}份，未能生成0份" in out.getvalue()
    assert not pending().exists()


def test_one_bad_paper_does_not_keep_the_others(paper: Document, cast: Cast) -> None:
    good = cast.case_at(S.FIRST_REVIEW)
    Application.objects.filter(pk=paper.application_id).update(title="雾灵𠮷林场抚育")
    err = StringIO()
    with pytest.raises(CommandError, match="未能生成"):
        call_command("print_documents", stdout=StringIO(), stderr=err)
    assert "U+20BB7" in err.getvalue()
    assert {paper.status for paper in good.documents.all()} == {Document.Status.ISSUED}
    assert paper.pk in pending().values_list("pk", flat=True)


def test_a_paper_that_cannot_even_be_composed_does_not_keep_the_others(
    paper: Document, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, composed = cast.case_at(S.FIRST_REVIEW), printing.paper_of

    def compose(document: Document) -> Paper:
        if document.pk == bad:
            raise LookupError("of a kind that is gone")
        return composed(document)

    bad = pending().values_list("pk", flat=True)[0]
    monkeypatch.setattr(printing, "paper_of", compose)
    err = StringIO()
    with pytest.raises(CommandError, match="有1份文书"):
        call_command("print_documents", stdout=StringIO(), stderr=err)
    assert "of a kind that is gone" in err.getvalue()
    assert list(pending().values_list("pk", flat=True)) == [bad]
    assert good.documents.exists()


def test_a_job_prints_the_newest_paper_first_and_all_jobs_all_papers(paper: Document) -> None:
    waiting = list(pending().values_list("pk", flat=True))
    done = [print_newest(pk) for pk in reversed(waiting)]  # the queue gives the oldest job first
    assert done == waiting
    assert not pending().exists()
    assert print_newest(paper.pk) == paper.pk  # a job that comes twice


def test_a_paper_that_cannot_be_printed_keeps_no_other_job(paper: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    newest, oldest = pending()[0].pk, pending().last()
    assert oldest is not None

    def broken(document: Document) -> Paper:
        if document.pk == newest:
            raise RuntimeError("the kind's text is broken")
        return paper_of(document)

    monkeypatch.setattr(printing, "paper_of", broken)
    assert print_newest(oldest.pk) == oldest.pk
    assert list(pending().values_list("pk", flat=True)[:1]) == [newest]


def test_a_notice_of_correction_lists_what_the_officer_wrote(cast: Cast) -> None:
    text = printed(cast.case_at(S.CORRECTING).documents.get(kind="correction"))
    assert "补正通知书" in text
    assert "编制单位名称与公章不一致" in text
    assert "共1项" in text


def test_a_notice_of_non_acceptance_gives_the_reason(cast: Cast) -> None:
    text = printed(cast.case_at(S.NOT_ACCEPTED).documents.get(kind="non_acceptance"))
    assert "不予受理" in text
    assert "本事项不需要审批。" in text


@pytest.mark.parametrize(
    ("act", "facts", "said"),
    [
        (
            "suspend_clock",
            {"ground": "expert_review", "reason": "需要专家评审。"},
            "专家评审所需时间不计算在办理期限内",
        ),
        ("notify_third_party", {"party": "某村村委会", "interest": "相邻林地。"}, "某村村委会"),
    ],
)
def test_a_notice_of_the_procedure_says_what_the_act_said(
    cast: Cast, act: str, facts: dict[str, str], said: str
) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    record = cast.do(case, act, by=cast.reviewer, **facts)
    assert said in printed(record.documents.get())


def test_an_issued_paper_can_be_replaced_or_revoked_once(paper: Document) -> None:
    with pytest.raises(WrongState):
        revoke(paper.pk)
    issued = render_pending(paper.pk)
    certificate = render_pending(paper.act.documents.get(kind="tending_certificate").pk)
    ended = supersede(issued.pk, by=certificate)
    assert (ended.status, ended.replaced_by) == (Document.Status.SUPERSEDED, certificate)
    with pytest.raises(WrongState):
        revoke(issued.pk)


def test_an_agency_without_duties_needs_its_seal_while_a_paper_of_it_waits(cast: Cast) -> None:
    """When its duty went to another agency, nobody was told that its seal was gone, and the paper waited for it."""
    case = cast.case_at(S.FIRST_REVIEW)
    agency = case.documents.filter(status=Document.Status.PENDING).latest("pk").agency
    for given in MandateGrant.objects.filter(content_object__agency=agency):
        end_grant(given, until=given.since)
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        assert agency in issuing_agencies()
        for paper in Document.objects.filter(agency=agency, status=Document.Status.PENDING):
            render_pending(paper.pk)
        assert agency not in issuing_agencies()
