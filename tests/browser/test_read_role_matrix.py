"""The role matrix as people see it: in both languages, narrow and wide, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from roles.appointments import appoint, grant
from roles.models import Agency, Mandate, Person, Post
from tests.browser.walker import press
from tests.cast import load_matrix

NewPage = Callable[..., Page]


@pytest.fixture
def officer(begins_with_matrix: None, transactional_db: None) -> Person:
    """Reviews tending designs in Miyun."""
    load_matrix()
    person = Person.objects.create_user("reviewer", password="long enough to pass", name="区初审岗")
    bureau = Agency.objects.get(slug="bj-miyun-forestry")
    post = Post.objects.create(slug="review", name="初审岗", agency=bureau, group=Group.objects.create(name="review"))
    appoint(person, post)
    grant(post, Mandate.objects.get(key="tending-bj.first_review.bj-miyun-forestry"))
    return person


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_matrix_and_own_mandates_break_no_accessibility_rule(
    language: str,
    new_page: NewPage,
    sign_in: Callable[..., None],
    look_over: Callable[[Page, str], None],
    officer: Person,
) -> None:
    page = new_page(language=language)
    sign_in(page, officer)
    for address, name in (("/roles/?kind=occupation", "roles"), ("/roles/me/", "my-roles"), ("/roles/?q=zzz", "none")):
        page.goto(address)
        look_over(page, f"{name}-{language}")


def test_matrix_is_filtered_without_scripts(
    scriptless_page: Page, sign_in: Callable[..., None], officer: Person
) -> None:
    page = scriptless_page
    sign_in(page, officer)
    page.goto("/roles/")
    page.locator("#id_agency").select_option("tj-jizhou-service")
    page.locator("#id_duty").select_option("decide")
    press(page.locator("form[method=get] button"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("负责天然林保护区域内建设项目的审核、批准")
    page.locator("tbody summary").click()
    expect(page.locator("tbody")).to_contain_text("行政许可法第24、25条")
