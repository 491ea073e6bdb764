"""Pages used by keys alone, on a phone, without scripts and over a slow line: where one is after each press."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from permits.models.states import S
from tests.browser.walker import press
from tests.cast import NOW, Cast, plot
from tests.files import PDF

SignIn = Callable[[Page, object], None]
NewPage = Callable[..., Page]


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def decision(cast: Cast, act: str) -> str:
    """The page of a held item whose previous opinion can be adopted, `act` open."""
    case = cast.case_at(S.FINAL_REVIEW)
    return f"{reverse('task', args=[cast.take(case).pk])}?act={act}"


def test_enter_in_a_field_of_an_opinion_presses_the_acts_own_button(cast: Cast, page: Page, sign_in: SignIn) -> None:
    sign_in(page, cast.reviewer)
    page.goto(decision(cast, "propose"))
    expect(page.locator("#propose button[value=adopt]")).to_be_visible()
    page.locator("#propose [name=outcome][value=approve]").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#propose_opinion")).to_have_value("")


def test_who_is_led_to_a_field_by_its_error_sees_on_a_phone_what_it_is_called(
    cast: Cast, narrow_page: Page, sign_in: SignIn
) -> None:
    page = narrow_page
    page.set_viewport_size({"width": 375, "height": 500})
    sign_in(page, cast.reviewer)
    page.goto(decision(cast, "propose"))
    press(page.locator("#propose button.btn-primary"))
    page.locator("#error-summary a[href='#propose_opinion']").press("Enter")
    expect(page.locator("#propose_opinion")).to_be_focused()
    expect(page.locator("label[for=propose_opinion]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_a_row_added_on_a_phone_is_in_sight(cast: Cast, new_page: NewPage, sign_in: SignIn, scripts: bool) -> None:
    page = new_page(width=375, scripts=scripts)
    sign_in(page, cast.reviewer)
    page.goto(decision(cast, "return_to_first_review"))
    rows = page.locator("#return_to_first_review .row-list > li")
    before = rows.count()
    press(page.locator("#return_to_first_review button[name=add_row]"))
    expect(rows).to_have_count(before + 1)
    expect(rows.last).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(rows.last.locator("input, select, textarea").first).to_be_focused()


def test_without_a_script_a_text_put_in_and_a_refusal_are_found_on_a_phone(
    cast: Cast, new_page: NewPage, sign_in: SignIn
) -> None:
    page = new_page(width=375, scripts=False)
    sign_in(page, cast.reviewer)
    address = decision(cast, "propose")
    page.goto(address)
    press(page.locator("#propose button[value=adopt]"))
    expect(page.locator("#propose_opinion")).not_to_have_value("")
    expect(page.locator("#propose_opinion")).to_be_in_viewport()
    page.goto(address)
    press(page.locator("#propose .btn-primary"))
    way = page.locator("main a[href='#error-summary']")
    expect(way).to_be_in_viewport()
    way.press("Enter")
    expect(page.locator("#error-summary")).to_be_in_viewport()


def test_escape_leads_back_to_what_opened_a_menu_and_going_on_closes_it(
    cast: Cast, page: Page, sign_in: SignIn
) -> None:
    sign_in(page, cast.clerk)
    page.goto("/")
    menu = page.locator("details.menu")
    summary = menu.locator("summary")
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    assert menu.get_attribute("open") is None
    summary.press("Enter")
    page.locator(".site-nav a").first.focus()
    assert menu.get_attribute("open") is None


SEND = """() => { const form = document.querySelector("main form.card");
    form.addEventListener("submit", event => event.preventDefault(), {once: true});  // under way, and never answered
    form.requestSubmit();
    return form.dataset.sent; }"""
SENT = "() => document.querySelector('main form.card').dataset.sent"


def test_what_was_given_up_while_it_was_sent_can_be_sent_again(cast: Cast, page: Page, sign_in: SignIn) -> None:
    sign_in(page, cast.clerk)
    page.clock.install()
    page.goto(reverse("table-head", args=[cast.case_at(S.DRAFT).pk]))
    assert page.evaluate(SEND) == "1"
    page.keyboard.press("Escape")
    assert page.evaluate(SENT) is None
    assert page.evaluate(SEND) == "1"
    page.clock.fast_forward(5_000)
    assert page.evaluate(SENT) == "1"  # an impatient second click
    page.clock.fast_forward(15_000)
    assert page.evaluate(SENT) is None


def test_a_large_file_is_under_way_for_longer(cast: Cast, page: Page, sign_in: SignIn) -> None:
    sign_in(page, cast.clerk)
    page.clock.install()
    page.goto(reverse("draft-materials", args=[cast.case_at(S.DRAFT).pk]))
    page.evaluate("() => document.addEventListener('submit', event => event.preventDefault())")
    page.locator("main input[type=file]").first.set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    sent = "() => document.querySelectorAll('form[data-sent]').length"
    if not page.evaluate(sent):
        page.evaluate("() => document.querySelector('main input[type=file]').form.requestSubmit()")
    assert page.evaluate(sent) == 1
    page.clock.fast_forward(600_000)
    assert page.evaluate(sent) == 1
    page.keyboard.press("Escape")
    assert page.evaluate(sent) == 0


def test_the_page_after_a_mended_error_opens_at_its_beginning(cast: Cast, page: Page, sign_in: SignIn) -> None:
    case = cast.case_at(S.DRAFT)
    sign_in(page, cast.clerk)
    page.goto(reverse("table-row", args=[case.pk, case.tending.rows.first().pk]))
    page.set_viewport_size({"width": 375, "height": 600})
    area = page.locator("[name=area_ha]")
    right = area.input_value()
    area.fill("x")
    press(page.locator("button[name=another]"))
    page.locator("#error-summary a").first.press("Enter")
    expect(area).to_be_focused()
    area.fill(right)
    press(page.locator("button[name=another]"))
    expect(page.locator(".alert-success").first).to_be_in_viewport()
    assert "#" not in page.url


def test_long_names_and_many_places_are_read_whole_on_a_phone(cast: Cast, narrow_page: Page, sign_in: SignIn) -> None:
    township = "密云区云蒙山国有林场䶮堃㙟管护中心站"
    numbers = range(1, 13)
    case = cast.draft(*(plot(number=str(one), township=township, volume_intensity_pct="45") for one in numbers))
    page = narrow_page
    sign_in(page, cast.clerk)
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length"
    page.goto(reverse("table-rows", args=[case.pk]))
    assert page.locator(".scroll-x, .table-responsive").evaluate_all(cut) == 0
    page.goto(reverse("draft-check", args=[case.pk]))
    assert page.locator(".table-responsive").evaluate_all(cut) == 0
    places = page.locator(".places").first
    expect(places).to_contain_text("12小班")
    assert places.evaluate("one => one.previousElementSibling.textContent.includes('：')")
    assert places.bounding_box()["height"] < 200  # type: ignore[index]


def test_without_a_script_the_log_in_offers_nothing_dead(cast: Cast, new_page: NewPage) -> None:
    for scripts in (True, False):
        page = new_page(scripts=scripts)
        page.goto("/login/")
        expect(page.locator("#passkey_login")).to_be_visible(visible=scripts)
    assert "使用通行密钥需要启用 JavaScript。" in page.inner_text("body")


def test_where_the_system_chooses_the_colours_lights_and_places_are_told_apart(
    cast: Cast, page: Page, sign_in: SignIn
) -> None:
    cast.case_at(S.SUBMITTED)
    sign_in(page, cast.acceptor)
    page.emulate_media(forced_colors="active")
    page.goto(reverse("queue", args=["agency"]))
    below = "one => getComputedStyle(one).borderBottomColor"
    here, others = page.locator(".site-nav a[aria-current]"), page.locator(".site-nav a:not([aria-current])")
    assert here.evaluate(below) != others.first.evaluate(below)
    ground = "one => getComputedStyle(one).backgroundColor"
    assert page.locator(".light-dot").first.evaluate(ground) != page.locator("body").evaluate(ground)


BENEATH = """() => { const one = document.activeElement.getBoundingClientRect();
    const bar = document.querySelector(".keeping:not([hidden])").getBoundingClientRect();
    const within = document.activeElement.closest("form.card");
    return within ? Math.min(one.bottom, bar.bottom) - Math.max(one.top, bar.top) : 0; }"""


def test_going_on_by_keyboard_nothing_with_the_focus_lies_beneath_what_tells_of_keeping(
    cast: Cast, page: Page, sign_in: SignIn
) -> None:
    sign_in(page, cast.clerk)
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(reverse("table-row-add", args=[cast.case_at(S.DRAFT).pk]))
    page.fill("[name=township]", "雾灵山")
    expect(page.locator(".keeping")).to_be_visible()
    page.focus("[name=township]")
    for _step in range(45):
        page.keyboard.press("Tab")
        assert page.evaluate(BENEATH) <= 0, page.evaluate("document.activeElement.name")
