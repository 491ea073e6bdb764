"""The public pages of issued papers, as anyone with a browser sees them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.documents.numbering import code_of, revoke
from permits.documents.printing import render_pending
from permits.models import Document
from permits.models.document import DocumentFile
from permits.models.states import S
from tests.browser.walker import press
from tests.cast import NOW, Cast

NewPage = Callable[..., Page]


@pytest.fixture
def paper(begins_with_cast: None, transactional_db: None, real_seal: Path) -> Document:
    """A certificate, issued while the work period still lasts."""
    with time_machine.travel(NOW, tick=True):
        case = Cast.enter().case_at(S.APPROVED)
        return render_pending(case.documents.get(kind="tending_certificate").pk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_a_paper_break_no_accessibility_rule(
    language: str, new_page: NewPage, look_over: Callable[[Page, str], None], paper: Document
) -> None:
    page = new_page(language=language)
    for address, name in (("/verify/", "find"), (f"/verify/{paper.token}/", "stands"), ("/verify/unknown/", "unknown")):
        page.goto(address)
        look_over(page, f"verify-{name}-{language}")
    revoke(paper.pk)
    page.goto(f"/verify/{paper.token}/")
    look_over(page, f"verify-revoked-{language}")


def test_a_paper_is_found_and_compared_without_scripts(
    scriptless_page: Page, tmp_path: Path, axe: Callable[..., None], shot: Callable[..., None], paper: Document
) -> None:
    page = scriptless_page
    page.goto("/verify/")
    page.locator("#id_number").fill(paper.number)
    page.locator("#id_code").fill(code_of(paper.token))
    press(page.locator("main form button"))
    file = tmp_path / "paper.pdf"
    file.write_bytes(bytes(DocumentFile.objects.get(pk=paper.pk).pdf))
    page.locator("#id_file").set_input_files(file)
    press(page.locator("main form button"))
    expect(page.locator("#result .state-good")).to_be_visible()
    shot(page, "verify-compared")
    file.write_bytes(file.read_bytes() + b"\n% more")
    page.locator("#id_file").set_input_files(file)
    press(page.locator("main form button"))
    expect(page.locator("#result .state-bad")).to_be_visible()
