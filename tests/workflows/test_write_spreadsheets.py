"""Lists as files: a workbook one can read, sort and print as it opens, of a minute that its name says."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cast import Cast, log_in
from workflows.exports import as_file

HEADS = ("办件", "名称", "收件日期", "更新时间", "面积")
MOMENT = datetime(2026, 11, 20, 2, 5, 30, tzinfo=UTC)
ROW = ("FY1", "=1+1", date(2026, 11, 20), MOMENT, Decimal("12.50"))


def sheet(*rows: Any, title: str = "审批 [办件]: 全部") -> Any:
    book = load_workbook(io.BytesIO(as_file("cases", title, HEADS, rows, "xlsx").content))
    return book.active


def test_days_and_numbers_sort_and_no_text_is_a_formula() -> None:
    cells = {cell.column_letter: cell for cell in sheet(ROW)[2]}
    assert (cells["B"].value, cells["B"].data_type) == ("=1+1", "s")
    assert (cells["C"].value.date(), cells["C"].number_format) == (date(2026, 11, 20), "yyyy-mm-dd")
    assert str(cells["D"].value) == "2026-11-20 10:05:30", "as the clocks in China showed it"
    assert cells["E"].value == 12.5


def test_a_text_becomes_no_formula_when_somebody_edits_its_cell() -> None:
    cells = sheet(("FY1", "=1+1", "@SUM(A1)", "-5", "云岭林场"))[2]
    assert [cell.quotePrefix for cell in cells] == [False, True, True, False, False]


def test_heads_stay_and_columns_are_as_wide_as_what_they_say() -> None:
    made = sheet(ROW, ("FY2", "密云区云岭林场天然林抚育", None, None, None), ("FY3", "长" * 500, None, None, None))
    assert (made.freeze_panes, made.print_title_rows, made.auto_filter.ref) == ("A2", "$1:$1", "A1:E4")
    assert made["A1"].font.bold
    assert made.column_dimensions["C"].width >= len("2026-11-20")
    assert made.column_dimensions["B"].width == 60
    assert made.title == "审批  办件   全部"
    assert made.oddFooter.left.text.startswith("审批 [办件]: 全部 20")


@pytest.mark.django_db
def test_the_name_of_a_file_says_of_which_minute_it_is(cast: Cast) -> None:
    for wanted in ("csv", "xlsx"):
        told = log_in(cast.auditor).get("/cases/", {"format": wanted})["Content-Disposition"]
        assert told == f'attachment; filename="cases-2026-11-20-1000.{wanted}"'


def test_a_list_without_rows_is_a_sheet_with_heads() -> None:
    assert [cell.value for cell in sheet()[1]] == list(HEADS)


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1f"])
def test_a_character_no_workbook_holds_breaks_no_list(char: str) -> None:
    assert sheet(("FY1", f"云岭{char}林场", None, None, None))["B2"].value == "云岭\N{REPLACEMENT CHARACTER}林场"
