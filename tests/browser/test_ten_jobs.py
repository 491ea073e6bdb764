"""The ten jobs that are done every day, in a browser: how many clicks and page loads each takes, from one's home.

Wide, narrow, and by keyboard alone. The bounds are what is reached now; docs/decisions/0016-clicks-of-the-ten-jobs.md
tells what they were. With `-s` the table is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.utils import translation
from playwright.sync_api import Page, expect

from permits.documents.printing import render_pending
from permits.kinds import kind_of
from permits.models import Application
from permits.models.states import S
from permits.occupation.columns import PARCELS
from permits.tables import exporting
from permits.tending.columns import COLUMNS, PLOTS
from roles.models import Person
from tests.browser.hands import Cost, Keyboard, Mouse
from tests.cast import NOW, PDF, Cast
from tests.cast import head as design_head
from tests.permits.introduction import cases as introduction
from tests.permits.occupation import cases as occupation
from workflows.models import WorkItem

MOST = {
    "tending design, 30 rows from Excel": Cost(9, 8),
    "occupation of forest land": Cost(9, 8),
    "introduction": Cost(8, 7),
    "accept": Cost(2, 3),
    "ask for a correction": Cost(3, 4),
    "first review": Cost(3, 3),
    "decide": Cost(3, 4),
    "give an item to another": Cost(2, 3),
    "open the certificate": Cost(1, 1),
    "find a case by its number": Cost(1, 1),
}
"""Clicks and page loads that a job may take."""
BEFORE = dict(zip(MOST, (21, 19, 16, 4, 4, 5, 5, 3, 3, 4), strict=True))
HANDS = {
    "wide": (Mouse, 1280),
    "narrow": (Mouse, 375),
    "keyboard": (Keyboard, 1280),
}
Sign = Callable[[Page, Person], None]


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


class Jobs:
    """Whoever's job it is sits down at the page, does it from home, and what it cost is noted."""

    def __init__(self, hand: Mouse, sign_in: Sign, cast: Cast, folder: Path) -> None:
        self.hand, self.page, self.sign_in, self.cast, self.folder = hand, hand.page, sign_in, cast, folder
        self.costs: dict[str, Cost] = {}

    def at_home(self, person: Person) -> None:
        self.sign_in(self.page, person)
        self.hand.begin()

    def done(self, job: str) -> None:
        self.page.wait_for_load_state()
        self.costs[job] = self.hand.cost

    # ---- the applicant ----
    def apply(
        self, job: str, person: Person, kind: str, fields: dict[str, Any], fill: Callable[[], None]
    ) -> Application:
        self.at_home(person)
        main = self.page.locator("main")
        self.hand.follow(main.locator(f"a[href='/apply/?kind={kind}']"))
        self.hand.fill(main, **fields)
        self.hand.follow(main.locator("form button.btn-primary"))
        case = Application.objects.latest("pk")
        fill()
        self.materials(case)
        self.hand.fill(main, statement=True)
        self.hand.follow(main.locator("form button.btn-primary").last)
        case = Application.objects.get(pk=case.pk)
        expect(main).to_contain_text(str(case.number))
        self.done(job)
        return case

    def head(self, fields: dict[str, Any]) -> None:
        self.hand.fill(self.page.locator("main"), **fields)
        self.hand.follow(self.page.locator("button[name=save]"))

    def table(self, path: Path) -> None:
        with self.page.expect_navigation():  # it is sent as soon as it is chosen, as the page says
            self.hand.file(self.page.locator("input[type=file]"), path)
        self.hand.follow(self.page.locator("button[name=confirm]"))

    def materials(self, case: Application) -> None:
        """Files named as their materials are called on the page, chosen together."""
        with translation.override("zh-hans"):
            required = [entry for entry in kind_of(case).requirements(case) if entry.required]
            paths = [self.folder / f"{number}_{entry.label}.pdf" for number, entry in enumerate(required)]
        for path, entry in zip(paths, required, strict=True):
            path.write_bytes(PDF + entry.slot.encode())
        self.hand.file(self.page.locator("#files"), *paths)
        self.hand.follow(self.page.locator("button[name=files]"))
        filled = case.materials.values_list("slot", flat=True)
        assert {*filled} == {entry.slot for entry in required}

    def tend(self) -> Application:
        def fill() -> None:
            self.head(design_head())
            self.table(plots(self.folder / "小班调查表.xlsx"))

        title = {"title": "雾灵山2026年度天然林抚育作业设计"}
        return self.apply("tending design, 30 rows from Excel", self.cast.clerk, "tending", title, fill)

    def occupy(self) -> Application:
        def fill() -> None:
            self.head(occupation.head())
            path = self.folder / "地块表.xlsx"
            path.write_bytes(exporting.to_xlsx([occupation.parcel()], table=PARCELS))
            self.table(path)

        _unit, clerk = occupation.make_unit("京北交通建设有限公司", occupation.MIYUN)
        title = {"title": "松曹路改建工程使用林地"}
        return self.apply("occupation of forest land", clerk, "occupation", title, fill)

    def introduce(self) -> Application:
        def fill() -> None:
            self.head(introduction.head())
            species = {name: yes_or_no(value) for name, value in introduction.species("B").items()}
            self.hand.fill(self.page.locator("main"), **species)
            self.hand.follow(self.page.locator("button[name=materials]"))

        _unit, clerk = occupation.make_unit("密云树木引种中心", occupation.MIYUN)
        return self.apply("introduction", clerk, "introduction", {"title": "引进北美红栎"}, fill)

    # ---- officers ----
    def act(self, job: str, person: Person, case: Application, act: str, *, confirm: bool = False, **said: Any) -> None:
        self.at_home(person)
        item = open_item(case)
        self.hand.follow(self.page.locator(f"main form[action='/tasks/{item.pk}/claim/'] button[value={act}]").first)
        form = self.page.locator(f"details#{act}")
        self.hand.open(form)
        self.hand.fill(form, **said)
        self.hand.follow(form.locator("button.btn-primary").last)
        if confirm:
            self.hand.follow(self.page.locator("button[name=confirmed]"))
        expect(self.page.locator(".alert-success").first).to_be_visible()
        self.done(job)

    def give(self, case: Application) -> None:
        self.at_home(self.cast.district_head)
        self.hand.follow(self.page.locator(f"main a[href='/tasks/{open_item(case).pk}/reassign/']"))
        self.hand.fill(self.page.locator("main"), to=self.cast.second_acceptor.pk, reason="出差")
        self.hand.follow(self.page.locator("main form button"))
        self.done("give an item to another")

    def fetch(self, case: Application) -> None:
        paper = case.documents.get(kind="tending_certificate")
        self.at_home(self.cast.clerk)
        link = self.page.locator(f"main a[href='/documents/{paper.pk}.pdf']").first
        # shown by a browser with a viewer of its own, kept as a file by one without
        with self.page.expect_response(f"**/documents/{paper.pk}.pdf") as answer:
            self.hand.press(link)
        assert answer.value.ok
        self.done("open the certificate")

    def audit(self, case: Application) -> None:
        self.at_home(self.cast.auditor)
        number = Application.objects.get(pk=case.pk).number
        self.hand.fill(self.page.locator("form[role=search]"), q=number)
        with self.page.expect_navigation():
            self.hand.cost.clicks += 1
            self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_contain_text(str(number))
        assert self.page.url.endswith(f"/cases/{case.pk}/")
        self.done("find a case by its number")


