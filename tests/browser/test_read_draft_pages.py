"""The applicant's pages in a browser: no barrier in either language, wide and narrow, without scripts too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from permits.models import Application
from permits.models.states import S
from tests.browser.walker import press
from tests.cast import NOW, PDF, Cast
from tests.permits.felling.cases import MIYUN
from tests.permits.felling.cases import ROW as FELLED
from tests.permits.felling.cases import draft as felling_draft

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def pages(cast: Cast) -> dict[str, str]:
    """Every page of the applicant, by name."""
    empty = cast.draft(title="")
    empty.tending.rows.all().delete()
    ready = cast.draft()
    handed_in = cast.case_at(S.SUBMITTED)
    correcting = cast.case_at(S.CORRECTING)
    return {
        "kinds": reverse("draft-new"),
        "new": reverse("draft-new") + "?kind=tending",
        "tasks_open": reverse("draft", args=[empty.pk]),
        "tasks_ready": reverse("draft", args=[ready.pk]),
        "tasks_correcting": reverse("draft", args=[correcting.pk]),
        "materials": reverse("draft-materials", args=[ready.pk]),
        "materials_correcting": reverse("draft-materials", args=[correcting.pk]),
        "check_open": reverse("draft-check", args=[empty.pk]),
        "check_ready": reverse("draft-check", args=[ready.pk]),
        "check_correcting": reverse("draft-check", args=[correcting.pk]),
        "submitted": reverse("draft-submitted", args=[handed_in.pk]),
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_applicants_pages_have_no_barrier(
    cast: Cast, new_page: Callable[..., Page], sign_in: Callable[..., None], look_over: Look, language: str
) -> None:
    page = new_page(language=language)
    sign_in(page, cast.clerk)
    for name, url in pages(cast).items():
        page.goto(url)
        look_over(page, f"applicant_{name}_{language}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_an_applicant_begins_hands_in_files_and_submits(
    cast: Cast, new_page: Callable[..., Page], sign_in: Callable[..., None], tmp_path: Path, axe: Check, scripts: bool
) -> None:
    page = new_page(language="en", scripts=scripts)
    sign_in(page, cast.clerk)
    page.goto(reverse("draft-new"))
    press(page.get_by_role("link", name="Approval of a tending design"))
    page.get_by_label("Title").fill("雾灵山 2026")
    press(page.get_by_role("button", name="Open the draft"))
    assert page.inner_text("h1") == "The design", "the first part of the draft"
    page.goto(reverse("draft", args=[Application.objects.latest("pk").pk]))
    assert "雾灵山 2026" in page.inner_text("h1")
    _hand_in_files(page, tmp_path, axe if scripts else _nothing)  # axe is a script itself
    ready = cast.draft()
    page.goto(reverse("draft-check", args=[ready.pk]))
    press(page.get_by_role("button", name="Hand in"))
    assert "There is something to put right" in page.inner_text("main")
    page.get_by_label("The materials handed in are true").check()
    press(page.get_by_role("button", name="Hand in"))
    ready.refresh_from_db()
    assert ready.number in page.inner_text("main")
    page.reload()
    assert ready.acts.filter(act="submit").count() == 1


def _nothing(page: Page) -> None:
    """In place of a check that needs scripts."""


def _hand_in_files(page: Page, folder: Path, axe: Check) -> None:
    """One good file is stored, one program in disguise is refused at its slot."""
    good, bad = folder / "设计.pdf", folder / "图.pdf"
    good.write_bytes(PDF)
    bad.write_bytes(b"MZ" + b"\x00" * 100)
    press(page.get_by_role("link", name="Tending-operation design (text)"))
    page.wait_for_load_state()  # the page has scrolled to its slot: a press while it does would miss
    page.locator("#file-design").set_input_files(good)
    page.locator("#file-maps").set_input_files(bad)
    press(page.locator("button[name=slot][value=maps]"))
    assert "图.pdf: This is a program" in page.inner_text("#error-maps")
    assert page.get_by_role("link", name="设计.pdf").is_visible()
    axe(page)
    press(page.locator("button[name=take_back]"))
    assert "“设计.pdf” was taken back." in page.inner_text("main")


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent(
    cast: Cast, new_page: Callable[..., Page], sign_in: Callable[..., None], tmp_path: Path, settings: Settings
) -> None:
    settings.MAX_UPLOAD_MB = 1
    large, fits, other = (tmp_path / name for name in ("large.pdf", "fits.pdf", "other.pdf"))
    large.write_bytes(PDF + b"0" * 1024 * 1024)
    fits.write_bytes(PDF)
    other.write_bytes(PDF)
    case, page = cast.draft(), new_page(language="en")
    sign_in(page, cast.clerk)
    page.goto(reverse("draft-materials", args=[case.pk]))
    field = page.locator("input[type=file]").first
    field.set_input_files([large, fits])
    expect(page.get_by_role("alert")).to_have_text("large.pdf – larger than 1 MB, not chosen")
    assert field.evaluate("one => [...one.files].map(file => file.name)") == ["fits.pdf"]
    field.set_input_files([other])
    expect(page.get_by_role("alert")).to_have_count(0)


DIVIDED = """() => [...document.querySelectorAll('main .table-fit th')].filter(one => {
    const words = document.createElement('span');
    words.style.cssText = 'position: absolute; width: min-content; overflow-wrap: normal';
    words.textContent = one.textContent.trim();
    one.append(words);
    const wide = words.getBoundingClientRect().width > one.clientWidth + 1;
    words.remove();
    return wide;
}).map(one => one.textContent)"""


def test_a_printed_head_is_divided_between_words_alone(
    cast: Cast, new_page: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    case, clerk = felling_draft(MIYUN, FELLED, FELLED | {"number": "4", "regeneration_method": "natural"})
    page = new_page(language="en", width=703)  # what lies between the margins of A4
    page.emulate_media(media="print")
    sign_in(page, clerk)
    page.goto(reverse("case", args=[case.pk]))
    expect(page.locator(".table-fit th", has_text="regeneration")).to_have_count(1)
    assert page.evaluate(DIVIDED) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
