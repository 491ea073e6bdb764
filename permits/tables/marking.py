"""An uploaded table handed back with what is wrong marked in it: nothing is kept, and the file is its sender's own."""

from __future__ import annotations

import io
from typing import IO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from permits.tables import grid
from permits.tables.importing import Parsed
from roles.formulas import risky

LIST = "问题清单"
HEADS = ("单元格", "栏目", "文件中的内容", "问题", "允许的内容")
_BAD = PatternFill("solid", fgColor="FFC7CE")
_WIDTHS = (10, 24, 28, 60, 40)


def marked(file: IO[bytes], parsed: Parsed) -> bytes:
    """The workbook, or a CSV as one, with every bad cell filled and commented, and a sheet that lists all problems.

    `file` is what `parsed` was read from: its bounds were checked then.
    """
    file.seek(0)
    book = load_workbook(file, keep_links=False) if parsed.upload.kind == "xlsx" else _of_csv(file, parsed)
    sheets = [one for one in book.worksheets if isinstance(one, Worksheet)]
    sheet = next((one for one in sheets if one.title == parsed.table.sheet), sheets[0])
    told: dict[str, list[str]] = {}
    for problem in parsed.problems:
        words = f"{problem.message} {problem.allowed_beside}".rstrip()
        told.setdefault(f"{problem.column or 'A'}{problem.row}", []).append(words)
    for place, of_cell in told.items():
        cell = sheet[place]
        if isinstance(cell, Cell):  # the rest of a merged area has no cell of its own
            cell.fill, cell.comment = _BAD, Comment(grid.held("\n".join(of_cell)), LIST, height=120, width=320)
    _listed(book, parsed)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _of_csv(file: IO[bytes], parsed: Parsed) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = parsed.table.sheet
    for number, cells in grid.read_csv(file).rows:
        for index, one in enumerate(cells, 1):
            _text(sheet, number, index, "" if one.blank else str(one.value))
    return book


def _listed(book: Workbook, parsed: Parsed) -> None:
    if LIST in book.sheetnames:  # of a file that was handed back before
        del book[LIST]
    sheet = book.create_sheet(LIST)
    for index, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True), 1):
        sheet.cell(1, index, head).font = Font(bold=True)
        sheet.column_dimensions["ABCDE"[index - 1]].width = width
    for number, one in enumerate(parsed.problems, 2):
        words = (f"{one.column}{one.row}", one.head, one.found, one.message, one.allowed_beside)
        for index, text in enumerate(words, 1):
            _text(sheet, number, index, text)
    sheet.freeze_panes = "A2"


def _text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """As text, whatever it begins with: no word of a file becomes a formula."""
    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):
        cell.value, cell.data_type = grid.held(text), "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.quotePrefix = risky(text)
