"""A table as a file: its rows, or an empty template with its lists and explanations.

What is exported can be imported again unchanged. No text of an applicant becomes a formula in an officer's spreadsheet.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from permits.tables.columns import Column
from permits.tables.grid import MAX_ROWS
from permits.tables.table import Table
from roles.formulas import as_text, risky

NOTES = "填表说明"
LISTS = "可选值"

_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E6F1E6")
_ASKED_FILL = PatternFill("solid", fgColor="FFF3CD")
_THIN = Side(style="thin", color="B0B8C0")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRAP = Alignment(vertical="top", wrap_text=True)


def to_xlsx(rows: Iterable[Mapping[str, Any]], *, table: Table) -> bytes:
    """A workbook with the table on its first sheet: one line of heads, choices by their official word."""
    book = Workbook()
    sheet = _table_sheet(book, table)
    for number, row in enumerate(rows, 2):
        for index, column in enumerate(table.columns, 1):
            cell = sheet.cell(number, index)
            if isinstance(cell, Cell):
                _write(cell, column, row.get(column.name))
    return _bytes(book)


def to_csv(rows: Iterable[Mapping[str, Any]], *, table: Table) -> bytes:
    """The same table as CSV in UTF-8 with the mark by which Excel knows it; risky text follows an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in table.columns])
    for row in rows:
        told = (column.written(_typed(column, row.get(column.name))) for column in table.columns)
        writer.writerow([as_text(text) for text in told])
    return out.getvalue().encode("utf-8-sig")


def template(table: Table) -> bytes:
    """An empty table with drop-down lists and ranges, and a second sheet that explains it, with one example row.

    The example stands on the sheet of explanations, which is never imported.
    """
    book = Workbook()
    sheet = _table_sheet(book, table)
    _add_lists(book, sheet, table)
    _add_notes(book, table)
    return _bytes(book)


def _typed(column: Column, value: Any) -> Any:
    """A value of a snapshot, where decimals are text, as the table itself has it."""
    return Decimal(value) if column.type == "decimal" and isinstance(value, str) and value else value


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table_sheet(book: Workbook, table: Table) -> Worksheet:
    """The first sheet with its heads. Those of fields that must be filled in have a colour; the notes say it in
    words."""
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # a new workbook has one
    sheet.title = table.sheet
    sheet.freeze_panes = "D2"
    sheet.row_dimensions[1].height = 48
    for index, column in enumerate(table.columns, 1):
        cell = sheet.cell(1, index, column.heading)
        cell.font, cell.border, cell.alignment = _HEAD_FONT, _BOX, _CENTRE
        cell.fill = _ASKED_FILL if column.asked else _HEAD_FILL
        sheet.column_dimensions[get_column_letter(index)].width = 18 if column.length > 60 else 12
        if not column.numeric:
            sheet.column_dimensions[get_column_letter(index)].number_format = "@"
    return sheet


def _write(cell: Cell, column: Column, value: Any) -> None:
    """Numbers are written as numbers; everything else as text, never as a formula. Less than one per cent is written as
    a spreadsheet holds it, shown with the sign, and read again as what it is."""
    if column.numeric and value not in (None, ""):
        number = _typed(column, value)
        shown = "0" if column.type == "integer" else "0." + "0" * column.places
        little = column.under_one_per_cent(number)
        cell.value, cell.number_format = (number / 100, f"{shown}%") if little else (number, shown)
        return
    text = column.display(value, official=True)
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = risky(text)


def _add_lists(book: Workbook, sheet: Worksheet, table: Table) -> None:
    """A rule for every column: its list, range or length. Lists stand on a sheet, because Excel bounds inline ones."""
    lists = book.create_sheet(LISTS)
    for index, column in enumerate(table.columns, 1):
        letter = get_column_letter(index)
        lists.cell(1, index, column.head).font = _HEAD_FONT
        for number, choice in enumerate(column.choices, 2):
            lists.cell(number, index, choice.zh)
        rule = _rule(column, letter)
        rule.error, rule.errorTitle = f"{column.heading}：{column.allowed}"[:220], "填写有误"
        rule.prompt, rule.promptTitle = (
            f"{column.duty}。{column.allowed}"[:220],
            column.head[:30],
        )
        rule.showErrorMessage = rule.showInputMessage = True
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{MAX_ROWS + 1}")


def _rule(column: Column, letter: str) -> DataValidation:
    if column.choices:
        source = f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${len(column.choices) + 1}"
        return DataValidation(type="list", formula1=source, allow_blank=True)
    if column.numeric:
        kind: Literal["whole", "decimal"] = "whole" if column.type == "integer" else "decimal"
        low, high = column.span
        return DataValidation(type=kind, operator="between", formula1=low, formula2=high, allow_blank=True)
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(column.length), allow_blank=True)


def _add_notes(book: Workbook, table: Table) -> None:
    """What each column means: unit, whether it is asked, what is allowed, an example, and the source of the field."""
    notes = book.create_sheet(NOTES, 1)
    lines = [
        f"只导入“{table.sheet}”工作表，本表仅供查阅，不会导入。",
        f"最多 {MAX_ROWS} 行；不得有公式和合并单元格；百分比填数字，如 18 表示 18%；不足 1% 的写明百分号，如 0.5%。",
        *table.notes,
    ]
    for number, line in enumerate(lines, 1):
        notes.cell(number, 1, line)
    heads = ("列", "字段", "单位", "是否必填", "可填内容", "示例（不导入）", "英文名", "依据")
    for index, head in enumerate(heads, 1):
        cell = notes.cell(len(lines) + 2, index, head)
        cell.font, cell.fill, cell.border = _HEAD_FONT, _HEAD_FILL, _BOX
    for number, column in enumerate(table.columns, len(lines) + 3):
        for index, text in enumerate(_explained(column, table), 1):
            cell = notes.cell(number, index, text)
            cell.alignment, cell.border, cell.data_type = _WRAP, _BOX, "s"
    for letter, width in zip("ABCDEFGH", (6, 20, 10, 10, 48, 16, 24, 22), strict=True):
        notes.column_dimensions[letter].width = width


def _explained(column: Column, table: Table) -> tuple[str, ...]:
    place = get_column_letter(table.names.index(column.name) + 1)
    return (place, column.head, column.unit, column.duty, column.allowed, column.example, column.name, column.source)
