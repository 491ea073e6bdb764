"""Whom the flows find, asked of the project's own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from permits.kinds import codes
from roles.looks import one_look
from roles.mandates import NoMandate, SeveralMandates, edition_note, places_upward, responsible, the_one
from roles.models import Jurisdiction, Mandate
from roles.models.mandates import WORKING_DUTIES
from tests.cast import load_matrix

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
MIYUN, HAIDIAN, JIZHOU, BINHAI, HEPING = "110118", "110108", "120119", "120116", "120101"


@pytest.fixture(autouse=True)
def roles(begins_with_matrix: None, db: None) -> None:
    load_matrix()


def slugs(kind: str, duty: str, **where: Any) -> list[str]:
    return [row.agency.slug for row in responsible(kind, duty, on=DAY, **where)]


STEPS = [
    # kind, duty, where, agency
    ("tending", "accept", {"district": MIYUN}, "bj-miyun-forestry"),
    ("tending", "first_review", {"district": MIYUN}, "bj-miyun-forestry"),
    ("tending", "accept", {"district": MIYUN, "municipal": True}, "bj-forestry"),
    ("tending", "first_review", {"district": MIYUN, "municipal": True}, "bj-forestry"),
    ("tending", "final_review", {"district": MIYUN}, "bj-forestry"),
    ("tending", "decide", {"district": MIYUN}, "bj-forestry"),
    ("tending", "decide", {"district": MIYUN, "municipal": True}, "bj-forestry"),
    ("tending", "audit", {"district": MIYUN}, "bj-audit"),
    ("tending", "accept", {"district": JIZHOU}, "tj-jizhou-forestry"),
    ("tending", "first_review", {"district": JIZHOU}, "tj-jizhou-forestry"),
    ("tending", "final_review", {"district": JIZHOU}, "tj-jizhou-forestry"),
    ("tending", "decide", {"district": JIZHOU}, "tj-jizhou-forestry"),
    ("tending", "audit", {"district": JIZHOU}, "tj-jizhou-audit"),
    ("occupation", "accept", {"district": HAIDIAN}, "bj-haidian-forestry"),
    ("occupation", "first_review", {"district": MIYUN, "municipal": True}, "bj-forestry"),
    ("occupation", "final_review", {"district": MIYUN}, "bj-forestry"),
    ("occupation", "decide", {"district": MIYUN}, "bj-forestry"),
    ("occupation", "decide", {"district": "100000"}, "nfga"),
    ("occupation", "final_review", {"district": JIZHOU}, "tj-jizhou-forestry"),
    ("occupation", "decide", {"district": JIZHOU, "scope": "protection_area"}, "tj-jizhou-service"),
    ("occupation", "decide", {"district": JIZHOU}, "tj-planning"),
    ("occupation", "audit", {"district": JIZHOU}, "tj-jizhou-audit"),
    ("occupation", "decide", {"district": BINHAI}, "tj-binhai-service"),
    ("introduction", "accept", {"district": MIYUN, "scope": "A"}, "bj-forestry"),
    ("introduction", "first_review", {"district": MIYUN, "scope": "A"}, "bj-forestry"),
    ("introduction", "first_review", {"district": MIYUN, "scope": "D"}, "bj-miyun-forestry"),
    ("introduction", "final_review", {"district": MIYUN, "scope": "D"}, "bj-forestry"),
    ("introduction", "decide", {"district": MIYUN, "scope": "A"}, "nfga"),
    ("introduction", "decide", {"district": MIYUN, "scope": "B"}, "bj-forestry"),
    ("introduction", "decide", {"district": MIYUN, "scope": "C"}, "bj-agriculture"),
    ("introduction", "decide", {"district": MIYUN, "scope": "D"}, "bj-forestry"),
    ("introduction", "audit", {"district": MIYUN, "scope": "D"}, "bj-audit"),
]


@pytest.mark.parametrize(("kind", "duty", "where", "agency"), STEPS)
def test_each_step_finds_its_one_agency(kind: str, duty: str, where: dict[str, Any], agency: str) -> None:
    assert the_one(kind, duty, on=DAY, **where).agency.slug == agency


def test_every_beijing_district_has_someone_for_every_step() -> None:
    for place in Jurisdiction.objects.filter(parent="110000"):
        for duty in ("accept", "first_review", "final_review", "decide", "audit"):
            assert the_one("tending", duty, district=place.pk, on=DAY)
            assert the_one("occupation", duty, district=place.pk, on=DAY)
            for scope in "ABCD":
                assert the_one("introduction", duty, district=place.pk, on=DAY, scope=scope)


def test_beijing_occupation_consults_co_leads_and_assisting_bodies_of_the_lands_own_district() -> None:
    asked = slugs("occupation", "advise", district=MIYUN)
    assert asked == ["bj-miyun-gov", "bj-ecology", "bj-finance", "bj-planning", "bj-reform"]
    assert slugs("occupation", "advise", district=MIYUN, municipal=True) == asked


def test_jizhou_occupation_consults_its_own_who_take_part() -> None:
    """S1 L33 names three, L81 the fourth; whoever decides is left out by the flow."""
    assert slugs("occupation", "advise", district=JIZHOU) == [
        "tj-jizhou-culture",
        "tj-jizhou-planning",
        "tj-jizhou-reform",
        "tj-jizhou-service",
    ]


def test_tending_consults_nobody_though_bodies_assist_the_task() -> None:
    assert slugs("tending", "advise", district=MIYUN) == []
    assert slugs("tending", "assist", district=MIYUN) == ["bj-finance", "bj-reform"]


@pytest.mark.parametrize(
    ("on", "agencies", "expired"),
    [
        (date(2021, 12, 31), [], False),
        (date(2022, 1, 1), ["bj-miyun-gov", "bj-agriculture", "bj-ecology", "bj-water"], False),
        (date(2022, 12, 31), ["bj-miyun-gov", "bj-agriculture", "bj-ecology", "bj-water"], False),
        (date(2023, 1, 1), ["bj-agriculture", "bj-ecology", "bj-water"], False),
        (date(2023, 12, 31), ["bj-agriculture", "bj-ecology", "bj-water"], False),
        (date(2024, 1, 1), ["bj-agriculture", "bj-ecology", "bj-water"], True),
        (DAY, ["bj-agriculture", "bj-ecology", "bj-water"], True),
    ],
)
def test_introduction_consults_by_the_edition_of_the_day_else_the_last_one_marked_expired(
    on: date, agencies: list[str], expired: bool
) -> None:
    rows = responsible("introduction", "advise", district=MIYUN, on=on, scope="C")
    assert [row.agency.slug for row in rows] == agencies
    assert {row.expired(on) for row in rows} <= {expired}
    assert all(bool(edition_note(row, on)) == expired for row in rows)


def test_nobody_for_a_place_the_documents_do_not_reach() -> None:
    with pytest.raises(NoMandate) as missing:
        the_one("tending", "decide", district=HEPING, on=DAY)
    assert HEPING in str(missing.value)
    assert "2026年11月20日" in str(missing.value)


def test_unknown_place_is_told() -> None:
    with pytest.raises(NoMandate) as missing:
        responsible("tending", "decide", district="999999", on=DAY)
    assert "999999" in str(missing.value)


def test_two_agencies_for_one_step_are_told_apart_by_nobody() -> None:
    first = Mandate.objects.get(key="tending-bj.decide.bj-forestry")
    Mandate.objects.create(
        key="second",
        agency_id=Mandate.objects.get(key="s0-8.audit.bj-audit").agency_id,
        matter=first.matter,
        kind="tending",
        jurisdiction=first.jurisdiction,
        duty="decide",
        document=first.document,
        line="L0",
        clause="x",
    )
    with pytest.raises(SeveralMandates) as several:
        the_one("tending", "decide", district=MIYUN, on=DAY)
    assert {row.agency.slug for row in several.value.mandates} == {"bj-forestry", "bj-audit"}


def test_a_row_that_left_the_matrix_gives_no_duty_from_that_day() -> None:
    row = Mandate.objects.get(key="tending-bj.decide.bj-forestry")
    row.ended_on = row.valid_to = DAY
    row.save(update_fields=["ended_on", "valid_to"])
    assert the_one("tending", "decide", district=MIYUN, on=date(2026, 11, 19)) == row
    for day in (DAY, date(2026, 11, 21)):
        with pytest.raises(NoMandate):
            the_one("tending", "decide", district=MIYUN, on=day)


def test_what_is_not_yet_in_force_does_not_count() -> None:
    assert responsible("tending", "decide", district=JIZHOU, on=date(2020, 10, 28)) == []
    assert responsible("tending", "decide", district=JIZHOU, on=date(2020, 10, 29))


def test_a_lookup_that_was_made_costs_one_query_within_a_look(django_assert_num_queries: Callable[[int], Any]) -> None:
    responsible("occupation", "advise", district=MIYUN, on=DAY)
    with one_look(), django_assert_num_queries(1):  # whether anything changed
        rows = responsible("occupation", "advise", district=MIYUN, on=DAY)
        assert [str(row) for row in rows]


def test_places_go_up_to_the_nation() -> None:
    assert places_upward(MIYUN) == (MIYUN, "110000", "100000")
    assert places_upward("100000") == ("100000",)


@pytest.mark.parametrize("kind", codes())
def test_no_flow_looks_up_a_duty_of_a_task_by_mistake(kind: str) -> None:
    looked_up = Mandate.objects.filter(kind=kind, duty__in=WORKING_DUTIES)
    assert not looked_up.filter(key__regex=r"^s[0-4]-").exists()
