"""One browser going from desk to desk, on every kind's pages: typing, uploading, taking tasks, deciding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from permits.kinds import kind_of
from permits.models import Application
from roles.models import Person
from tests.cast import PDF

SignIn = Callable[[Page, Person], None]


def put(form: Locator | Page, name: str, value: Any) -> None:
    """Type or choose `value` in the field called `name`: text, list, radio, box, file."""
    field = form.locator(f"[name={name}]:not([type=hidden])")
    tag, kind = field.first.evaluate("one => [one.tagName, one.type]")
    text = value.isoformat() if isinstance(value, date) else str(value)
    if kind == "radio":
        form.locator(f"[name={name}][value={text}]").check()
    elif kind == "checkbox":
        field.set_checked(bool(value))
    elif kind == "file":
        field.set_input_files(value)
    elif tag == "SELECT":
        field.select_option(text)
    else:
        field.fill(text)


def press(control: Locator) -> None:
    """Click what leads to another page and wait until that page stands: what is read next is read there."""
    with control.page.expect_navigation():
        control.click()


class Walk:
    """A page that people sit down at one after another."""

    def __init__(self, page: Page, sign_in: SignIn, folder: Path) -> None:
        self.page, self.sign_in, self.folder = page, sign_in, folder

    # ---- the applicant ----
    def begin(self, person: Person, kind: str, title: str, **fields: Any) -> Application:
        """Open a draft."""
        self.sign_in(self.page, person)
        self.page.goto(f"/apply/?kind={kind}")
        for name, value in {"title": title, **fields}.items():
            put(self.page, name, value)
        press(self.page.locator("main form button.btn-primary"))
        return Application.objects.latest("pk")

    def fill(self, address: str, fields: dict[str, Any]) -> None:
        """Fill the form at `address` and save it; no error may come of it."""
        self.page.goto(address)
        for name, value in fields.items():
            put(self.page, name, value)
        press(self.page.locator("main form button.btn-primary").first)
        expect(self.page.locator("#error-summary")).to_have_count(0)

    def take_over(self, address: str, table: Path) -> None:
        """Upload a table, look at its preview, take its rows over."""
        self.page.goto(address)
        self.page.locator("input[type=file]").set_input_files(table)
        press(self.page.locator(".card-footer button.btn-primary"))
        press(self.page.locator("button[name=confirm]"))

    def materials(self, case: Application) -> None:
        """A file for each required entry of the list, chosen one by one and stored together."""
        case = Application.objects.get(pk=case.pk)
        required = [entry.slot for entry in kind_of(case).requirements(case) if entry.required]
        self.page.goto(f"/drafts/{case.pk}/materials/")
        for slot in required:
            path = self.folder / f"{slot}.pdf"
            path.write_bytes(PDF + slot.encode())
            self.page.locator(f"#file-{slot}").set_input_files(path)
        press(self.page.locator(f"button[name=slot][value={required[-1]}]"))
        self.page.goto(f"/drafts/{case.pk}/materials/")  # with the last of them it leads on to the next part
        for slot in required:
            expect(self.page.locator(f"#slot-{slot}")).to_contain_text(f"{slot}.pdf")

    def hand_in(self, case: Application) -> Application:
        """Look at everything, state its truth, submit."""
        self.page.goto(f"/drafts/{case.pk}/check/")
        self.page.locator("input[name=statement]").check()
        press(self.page.locator("main form button.btn-primary").last)
        case = Application.objects.get(pk=case.pk)
        expect(self.page.locator("main")).to_contain_text(str(case.number))
        return case

    # ---- officers ----
    def open_task(self, person: Person, case: Application | None = None) -> None:
        """Go to the agency's queue, open the item, take it."""
        self.sign_in(self.page, person)
        self.page.goto("/queue/agency/" + (f"?q={case.number}" if case else ""))
        press(self.page.locator("main tbody a[href^='/tasks/']").first)
        press(self.page.locator("form[action$='/claim/'] button.btn-primary"))
        expect(self.page.locator("form[action$='/release/']")).to_be_visible()
        self.page.wait_for_load_state()

    def act(self, act: str, *, confirm: bool = False, **fields: Any) -> None:
        """Fill and send one of the forms on the page of the item held."""
        form = self.page.locator(f"details#{act}")
        for folded in (self.page.locator("details.others"), form):
            if folded.count() and folded.get_attribute("open") is None:
                folded.locator("> summary").click()
        for name, value in fields.items():
            put(form, name, value)
        press(form.locator("button.btn-primary").last)
        if confirm:
            press(self.page.locator("button[name=confirmed]"))
        expect(self.page.locator(".alert-success").first).to_be_visible()
        self.page.wait_for_load_state()

    def officer(self, person: Person, act: str, *, case: Application | None = None, **fields: Any) -> None:
        """Find the item in the agency's queue, take it, write the opinion."""
        self.open_task(person, case)
        self.act(act, **fields)

    def beside(self, person: Person, case: Application, act: str, **fields: Any) -> None:
        """An act on the case's own page."""
        self.sign_in(self.page, person)
        self.page.goto(f"/cases/{case.pk}/acts/{act}/")
        for name, value in fields.items():
            put(self.page, name, value)
        press(self.page.locator("main form button.btn-primary").last)
        expect(self.page.locator(".alert-success").first).to_be_visible()
