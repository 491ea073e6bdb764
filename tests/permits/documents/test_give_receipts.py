"""A receipt for everything handed in: at once, by the agency that accepts, whatever that agency has not entered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from permits.acts.perform import perform
from permits.documents.printing import paper_of, render_pending
from permits.errors import NotPermitted
from permits.models import Application, Document, DocumentFile, MaterialVersion, NumberSequence
from permits.models.document import NoticeKind
from permits.models.material import current_files
from permits.models.states import S
from permits.tending.kind import TENDING
from roles.models import Agency, OperatingUnit
from roles.models.official import Datum
from roles.official_data import enter_official_datum
from tests.accounts import post_of
from tests.cast import Cast, log_in, make_person
from tests.permits.documents.reading import text_of
from workflows.notifications.making import make_pending

RECEIPT = NoticeKind.MATERIALS_RECEIPT


def receipt_of(case: Application, act: str = "submit") -> Document:
    return Document.objects.get(application=case, act__act=act, kind=RECEIPT)


def printed(document: Document) -> str:
    render_pending(document.pk)
    return text_of(bytes(DocumentFile.objects.get(pk=document.pk).pdf))


def test_a_submission_has_a_numbered_receipt_that_lists_every_file(cast: Cast, real_seal: object) -> None:
    case = cast.walk_to(S.SUBMITTED)
    receipt = receipt_of(case)
    text = printed(receipt)
    submission = case.submissions.get()
    assert receipt.agency == cast.open_item(case).mandate.agency  # type: ignore[union-attr]
    assert receipt.number.startswith(f"{receipt.agency.name}收〔2026〕")
    for said in (
        "申请材料收件凭证", str(case.number), "收件时间", "5个工作日内", "即为受理", "不表示申请已经受理",
        submission.sha256[:12], f"共{current_files(case).count() + 1}件",
    ):  # fmt: skip
        assert said in text
    assert all(file.name in text and file.sha256[:12] in text for file in current_files(case))


def test_the_files_stand_in_the_order_of_the_list_of_materials(cast: Cast) -> None:
    case = cast.walk_to(S.SUBMITTED)
    listed = [entry.slot for entry in TENDING.requirements(case)]
    slots = [file["slot"] for file in case.submissions.get().content["materials"]]
    assert slots == [slot for slot in listed if slot in slots] != sorted(slots)


def test_what_is_no_licence_is_received_without_calling_upon_the_licensing_law(cast: Cast) -> None:
    assert "行政许可" not in str(paper_of(receipt_of(cast.case_at(S.SUBMITTED))))


def test_corrected_papers_have_a_receipt_of_their_own(cast: Cast) -> None:
    case = cast.walk_to(S.CORRECTING)
    cast.do(case, "resubmit", note="编制单位名称已经改正。")
    first, second = receipt_of(case), receipt_of(case, "resubmit")
    assert (first.serial, second.serial) == (1, 2)
    assert "补正后的申请材料" in str(paper_of(second))
    assert "补正后" not in str(paper_of(first))


def test_who_may_see_the_case_opens_the_receipt_and_anyone_verifies_it(cast: Cast, real_seal: object) -> None:
    receipt = render_pending(receipt_of(cast.walk_to(S.SUBMITTED)).pk)
    page = reverse("document", args=[receipt.pk])
    assert log_in(cast.clerk).get(page).content.startswith(b"%PDF-")
    assert log_in(cast.stranger).get(page).status_code == 404
    verified = log_in(cast.stranger, english=True).get(reverse("verify", args=[receipt.token]))
    assert receipt.number in verified.content.decode()


def test_the_applicant_is_told_of_it_and_finds_its_number_after_handing_in(cast: Cast) -> None:
    case = cast.walk_to(S.SUBMITTED)
    page = log_in(cast.clerk).get(reverse("draft-submitted", args=[case.pk]))
    assert receipt_of(case).number in page.content.decode()
    colleague = make_person("second", "沈经办", post_of(cast.clerk))
    make_pending()
    told = log_in(colleague, english=True).get(reverse("notifications")).content.decode()
    assert "the receipt is among its documents" in told


def test_what_the_agency_has_not_entered_keeps_no_application_from_being_received(cast: Cast) -> None:
    case = cast.draft()
    for agency in Agency.objects.filter(official_data__isnull=False).distinct():
        for datum in Datum:
            enter_official_datum(agency, datum, "", source="test")
    cast.do(case, "submit")
    assert "联系" not in str(paper_of(receipt_of(case)))


def test_a_municipal_farm_gets_its_receipt_from_the_city(cast: Cast) -> None:
    case = cast.draft()
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(kind=OperatingUnit.Kind.MUNICIPAL_STATE_FARM)
    cast.do(case, "submit")
    assert receipt_of(case).agency.slug == "bj-forestry"


def test_a_submission_that_fails_takes_no_number(cast: Cast) -> None:
    case = cast.draft()
    before = list(NumberSequence.objects.values_list())
    with pytest.raises(NotPermitted):
        perform(case.pk, "submit", by=cast.stranger, statement=True)
    assert list(NumberSequence.objects.values_list()) == before


def test_a_files_name_that_no_font_has_is_told_with_a_mark(cast: Cast, real_seal: object) -> None:
    case = cast.walk_to(S.SUBMITTED)
    again = cast.draft(title="另一份")
    MaterialVersion.objects.filter(pk=current_files(again).first().pk).update(name="😀<b>图𠮷\u202e.pdf")  # type: ignore[union-attr]
    cast.do(again, "submit")
    assert "〓<b>图〓" in printed(receipt_of(again))
    assert receipt_of(case).serial + 1 == receipt_of(again).serial


def test_the_same_receipt_comes_out_whenever_it_is_printed(cast: Cast) -> None:
    case = cast.walk_to(S.SUBMITTED)
    first = paper_of(receipt_of(case))
    cast.do(case, "accept")
    assert paper_of(receipt_of(Application.objects.get(pk=case.pk))) == first
    assert timezone.localdate() - first.date < timedelta(days=1)
