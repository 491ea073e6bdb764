"""A decision made anew, on the pages: the tile at home, the case, the form, and the case once it runs again."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from permits.models.states import S
from roles.models import Person
from tests.browser.walker import press, put
from tests.cast import Cast, fresh
from tests.permits.life.cases import Desk, print_papers
from tests.permits.life.remedied import last, outcome

SignIn = Callable[[Page, Person], None]
Look = Callable[[Page, str], None]


def test_an_order_to_decide_anew_leads_from_the_home_page_to_the_case_that_runs_again(
    page: Page, sign_in: SignIn, look_over: Look, cast: Cast
) -> None:
    desk = Desk(cast.case_at("refused"), cast.clerk, cast.decider)
    print_papers(desk.case)
    said = outcome(desk, last(desk, "refuse").seq, "anew") | {"decided_on": timezone.localdate()}
    remedy = desk.decide("record_reconsideration", **said)
    sign_in(page, cast.decider)
    page.goto(reverse("home"))
    look_over(page, "reopen-home")
    press(page.locator("a[href$='/cases/?anew=on']").first)
    look_over(page, "reopen-list")
    page.goto(reverse("case", args=[desk.case.pk]))
    look_over(page, "reopen-case")
    press(page.locator("a[href$='/acts/reopen/']").first)
    put(page, "remedy", str(remedy.seq))
    put(page, "fault", "substance")
    put(page, "note", "重新核实林地权属后作出决定。")
    look_over(page, "reopen-form")
    press(page.locator("main form button.btn-primary").last)
    if page.locator("button[name=confirmed]").count():
        look_over(page, "reopen-confirm")
        press(page.locator("button[name=confirmed]").first)
    expect(page.locator("main")).to_contain_text(str(desk.case))
    assert fresh(desk.case).status == S.AWAITING_DECISION
    print_papers(desk.case)
    page.goto(reverse("case", args=[desk.case.pk]))
    look_over(page, "reopen-running")
