"""A sheet file as rows of cells, `.xlsx` and `.csv`: its size is bounded before it is parsed, and nothing is guessed
silently.

What cannot be read at all raises UploadRefused; what can be read, but is wrong in a cell, is left to importing.py.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts.office import is_xml
from permits.drafts.uploads import UploadRefused
from permits.tables.cells import Cell
from roles.formulas import from_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.worksheet.worksheet import Worksheet

# openpyxl is imported where a workbook is read: every process imports this module at its start, few read one.

MAX_ROWS = 2000  # of one table; nine tenths of the designs seen have fewer than 200
MAX_SCANNED = 3000
MAX_COLUMNS = 100
MAX_ELEMENTS = 1_000_000  # of XML; a full table of MAX_ROWS rows has half of that
MAX_FORMAT = 100_000
MAX_MERGED = 20_000  # cells of merged areas and of links, of each of which openpyxl makes an object
MAX_COPIED = 2_000_000  # signs of shared formulas, each written anew for every cell that shares it
MAX_FORMULA = 8192  # signs; Excel takes no more, and openpyxl's time grows with the square
MAX_CODE = 1000  # signs of a number format; Excel takes 255
MAX_BRACKETS = 20  # in it: openpyxl looks for them by the square
MAX_XML = 60 * 1024 * 1024
_PIECE = 1024 * 1024
HEAD_WITHIN = 10
"""A row of heads stands in one of the first rows, below a title and the name of the unit."""
_DELIMITERS = (",", "\t", ";")


class Grid(Struct):
    """Rows of the file by their number in it (1 is the first), blank rows left out; `merged` by row range and name."""

    rows: list[tuple[int, list[Cell]]] = []
    merged: list[tuple[range, str]] = []


def read_xlsx(file: IO[bytes], *, sheet_name: str) -> Grid:
    """The table sheet of a workbook: the one named as in the template, else the first. Raises UploadRefused."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException
    from openpyxl.worksheet.worksheet import Worksheet

    _check_parts(file)
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
    sheet = next((one for one in sheets if one.title == sheet_name), sheets[0])
    grid = Grid(rows=list(_sheet_rows(sheet)))
    for area in sheet.merged_cells.ranges:
        grid.merged.append((range(area.min_row, area.max_row + 1), area.coord))
    return grid


def _too_long() -> str:
    told = _("The sheet goes on below row %(last)d; a table has at most %(most)d rows: delete what is too much.")
    return told % {"last": MAX_SCANNED, "most": MAX_ROWS}


def _sheet_rows(sheet: Worksheet) -> Iterator[tuple[int, list[Cell]]]:
    from openpyxl.cell.cell import MergedCell

    if sheet.max_column > MAX_COLUMNS:
        raise UploadRefused(_("The sheet has more than %(most)d columns.") % {"most": MAX_COLUMNS})
    if sheet.max_row > MAX_SCANNED:
        raise UploadRefused(_too_long())
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [Cell() if isinstance(cell, MergedCell) else _excel_cell(cell) for cell in row]
        if not all(cell.blank for cell in cells):
            yield number, cells


def _excel_cell(cell: ExcelCell) -> Cell:
    percent = isinstance(cell.value, (int, float)) and _multiplies(_format_of(cell))
    return Cell(value=cell.value, formula=cell.data_type == "f", percent=percent)


@lru_cache(maxsize=1000)  # a format may be as long as a book, and each cell may have it
def _multiplies(written: str) -> bool:
    """Whether a number format shows a number as per cent."""
    return "%" in _WRITTEN_ONLY.sub("", written)


_WRITTEN_ONLY = re.compile(r'"[^"]*"|[\\_*].')
"""What a number format only writes beside the number, in quotes or after a mark: `0"%"` multiplies nothing."""


def _format_of(cell: ExcelCell) -> str:
    """How it is shown; nothing where the workbook names a format it does not define."""
    try:
        return str(cell.number_format)
    except IndexError:
        return ""


def _check_parts(file: IO[bytes]) -> None:
    """Bounds what the workbook holds before it becomes Python objects of some hundred bytes each. Refused are too many
    elements, merged areas and links over areas (openpyxl makes an object of each of their cells), long formulas shared
    by many cells (it writes them anew for each), and document type definitions: Office files have none (ECMA-376),
    entity bombs do."""
    file.seek(0)
    room, cells, format_ = MAX_XML, _Survey(MAX_ELEMENTS), _Survey(MAX_FORMAT)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not _read_as_xml(archive, info):
                continue
            room -= info.file_size
            if room < 0:
                raise UploadRefused(_("The workbook is too large to be a table."))
            with archive.open(info) as stream:
                (cells if _holds_cells(info.filename) else format_).read(stream)


