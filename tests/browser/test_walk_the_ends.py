"""Felling licences to each of their ends, on the pages: who asks, who decides, and what anyone is told of the paper the
holder carried, in the second of the act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from permits.models import Document
from permits.models.permit import P
from roles.models import Person
from tests.browser.walker import press, put
from tests.cast import NOW
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers
from tests.permits.life.lives import begins, licence
from tests.permits.occupation.cases import Office
from workflows import sweep

SignIn = Callable[[Page, Person], None]
Look = Callable[[Page, str], None]
FIRST, LAST, LATER = date(2026, 11, 20), date(2027, 1, 31), date(2027, 3, 31)
HEARD = "2026年11月18日告知听证权利；持有人申请听证，11月20日举行，听证笔录附卷。"


@pytest.fixture
def traveller(begins_with_matrix: None, transactional_db: None) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as moved:
        Office.enter()
        yield moved


class Ends:
    """One licence before one browser."""

    def __init__(self, page: Page, sign_in: SignIn, number: int) -> None:
        self.page, self.sign_in = page, sign_in
        self.desk: Desk = begins(licence(number), "采伐", FIRST, LAST).desk
        self.case = self.desk.case
        print_papers(self.case)
        self.holds = self.case.documents.get(kind="felling_licence")

    def at(self, person: Person) -> None:
        """The permit's page before `person`."""
        self.sign_in(self.page, person)
        self.page.goto(reverse("permit", args=[self.case.pk]))

    def does(self, person: Person, act: str, **said: Any) -> None:
        """From the permit's page to the act, through its form, and back; its papers are printed."""
        self.at(person)
        press(self.page.locator(f"#next a[href$='/acts/{act}/']"))
        for name, value in said.items():
            put(self.page, name, value)
        press(self.page.locator("main form button.btn-primary").last)
        confirm = self.page.locator("button[name=confirmed]")
        if confirm.count():
            press(confirm)
        expect(self.page.locator(".alert-success").first).to_be_visible()
        print_papers(self.case)

    def stands(self, status: str, paper: str = "") -> None:
        """Its page says so in words, and names the paper."""
        assert permit(self.case).status == status
        self.at(self.desk.clerk)
        expect(self.page.locator(".case-head")).to_contain_text(str(P(status).label))
        if paper:
            expect(self.page.locator("#papers")).to_contain_text(paper)

    def is_told(self, *, replaced: bool = False) -> None:
        """Anyone who looks at the paper carried so far is told that it holds no more, and the new one does."""
        self.page.context.clear_cookies(name="sessionid")
        self.page.goto(reverse("verify", args=[self.holds.token]))
        expect(self.page.locator(".state-bad").first).to_be_visible()
        self.holds.refresh_from_db()
        assert self.holds.status == (Document.Status.SUPERSEDED if replaced else Document.Status.REVOKED)
        if replaced:
            new = self.holds.replaced_by
            assert new is not None
            expect(self.page.locator("main")).to_contain_text(_("Replaced by a later document"))
            self.holds = new
            self.page.goto(reverse("verify", args=[new.token]))
            expect(self.page.locator(".state-good").first).to_be_visible()


def test_a_licence_is_extended_changed_reissued_expires_and_is_cancelled(
    page: Page, sign_in: SignIn, traveller: Any, look_over: Look
) -> None:
    one = Ends(page, sign_in, 31)
    traveller.move_to("2026-11-26T10:00:00+08:00")
    clerk, decider = one.desk.clerk, one.desk.decider
    one.does(clerk, "ask_extension", until=LATER, reason="连续降雪。")
    expect(page.locator("#asked")).to_be_visible()
    one.does(decider, "grant_extension", until=LATER)
    one.stands(P.VALID, "延续")
    expect(page.locator("#term")).to_contain_text("2027年3月31日")
    one.is_told(replaced=True)
    one.does(clerk, "ask_change", what="holder_name", now="石塘生态林业公司", reason="更名。")
    one.does(decider, "grant_change")
    one.stands(P.VALID, "变更")
    one.is_told(replaced=True)
    one.does(clerk, "ask_reissue", statement="搬迁时遗失。")
    one.does(decider, "reissue_permit")
    one.stands(P.VALID, "补发")
    one.is_told(replaced=True)
    traveller.move_to("2027-04-02T09:00:00+08:00")
    sweep.tick()
    one.stands(P.EXPIRED)
    page.goto(reverse("verify", args=[one.holds.token]))
    expect(page.locator("main")).to_contain_text("2027年3月31日")
    expect(page.locator(".state-good")).to_have_count(0)
    one.does(decider, "cancel_permit", ground="expired", reasons="期满未延续。")
    one.stands(P.CANCELLED, "注销")
    look_over(page, "permit-cancelled")
    one.is_told()
    look_over(page, "verify-cancelled")


@pytest.mark.parametrize(
    ("act", "said", "status", "paper"),
    [
        ("withdraw_permit", WITHDRAWN, P.WITHDRAWN, "撤回"),
        ("revoke_permit", REVOKED | {"heard": HEARD}, P.REVOKED, "撤销"),
        ("cancel_permit", {"ground": "impossible", "reasons": "林地被洪水冲毁。"}, P.CANCELLED, "注销"),
    ],
)
def test_a_licence_is_ended_by_who_decides(
    page: Page, sign_in: SignIn, traveller: Any, look_over: Look, act: str, said: dict[str, Any], status: str,
    paper: str,
) -> None:  # fmt: skip
    one = Ends(page, sign_in, 41)
    one.does(one.desk.decider, act, **said)
    one.stands(status, paper)
    record = one.case.acts.get(act=act)
    if "heard" in said:
        assert record.facts["heard"] == said["heard"]
        expect(page.locator("#record")).to_contain_text(said["heard"])
    assert record.documents.get().status == Document.Status.ISSUED
    look_over(page, f"permit-{status}")
    one.is_told()
