"""The exported table and the template: nothing runs, nothing is lost, the lists are those of the columns."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from permits.tables import exporting as export
from permits.tables.exporting import LISTS, NOTES
from permits.tending.columns import COLUMNS, NAMES, PLOTS

Row = dict[str, Any]
FORMULAS = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "\n=1+1", " =1+1", "＝1+1", "＋1+a", "－a", "＠SUM(A1)", "\u3000@SUM(A1)",
]  # fmt: skip


def sheet(data: bytes, name: str = PLOTS.sheet) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data))[name]


def place(name: str, row: int = 2) -> str:
    return f"{openpyxl.utils.get_column_letter(NAMES.index(name) + 1)}{row}"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_in_the_workbook(text: str, good_row: Row) -> None:
    cell = sheet(export.to_xlsx([good_row | {"remark": text}], table=PLOTS))[place("remark")]
    assert cell.data_type == "s"
    assert cell.quotePrefix is True


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_in_the_csv(text: str, good_row: Row) -> None:
    data = export.to_csv([good_row | {"remark": text}], table=PLOTS).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data, newline="")))[1][NAMES.index("remark")] == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+5.5%", "-", "=", "油松-栎"])
def test_a_signed_number_and_harmless_text_are_left_alone(text: str, good_row: Row) -> None:
    data = export.to_csv([good_row | {"remark": text}], table=PLOTS).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data)))[1][NAMES.index("remark")] == text


def test_the_table_has_the_heads_and_official_words(good_row: Row) -> None:
    table = sheet(export.to_xlsx([good_row], table=PLOTS))
    assert [cell.value for cell in table[1]] == [column.heading for column in COLUMNS]
    assert table[place("method")].value == "生长伐"
    assert table[place("weeding")].value == "是"
    assert (table[place("area_ha")].value, table[place("area_ha")].number_format) == (12.5, "0.0000")


def test_the_csv_carries_the_mark_by_which_excel_knows_its_encoding(good_row: Row) -> None:
    assert export.to_csv([good_row], table=PLOTS).startswith(b"\xef\xbb\xbf")


def test_the_template_has_a_rule_for_every_column() -> None:
    table = sheet(export.template(PLOTS))
    rules = {str(rule.sqref).split(":")[0]: rule for rule in table.data_validations.dataValidation}
    assert rules.keys() == {place(name) for name in NAMES}
    lists = openpyxl.load_workbook(io.BytesIO(export.template(PLOTS)))[LISTS]
    for column in COLUMNS:
        rule = rules[place(column.name)]
        if column.choices:
            end = rule.formula1.rsplit("$", 1)[-1]
            words = [lists.cell(row, NAMES.index(column.name) + 1).value for row in range(2, int(end) + 1)]
            assert words == [choice.zh for choice in column.choices]
        elif column.numeric:
            assert (rule.formula1, rule.formula2) == column.span


def test_the_template_explains_every_column_and_its_table_is_empty() -> None:
    data = export.template(PLOTS)
    explained = {row[1].value: row for row in sheet(data, NOTES).iter_rows(min_row=6)}
    assert explained.keys() == {column.head for column in COLUMNS}
    assert explained["面积"][2].value == "公顷"
    assert all(row[7].value for row in explained.values())  # every field says where it comes from
    assert sheet(data).max_row == 1


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_column_says_its_unit_range_and_source(column: Any) -> None:
    assert PLOTS.by_name[column.name] is column
    assert column.source
    assert column.head
    if column.numeric:
        assert column.low < column.high
        assert column.unit
    elif not column.choices:
        assert column.length
