"""The worklist, the calendar of deadlines and the dashboard: wide and narrow, by keyboard, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.models import PromisedPeriod
from permits.models.states import S
from roles.models import Agency, OperatingUnit, Person
from tests.browser.walker import press
from tests.cast import NOW, Cast
from workflows.kept_filters import keep_filter
from workflows.models import WorkItem

Sign = Callable[[Page, Person], None]


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    """Cases at every desk: some held, one late, one promised sooner than the law asks."""
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        late, _granted = cast.case_at(S.SUBMITTED), cast.case_at(S.APPROVED)
        city = Agency.objects.get(slug="bj-forestry")
        PromisedPeriod.objects.create(agency=city, kind="tending", period="decide", working_days=12, source="示例")
        WorkItem.objects.filter(application=late).update(due="2026-11-18", soon_from="2026-11-13")
        for _number in range(5):
            cast.walk_to(S.SUBMITTED)
        cast.take(cast.walk_to(S.SUBMITTED))
        cast.take(cast.walk_to(S.FINAL_REVIEW))
        cast.walk_to(S.AWAITING_DECISION)
        keep_filter("agency", "逾期的", "time=late", by=cast.acceptor)
        yield cast


def test_every_page_of_the_work_has_no_barriers(
    cast: Cast, page: Page, sign_in: Sign, look_over: Callable[[Page, str], None]
) -> None:
    visits = [
        (cast.acceptor, "/", "home-officer"),
        (cast.head, "/", "home-head"),
        (cast.acceptor, "/queue/agency/", "agency"),
        (cast.acceptor, "/queue/agency/?time=late", "agency-filtered"),
        (cast.reviewer, "/queue/mine/", "mine"),
        (cast.acceptor, "/queue/done/", "done"),
        (cast.auditor, "/cases/?status=decided", "cases"),
        (cast.district_head, "/queue/led/", "led"),
        (cast.district_head, "/dashboard/", "dashboard"),
        (cast.district_head, "/calendar/", "calendar"),
        (cast.head, "/calendar/?of=led&month=2026-12", "calendar-city"),
        (cast.acceptor, "/filters/", "filters"),
    ]
    barriers = []
    for person, address, name in visits:
        sign_in(page, person)
        page.goto(address)
        try:
            look_over(page, f"work-{name}")
        except AssertionError as found:
            barriers.append(str(found))
    assert not barriers, "\n".join(barriers)


BROKEN = """() => {
  const words = [], text = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node; (node = text.nextNode());) for (const found of node.data.matchAll(/[A-Za-z]{3,}/g)) {
    const range = document.createRange();
    range.setStart(node, found.index);
    range.setEnd(node, found.index + found[0].length);
    if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) words.push(found[0]);
  }
  return words;
}"""
"""The English words of the page that are divided between two lines."""


@pytest.mark.parametrize("width", [1280, 1000, 375])
def test_no_word_of_a_list_is_broken_and_no_list_is_wider_than_the_window(
    width: int, cast: Cast, new_page: Callable[..., Page], sign_in: Sign
) -> None:
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(name_en="Jingbei Transport Construction Co. (example)")
    page = new_page(language="en", width=width)
    for person, address in (
        (cast.district_head, "/queue/led/"), (cast.acceptor, "/queue/agency/"), (cast.auditor, "/cases/"),
        (cast.acceptor, "/queue/done/"), (cast.clerk, "/permits/"),
    ):  # fmt: skip
        sign_in(page, person)
        page.goto(address)
        expect(page.locator("main")).to_contain_text("Construction")
        assert page.evaluate(BROKEN) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize("scripts", [True, False])
def test_a_page_of_items_is_taken_by_keyboard_alone(
    scripts: bool, cast: Cast, new_page: Callable[..., Page], sign_in: Sign
) -> None:
    page = new_page(scripts=scripts)
    sign_in(page, cast.second_acceptor)
    page.goto("/queue/agency/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past the content, to the list
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=item]").first).to_be_focused()
    page.locator("#pick-page").press("Enter")
    expect(page.locator("input[name=item]:checked")).to_have_count(6)
    page.locator(".picks button").first.press("Enter")
    expect(page).to_have_url(re.compile("/queue/mine/"))
    expect(page.locator("#list-rows tr")).to_have_count(6)


def test_after_an_act_the_next_item_is_one_key_away(
    cast: Cast, page: Page, sign_in: Sign, shot: Callable[..., None]
) -> None:
    item = WorkItem.objects.get(owner=cast.acceptor, status="ASSIGNED")
    sign_in(page, cast.acceptor)
    page.goto(f"/tasks/{item.pk}/?act=accept")
    press(page.locator("details#accept .btn-primary"))
    shot(page, "work-after")
    page.locator("a.next-item").press("Enter")
    expect(page).to_have_url(re.compile(r"/tasks/\d+/$"))


def test_the_drawings_hold_the_numbers_of_their_tables(cast: Cast, page: Page, sign_in: Sign) -> None:
    sign_in(page, cast.district_head)
    page.goto("/dashboard/")
    expect(page.locator(".chart.drawn canvas")).to_have_count(3)
    drawn = page.evaluate("echarts.getInstanceByDom(document.querySelector('.chart')).getOption().series[0].data")
    told = [int(text) for text in page.locator("#persons tbody tr td:nth-child(2)").all_inner_texts()]
    assert drawn == told == [6, 1]


def test_on_a_narrow_screen_no_column_beside_a_drawing_is_cut_off_and_no_legend_covers_it(
    cast: Cast, page: Page, sign_in: Sign
) -> None:
    sign_in(page, cast.district_head)
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto("/dashboard/")
    expect(page.locator(".chart.drawn canvas")).to_have_count(3)
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    assert page.locator(".chart-and-table .scroll-x").evaluate_all(cut) == 0
    page.goto("/statistics/")
    tops = """all => all.map(one => { const chart = echarts.getInstanceByDom(one), model = chart.getModel();
        const legend = chart.getViewOfComponentModel(model.getComponent("legend")).group.getBoundingRect().height;
        return chart.getOption().grid[0].top - legend; })"""
    assert min(page.locator(".chart.drawn").evaluate_all(tops)) >= 0


def test_no_chart_is_divided_between_two_sheets(cast: Cast, page: Page, sign_in: Sign) -> None:
    sign_in(page, cast.district_head)
    page.goto("/statistics/")
    drawn = page.locator(".chart.drawn")
    expect(drawn.first).to_be_visible()
    page.emulate_media(media="print")
    assert set(drawn.evaluate_all("all => all.map(one => getComputedStyle(one).breakInside)")) == {"avoid"}
    beside = "all => all.map(one => getComputedStyle(one.parentElement).display)"
    assert set(drawn.evaluate_all(beside)) == {"block"}  # within a grid the head stays behind on the sheet before


def test_the_numbers_are_there_without_scripts(cast: Cast, scriptless_page: Page, sign_in: Sign) -> None:
    sign_in(scriptless_page, cast.district_head)
    scriptless_page.goto("/dashboard/")
    expect(scriptless_page.locator(".chart").first).to_be_hidden()
    expect(scriptless_page.locator("#persons tbody tr")).to_have_count(2)


def test_picked_items_are_given_to_another(
    cast: Cast, page: Page, sign_in: Sign, look_over: Callable[..., None]
) -> None:
    sign_in(page, cast.district_head)
    page.goto("/queue/led/")
    page.locator("#pick-page").click()
    press(page.locator(".picks button").first)
    look_over(page, "work-give")
    page.locator("select[name=to]").select_option(label=str(cast.second_acceptor))
    page.locator("textarea[name=reason]").fill("出差")
    page.locator("main form button").click()
    expect(page.get_by_role("status").first).to_contain_text(str(cast.second_acceptor))


BROKEN_WORDS = """() => [...document.querySelectorAll('main td, main th')].flatMap(cell => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), broken = [];
    for (let text; (text = walker.nextNode());) for (const found of text.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(text, found.index);
        range.setEnd(text, found.index + found[0].length);
        if (new Set([...range.getClientRects()].map(one => one.top)).size > 1) broken.push(found[0]);
    }
    return broken;
})"""
CUT = """() => [...document.querySelectorAll('.chart-and-table .scroll-x')]
    .filter(one => one.scrollWidth > one.clientWidth).length"""


def test_a_filter_in_use_does_not_stand_before_the_rows_of_a_narrow_screen(
    cast: Cast, page: Page, sign_in: Sign
) -> None:
    sign_in(page, cast.acceptor)
    filled = page.locator(".filter form").first
    page.goto("/queue/agency/?time=late")
    expect(filled).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    expect(filled).to_be_hidden()
    expect(page.locator(".filter-said")).to_have_text("剩余期限：逾期")
    page.locator(".filter summary").click()
    expect(filled).to_be_visible()
    page.goto("/queue/agency/?due=no-day")
    expect(filled).to_be_visible()


def test_english_tables_break_no_word_and_fit_a_phone(cast: Cast, new_page: Callable[..., Page], sign_in: Sign) -> None:
    cast.walk_to(S.NOT_ACCEPTED)  # by a post called “Acceptance”
    page = new_page(language="en")
    visits = [
        (cast.auditor, "/desk/decisions/?since=2026-01-01"), (cast.district_head, "/dashboard/"),
        (cast.district_head, "/queue/led/"), (cast.auditor, "/cases/"),
    ]  # fmt: skip
    for person, address in visits:
        sign_in(page, person)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address)
        assert page.locator("main td").count() > 0, address
        assert page.evaluate(BROKEN_WORDS) == [], address
        page.set_viewport_size({"width": 375, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate(CUT) == 0, address


SQUEEZED = """() => [...document.querySelectorAll('main td')]
    .filter(one => one.innerText.trim().length > 7 && one.clientWidth < 60).length"""


def test_lists_fit_a_tablet_and_a_page_at_twice_its_size(cast: Cast, page: Page, sign_in: Sign) -> None:
    for person, address in ((cast.district_head, "/queue/led/"), (cast.auditor, "/cases/")):
        sign_in(page, person)
        for width in (640, 820, 1000):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (wide, page.evaluate(SQUEEZED)) == (0, 0), (address, width)
