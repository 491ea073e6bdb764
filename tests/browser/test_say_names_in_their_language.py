"""On a page in English what stands in Chinese says so, and a screen reader says it in that language (WCAG 3.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page

from permits.models import Application
from permits.models.states import S
from roles.models import Person
from tests.cast import NOW, Cast

UNMARKED = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode, around = text.parentElement;
        if (/[\\u3008-\\u3011\\u3400-\\u9fff]/.test(text.data) && !around.matches('script, style, textarea, option')
            && around.closest('[lang]') === document.documentElement) found.push(text.data);
    }
    return found;
}"""


@pytest.fixture
def head(begins_with_cast: None, transactional_db: None) -> Iterator[Person]:
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        cast.case_at(S.APPROVED)
        cast.do(cast.draft(title="《云岭林场经营方案》2026年抚育"), "submit")
        yield cast.head


def test_names_on_a_page_in_english_are_marked_as_chinese_and_nothing_moves(
    head: Person, new_page: Callable[..., Page], sign_in: Callable[[Page, Person], None]
) -> None:
    page, plain = new_page(language="en"), new_page(language="en", scripts=False)
    case = Application.objects.get(status=S.APPROVED)
    for one in (page, plain):
        sign_in(one, head)
    for address in ("/", "/cases/", f"/cases/{case.pk}/", f"/permits/{case.pk}/", "/people/"):
        for one in (page, plain):
            one.goto(address)
        assert page.evaluate(UNMARKED) == [], address
        assert page.locator("main [lang=zh-Hans]").count() > plain.locator("main [lang=zh-Hans]").count(), address
    assert page.inner_text("main table") == plain.inner_text("main table")


def test_a_page_in_chinese_is_left_as_it_is(
    head: Person, page: Page, scriptless_page: Page, sign_in: Callable[[Page, Person], None]
) -> None:
    for one in (page, scriptless_page):
        sign_in(one, head)
        one.goto("/cases/")
    assert page.inner_html("main table") == scriptless_page.inner_html("main table")
