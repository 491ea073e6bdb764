"""A page that saves itself, in a browser: lost sessions, lost networks, two windows; and a form sent once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from permits.models import Application, UnfinishedForm
from permits.models.states import S
from tests.browser.walker import press
from tests.cast import NOW, Cast
from tests.permits.occupation.cases import draft as occupation_draft
from workflows.models import WorkItem

Look = Callable[[Page, str], None]
SignIn = Callable[[Page, object], None]
KEPT = re.compile(r"\d\d:\d\d")


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


@pytest.fixture
def case(cast: Cast) -> Application:
    return cast.case_at(S.DRAFT)


@pytest.fixture
def head(cast: Cast, case: Application, page: Page, sign_in: SignIn) -> str:
    sign_in(page, cast.clerk)
    address = reverse("table-head", args=[case.pk])
    page.goto(address)
    return address


def status(page: Page) -> object:
    return page.locator("[data-keep]:not([hidden]) [role=status]")


def test_what_is_typed_is_kept_and_there_after_a_reload(page: Page, head: str, look_over: Look) -> None:
    page.fill("[name=compiler]", "写到一半")
    expect(status(page)).to_have_text(KEPT)
    look_over(page, "kept_by_itself")
    page.goto(head)
    expect(page.locator("[name=compiler]")).to_have_value("写到一半")
    look_over(page, "kept_again")
    press(page.locator("[name=unfinished_drop]"))
    expect(page.locator("[name=compiler]")).not_to_have_value("写到一半")


def test_a_session_that_ends_loses_no_word(page: Page, head: str, cast: Cast, sign_in: SignIn) -> None:
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=compiler]", "会话已过期")
    expect(page.locator("[data-choices] a")).to_be_visible()
    page.locator("button[name=later]").click()
    page.wait_for_url("**/login/**")
    sign_in(page, cast.clerk)
    page.goto(head)
    expect(page.locator("[name=compiler]")).to_have_value("会话已过期")
    expect(status(page)).to_have_text(KEPT)
    assert page.evaluate("sessionStorage.length") == 0


def test_the_page_of_an_act_beside_any_item_loses_none_either(page: Page, cast: Cast, sign_in: SignIn) -> None:
    act = reverse("case-act", args=[cast.case_at(S.FIRST_REVIEW).pk, "withdraw"])
    sign_in(page, cast.clerk)
    page.goto(act)
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=reason]", "设计要重做")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/login/**")
    sign_in(page, cast.clerk)
    page.goto(act)
    expect(page.locator("[name=reason]")).to_have_value("设计要重做")
    expect(status(page)).to_have_text(KEPT)


def test_a_lost_network_is_told_and_tried_again(page: Page, head: str) -> None:
    page.context.set_offline(True)
    page.fill("[name=compiler]", "断网")
    expect(status(page)).to_be_visible()
    assert not UnfinishedForm.objects.exists()
    page.context.set_offline(False)
    expect(status(page)).to_have_text(KEPT)


def test_a_system_that_is_away_is_told_as_that_and_not_as_a_lost_network(page: Page, head: str) -> None:
    page.route("**/unfinished/", lambda route: route.fulfill(status=503, body="away", content_type="text/html"))
    page.fill("[name=compiler]", "系统停了")
    expect(status(page)).to_contain_text("系统暂时无法使用")
    expect(status(page)).not_to_contain_text("网络")
    assert not UnfinishedForm.objects.exists()


def test_two_windows_are_offered_both_texts(page: Page, head: str, look_over: Look) -> None:
    second = page.context.new_page()
    second.goto(head)
    page.fill("[name=compiler]", "窗口一")
    expect(status(page)).to_have_text(KEPT)
    second.fill("[name=compiler]", "窗口二")
    expect(second.locator("[data-choices] button")).to_have_count(2)
    look_over(second, "kept_in_two_windows")
    second.locator("[data-choices] button").nth(1).click()
    expect(second.locator("[name=compiler]")).to_have_value("窗口一")


def test_saving_leaves_nothing_behind(page: Page, head: str) -> None:
    page.fill("[name=compiler]", "存好了")
    press(page.locator("button[name=later]"))
    page.wait_for_load_state()
    page.goto(head)
    expect(page.locator("[name=compiler]")).to_have_value("存好了")
    assert page.evaluate("sessionStorage.length") == 0
    assert not UnfinishedForm.objects.exists()


def begin_correction(page: Page, case: Application) -> None:
    """Take the step of the case, and open its form for a correction."""
    item = WorkItem.objects.get(application=case, finished=None)
    page.goto(reverse("task", args=[item.pk]))
    press(page.locator("form[action$='/claim/'] button.btn-primary"))
    page.locator("#request_correction summary").first.click()


def test_an_opinion_is_kept_while_it_is_written(cast: Cast, page: Page, sign_in: SignIn, look_over: Look) -> None:
    case = cast.case_at(S.SUBMITTED)
    sign_in(page, cast.acceptor)
    begin_correction(page, case)
    page.fill("[name=items-0-what]", "缺少位置图")
    expect(status(page)).to_have_text(KEPT)
    page.reload()
    expect(page.locator("[name=items-0-what]")).to_have_value("缺少位置图")
    look_over(page, "opinion_kept")


def test_the_form_of_a_row_which_has_a_field_called_method_is_sent_once(
    page: Page, case: Application, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(page, cast.clerk)
    row = case.tending.rows.first()
    page.goto(reverse("table-row", args=[case.pk, row.pk]))
    assert page.locator("main form.card [name=method]").count() == 1
    guarded = page.evaluate(
        """() => { const form = document.querySelector("main form.card");
        form.addEventListener("submit", event => event.preventDefault(), {once: true});
        form.requestSubmit();
        const first = form.dataset.sent;
        return [first, form.dispatchEvent(new SubmitEvent("submit", {bubbles: true, cancelable: true}))]; }"""
    )
    assert guarded == ["1", False]


def test_what_was_previewed_in_another_window_can_be_sent(page: Page, cast: Cast, sign_in: SignIn) -> None:
    case = cast.case_at(S.SUBMITTED)
    sign_in(page, cast.acceptor)
    begin_correction(page, case)
    page.select_option("[name=items-0-where]", "head")
    page.fill("[name=items-0-what]", "缺少位置图")
    for button in ("#request_correction form button.btn-primary", "button[name=confirmed]"):
        with page.context.expect_page() as previewed:
            page.locator("button[name=preview]:visible").click()
        previewed.value.close()
        press(page.locator(button))
        page.wait_for_load_state()
    case.refresh_from_db()
    assert case.status == S.CORRECTING


def test_a_field_is_shown_where_it_applies(cast: Cast, page: Page, sign_in: SignIn, look_over: Look) -> None:
    case, clerk = occupation_draft()
    sign_in(page, clerk)
    page.goto(reverse("table-head", args=[case.pk]))
    for tenure in ("permanent", "temporary"):
        page.select_option("[name=tenure]", tenure)
    expect(page.locator("[name=years]")).to_be_visible()
    page.fill("[name=years]", "")
    page.select_option("[name=tenure]", "permanent")
    for name in ("years", "renews", "years_before"):
        expect(page.locator(f"[name={name}]")).to_be_hidden()
    assert page.locator("fieldset .row > [class*=col-]:visible:not(:has(.mb-3:not([hidden])))").count() == 0  # no gap
    look_over(page, "conditional_hidden")
