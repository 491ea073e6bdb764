"""The list of materials of a place rests on national law and on its own: that of another place is not named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from permits.felling.requirements import requirements as of_felling
from permits.occupation.requirements import requirements as of_occupation
from permits.tending.requirements import requirements as of_tending

MIYUN, JIZHOU, BINHAI = "110118", "120119", "120116"
BEIJINGS, JIZHOUS = ("北京", "怀柔"), ("蓟州",)
HEAD: Any = SimpleNamespace(
    felling=True, applicant="county_farm", last_regeneration="done", last_year_event="remedied", tending_design="",
    tenure="permanent", project_class="national_defence", national_major=True, prior_violation="punished",
)  # fmt: skip
ROW: Any = SimpleNamespace(
    origin="natural", felling_type="tending", purpose="construction", public_benefit="national_1", ownership="state",
    zone="none",
)  # fmt: skip


@pytest.mark.parametrize("listed", [of_felling, of_occupation, of_tending])
@pytest.mark.parametrize(("place", "foreign"), [(MIYUN, JIZHOUS), (JIZHOU, BEIJINGS), (BINHAI, (*BEIJINGS, *JIZHOUS))])
def test_no_material_rests_on_the_law_of_another_place(listed: Any, place: str, foreign: tuple[str, ...]) -> None:
    told = {entry.slot: entry.source.zh for entry in listed(place, HEAD, [ROW])}
    assert {slot: source for slot, source in told.items() if any(name in source for name in foreign)} == {}


def test_a_design_in_jizhou_rests_on_jizhous_plan_and_beijings_seasons_ask_nothing_there() -> None:
    told = {entry.slot: entry.source.zh for entry in of_tending(JIZHOU, HEAD, [ROW])}
    assert told["design"].startswith("蓟州区落实天然林保护修复制度实施方案第31行")
    assert told["management_plan"].startswith("蓟州区落实天然林保护修复制度实施方案第36行")
    assert not {"out_of_season_approval", "fire_plan"} & told.keys()
    assert {"out_of_season_approval", "fire_plan"} <= {entry.slot for entry in of_tending(MIYUN, HEAD, [ROW])}


@pytest.mark.parametrize(("place", "required"), [(MIYUN, True), (JIZHOU, False)])
def test_a_guide_of_beijing_asks_for_the_design_of_a_facility_in_beijing_only(place: str, required: bool) -> None:
    facility: Any = SimpleNamespace(**(vars(HEAD) | {"tenure": "forestry_service"}))
    (design,) = [one for one in of_occupation(place, facility, [ROW]) if one.slot == "facility_design"]
    assert design.required is required
