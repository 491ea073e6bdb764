"""What is missing or contradicts itself in a row of the felling table, and the facts a row gives."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from permits.felling.columns import ANCHORS, BRIEF, COLUMNS, GROUPS, KEY, LISTED, NAMES, STANDS, row_problems
from permits.felling.kind import stand_facts
from permits.rules import evaluate, parse
from permits.tables.cells import Cell, read
from permits.tables.columns import folded
from tests.permits.felling.cases import ROW, STAND, felling


def said(**changes: Any) -> list[str]:
    return [name for name, _message in row_problems(ROW | changes)]


def test_a_whole_row_has_no_problems_and_is_a_stand_of_the_rules() -> None:
    assert said() == []
    assert {name: str(value) for name, value in stand_facts(ROW).items()} == {k: str(x) for k, x in STAND.items()}
    assert evaluate(parse(felling(stands=[stand_facts(ROW)]))).outcome == "proceed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"township": ""}, "township"),
        ({"closed": None}, "closed"),
        ({"stock_m3": None}, "stock_m3"),
        ({"regeneration_year": None}, "regeneration_year"),
        ({"origin": "natural"}, "converts_to_plantation"),
    ],
)
def test_a_field_left_open_is_named(changes: dict[str, Any], field: str) -> None:
    assert said(**changes) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"felling_type": "tending", "manner": "thinning", "volume_intensity_pct": 100, "canopy_after": Decimal("0.7"),
         "regeneration_method": "", "regeneration_area_ha": None, "regeneration_year": None},
        {"purpose": "construction", "regeneration_method": ""},
        {"regeneration_method": "none", "regeneration_area_ha": None, "regeneration_year": None},
        {"stand": "bamboo", "age_group": "", "stock_m3": None},
        {"volume_m3": Decimal(0), "timber_m3": Decimal(0)},  # trees too thin to be measured
    ],
)  # fmt: skip
def test_a_field_that_does_not_apply_is_not_missed(changes: dict[str, Any]) -> None:
    assert said(**changes) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"volume_m3": Decimal("320.01")}, "volume_m3"),
        ({"timber_m3": Decimal("320.01")}, "timber_m3"),
        (
            {"manner": "selective", "volume_m3": 80, "volume_intensity_pct": 27, "canopy_after": 0},
            "volume_intensity_pct",
        ),
        ({"canopy_before": Decimal("0.6"), "canopy_after": Decimal("0.61")}, "canopy_after"),
        ({"felling_type": "tending"}, "manner"),
        ({"volume_m3": Decimal(0), "stems": 0}, "stems"),
        ({"stems": 0}, "stems"),
        ({"forest_category": "key_public"}, "forest_category"),
        ({"longitude": Decimal("117.1")}, "latitude"),
    ],
)
def test_a_contradiction_is_named_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert said(**changes) == [field]


def test_no_word_or_head_stands_for_two_things() -> None:
    for column in COLUMNS:
        words = [w for choice in column.choices for w in {choice.code, choice.zh, *choice.synonyms}]
        assert len(words) == len(set(words)), column.name
    heads = [head for column in COLUMNS for head in {column.head, column.name, *column.aliases}]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.example], ids=lambda column: column.name)
def test_an_example_can_be_read(column: Any) -> None:
    assert read(Cell(column.example), column) not in (None, "")


def test_a_year_has_no_unit_and_a_table_made_when_it_had_one_is_read() -> None:
    column = STANDS.by_name["regeneration_year"]
    assert column.said == column.label
    assert STANDS.heads[folded("更新完成年度（年）")] == column.name


def test_groups_hold_every_column_once_and_short_lists_name_columns() -> None:
    assert [name for _legend, names in GROUPS for name in names] == list(NAMES)
    assert {*BRIEF, *LISTED, *KEY, *ANCHORS} <= STANDS.by_name.keys()
    assert STANDS.key == KEY
