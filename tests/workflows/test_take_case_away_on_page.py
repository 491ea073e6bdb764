"""The volume and the bundle on the pages: who may take them, that it is noted, and the proof on a paper's page."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from permits.ledger import verify
from permits.ledger.sequencer import sequence
from permits.models.states import S
from roles.models import SecurityEvent
from roles.models.security import What
from tests.cast import Cast, log_in

pytestmark = pytest.mark.django_db


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_officer_takes_both_away(cast: Cast) -> None:
    case, desk = cast.case_at(S.SUBMITTED), log_in(cast.acceptor)
    page = desk.get(reverse("case", args=[case.pk])).content.decode()
    for name, begins in (("case-volume", b"%PDF-"), ("case-bundle", b"PK")):
        place = reverse(name, args=[case.pk])
        assert f'href="{place}"' in page
        taken = desk.get(place)
        assert body(taken).startswith(begins)
        assert taken.headers["Content-Disposition"].startswith("attachment")


def test_the_applicants_side_is_neither_offered_nor_given_them(cast: Cast) -> None:
    case, desk = cast.case_at(S.APPROVED), log_in(cast.clerk)
    page = desk.get(reverse("case", args=[case.pk])).content.decode()
    for name in ("case-volume", "case-bundle"):
        assert reverse(name, args=[case.pk]) not in page
        assert desk.get(reverse(name, args=[case.pk])).status_code == 403


@pytest.mark.parametrize("name", ["case-volume", "case-bundle"])
def test_an_auditor_who_takes_it_away_is_noted_as_a_reader(cast: Cast, name: str) -> None:
    case = cast.case_at(S.SUBMITTED)
    place = reverse(name, args=[case.pk])
    assert log_in(cast.auditor).get(place).status_code == 200
    noted = SecurityEvent.objects.get(what=What.CASE_READ)
    assert (noted.by, noted.details["page"], noted.details["case"]) == (cast.auditor, place, case.pk)


def test_the_bundle_holds_no_internal_note(cast: Cast) -> None:
    from workflows.notes import write_note

    case = cast.case_at(S.SUBMITTED)
    write_note(case.pk, "只给同事看的话", by=cast.acceptor)
    taken = log_in(cast.auditor).get(reverse("case-bundle", args=[case.pk]))
    with zipfile.ZipFile(io.BytesIO(body(taken))) as archive:
        for name in archive.namelist():
            assert "只给同事看的话".encode() not in archive.read(name), name


def test_the_page_of_a_paper_gives_its_proof_once_it_is_in_the_log(cast: Cast, client: Client) -> None:
    paper = cast.printed_case().documents.latest("pk")
    page, place = reverse("verify", args=[paper.token]), reverse("verify-proof", args=[paper.token])
    assert place not in client.get(page).content.decode()
    assert client.get(place).status_code == 404
    sequence(thorough=True)
    assert place in client.get(page).content.decode()
    assert client.get(place).json()["format"] == verify.PROOF
    assert client.get(reverse("verify-proof", args=["x" * 20])).status_code == 404


def test_the_verifier_is_on_the_page_of_the_log(cast: Cast, client: Client) -> None:
    sequence()
    place = reverse("log-verifier")
    assert place in client.get(reverse("log-page")).content.decode()
    compile(client.get(place).content, "verify.py", "exec")