def _read_as_xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether openpyxl may read the part as XML: it reads whatever a relationship names, however it is called."""
    with archive.open(info) as stream:
        first = stream.read(512)
    return bool(first) and is_xml(info.filename, first)


def _holds_cells(part: str) -> bool:
    return "worksheets/" in part or "sharedstrings" in part.lower()


class _Survey:
    """Reads XML parts for their size only, and stops at a bound. `most` elements over all parts."""

    def __init__(self, most: int) -> None:
        self.room = most
        self.merged = MAX_MERGED
        self.copied = MAX_COPIED
        self.shared = dict[str, tuple[int, int]]()  # of each shared formula: cells so far, and signs
        self.formula: str | None = None

    def read(self, stream: IO[bytes]) -> None:
        """Raises UploadRefused for a part that is over a bound, no XML, or has a document type."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._element
        parser.CharacterDataHandler = self._text
        try:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            message = _("The workbook is damaged and cannot be read; save it again as .xlsx.")
            raise UploadRefused(message) from error

    def _doctype(self, *_facts: object) -> None:
        raise UploadRefused(_("The workbook holds a document type definition; it is refused."))

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        self.room -= 1
        bare = name.rpartition(":")[2]
        if bare in ("mergeCell", "hyperlink"):
            self.merged -= _cells_in(attributes.get("ref", ""))
        self.formula = attributes.get("si", "") if bare == "f" and attributes.get("t") == "shared" else None
        if self.formula is not None:
            self._share(self.formula, cells=1, signs=0)
        code = attributes.get("formatCode", "")
        odd = len(code) > MAX_CODE or code.count("[") > MAX_BRACKETS
        if self.room < 0 or self.merged < 0 or odd:
            self._refuse()

    def _text(self, text: str) -> None:
        if self.formula is not None:
            self._share(self.formula, cells=0, signs=len(text))

    def _share(self, formula: str, *, cells: int, signs: int) -> None:
        """One more cell, or more signs, of a shared formula."""
        had, length = self.shared.get(formula, (0, 0))
        self.shared[formula] = had + cells, length + signs
        self.copied -= cells * length + signs * had
        if self.copied < 0 or length + signs > MAX_FORMULA:
            self._refuse()

    def _refuse(self) -> None:
        raise UploadRefused(_("The workbook has too many cells or formats; delete empty rows and merged areas."))


def _cells_in(area: str) -> int:
    """Cells of an area such as A1:F1; openpyxl reads a malformed one as an error of its own."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(area)
    except (ValueError, TypeError):
        return 0
    if left is None or top is None or right is None or bottom is None:
        return MAX_MERGED + 1
    return (right - left + 1) * (bottom - top + 1)


def read_csv(file: IO[bytes]) -> Grid:
    """The rows of a CSV in UTF-8 (with or without mark) or GB18030; comma, semicolon or tab. Raises UploadRefused."""
    file.seek(0)
    text = _decoded(file.read())
    first = text.lstrip("\r\n").split("\n", HEAD_WITHIN)[:HEAD_WITHIN]  # a title above the heads has no delimiter
    delimiter = max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in first), "".join(first).count(mark)))
    grid = Grid()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if len(row) > MAX_COLUMNS:
                raise UploadRefused(_("The sheet has more than %(most)d columns.") % {"most": MAX_COLUMNS})
            cells = [_text_cell(value) for value in row]
            if all(cell.blank for cell in cells):
                continue
            if number > MAX_SCANNED:
                raise UploadRefused(_too_long())
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


_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # all but XML's Char


def held(text: str) -> str:
    """The text as a workbook can hold it: a character that XML has no place for becomes U+FFFD."""
    return _UNHELD.sub("\N{REPLACEMENT CHARACTER}", text)


def _text_cell(value: str) -> Cell:
    """A CSV cell; the apostrophe our own export puts before risky text is taken off again."""
    if (text := from_text(value)) != value:
        return Cell(value=text)
    return Cell(value=value, formula=value.lstrip().startswith("="))
