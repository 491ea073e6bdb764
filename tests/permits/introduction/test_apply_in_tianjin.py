"""Introductions in Tianjin, of which no local document speaks: filed with the city's forestry authority, by the law of
the nation; and what the bureau is not competent for."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from permits.drafts.guidance import districts_for
from permits.errors import RuleViolated
from permits.introduction.kind import INTRODUCTION
from permits.ledger.chain import problems_of
from permits.models.states import S
from roles.models.mandates import Duty
from tests.cast import fresh
from tests.permits.introduction.cases import YES, draft, species
from tests.permits.occupation.cases import JIZHOU, Office
from workflows.mandates import mandates_for

pytestmark = pytest.mark.django_db
EXPERTS = {"held_on": "2026-11-23", "experts": "李龘、周喆", "conclusion": "风险可控，建议通过。"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def test_an_introduction_can_be_applied_for_in_each_district_of_tianjin() -> None:
    assert JIZHOU in {place.pk for place in districts_for(INTRODUCTION)}


@pytest.mark.parametrize("first", [True, False])
def test_seeds_from_abroad_go_from_the_draft_to_the_permit_in_jizhou(first: bool) -> None:
    case, clerk = draft(species("B", first_introduction=first), where=JIZHOU)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    assert office.items(fresh(case), "give_opinion") == []  # no document names whom to consult
    if first:
        office.do(case, "record_expert_review", **EXPERTS)
    office.do(case, "propose", **YES)
    (item,) = office.items(fresh(case), "approve")
    assert item.mandate is not None
    assert item.mandate.agency.slug == "tj-planning"
    assert office.do(case, "approve", opinion="同意。").after == S.APPROVED
    watching = {one.agency.slug for one in mandates_for(fresh(case), Duty.SUPERVISE, district=JIZHOU)}
    assert watching == {"tj-planning", "tj-jizhou-forestry"}
    assert problems_of(fresh(case)) == []


def test_wildlife_from_abroad_is_for_the_nation_also_in_jizhou() -> None:
    case, clerk = draft(species("A"), where=JIZHOU)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    with pytest.raises(RuleViolated, match="国家林业和草原局"):
        office.do(case, "accept")


def test_a_release_in_jizhou_is_reported_up() -> None:
    case, clerk = draft(species("D"), where=JIZHOU, purpose="release")
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    office.do(case, "record_expert_review", **EXPERTS)
    assert office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。").after == S.REPORTED_UP
