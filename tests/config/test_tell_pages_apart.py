"""Tabs, history and screen readers tell pages apart by their titles alone."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from permits.models.states import S
from roles.accounts import make_administrator
from roles.models import Agency, Person, Post
from tests.cast import Cast, log_in, make_person

pytestmark = pytest.mark.django_db


def title(person: Person, address: str) -> str:
    found = re.search(r"<title>(.*?)</title>", log_in(person, english=True).get(address).text, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_a_page_and_the_form_by_which_it_is_changed_have_titles_of_their_own(cast: Cast) -> None:
    system = make_person("accounts-keeper", "账号管理员")
    make_administrator(system, "system")
    agency = Agency.objects.get(slug="bj-forestry")
    pairs = (("unit", cast.farm.pk), ("person", cast.stranger.pk), ("agency", agency.slug))
    for name, key in pairs:
        shown, changed = (title(system, reverse(page, args=[key])) for page in (name, f"{name}-change"))
        assert changed == f"Change the data · {shown}"


@pytest.mark.parametrize("page", ["official-data", "agency-promises", "agency-publicity"])
def test_a_page_of_an_agency_names_it(cast: Cast, page: str) -> None:
    address = reverse(page, args=["bj-forestry"])
    assert " · Beijing Gardening and Greening Bureau · " in title(cast.head, address)


def test_posts_of_the_same_name_are_told_apart_by_their_agency(cast: Cast) -> None:
    system = make_person("accounts-keeper", "账号管理员")
    make_administrator(system, "system")
    posts = Post.objects.filter(agency__isnull=False)
    assert posts
    for post in posts:
        with override("en"):
            told = f"{post} · {post.agency}"
        assert title(system, reverse("post", args=[post.pk])).startswith(told)


def test_the_page_that_verifies_a_paper_names_it_and_each_fact_to_be_found_is_named(cast: Cast) -> None:
    paper = cast.case_at(S.APPROVED).documents.exclude(number="").first()
    assert paper is not None
    assert paper.number in title(cast.clerk, reverse("verify", args=[paper.token]))
    address = reverse("case-determine", args=[cast.walk_to(S.FIRST_REVIEW).pk])
    field = re.search(r'href="([^"]*[?&;]field=[^"]+)"', log_in(cast.district_reviewer).get(address).text)
    assert field
    of_field = title(cast.district_reviewer, address + html.unescape(field[1]).removeprefix(address))
    assert of_field != title(cast.district_reviewer, address)
