"""The components every page is made of, measured on one page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from roles.models import Person
from tests.browser.walker import press

pytestmark = pytest.mark.urls("tests.browser.gallery")

Check = Callable[..., None]


@pytest.fixture
def person(transactional_db: None) -> Person:
    return Person.objects.create_user("clerk", name="林场经办员")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_components_break_no_accessibility_rule_empty_or_with_errors(
    language: str, new_page: Callable[..., Page], sign_in: Check, look_over: Check, person: Person
) -> None:
    page = new_page(language=language)
    sign_in(page, person)
    page.goto("/gallery/")
    look_over(page, f"components-{language}")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#error-summary")).to_be_focused()
    look_over(page, f"components-errors-{language}")


def test_each_error_leads_to_its_field(page: Page, sign_in: Check, person: Person) -> None:
    sign_in(page, person)
    page.goto("/gallery/")
    press(page.get_by_role("button", name="提交"))
    links = page.locator("#error-summary a")
    assert links.count() == 8
    for address in [links.nth(n).get_attribute("href") for n in range(8)]:
        assert page.locator(f"[id='{str(address)[1:]}']").count() == 1, address
    name = page.get_by_label("林场名称")
    expect(name).to_have_attribute("aria-invalid", "true")
    for described in str(name.get_attribute("aria-describedby")).split():
        assert page.locator(f"#{described}").count() == 1


def test_menu_closes_by_escape_and_logs_out(page: Page, sign_in: Check, axe: Check, person: Person) -> None:
    sign_in(page, person)
    page.goto("/gallery/")
    page.get_by_text("林场经办员").first.click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    page.get_by_text("林场经办员").first.click()
    press(page.get_by_role("button", name="退出登录"))
    expect(page).to_have_url("/login/")


def test_second_click_sends_nothing_and_a_page_come_back_to_may_be_sent(
    page: Page, sign_in: Check, person: Person
) -> None:
    sign_in(page, person)
    page.goto("/gallery/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.evaluate("() => { const b = document.querySelector('main form button'); b.click(); b.click(); }")
    expect(page.locator("#error-summary")).to_be_visible()
    assert len(posts) == 1
