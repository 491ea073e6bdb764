"""Reading one cell: what is taken as it is meant, what is refused, and in which words."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from permits.tables.cells import BadCell, Cell, read
from permits.tending.columns import COLUMNS, PLOTS


def taken(name: str, value: Any, *, percent: bool = False) -> Any:
    return read(Cell(value=value, percent=percent), PLOTS.by_name[name])


def refusal(name: str, value: Any, **how: Any) -> str:
    with pytest.raises(BadCell) as refused:
        read(Cell(value=value, **how), PLOTS.by_name[name])
    return str(refused.value)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_example_of_the_template_is_read(column: Any) -> None:
    value = read(Cell(column.example), column)
    assert value is None if not column.example else PLOTS.by_name[column.name].display(value, official=True) != ""


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.choices], ids=lambda column: column.name)
def test_every_choice_is_read_by_its_code_and_its_chinese_word(column: Any) -> None:
    for choice in column.choices:
        wanted = choice.code == "yes" if column.type == "flag" else choice.code
        assert read(Cell(choice.code), column) == read(Cell(choice.zh), column) == wanted


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.choices], ids=lambda column: column.name)
def test_no_word_names_two_choices(column: Any) -> None:
    words = [word for choice in column.choices for word in {choice.code, choice.zh, *choice.synonyms}]
    assert len(words) == len(set(words))
    assert not set(words) & set(column.ambiguous)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("area_ha", 12.5, "12.5"),
        ("area_ha", "12.5000", "12.5"),
        ("area_ha", "１２．５", "12.5"),
        ("area_ha", " 1,234.5 ", "1234.5"),
        ("area_ha", "1\u00a0234.5", "1234.5"),
        ("area_ha", "１　２３４．５", "1234.5"),
        ("area_ha", 0.1 + 0.2, "0.3"),
        ("canopy_before", 0.85, "0.85"),
        ("canopy_before", "85%", "0.85"),
        ("stem_intensity_pct", 18, "18"),
        ("stem_intensity_pct", "18%", "18"),
        ("stem_intensity_pct", "１８％", "18"),
        ("stem_intensity_pct", "18 %", "18"),
        ("stem_intensity_pct", "0.5%", "0.5"),
        ("stem_intensity_pct", 0, "0"),
        ("stems_kept", 1050.0, "1050"),
    ],
)
def test_a_number_is_read_exactly_however_it_was_typed(name: str, value: Any, meant: str) -> None:
    assert taken(name, value) == Decimal(meant)


def test_a_cell_shown_in_per_cent_is_read_as_it_is_shown() -> None:
    assert taken("stem_intensity_pct", 0.18, percent=True) == 18
    assert taken("canopy_before", 0.85, percent=True) == Decimal("0.85")


def test_a_bare_share_in_a_per_cent_column_is_questioned(en: None) -> None:
    assert "Is 0.18 meant as 18 %? Write 18, or 0.18% with the sign." in refusal("stem_intensity_pct", 0.18)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("area_ha", 0, "out of range; allowed is 0.0001–10000 ha"),
        ("area_ha", "12.5公顷", "not a number"),
        ("area_ha", "约12", "not a number"),
        ("area_ha", "1e9999999", "too large"),
        ("area_ha", "1e300", "too large"),
        ("area_ha", "9" * 13, "too large"),
        ("area_ha", "1e-9999999", "not a number"),
        ("area_ha", "12,34", "not a number"),
        ("area_ha", "NaN", "not a number"),
        ("area_ha", 1.23456, "too many decimals; at most 4"),
        ("area_ha", True, "not a number"),
        ("canopy_after", 1.01, "out of range"),
        ("canopy_after", 68, "out of range"),
        ("volume_intensity_pct", 101, "out of range"),
        ("volume_intensity_pct", -1, "out of range"),
        ("stems_kept", 10.5, "not a whole number"),
        ("longitude", 40.5, "out of range"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused(name: str, value: Any, why: str, en: None) -> None:
    assert why in refusal(name, value)


@pytest.mark.parametrize("value", ["3 5", "12 13", "1 2345", "1 23", "1,234 567", "1. 5"])
def test_two_numbers_in_one_cell_do_not_become_a_third(value: str, en: None) -> None:
    assert "not a number" in refusal("area_ha", value)


@pytest.mark.parametrize(("name", "value"), [("area_ha", "50%"), ("stems_kept", "500%"), ("longitude", "11640％")])
def test_per_cent_of_what_is_no_share_is_refused(name: str, value: str, en: None) -> None:
    assert "not a number" in refusal(name, value)


@pytest.mark.parametrize("value", [date(2026, 3, 1), time(3, 1)])
def test_a_number_that_the_spreadsheet_made_a_date_is_refused(value: Any, en: None) -> None:
    assert "date or a time" in refusal("number", value)


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#NAME?", "#VALUE!", " #DIV/0!", "#SPILL!", "#CALC!", "#GETTING_DATA", "########"]
)
def test_the_error_of_a_formula_is_no_text(error: str, en: None) -> None:
    assert "spreadsheet" in refusal("remark", error)


def test_a_formula_is_refused_whatever_it_gives(en: None) -> None:
    assert "formula" in refusal("area_ha", "=1+1", formula=True)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("origin", "天然林", "natural"),
        ("origin", 11, "natural"),
        ("origin", "21", "planted"),
        ("stand_purpose", 111, "protection"),
        ("stand_purpose", "特用", "special"),
        ("stand", "030100", "arbor"),
        ("ownership", "10", "state"),
        ("method", "透 光 伐", "release"),
        ("method", "定株抚育", "singling"),
        ("weeding", True, True),
        ("weeding", "否", False),
        ("weeding", 1, True),
        ("rare_plants", "无", False),
    ],
)
def test_a_choice_is_read_by_the_words_and_codes_in_use(name: str, value: Any, code: Any) -> None:
    assert taken(name, value) == code


@pytest.mark.parametrize(
    ("name", "value", "candidates"),
    [
        ("method", "疏伐", "生态疏伐、景观疏伐"),
        ("method", 2, "生态疏伐、景观疏伐"),
        ("public_benefit", "市级", "省级公益林"),
    ],
)
def test_a_word_that_means_several_things_is_not_guessed(name: str, value: Any, candidates: str, en: None) -> None:
    assert "can mean several things" in (said := refusal(name, value))
    assert candidates in said


def test_an_unknown_choice_is_refused_with_all_that_is_allowed(en: None) -> None:
    assert "国有、集体、个人" in refusal("ownership", "军队")


@pytest.mark.parametrize(
    ("value", "kept"),
    [("１２－３", "12－3"), (3.0, "3"), ("  3 \n 4 ", "3 4"), ("（东）坡", "（东）坡"), ("ＡＢ", "AB")],
)
def test_text_keeps_its_punctuation_and_gets_plain_digits(value: Any, kept: str) -> None:
    assert taken("number", value) == kept


@pytest.mark.parametrize(
    ("value", "why"), [("a\x00b", "cannot be stored"), ("a\ud800", "cannot be stored"), ("x" * 21, "at most 20")]
)
def test_text_that_cannot_be_kept_is_refused(value: str, why: str, en: None) -> None:
    assert why in refusal("number", value)


@pytest.mark.parametrize("value", [None, "", "   ", "\u3000"])
def test_a_blank_cell_is_no_value(value: Any) -> None:
    assert taken("area_ha", value) is None
