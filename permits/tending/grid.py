"""A sheet file as rows of cells: `.xlsx` and `.csv`, bounded before it is parsed, nothing guessed silently.

What cannot be read at all raises UploadRefused; what can be read but is wrong in a cell is left to sheet.py.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from permits.tending.cells import Cell
from permits.uploads import UploadRefused

SHEET = "小班调查表"
MAX_ROWS = 2000  # of sub-compartments in one design; nine tenths of the designs seen have fewer than 200
MAX_SCANNED = 3000
MAX_COLUMNS = 100
MAX_CELLS = 400_000
MAX_SHEET_XML = 60 * 1024 * 1024
_PIECE = 1024 * 1024
_DELIMITERS = (",", "\t", ";")


@dataclass
class Grid:
    """Rows of the file by their number in it (1 is the first), blank rows left out; `merged` by row range and name."""

    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    merged: list[tuple[range, str]] = field(default_factory=list)


def read_xlsx(file: IO[bytes]) -> Grid:
    """The table sheet of a workbook: the one named as in the template, else the first. Raises UploadRefused."""
    _check_sheets(file)
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, data_only=False, keep_links=False)
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        SyntaxError,
    ) as error:
        # openpyxl answers a malformed part with whatever the part's reader stumbled over.
        raise UploadRefused(_("The workbook is damaged and cannot be read; save it again as .xlsx.")) from error
    sheets = [sheet for sheet in book.worksheets if isinstance(sheet, Worksheet)]
    if not sheets:
        raise UploadRefused(_("The workbook has no sheet with cells."))
    sheet = next((one for one in sheets if one.title == SHEET), sheets[0])
    grid = Grid(rows=list(_sheet_rows(sheet)))
    for area in sheet.merged_cells.ranges:
        grid.merged.append((range(area.min_row, area.max_row + 1), area.coord))
    return grid


def _sheet_rows(sheet: Worksheet) -> Iterator[tuple[int, list[Cell]]]:
    if sheet.max_column > MAX_COLUMNS:
        raise UploadRefused(_("The sheet has more than %(most)d columns.") % {"most": MAX_COLUMNS})
    if sheet.max_row > MAX_SCANNED:
        raise UploadRefused(_("The sheet goes on below row %(most)d; delete the rows below.") % {"most": MAX_SCANNED})
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_excel_cell(cell) for cell in row]
        if not all(cell.blank for cell in cells):
            yield number, cells


def _excel_cell(cell: ExcelCell | MergedCell) -> Cell:
    if isinstance(cell, MergedCell):
        return Cell()
    percent = "%" in str(cell.number_format) and isinstance(cell.value, (int, float))
    return Cell(value=cell.value, formula=cell.data_type == "f", percent=percent)


class _TooMuch(Exception):
    """Stops the XML parser: the sheet is over a bound."""


def _check_sheets(file: IO[bytes]) -> None:
    """Count the cells of every sheet before they become Python objects of some hundred bytes each.

    Document type definitions are refused: Office files have none (ECMA-376), entity bombs do.
    """
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = [info for info in archive.infolist() if info.filename.endswith((".xml", ".rels"))]
        sheets = [info for info in parts if "worksheets/" in info.filename or "sharedStrings" in info.filename]
        if sum(info.file_size for info in sheets) > MAX_SHEET_XML:
            raise UploadRefused(_("The workbook is too large to be a table of sub-compartments."))
        cells = 0
        for info in parts:
            with archive.open(info) as stream:
                cells += _count_cells(stream, whole=info in sheets, room=MAX_CELLS - cells)


def _count_cells(stream: IO[bytes], *, whole: bool, room: int) -> int:
    """Number of cells and shared strings in an XML part; with `whole` false only its prolog is read."""
    count = 0

    def doctype(*_facts: object) -> None:
        raise UploadRefused(_("The workbook holds a document type definition; it is refused."))

    def element(name: str, _attributes: object) -> None:
        nonlocal count
        if not whole:
            raise _TooMuch
        count += name.rsplit(":", 1)[-1] in ("c", "si")
        if count > room:
            facts = {"most": MAX_CELLS}
            raise UploadRefused(_("The workbook has more than %(most)d cells; delete empty formatted rows.") % facts)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _TooMuch:
        pass
    except expat.ExpatError as error:
        raise UploadRefused(_("The workbook is damaged and cannot be read; save it again as .xlsx.")) from error
    return count


def read_csv(file: IO[bytes]) -> Grid:
    """The rows of a CSV in UTF-8 (with or without mark) or GB18030; comma, semicolon or tab. Raises UploadRefused."""
    file.seek(0)
    text = _decoded(file.read())
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    grid = Grid()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if len(row) > MAX_COLUMNS:
                raise UploadRefused(_("The sheet has more than %(most)d columns.") % {"most": MAX_COLUMNS})
            cells = [_text_cell(value) for value in row]
            if all(cell.blank for cell in cells):
                continue
            if number > MAX_SCANNED:
                raise UploadRefused(
                    _("The sheet goes on below row %(most)d; delete the rows below.") % {"most": MAX_SCANNED}
                )
            grid.rows.append((number, cells))
    except csv.Error as error:
        raise UploadRefused(
            _("The CSV file is damaged: a quotation mark is not closed, or a field is too long.")
        ) from error
    return grid


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadRefused(_("This file is neither in UTF-8 nor in GB18030; save it as “CSV UTF-8” or as .xlsx."))


# What a spreadsheet would run if it opened the file; a number with a sign is none.
RISKY = ("=", "+", "-", "@", "\t", "\r")
_SIGNED_NUMBER = re.compile(r"[+-]\s*[\d.,]+%?")


def risky(text: str) -> bool:
    """Whether a spreadsheet would take this text of a CSV file for a formula."""
    return text.startswith(RISKY) and len(text) > 1 and not _SIGNED_NUMBER.fullmatch(text)


def _text_cell(value: str) -> Cell:
    """A CSV cell; the apostrophe our own export puts before risky text is taken off again."""
    if value.startswith("'") and value[1:].startswith(RISKY):
        return Cell(value=value[1:])
    return Cell(value=value, formula=value.lstrip().startswith("="))
