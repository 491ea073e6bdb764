"""Pages that enter people, posts, bodies and rights, as each of those responsible sees them, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from roles.accounts import make_administrator
from roles.appointments import appoint, dismiss, grant
from roles.models import Agency, Membership, Person
from roles.models.security import Administration
from tests.browser.walker import press
from tests.cast import Cast, make_person, make_post


@pytest.fixture
def people(transactional_db: None, cast: Cast) -> dict[str, Person]:
    """The administrators, the head of the district, and a unit's manager."""
    found = {role: make_person(f"{role}-admin", f"{role}管理员") for role in Administration.Role.values}
    for role, person in found.items():
        make_administrator(person, role)
    managing = make_post("managing", unit=cast.farm)
    grant(managing, cast.farm, manage=True)
    return found | {"head": cast.district_head, "manager": make_person("manager", "场长", managing)}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_of_the_administration_has_a_barrier_or_is_too_wide(
    cast: Cast, people: dict[str, Person], new_page: Callable[..., Page], sign_in: Any, look_over: Any, language: str
) -> None:
    district = Agency.objects.get(slug="bj-miyun-forestry")
    term = Membership.objects.get(person=cast.acceptor)
    newcomer = make_person("newcomer", "新来者")
    appoint(newcomer, term.post, by=cast.district_head, ground="密园绿任字〔2026〕3号")
    dismiss(newcomer, term.post, by=cast.district_head, ground="密园绿任字〔2026〕4号")
    given = term.post.group.mandategrant_set.first()
    seen = {
        "system": [
            ("account-list", []), ("person-new", []), ("agency-list", []), ("unit-list", []), ("unit-new", []),
            ("agency", [district.slug]), ("agency-change", [district.slug]), ("unit", [cast.farm.pk]),
        ],
        "security": [
            ("person", [cast.acceptor.pk]), ("post", [term.post.pk]), ("post-grant", [term.post.pk]),
            ("grant-end", ["mandate", given.pk]), ("person-administrator", [cast.stranger.pk]),
        ],
        "audit": [("security-log", [])],
        "head": [
            ("agency-people", []), ("person", [cast.acceptor.pk]), ("post", [term.post.pk]), ("person-new", []),
            ("agency", [district.slug]), ("post-appoint", [term.post.pk]), ("term-end", [term.pk]),
            ("agency-promises", [district.slug]),
            ("official-data", [district.slug]), ("person-close", [cast.acceptor.pk]),
        ],
        "manager": [("unit", [cast.farm.pk]), ("person", [cast.clerk.pk])],
    }  # fmt: skip
    for who, places in seen.items():
        page = new_page(language=language)
        sign_in(page, people[who])
        for name, arguments in places:
            page.goto(reverse(name, args=arguments))
            look_over(page, f"{who}-{name}-{language}")


def test_the_head_enters_a_person_who_is_then_in_the_post(
    cast: Cast, people: dict[str, Person], new_page: Callable[..., Page], sign_in: Any
) -> None:
    page = new_page()
    sign_in(page, cast.district_head)
    page.goto("/people/")
    press(page.get_by_role("link", name="录入人员"))
    page.get_by_label("姓名").fill("黄新人")
    page.get_by_label("登录名").fill("huang")
    page.get_by_label("公民身份号码").fill("110105194912310021")
    page.locator("[name=post]").select_option(label="北京市密云区园林绿化局 · 区受理岗")
    page.get_by_label("任职依据").fill("密园绿任字〔2026〕5号")
    press(page.get_by_role("button", name="录入"))
    assert "校验位不符" in page.inner_text("main")
    page.get_by_label("公民身份号码").fill("11010519491231002X")
    press(page.get_by_role("button", name="录入"))
    assert "密园绿任字〔2026〕5号" in page.inner_text("main")
    person = Person.objects.get(username="huang")
    assert Membership.objects.get(person=person).post.name == "区受理岗"
