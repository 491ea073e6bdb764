"""The closed list of materials, by place and by what the draft says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from permits.felling.requirements import DOCUMENTS, requirements
from permits.rules import evaluate, parse
from tests.permits.felling.cases import felling

HEAD = {"applicant": "organisation", "last_regeneration": "none_due", "last_year_event": "none", "tending_design": ""}
STAND = {"origin": "planted", "purpose": "commercial", "felling_type": "final", "public_benefit": "none",
         "ownership": "collective"}  # fmt: skip


def slots(*, stand: dict[str, str] | None = None, jurisdiction: str = "120119", **head: str) -> dict[str, bool]:
    row: Any = SimpleNamespace(**(HEAD | head))
    stands: Any = [SimpleNamespace(**(STAND | (stand or {})))]
    return {entry.slot: entry.required for entry in requirements(jurisdiction, row, stands)}


def test_the_certificate_alone_is_required_of_an_organisation() -> None:
    assert [slot for slot, required in slots().items() if required] == ["ownership_certificate"]


@pytest.mark.parametrize(
    ("said", "slot"),
    [
        ({"applicant": "county_farm"}, "felling_survey"),
        ({"last_regeneration": "done"}, "regeneration_acceptance"),
        ({"stand": {"origin": "natural", "felling_type": "tending"}}, "tending_approval"),
        ({"stand": {"purpose": "construction"}}, "occupation_consent"),
        ({"stand": {"public_benefit": "national_1", "ownership": "state"}}, "expert_review"),
        ({"stand": {"public_benefit": "national_1"}}, "impact_assessment"),
        ({"stand": {"public_benefit": "national_1"}}, "village_notice"),
    ],
)
def test_what_the_draft_says_calls_for_a_paper(said: dict[str, Any], slot: str) -> None:
    assert not slots().get(slot)
    assert slots(**said)[slot]


def test_a_fire_plan_is_optional_in_the_list_and_in_the_finding_on_the_fire_season() -> None:
    assert slots(jurisdiction="110118")["fire_plan"] is False
    (said,) = [one for one in evaluate(parse(felling())).findings if one.rule == "F-BF22"]
    assert "may be handed in; no article found demands one" in said.message_in("en")


def test_a_named_design_needs_no_copy_of_its_approval() -> None:
    natural = {"origin": "natural", "felling_type": "tending"}
    assert "tending_approval" not in slots(stand=natural, tending_design="京园绿抚育〔2026〕3号")


def test_beijings_papers_are_for_beijing() -> None:
    assert "out_of_season_approval" in slots(jurisdiction="110118")
    assert "out_of_season_approval" not in slots()


def test_every_document_the_rules_know_can_be_handed_in() -> None:
    found = set()
    for ownership in ("state", "private"):
        stands: Any = [
            SimpleNamespace(origin="natural", felling_type="tending", purpose="construction",
                            public_benefit="national_1", ownership=ownership)
        ]  # fmt: skip
        row: Any = SimpleNamespace(**(HEAD | {"last_regeneration": "done"}))
        found |= {entry.document for entry in requirements("110118", row, stands)}
    assert found - {""} == set(DOCUMENTS)
