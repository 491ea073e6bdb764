"""The public page: what anyone may learn of a paper, and whether a file is it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from permits.documents.content import chinese_date
from permits.documents.numbering import code_of, revoke
from permits.models import Document, Permit
from permits.models.document import DocumentFile
from permits.models.states import S
from permits.views.verify import LOOKED_FOR, VERIFIED
from roles.models import Agency
from roles.rates import Rate
from tests.cast import Cast
from tests.permits.documents.reading import text_of

pytestmark = pytest.mark.usefixtures("seal")


@pytest.fixture
def paper(cast: Cast) -> Document:
    """An issued certificate."""
    return cast.printed_case().documents.get(kind="tending_certificate")


@pytest.fixture
def anyone() -> Client:
    """Nobody logged in, reading English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def page(paper: Document, anyone: Client) -> Callable[..., str]:
    def load(status: int = 200, **files: SimpleUploadedFile) -> str:
        address = reverse("verify", args=[paper.token])
        response = anyone.post(address, files) if files else anyone.get(address)
        assert response.status_code == status
        return re.sub(r"\s+", " ", response.content.decode())

    return load


def upload(data: bytes, name: str = "paper.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def pdf_of(document: Document) -> bytes:
    return bytes(DocumentFile.objects.get(pk=document.pk).pdf)


def test_anyone_sees_how_the_paper_stands(page: Callable[..., str], paper: Document) -> None:
    html = page()
    assert "Issued and in force" in html
    for shown in (paper.number, paper.sha256, code_of(paper.token), "测试章（仅供测试）", "every act is chained"):
        assert shown in html
    assert "test seal and has no legal effect" in html


def test_the_term_on_the_page_is_the_one_that_is_printed(anyone: Client, paper: Document) -> None:
    permit = Permit.objects.get(application=paper.application)
    assert permit.valid_to is not None
    printed = text_of(pdf_of(paper))
    assert f"{chinese_date(permit.valid_from)}至{chinese_date(permit.valid_to)}" in printed
    shown = anyone.get(reverse("verify", args=[paper.token])).context["facts"]
    assert {permit.valid_from, permit.valid_to} <= {value for _label, value in shown}


def test_an_agency_renamed_since_stands_there_as_on_the_paper(anyone: Client, paper: Document) -> None:
    """Whoever compares page and paper would else read two agencies, and take the paper for a false one."""
    then = paper.agency.name
    assert then in text_of(pdf_of(paper))
    Agency.objects.filter(pk=paper.agency_id).update(name="北京市林业和草原局", name_en="")
    shown = dict(anyone.get(reverse("verify", args=[paper.token])).context["facts"])
    assert str(shown["Issued by"]) == then


def test_no_personal_data_is_shown(page: Callable[..., str], paper: Document, cast: Cast) -> None:
    html = page()
    for hidden in (paper.application.unit.name, str(paper.application.number), paper.application.title, paper.title):
        if hidden not in ("天然林抚育作业设计审批证",):
            assert hidden not in html, hidden
    for person in (cast.clerk, cast.decider, cast.reviewer):
        assert person.name not in html


def test_the_page_is_neither_indexed_nor_kept(anyone: Client, paper: Document) -> None:
    response = anyone.get(reverse("verify", args=[paper.token]))
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"  # no-referrer would send "Origin: null" with a form


def test_an_unknown_address_says_what_it_means(anyone: Client, paper: Document) -> None:
    for token in (paper.token[:-1], paper.token.swapcase(), "x", "a" * 300):
        response = anyone.get(reverse("verify", args=[token]))
        assert response.status_code == 404
        assert "No such document" in response.content.decode()


def test_a_revoked_paper_is_shown_as_such(page: Callable[..., str], paper: Document) -> None:
    revoke(paper.pk)
    html = page()
    assert "No longer valid" in html
    assert "in force" not in html


def test_a_paper_of_an_ended_permit_is_not_in_force(page: Callable[..., str], paper: Document) -> None:
    permit = Permit.objects.get(application=paper.application)
    permit.revoke()
    permit.save(update_fields=["status"])
    html = page()
    assert "Issued and in force" not in html
    assert "Revoked" in html


def test_a_paper_whose_term_has_run_out_is_not_in_force(page: Callable[..., str], paper: Document) -> None:
    Permit.objects.filter(application=paper.application).update(valid_to="2026-11-19")
    assert "Its term has ended" in page()


def test_a_pending_paper_says_so_and_takes_no_file(cast: Cast, anyone: Client) -> None:
    paper = cast.case_at(S.FIRST_REVIEW).documents.get(kind="acceptance")
    html = anyone.get(reverse("verify", args=[paper.token])).content.decode()
    assert "Being prepared" in html
    assert 'type="file"' not in html


def test_a_stored_file_that_was_tampered_with_does_not_verify(page: Callable[..., str], paper: Document) -> None:
    spoilt = bytearray(pdf_of(paper))
    spoilt[len(spoilt) // 2] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE permits_documentfile SET pdf = %s WHERE document_id = %s", [bytes(spoilt), paper.pk])
    html = page()
    assert "do not rely on it" in html
    assert "Issued and in force" not in html


def test_the_issued_file_is_recognised(page: Callable[..., str], paper: Document) -> None:
    html = page(file=upload(pdf_of(paper)))
    assert "It is this document, unchanged" in html
    assert "seal on it is intact" in html


def test_one_other_byte_and_it_is_not_the_issued_file(page: Callable[..., str], paper: Document) -> None:
    changed = bytearray(pdf_of(paper))
    changed[len(changed) // 2] ^= 1
    html = page(file=upload(bytes(changed)))
    assert "It is not the issued file" in html
    assert "unchanged" not in html


def test_an_addition_after_sealing_is_told(page: Callable[..., str], paper: Document) -> None:
    assert "Something was added" in page(file=upload(pdf_of(paper) + b"\n% more"))


def test_another_paper_of_this_site_is_named(page: Callable[..., str], paper: Document) -> None:
    other = paper.act.documents.get(kind="tending_approval")
    html = page(file=upload(pdf_of(other)))
    assert "It is another document" in html
    assert other.number in html


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "This file is empty."),
        (b"MZ\x90", "not a PDF"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "larger than 20 MB"),
    ],
)
def test_a_file_that_cannot_be_compared_is_refused_with_the_reason(
    data: bytes, reason: str, page: Callable[..., str]
) -> None:
    html = page(422, file=upload(data))
    assert reason in html
    assert 'id="error-summary"' in html


