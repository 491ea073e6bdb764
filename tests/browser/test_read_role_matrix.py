"""The role matrix as people see it: in both languages, narrow and wide, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from roles.appointments import appoint, grant
from roles.matrix.load import load_roles
from roles.models import Agency, Mandate, Person, Post

NewPage = Callable[..., Page]
LOOKS = [("zh-hans", 1280), ("zh-hans", 375), ("en", 1280), ("en", 375)]


@pytest.fixture
def officer(transactional_db: None) -> Person:
    """Reviews tending designs in Miyun."""
    load_roles()
    person = Person.objects.create_user("reviewer", password="long enough to pass", name="区初审岗")
    bureau = Agency.objects.get(slug="bj-miyun-forestry")
    post = Post.objects.create(slug="review", name="初审岗", agency=bureau, group=Group.objects.create(name="review"))
    appoint(person, post)
    grant(post, Mandate.objects.get(key="tending-bj.first_review.bj-miyun-forestry"))
    return person


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_matrix_and_own_mandates_break_no_accessibility_rule(
    language: str, width: int, new_page: NewPage, sign_in: Callable[..., None], axe: Callable[..., None],
    shot: Callable[..., None], officer: Person,
) -> None:  # fmt: skip
    page = new_page(language=language, width=width)
    sign_in(page, officer)
    for address, name in (("/roles/?kind=occupation", "roles"), ("/roles/me/", "my-roles"), ("/roles/?q=zzz", "none")):
        page.goto(address)
        axe(page)
        shot(page, f"{name}-{language}-{width}")


def test_matrix_is_filtered_without_scripts(
    scriptless_page: Page, sign_in: Callable[..., None], officer: Person
) -> None:
    page = scriptless_page
    sign_in(page, officer)
    page.goto("/roles/")
    page.locator("#id_agency").select_option("tj-jizhou-service")
    page.locator("#id_duty").select_option("decide")
    page.locator("form[method=get] button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("负责天然林保护区域内建设项目的审核、批准")
    page.locator("tbody summary").click()
    expect(page.locator("tbody")).to_contain_text("行政许可法第24、25条")
