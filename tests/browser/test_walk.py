"""The main job from end to end in a browser: a farm's design from the draft to the printed certificate and the auditor.

In Chinese and in English, and once without scripts. Nothing is done beside the pages but what the job worker does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.documents.signing import verify_signature
from permits.ledger.chain import problems_of
from permits.models import Application, Document
from permits.models.states import S
from permits.tending.columns import COLUMNS, PLOTS
from roles.models import Person
from tests.browser.walker import press
from tests.cast import NOW, PDF, Cast
from workflows.sweep import print_pending

pytestmark = pytest.mark.usefixtures("real_seal")
WALKS = {
    "zh": {"language": "zh-hans", "scripts": True},
    "en": {"language": "en", "scripts": True},
    "zh-without-scripts": {"language": "zh-hans", "scripts": False},
}


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A filled check table of three sub-compartments."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = PLOTS.sheet
    sheet.append([column.heading for column in COLUMNS])
    for number in range(1, 4):
        sheet.append([str(number) if column.name == "number" else column.example for column in COLUMNS])
    path = tmp_path / "小班调查表.xlsx"
    book.save(path)
    return path


class Walk:
    """One browser going from desk to desk."""

    def __init__(self, page: Page, sign_in: Callable[[Page, Person], None], folder: Path) -> None:
        self.page, self.sign_in, self.folder = page, sign_in, folder

    def draft(self, person: Person, table: Path) -> Application:
        """Open a draft, fill the head, import the table, hand in the files, submit."""
        page = self.page
        self.sign_in(page, person)
        page.goto("/apply/?kind=tending")
        page.locator("input[name=title]").fill("雾灵山2026年度天然林抚育作业设计")
        press(page.locator("main form button.btn-primary"))
        case = Application.objects.latest("pk")
        self.head(case)
        page.goto(f"/drafts/{case.pk}/rows/import/")
        page.locator("input[type=file]").set_input_files(table)
        press(page.locator(".card-footer button.btn-primary"))
        press(page.locator("button[name=confirm]"))
        page.goto(f"/drafts/{case.pk}/rows/")  # taking over led on to the next part
        expect(page.locator("main tbody tr[id^=row-]")).to_have_count(3)
        self.materials(case)
        page.goto(f"/drafts/{case.pk}/check/")
        page.locator("input[name=statement]").check()
        press(page.locator("main form button.btn-primary").last)
        case.refresh_from_db()
        expect(page.locator("main")).to_contain_text(str(case.number))
        return case

    def head(self, case: Application) -> None:
        page = self.page
        page.goto(f"/drafts/{case.pk}/head/")
        for name, text in {
            "compiler": "市林业勘察设计院", "lead_designer": "赵堃", "management_plan": "密云区天然林经营方案",
            "purpose": "降低密度，促进天然更新", "work_from": "2026-12-01", "work_to": "2027-01-31",
        }.items():  # fmt: skip
            page.locator(f"#id_{name}").fill(text)
        page.locator("#id_felling").select_option("True")
        page.locator("#id_funding").select_option("subsidy")
        press(page.locator("button[name=save]"))

    def materials(self, case: Application) -> None:
        page = self.page
        for slot in ("design", "maps", "survey", "management_plan"):
            path = self.folder / f"{slot}.pdf"
            path.write_bytes(PDF + slot.encode())
            page.goto(f"/drafts/{case.pk}/materials/")
            page.locator(f"#file-{slot}").set_input_files(path)
            press(page.locator(f"button[name=slot][value={slot}]"))
            page.goto(f"/drafts/{case.pk}/materials/")
            expect(page.locator(f"#slot-{slot}")).to_contain_text(f"{slot}.pdf")

    def officer(self, person: Person, act: str, **fields: str) -> None:
        """Find the item in the agency's queue, take it, write the opinion; a decision is confirmed."""
        page = self.page
        self.sign_in(page, person)
        page.goto("/queue/agency/")
        press(page.locator("main tbody a[href^='/tasks/']").first)
        press(page.locator("form[action$='/claim/'] button.btn-primary"))
        form = page.locator(f"details#{act}")
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        for name, text in fields.items():
            field = form.locator(f"[name={name}]")
            if field.first.get_attribute("type") == "radio":
                form.locator(f"[name={name}][value={text}]").check()
            else:
                field.fill(text)
        press(form.locator("button.btn-primary").last)
        if act == "approve":
            press(page.locator("button[name=confirmed]"))


@pytest.mark.parametrize("how", WALKS.values(), ids=WALKS.keys())
def test_a_design_goes_from_draft_to_a_printed_certificate(
    cast: Cast,
    table: Path,
    tmp_path: Path,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    shot: Callable[[Page, str], None],
    how: dict[str, object],
) -> None:
    page = new_page(**how)
    walk = Walk(page, sign_in, tmp_path)
    case = walk.draft(cast.clerk, table)
    walk.officer(cast.acceptor, "accept")
    walk.officer(cast.district_reviewer, "recommend", outcome="approve", opinion="建议同意。")
    walk.officer(cast.reviewer, "propose", outcome="approve", opinion="拟同意。")
    walk.officer(cast.decider, "approve", opinion="同意。")
    case.refresh_from_db()
    assert case.status == S.APPROVED
    assert problems_of(case) == []
    print_pending()  # the job worker's part

    sign_in(page, cast.clerk)
    page.goto(f"/cases/{case.pk}/")
    certificate = Document.objects.get(application=case, kind="tending_certificate")
    expect(page.locator("main")).to_contain_text(certificate.number)
    link = page.locator(f"a[href='/documents/{certificate.pk}.pdf']").first
    pdf = page.context.request.get(f"{page.url.split('/cases/')[0]}{link.get_attribute('href')}").body()
    assert verify_signature(pdf).intact

    page.context.clear_cookies()  # anyone, without an account
    page.goto(f"/verify/{certificate.token}/")
    expect(page.locator("main")).to_contain_text(certificate.number)
    assert cast.clerk.name not in page.inner_text("main")

    sign_in(page, cast.auditor)
    page.goto("/cases/")
    press(page.locator(f"main a[href='/cases/{case.pk}/']").first)
    expect(page).to_have_url(re.compile(f"/cases/{case.pk}/$"))
    for person in (cast.acceptor, cast.district_reviewer, cast.reviewer, cast.decider):
        expect(page.locator("main")).to_contain_text(str(person))
    shot(page, f"walk-{how['language']}-{'with' if how['scripts'] else 'without'}-scripts")
