"""What must hold for every felling there can be, not for chosen ones only."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from permits.felling import facts
from permits.felling import vocabulary as v
from permits.felling.requirements import DOCUMENTS
from permits.rules import evaluate, parse
from permits.rules.base import SEVERITIES
from permits.rules.places import NAMES
from permits.rules.verdict import OUTCOMES

settings.register_profile("felling", deadline=None, max_examples=150, derandomize=True)
settings.load_profile("felling")

STRICTNESS = {"proceed": 0, "incomplete": 1, "refer": 2, "refuse": 3, "not_competent": 4}
STRICTER_ZONES = [("none", "key"), ("key", "core"), ("none", "reserve"), ("reserve", "core"), ("none", "core")]
DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))
AREAS = st.decimals("0.0001", "40", places=4).map(str)
VOLUMES = st.decimals(0, 900, places=1).map(str)


def one_of(vocabulary: Any) -> st.SearchStrategy[str]:
    """A code of the vocabulary."""
    return st.sampled_from(sorted({choice.fact for choice in vocabulary}))


READERS: dict[str, st.SearchStrategy[Any]] = {
    "where": st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12),
    "site": one_of(v.SITE),
    "area_ha": AREAS,
    "origin": one_of(v.ORIGIN),
    "stand": one_of(v.STAND),
    "stand_purpose": one_of(v.STAND_PURPOSE),
    "zone": one_of(v.ZONE),
    "public_benefit": one_of(v.PUBLIC_BENEFIT),
    "ownership": one_of(v.OWNERSHIP),
    "closed": st.booleans(),
    "special_place": one_of(v.SPECIAL_PLACE),
    "species": st.lists(st.sampled_from(["刺槐", "杜松", "油松"]), min_size=1, max_size=2),
    "purpose": one_of(v.PURPOSE),
    "felling_type": one_of(v.FELLING_TYPE),
    "manner": one_of(v.MANNER),
    "volume_m3": VOLUMES,
    "stems": st.integers(0, 9000),
    "age_group": one_of(v.AGE_GROUP),
    "stock_m3": VOLUMES,
    "volume_intensity_pct": st.integers(0, 100),
    "canopy_after": st.decimals(0, 1, places=2).map(str),
    "converts_to_plantation": st.booleans(),
    "regeneration_method": one_of(v.REGENERATION_METHOD),
    "regeneration_area_ha": AREAS,
    "regeneration_until": DAYS.map(date.isoformat),
}


@st.composite
def stands(draw: st.DrawFn) -> dict[str, Any]:
    """A stand with exactly the fields that apply to it."""
    stand = {name: draw(READERS[name]) for name in facts.STAND}
    for name in facts.stand_fields(stand):
        if name not in stand:
            stand[name] = draw(READERS[name])
    return {name: stand[name] for name in facts.stand_fields(stand)}  # a method of none asks for less


@st.composite
def fellings(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(DAYS)
    case: dict[str, Any] = {
        "kind": "felling",
        "jurisdiction": draw(st.sampled_from(sorted(NAMES)) | st.sampled_from(["110118", "120119", "120116"])),
        "date": draw(DAYS).isoformat(),
        "documents": draw(st.lists(st.sampled_from(sorted(DOCUMENTS)), unique=True)),
        "applicant": draw(one_of(v.APPLICANT)),
        "stands": draw(st.lists(stands(), min_size=1, max_size=3)),
        "work": {"from": start.isoformat(), "to": (start + timedelta(days=draw(st.integers(0, 700)))).isoformat()},
        "last_regeneration": draw(one_of(v.LAST_REGENERATION)),
        "last_year_event": draw(one_of(v.LAST_YEAR_EVENT)),
    }
    if draw(st.booleans()):
        case["limit_left_m3"] = draw(VOLUMES)
    return case


@given(fellings())
def test_every_case_that_can_be_written_is_evaluated_and_recorded(case: dict[str, Any]) -> None:
    verdict = evaluate(parse(case))
    record = json.loads(json.dumps(verdict.as_dict()))
    assert record["outcome"] == verdict.outcome
    ranks = [SEVERITIES.index(finding.severity) for finding in verdict.findings]
    assert ranks == sorted(ranks)
    assert verdict.outcome == (OUTCOMES[verdict.findings[0].severity] if verdict.findings else "proceed")
    assert verdict.decided_by is None or verdict.level is not None


@given(fellings(), st.sampled_from(STRICTER_ZONES))
def test_a_stricter_zone_never_lowers_the_outcome(case: dict[str, Any], zones: tuple[str, str]) -> None:
    """Bamboo apart: outside a reserve no licence is needed for it, inside one it is."""
    assume(case["stands"][0]["stand"] != "bamboo")
    outcomes = []
    for zone in zones:
        changed = case | {"stands": [case["stands"][0] | {"zone": zone}, *case["stands"][1:]]}
        outcomes.append(evaluate(parse(changed)).outcome)
    assert STRICTNESS[outcomes[1]] >= STRICTNESS[outcomes[0]]


@given(fellings(), stands())
def test_more_felling_never_comes_back_below_the_limit(case: dict[str, Any], more: dict[str, Any]) -> None:
    assume("limit_left_m3" in case)
    larger = case | {"stands": [*case["stands"], more]}
    found = [any(f.rule == "F-FL59" for f in evaluate(parse(one)).findings) for one in (case, larger)]
    assert found[0] <= found[1]
    total = sum(Decimal(stand["volume_m3"]) for stand in larger["stands"])
    in_force = date.fromisoformat(case["date"]) >= date(2020, 7, 1)
    assert found[1] == (total > Decimal(case["limit_left_m3"]) and in_force)
