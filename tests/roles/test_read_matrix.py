"""The pages of the role matrix."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from roles.appointments import appoint, grant
from roles.models import Mandate, Person, Post

pytestmark = pytest.mark.django_db


def shown(response: Any) -> list[str]:
    """The keys of the mandates on a page."""
    return sorted(mandate.key for duty in response.context["duties"] for mandate in duty.mandates)


@pytest.fixture
def reader(client: Client, stranger: Person) -> Client:
    client.force_login(stranger)
    return client


@pytest.mark.parametrize("address", ["/roles/", "/roles/me/"])
def test_visitor_is_asked_to_log_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/login/")


@pytest.mark.usefixtures("begins_with_matrix")
def test_matrix_shows_clause_line_basis_and_what_is_open(reader: Client) -> None:
    page = reader.get("/roles/", {"kind": "introduction", "duty": "advise", "document": "S4"}).content.decode()
    assert "依法严格外来物种引入审批" in page
    assert "第122至125行" in page
    assert "原表分栏丢失" in page
    assert page.count("<tr>") == 2  # the heads, and the three agencies that share one duty
    assert page.count("introduction-bj.advise.") == 3


@pytest.mark.usefixtures("begins_with_matrix")
@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"kind": "tending", "duty": "decide"},
         ["tending-bj.decide.bj-forestry", "tending-jizhou.decide.tj-jizhou-forestry"]),
        ({"kind": "tending", "duty": "decide", "place": "110118"}, ["tending-bj.decide.bj-forestry"]),
        ({"kind": "occupation", "agency": "tj-jizhou-service", "duty": "decide"},
         ["occupation-jizhou.decide.tj-jizhou-service.protection_area"]),
        ({"q": "盘山"}, ["s1-standing.assist.tj-jizhou-panshan"]),
        ({"basis": "rebuilt", "kind": "introduction", "duty": "responsible", "agency": "bj-police"},
         ["s4-212.responsible.bj-police"]),
    ],
)  # fmt: skip
def test_filters_narrow_the_rows(reader: Client, asked: dict[str, str], keys: list[str]) -> None:
    assert shown(reader.get("/roles/", asked)) == keys


@pytest.mark.usefixtures("begins_with_matrix")
def test_a_filter_nobody_knows_is_told_and_hides_nothing(reader: Client) -> None:
    response = reader.get("/roles/", {"kind": "fishing", "place": "999999"})
    assert set(response.context["form"].errors) == {"kind", "place"}
    assert response.context["total"] == Mandate.objects.count()


@pytest.mark.usefixtures("begins_with_matrix")
def test_pages_keep_the_filter(reader: Client) -> None:
    response = reader.get("/roles/", {"document": "S1", "page": "2"})
    assert response.context["page"].number == 2
    assert "document=S1" in response.content.decode()
    assert reader.get("/roles/", {"page": "zzz"}).status_code == 200


@pytest.mark.usefixtures("begins_with_matrix")
def test_nothing_found_says_so(reader: Client) -> None:
    page = reader.get("/roles/", {"q": "没有这样的词"}).content.decode()
    assert "<table" not in page
    assert "empty-state" in page


@pytest.mark.usefixtures("begins_with_matrix")
def test_the_page_is_a_handful_of_queries_however_long(reader: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        reader.get("/roles/")


@pytest.mark.usefixtures("begins_with_matrix")
def test_english_reader_gets_english_names_and_notes_beside_the_chinese_clause(reader: Client) -> None:
    reader.cookies["django_language"] = "en"
    page = reader.get("/roles/", {"document": "S4", "kind": "introduction", "duty": "lead"}).content.decode()
    assert "Beijing Agriculture and Rural Affairs Bureau" in page
    assert "medium confidence" in page
    assert "依法严格外来物种引入审批" in page


def test_profile_shows_posts_and_mandates_of_today(
    client: Client, today: date, reviewer: Person, reviewing_post: Post, mandate: Mandate
) -> None:
    appoint(reviewer, reviewing_post)
    grant(reviewing_post, mandate)
    client.force_login(reviewer)
    response = client.get("/roles/me/")
    assert shown(response) == [mandate.key]
    assert "reviewing" in response.content.decode()


@pytest.mark.usefixtures("begins_with_matrix")
def test_agencies_that_share_a_duty_by_the_same_words_stand_together_in_the_order_of_the_document(
    reader: Client,
) -> None:
    duties = reader.get("/roles/", {"document": "S1"}).context["duties"]
    lines = [int(duty.first.line.removeprefix("L")) for duty in duties]
    assert lines == sorted(lines)
    first = next(duty for duty in duties if duty.first.line == "L26" and duty.first.duty == "assist")
    assert {mandate.agency.short_name for mandate in first.mandates} == {"区发展改革委", "区财政局"}


@pytest.mark.usefixtures("begins_with_matrix")
def test_pages_together_hold_every_mandate_once(reader: Client) -> None:
    pages = range(1, reader.get("/roles/").context["page"].paginator.num_pages + 1)
    keys = [key for page in pages for key in shown(reader.get("/roles/", {"page": page}))]
    assert sorted(keys) == sorted(Mandate.objects.values_list("key", flat=True))
