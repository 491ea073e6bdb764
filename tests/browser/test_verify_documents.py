"""The public pages of issued papers, as anyone with a browser sees them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from playwright.sync_api import Page, expect

from permits.documents.issue import code_of, revoke
from permits.documents.printing import render_pending
from permits.documents.seal import make_test_seal
from permits.models import Document
from permits.models.document import DocumentFile, DocumentKind
from permits.states import S
from tests.cast import NOW, Cast

NewPage = Callable[..., Page]
LOOKS = [("zh-hans", 1280), ("zh-hans", 375), ("en", 1280), ("en", 375)]


@pytest.fixture
def seal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SEAL_DIR", tmp_path / "seal", raising=False)
    make_test_seal(settings.SEAL_DIR)


@pytest.fixture
def paper(transactional_db: None, seal: None) -> Document:
    """A certificate, issued while the work period still lasts."""
    with time_machine.travel(NOW, tick=True):
        case = Cast.enter().case_at(S.APPROVED)
        return render_pending(case.documents.get(kind=DocumentKind.TENDING_CERTIFICATE).pk)


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_the_pages_of_a_paper_break_no_accessibility_rule(
    language: str, width: int, new_page: NewPage, axe: Callable[..., None], shot: Callable[..., None], paper: Document
) -> None:
    page = new_page(language=language, width=width)
    for address, name in (("/verify/", "find"), (f"/verify/{paper.token}/", "stands"), ("/verify/unknown/", "unknown")):
        page.goto(address)
        axe(page)
        shot(page, f"verify-{name}-{language}-{width}")
    revoke(paper.pk, note="撤销（行政许可法第六十九条）")
    page.goto(f"/verify/{paper.token}/")
    axe(page)
    shot(page, f"verify-revoked-{language}-{width}")


def test_a_paper_is_found_and_compared_without_scripts(
    scriptless_page: Page, tmp_path: Path, axe: Callable[..., None], shot: Callable[..., None], paper: Document
) -> None:
    page = scriptless_page
    page.goto("/verify/")
    page.locator("#id_number").fill(paper.number)
    page.locator("#id_code").fill(code_of(paper.token))
    page.locator("main form button").click()
    file = tmp_path / "paper.pdf"
    file.write_bytes(bytes(DocumentFile.objects.get(pk=paper.pk).pdf))
    page.locator("#id_file").set_input_files(file)
    page.locator("main form button").click()
    expect(page.locator("#result .state-good")).to_be_visible()
    shot(page, "verify-compared")
    file.write_bytes(file.read_bytes() + b"\n% more")
    page.locator("#id_file").set_input_files(file)
    page.locator("main form button").click()
    expect(page.locator("#result .state-bad")).to_be_visible()