def test_no_file_at_all_is_asked_for(paper: Document, anyone: Client) -> None:
    response = anyone.post(reverse("verify", args=[paper.token]))
    assert 'id="error-summary"' in response.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: number.replace("〔", "[").replace("〕", "]"),
        lambda number: number.replace("〔", "（").replace("〕", "）"),
        lambda number: number.replace("〔", "【").replace("〕", "】"),
        lambda number: number.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}),
        lambda number: f"{number}（代字待核）",
        lambda number: f"{number} (agency code to be confirmed)",
    ],
)
def test_a_number_is_found_however_its_brackets_and_digits_are_typed(
    paper: Document, anyone: Client, typed: Callable[[str], str]
) -> None:
    said = {"number": typed(paper.number), "code": code_of(paper.token)}
    assert typed(paper.number) != paper.number
    assert anyone.post(reverse("verify-start"), said)["Location"] == reverse("verify", args=[paper.token])


def test_number_and_code_find_the_paper(paper: Document, anyone: Client) -> None:
    code = code_of(paper.token).lower().replace("-", " ")
    response = anyone.post(reverse("verify-start"), {"number": f" {paper.number} ", "code": code})
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("verify", args=[paper.token])


def test_a_code_is_found_however_wide_its_signs_are_typed(paper: Document, anyone: Client) -> None:
    wide = code_of(paper.token).translate({sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)})
    response = anyone.post(reverse("verify-start"), {"number": paper.number, "code": wide.replace("－", "—")})
    assert response.status_code == 302


def test_a_wrong_code_finds_nothing_and_keeps_what_was_typed(paper: Document, anyone: Client) -> None:
    for number, code in (
        (paper.number, "AAAA-AAAA-AAAA"),
        ("京绿审〔2026〕999号", code_of(paper.token)),
        (paper.number, "码"),
    ):
        response = anyone.post(reverse("verify-start"), {"number": number, "code": code})
        html = response.content.decode()
        assert response.status_code == 422
        assert "No document bears this number" in html
        assert f'value="{number}"' in html


def test_the_pages_are_in_chinese_at_first(paper: Document) -> None:
    html = Client().get(reverse("verify", args=[paper.token])).content.decode()
    assert 'lang="zh-hans"' in html


def test_a_network_that_looks_too_often_waits_and_every_look_at_a_seal_counts(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permits.views.verify.VERIFIED", Rate("verification", most=2, seconds=600))
    place = reverse("verify", args=[paper.token])
    assert [Client().get(place).status_code for _time in range(2)] == [200, 200]
    assert Client().get(place).status_code == Client().post(place, {"file": upload(b"%PDF-")}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(place).status_code == 200


def test_a_network_that_tries_codes_waits_after_as_many_as_found_nothing(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOOKED_FOR.most < VERIFIED.most
    monkeypatch.setattr("permits.views.verify.LOOKED_FOR", Rate("verification-code", most=3, seconds=600))
    said = {"number": paper.number, "code": "AAAA-AAAA-AAAA"}
    answers = [Client().post(reverse("verify-start"), said).status_code for _one in range(5)]
    assert answers == [422, 422, 422, 429, 429]
    assert Client().post(reverse("verify-start"), {**said, "code": code_of(paper.token)}).status_code == 429
    assert Client().get(reverse("verify-start")).status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.7").post(reverse("verify-start"), said).status_code == 422


def test_codes_that_find_their_papers_and_empty_forms_are_no_tries(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permits.views.verify.LOOKED_FOR", Rate("verification-code", most=2, seconds=600))
    said = {"number": paper.number, "code": code_of(paper.token)}
    assert [Client().post(reverse("verify-start"), said).status_code for _one in range(4)] == [302] * 4
    assert [Client().post(reverse("verify-start")).status_code for _one in range(4)] == [422] * 4
    wrong = {**said, "code": "AAAA-AAAA-AAAA"}
    assert [Client().post(reverse("verify-start"), wrong).status_code for _one in range(3)] == [422, 422, 429]
