"""What must hold for every case there can be, not for chosen ones only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from permits.introduction import vocabulary as w
from permits.occupation import vocabulary as o
from permits.rules import evaluate, parse
from permits.rules.base import SEVERITIES
from permits.rules.facts import CASE_KINDS
from permits.rules.places import NAMES
from permits.rules.verdict import OUTCOMES
from permits.tables.columns import Choice
from permits.tending import vocabulary as t

settings.register_profile("rules", deadline=None, max_examples=150, derandomize=True)
settings.load_profile("rules")

LEVELS = {"district": 0, "municipal": 1, "national": 2}
STRICTNESS = {"proceed": 0, "incomplete": 1, "refer": 2, "refuse": 3, "not_competent": 4}
STRICTER_ZONES = [("none", "key"), ("key", "core"), ("none", "reserve"), ("reserve", "core"), ("none", "core")]
DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))
AREAS = st.decimals("0.0001", "99", places=4).map(str)
SHARES = st.decimals(0, 100, places=1).map(str)
CANOPY = st.decimals(0, 1, places=2).map(str)
DIAMETERS = st.decimals(0, 80, places=1).map(str)
NAMES_OF_THINGS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
JURISDICTIONS = st.sampled_from(sorted(NAMES)) | st.sampled_from(["110118", "120119", "120116"])


def documents(kind: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(tuple(CASE_KINDS[kind].documents)), unique=True)


def one_of(vocabulary: Iterable[Choice]) -> st.SearchStrategy[str]:
    return st.sampled_from(list(dict.fromkeys(one.fact for one in vocabulary)))


PARCELS = st.fixed_dictionaries(
    {
        "area_ha": AREAS,
        "land_class": one_of(o.LAND_CLASS),
        "stand_purpose": one_of(o.STAND_PURPOSE),
        "origin": one_of(o.ORIGIN),
        "zone": one_of(o.ZONE),
        "red_line": st.booleans(),
        "grade": one_of(o.GRADE),
        "public_benefit": one_of(o.PUBLIC_BENEFIT),
        "ownership": one_of(o.OWNERSHIP),
        "urban_planning_area": st.booleans(),
    }
)


@st.composite
def occupations(draw: st.DrawFn) -> dict[str, Any]:
    project: dict[str, Any] = {"name": draw(NAMES_OF_THINGS), "class": draw(one_of(o.PROJECT_CLASS))}
    if project["class"] == "linear_works_borrow":
        project["main_project_level"] = draw(one_of(o.MAIN_LEVEL))
    if project["class"] == "nature_area_plan":
        project["in_plan_area"] = draw(st.booleans())
    if draw(st.booleans()):
        project["national_major"] = draw(st.booleans())
    case: dict[str, Any] = {
        "kind": "occupation",
        "jurisdiction": draw(JURISDICTIONS),
        "date": draw(DAYS).isoformat(),
        "project": project,
        "tenure": draw(one_of(o.TENURE)),
        "parcels": draw(st.lists(PARCELS, min_size=1, max_size=4)),
        "quota_left_ha": draw(st.decimals(0, 500, places=4).map(str)),
        "same_project_area_ha": draw(st.decimals(0, 80, places=4).map(str)),
        "prior_violation": draw(one_of(o.PRIOR)),
        "documents": draw(documents("occupation")),
    }
    if case["tenure"] == "temporary":
        case |= {"years": draw(st.integers(1, 5)), "permanent_building": draw(st.booleans())}
    return case


PLOTS = st.fixed_dictionaries(
    {
        "plot": NAMES_OF_THINGS,
        "area_ha": AREAS,
        "origin": one_of(o.ORIGIN),
        "stand": one_of(t.STAND),
        "stand_purpose": one_of(o.STAND_PURPOSE),
        "zone": one_of(o.ZONE),
        "public_benefit": one_of(o.PUBLIC_BENEFIT),
        "ownership": one_of(o.OWNERSHIP),
        "purpose": one_of(t.PURPOSE),
        "method": one_of(t.METHOD),
        "first_thinning": st.booleans(),
        "canopy_before": CANOPY,
        "canopy_after": CANOPY,
        "mean_dbh_before_cm": DIAMETERS,
        "mean_dbh_after_cm": DIAMETERS,
        "stem_intensity_pct": SHARES,
        "volume_intensity_pct": SHARES,
        "target_share_before_pct": SHARES,
        "target_share_after_pct": SHARES,
        "species_cut": st.lists(st.sampled_from(["刺槐", "杜松", "油松"]), max_size=2),
        "converts_to_plantation": st.booleans(),
    }
)


@st.composite
def tendings(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(DAYS)
    return {
        "kind": "tending",
        "jurisdiction": draw(JURISDICTIONS),
        "date": draw(DAYS).isoformat(),
        "plots": draw(st.lists(PLOTS, min_size=1, max_size=3)),
        "work": {
            "from": start.isoformat(),
            "to": (start + timedelta(days=draw(st.integers(0, 900)))).isoformat(),
            "felling": draw(st.booleans()),
        },
        "documents": draw(documents("tending")),
    }


SPECIES = st.fixed_dictionaries(
    {
        "scientific_name": NAMES_OF_THINGS | st.sampled_from(["Rana catesbeiana", "福寿螺", "Pomacea sp.", "("]),
        "taxon": one_of(w.TAXON),
        "from": one_of(w.SOURCE),
        "first_introduction": st.booleans(),
        "cites": st.booleans(),
    }
)
INTRODUCTIONS = st.fixed_dictionaries(
    {
        "kind": st.just("introduction"),
        "jurisdiction": JURISDICTIONS,
        "date": DAYS.map(date.isoformat),
        "species": st.lists(SPECIES, min_size=1, max_size=3),
        "purpose": one_of(w.PURPOSE),
        "site": st.fixed_dictionaries({"in": one_of(w.SITE)}),
        "plans": st.fixed_dictionaries({"isolation_trial": st.booleans(), "escape_prevention": st.booleans()}),
        "documents": documents("introduction"),
        "filed_with": one_of(w.FILED_WITH),
    }
)


@given(occupations() | tendings() | INTRODUCTIONS)
def test_every_case_that_can_be_written_is_evaluated_and_recorded(case: dict[str, Any]) -> None:
    verdict = evaluate(parse(case))
    record = json.loads(json.dumps(verdict.as_dict()))
    assert record["outcome"] == verdict.outcome
    ranks = [SEVERITIES.index(finding.severity) for finding in verdict.findings]
    assert ranks == sorted(ranks)
    assert verdict.outcome == (OUTCOMES[verdict.findings[0].severity] if verdict.findings else "proceed")
    assert (verdict.level is None) <= (verdict.decided_by is None or case["kind"] == "introduction")


@given(occupations(), PARCELS, st.data())
def test_more_area_never_lowers_the_level_of_authority(
    case: dict[str, Any], more: dict[str, Any], data: st.DataObject
) -> None:
    before = evaluate(parse(case)).level
    if data.draw(st.booleans(), label="a parcel more, or a larger parcel"):
        larger = case | {"parcels": [*case["parcels"], more]}
    else:
        first = case["parcels"][0]
        grown = first | {"area_ha": str(Decimal(first["area_ha"]) + Decimal(more["area_ha"]))}
        larger = case | {"parcels": [grown, *case["parcels"][1:]]}
    after = evaluate(parse(larger)).level
    # For other tenures each province fixes the level: only Jizhou's protection area has an answer, beyond it is none.
    if before is not None and case["tenure"] == "permanent":
        assert after is not None
        assert LEVELS[after] >= LEVELS[before]


@given(occupations() | tendings(), st.sampled_from(STRICTER_ZONES))
def test_a_stricter_zone_never_lowers_the_outcome(case: dict[str, Any], zones: tuple[str, str]) -> None:
    """Key zone and general control zone are not ranked: land may lie in both, and a case names one."""
    rows = "parcels" if case["kind"] == "occupation" else "plots"
    outcomes = []
    for zone in zones:
        changed = case | {rows: [case[rows][0] | {"zone": zone}, *case[rows][1:]]}
        outcomes.append(evaluate(parse(changed)).outcome)
    assert STRICTNESS[outcomes[1]] >= STRICTNESS[outcomes[0]]


@given(occupations(), st.integers(2, 9))
def test_the_fee_is_linear_in_the_area(case: dict[str, Any], times: int) -> None:
    def scaled(factor: int) -> Decimal | None:
        parcels = [parcel | {"area_ha": str(Decimal(parcel["area_ha"]) * factor)} for parcel in case["parcels"]]
        return evaluate(parse(case | {"parcels": parcels})).fee_yuan

    one, many = scaled(1), scaled(times)
    assert many == (None if one is None else one * times)


@given(occupations())
def test_the_fee_of_a_whole_is_the_sum_of_its_parcels(case: dict[str, Any]) -> None:
    assume(all(parcel["land_class"] != "other" for parcel in case["parcels"]) and case["tenure"] != "forestry_service")
    parts = [evaluate(parse(case | {"parcels": [parcel]})).fee_yuan for parcel in case["parcels"]]
    assert evaluate(parse(case)).fee_yuan == sum(part for part in parts if part is not None)
