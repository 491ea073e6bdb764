"""SpeciesIntroductionV2: experts review where the law asks for it, elsewhere by an officer's choice with its reason."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from permits.errors import BadFacts, RuleViolated
from permits.introduction.kind import INTRODUCTION
from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.material import current_files
from permits.models.states import S
from tests.cast import fresh
from tests.permits.introduction.cases import EXPERTS, YES, draft, species
from tests.permits.occupation.cases import Office

pytestmark = pytest.mark.django_db
HELD = EXPERTS | {"held_on": "2026-11-23"}
FIRST = {"first_introduction": True}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def heard(route: str, *, head: dict[str, Any] | None = None, **of_the_species: Any) -> tuple[Application, Office]:
    """Every consulted agency has agreed; the experts have not met."""
    case, clerk = draft(species(route, **of_the_species), **(head or {}))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    office.hear(case)
    return fresh(case), office


def test_a_repeated_introduction_is_decided_without_experts() -> None:
    case, office = heard("B")
    assert case.case.flow_class.__name__ == "SpeciesIntroductionV2"
    assert INTRODUCTION.experts_needed(case) is False
    office.do(case, "propose", **YES)
    assert office.do(case, "approve", opinion="同意。").after == S.APPROVED
    assert problems_of(fresh(case)) == []


@pytest.mark.parametrize(
    ("route", "of_the_species", "head"), [("B", FIRST, {}), ("D", {}, {"purpose": "release"})], ids=["first", "release"]
)
def test_where_the_law_asks_for_it_experts_review_beside_the_consultation(
    route: str, of_the_species: dict[str, Any], head: dict[str, Any]
) -> None:
    case, office = heard(route, head=head, **of_the_species)
    assert office.items(case, "propose") == []
    office.do(case, "record_expert_review", **HELD)
    assert len(office.items(fresh(case), "propose")) == 1


def test_first_introduced_from_another_province_is_no_introduction_from_abroad() -> None:
    frog = {"scientific_name": "Lithobates catesbeianus", "chinese_name": "牛蛙"}  # on the watch list: a person decides
    case, office = heard("D", **FIRST, **frog)
    assert len(office.items(case, "propose")) == 1


def test_in_a_second_round_experts_do_not_meet_again() -> None:
    case, office = heard("B", **FIRST)
    office.do(case, "record_expert_review", **HELD)
    office.do(case, "return_to_first_review", reason="请补充")
    office.do(case, "recommend", **YES)
    assert len(office.items(fresh(case), "propose")) == 1


def test_an_officer_asks_experts_by_choice_and_says_why() -> None:
    case, office = heard("B")
    with pytest.raises(BadFacts) as bad:
        office.do(case, "record_expert_review", **HELD)
    assert bad.value.errors.keys() == {"reason"}
    record = office.do(case, "record_expert_review", **HELD, reason="种植地毗邻水源保护区。")
    assert record.before == record.after == S.FINAL_REVIEW
    assert len(office.items(fresh(case), "propose")) == 1


def test_what_turns_out_to_be_the_first_introduction_is_not_approved_without_experts() -> None:
    case, office = heard("B")
    for slot in ("identity", "isolation_plan", "risk_report"):
        assert slot  # what a first introduction must hand in is the rules' matter; here only the review is looked at
    office.determine(case, "propose", "species[0].first_introduction", "yes", document=current_files(case).first())
    assert INTRODUCTION.experts_needed(fresh(case))
    office.do(case, "propose", **YES)
    with pytest.raises(RuleViolated):
        office.do(case, "approve", opinion="同意。")
    messages = [str(problem.message) for problem in INTRODUCTION.before_approval(fresh(case))]
    assert len(messages) == 1


def test_a_case_that_began_under_the_first_flow_keeps_its_review(now: Any) -> None:
    now.move_to("2026-11-20T10:00:00+08:00")
    case, _office = heard("B")
    assert case.case.flow_class.__name__ == "SpeciesIntroductionV1"
    now.move_to("2026-11-24T10:00:00+08:00")
    assert INTRODUCTION.experts_needed(fresh(case))
