"""The pages everyone meets before a case: login, refusals, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from roles.models import Person

NewPage = Callable[..., Page]


@pytest.fixture
def clerk(transactional_db: None) -> Person:
    return Person.objects.create_user("clerk", password="long enough to pass", name="林场经办员")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_login_and_error_pages_break_no_accessibility_rule(
    language: str, new_page: NewPage, look_over: Callable[[Page, str], None]
) -> None:
    page = new_page(language=language)
    for address, name in (("/login/", "login"), ("/nowhere/", "404")):
        page.goto(address)
        look_over(page, f"{name}-{language}")


def test_wrong_password_is_told_in_a_summary_that_has_the_focus(
    page: Page, axe: Callable[..., None], shot: Callable[..., None], clerk: Person
) -> None:
    page.goto("/login/")
    page.get_by_label("登录名").fill("clerk")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_label("登录名")).to_have_value("clerk")
    axe(page)
    shot(page, "login-wrong-zh-hans-1280")


@pytest.mark.parametrize("tag", ["label", "legend"])
def test_a_required_mark_stays_with_the_last_character_of_a_label(page: Page, tag: str) -> None:
    """However narrow the place for it is."""
    page.goto("/login/")
    alone = page.evaluate(
        """tag => {
          const box = document.createElement("div");
          document.querySelector("main").append(box);
          const mark = '<span class="asteriskField">*</span>';
          box.innerHTML = `<${tag} class="form-label">隔离开始日期${mark}</${tag}>`;
          box.firstChild.style.display = "block";
          const text = box.firstChild.firstChild, star = box.querySelector("span"), found = [];
          for (let width = 60; width < 140; width++) {
            box.style.width = `${width}px`;
            const last = document.createRange();
            last.setStart(text, text.length - 1);
            last.setEnd(text, text.length);
            const apart = last.getBoundingClientRect().bottom - star.getBoundingClientRect().bottom;
            if (Math.abs(apart) > 5) found.push(width);
          }
          return found;
        }""",
        tag,
    )
    assert alone == []


def test_language_changes_by_one_click_without_scripts(scriptless_page: Page) -> None:
    page = scriptless_page
    page.goto("/login/?next=/x/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url("/login/?next=/x/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_first_visit_is_chinese_whatever_the_browser_prefers(new_page: NewPage) -> None:
    page = new_page()
    page.context.clear_cookies()
    page.set_extra_http_headers({"Accept-Language": "en-GB"})
    page.goto("/login/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_the_menu_of_a_person_opens_within_the_window(page: Page, clerk: Person) -> None:
    page.goto("/login/")
    page.get_by_label("登录名").fill("clerk")
    page.get_by_label("密码").fill("long enough to pass")
    page.get_by_role("button", name="登录", exact=True).click()
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.locator(".menu > summary").click()
        box = page.locator(".menu > div").bounding_box()
        assert box, width
        assert 0 <= box["x"] <= width - box["width"], (width, box)
        page.locator(".menu > summary").click()


@pytest.mark.parametrize("way", ["form", "link"])
def test_going_back_to_a_refused_form_ends_in_no_error_of_the_browser(page: Page, clerk: Person, way: str) -> None:
    page.goto("/login/")
    for word in ("wrong", "long enough to pass"):
        page.get_by_label("登录名").fill("clerk")
        page.get_by_label("密码").fill(word)
        if word != "wrong" and way == "link":
            page.get_by_role("link", name="忘记密码").first.click()
            expect(page).to_have_url("/account/reset/")
        else:
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_load_state()
        if word == "wrong":
            expect(page.locator("#error-summary")).to_be_visible()
    page.go_back()
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("#error-summary")).to_have_count(0)


def test_a_refused_form_that_is_loaded_again_is_sent_again(page: Page, clerk: Person) -> None:
    page.goto("/login/")
    page.get_by_label("登录名").fill("clerk")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.reload()
    expect(page.get_by_label("登录名")).to_have_value("clerk")
    expect(page.locator("#error-summary")).to_be_visible()
