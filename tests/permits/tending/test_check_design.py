"""What a draft must still mend, and where it is told; the facts the rules are given; what is kept of a submission."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from permits.models import Application
from permits.rules import evaluate, parse
from permits.tables.table import MUST
from permits.tending import checks
from permits.tending.columns import PLOTS
from permits.tending.kind import TENDING
from permits.tending.models import TendingDesign
from permits.tending.vocabulary import METHOD

Row = dict[str, Any]
HEAD = {
    "compiler": "设计院", "lead_designer": "张三", "management_plan": "方案", "purpose": "健康", "funding": "subsidy",
    "work_from": "2026-11-25", "work_to": "2027-01-31", "felling": True,
}  # fmt: skip


@pytest.fixture
def filled(draft: Application, good_row: Row) -> Application:
    """A design with nothing left to mend."""
    TENDING.book.change_head(draft.pk, HEAD, version=1)
    TENDING.book.add(draft.pk, good_row)
    return Application.objects.get(pk=draft.pk)


def slots(application: Application) -> dict[str, bool]:
    return {entry.slot: entry.required for entry in TENDING.requirements(application)}


def fields(problems: list[Any]) -> set[str]:
    return {problem.anchor.rsplit("#id_", 1)[-1] for problem in problems}


def test_a_complete_design_has_no_problems(filled: Application) -> None:
    assert [problem for section in TENDING.sections for problem in section.problems(filled)] == []


def test_an_empty_draft_names_every_field_and_the_missing_rows(draft: Application) -> None:
    assert fields(TENDING.head_problems(draft)) == set(TENDING.head.asked)
    assert [problem.anchor for problem in TENDING.rows_problems(draft)] == [f"/drafts/{draft.pk}/rows/"]


def test_a_design_that_fells_while_its_head_denies_it_is_told_at_the_field(filled: Application) -> None:
    TENDING.book.change_head(filled.pk, {"felling": False}, version=2)
    filled.tending.refresh_from_db()
    assert fields(TENDING.head_problems(filled)) == {"felling"}


def test_a_bad_row_is_one_line_that_leads_to_its_page(filled: Application, good_row: Row) -> None:
    plot = TENDING.book.add(filled.pk, {"township": "x", "compartment": "9", "number": "1"})
    (problem,) = TENDING.rows_problems(filled)
    assert (problem.where, problem.anchor) == ("9林班1小班", f"/drafts/{filled.pk}/rows/{plot.pk}/")


def test_many_bad_rows_are_summed_up(filled: Application) -> None:
    for number in range(40):
        TENDING.book.add(filled.pk, {"township": "x", "compartment": "9", "number": str(number)})
    assert len(TENDING.rows_problems(filled)) == 31


def test_rows_without_area_make_no_design(draft: Application) -> None:
    TENDING.book.add(draft.pk, {"township": "x", "compartment": "9", "number": "1"})
    assert str(TENDING.rows_problems(draft)[-1].message) in ("总面积为 0。", "The total area is 0.")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"canopy_after": Decimal("0.86")}, "canopy_after"),
        ({"stem_intensity_pct": Decimal(0), "volume_intensity_pct": Decimal(0)}, "stem_intensity_pct"),
        ({"felling_type": "none"}, "felling_type"),
        ({"method": "weeding", "weeding": False}, "weeding"),
        ({"public_benefit": "none"}, "forest_category"),
        ({"longitude": None}, "longitude"),
    ],
)
def test_figures_that_contradict_each_other_are_told_at_the_field(changes: Row, field: str, good_row: Row) -> None:
    assert field in {name for name, _message in PLOTS.row_problems(good_row | changes)}


def test_planting_may_make_the_canopy_denser(good_row: Row) -> None:
    planted = good_row | {"method": "planting", "canopy_after": Decimal("0.9"), "species_cut": None}
    planted |= {"stem_intensity_pct": Decimal(0), "volume_intensity_pct": Decimal(0), "felling_type": "none"}
    assert PLOTS.row_problems(planted) == []


def test_the_facts_are_a_case_the_rules_can_read(filled: Application) -> None:
    case = parse(TENDING.facts(filled))
    (plot,) = case.plots
    assert (plot.plot, plot.area_ha, plot.species_cut) == ("12林班3小班", Decimal("12.5"), ("刺槐",))
    assert (case.jurisdiction, case.work.felling) == ("110118", True)
    assert evaluate(case).outcome


@pytest.mark.parametrize("method", [choice.code for choice in METHOD])
def test_every_method_and_choice_is_one_the_rules_know(method: str, filled: Application) -> None:
    plot = filled.tending.rows.get()
    plot.method = method
    plot.save()
    assert parse(TENDING.facts(filled))


def test_an_unfinished_draft_leaves_its_open_fields_out(draft: Application) -> None:
    TENDING.book.add(draft.pk, {"township": "x", "compartment": "9", "number": "1"})
    facts = TENDING.facts(draft)
    assert facts["plots"] == [{"plot": "9林班1小班", "species_cut": []}]
    assert facts["work"] == {}


def test_the_snapshot_is_plain_json_and_holds_every_field(filled: Application) -> None:
    snapshot = json.loads(json.dumps(TENDING.snapshot(filled)))
    assert snapshot["design"]["work_from"] == "2026-11-25"
    assert snapshot["plots"][0]["area_ha"] == "12.5000"
    assert snapshot["totals"] == {"plots": 1, "area_ha": "12.5000"}


def test_the_list_of_materials_is_closed_and_follows_the_design(filled: Application) -> None:
    assert {slot for slot, required in slots(filled).items() if required} == {
        "design", "maps", "survey", "management_plan",
    }  # fmt: skip
    TendingDesign.objects.filter(pk=filled.pk).update(felling=False)
    filled = Application.objects.get(pk=filled.pk)
    assert not {"felling_survey", "out_of_season_approval", "fire_plan"} & slots(filled).keys()


@pytest.mark.parametrize(
    ("ownership", "asked"),
    [("state", {"expert_review"}), ("collective", {"impact_assessment", "village_notice"})],
)
def test_class_one_public_benefit_forest_asks_for_its_own_papers(
    ownership: str, asked: set[str], filled: Application
) -> None:
    before = slots(filled).keys()
    filled.tending.rows.update(public_benefit="national_1", ownership=ownership)
    assert slots(Application.objects.get(pk=filled.pk)).keys() - before == asked


def test_outside_beijing_the_management_plan_may_be_left_out(filled: Application) -> None:
    filled.jurisdiction_id = "120119"
    assert slots(filled)["management_plan"] is False


@pytest.mark.parametrize(
    ("surveyed", "wrong"),
    [(date(2026, 9, 1), False), (date(2026, 11, 20), False), (date(2026, 11, 21), True), (date(2027, 7, 23), True)],
)
def test_a_survey_on_a_day_to_come_is_no_survey(surveyed: date, wrong: bool) -> None:
    with time_machine.travel("2026-11-20T23:30:00+08:00"):
        said = dict(checks.impossible({"surveyed_on": surveyed, "work_from": date(2028, 1, 1)}))
    assert ("surveyed_on" in said) == wrong


@pytest.mark.parametrize(("fields_open", "told"), [(1, "1 field to fill in ("), (2, "2 fields to fill in (")])
def test_what_a_row_lacks_is_counted_in_english_as_english_counts(fields_open: int, told: str) -> None:
    with override("en"):
        assert PLOTS.described([(name, MUST) for name in PLOTS.names[:fields_open]]).startswith(told)