def yes_or_no(value: Any) -> Any:
    """As the lists of a form hold it."""
    return ("no", "yes")[value] if isinstance(value, bool) else value


def open_item(case: Application) -> WorkItem:
    return Application.objects.get(pk=case.pk).case.open_items.latest("pk")


def plots(path: Path) -> Path:
    """A filled check table of thirty sub-compartments."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = PLOTS.sheet
    sheet.append([column.heading for column in COLUMNS])
    for number in range(1, 31):
        sheet.append([str(number) if column.name == "number" else column.example for column in COLUMNS])
    book.save(path)
    return path


@pytest.mark.parametrize("how", HANDS)
def test_each_job_takes_no_more_than_it_did(
    how: str, cast: Cast, new_page: Callable[..., Page], sign_in: Sign, tmp_path: Path
) -> None:
    make, width = HANDS[how]
    jobs = Jobs(make(new_page(width=width)), sign_in, cast, tmp_path)
    asked, given = cast.walk_to(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    case = jobs.tend()
    jobs.occupy()
    jobs.introduce()
    jobs.act("accept", cast.acceptor, case, "accept")
    jobs.act("ask for a correction", cast.acceptor, asked, "request_correction", confirm=True,
             **{"items-0-where": "head", "items-0-what": "编制单位名称与公章不一致"})  # fmt: skip
    said = {"outcome": "approve", "opinion": "经现场核查，设计与实地一致，建议同意。"}
    jobs.act("first review", cast.district_reviewer, case, "recommend", **said)
    cast.do(Application.objects.get(pk=case.pk), "propose")
    jobs.act("decide", cast.decider, case, "approve", confirm=True, opinion="同意。")
    jobs.give(given)
    for paper in case.documents.all():
        render_pending(paper.pk)
    jobs.fetch(case)
    jobs.audit(case)
    for job, cost in jobs.costs.items():
        print(f"{how:9}{job:36}{BEFORE[job]:3} → {cost.clicks:2} clicks, {cost.loads:2} page loads")  # noqa: T201 — the table that -s shows
    assert jobs.costs.keys() == MOST.keys()
    more = {
        job: cost for job, cost in jobs.costs.items() if cost.clicks > MOST[job].clicks or cost.loads > MOST[job].loads
    }
    assert not more


def test_a_narrow_page_and_keys_are_enough(
    cast: Cast, new_page: Callable[..., Page], sign_in: Sign, tmp_path: Path
) -> None:
    """An applicant hands in, an officer accepts: no mouse, 375 wide, in as many keys that press as clicks."""
    jobs = Jobs(Keyboard(new_page(width=375)), sign_in, cast, tmp_path)
    jobs.introduce()
    jobs.act("accept", cast.acceptor, cast.walk_to(S.SUBMITTED), "accept")
    assert jobs.costs.keys() == {"introduction", "accept"}
    for job, cost in jobs.costs.items():
        assert (cost.clicks, cost.loads <= MOST[job].loads) == (MOST[job].clicks, True), job
