"""A spreadsheet of people: its columns, an empty one to fill in, and reading one that was filled in.

The file comes from a registry of personnel, not from this program: it is bounded before it is parsed, formulas are not
taken, and every fault is told with its cell.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from operator import itemgetter
from pathlib import Path
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from roles.days import unlikely
from roles.faults import in_words

MAX_ROWS = 2000
MAX_CELL = 500
MAX_BYTES, MAX_UNPACKED = 5 * 1024 * 1024, 50 * 1024 * 1024
EXACT = 10**15
"""Numbers of so many digits a spreadsheet rounds: an identity number loses its last three signs, and may still look
right."""
ASKED = PatternFill("solid", fgColor="FFF3CD")


class Column(Struct, frozen=True):
    """A column: its head, what to write in it, and whether every row needs it."""

    name: str
    head: str | Promise
    note: str | Promise
    asked: bool = False


COLUMNS = (
    Column("login", gettext_lazy("Login"), gettext_lazy("One login again is the same person: a new term only."), True),
    Column("name", gettext_lazy("Full name"), gettext_lazy("As on the identity card."), True),
    Column("number", gettext_lazy("Identity number"), gettext_lazy("18 characters; only a keyed hash of it is kept.")),
    Column("email", gettext_lazy("E-mail"), gettext_lazy("News and the one-time link are sent there.")),
    Column("phone", gettext_lazy("Telephone"), gettext_lazy("At work.")),
    Column("body", gettext_lazy("Agency or unit"), gettext_lazy("Its name, or the key of an agency.")),
    Column("post", gettext_lazy("Post"), gettext_lazy("A post that is not there yet is made; it has no rights.")),
    Column("since", gettext_lazy("From"), gettext_lazy("Year-month-day; blank: today.")),
    Column("until", gettext_lazy("Last day"), gettext_lazy("Year-month-day; blank: without an end.")),
    Column("ground", gettext_lazy("Ground"), gettext_lazy("Number of the paper on which the appointment rests.")),
)
DAYS = ("since", "until")
HALF_WIDTH = ("login", "number", "email", "phone")
"""Columns whose letters, digits and signs are read as half-width ones: input methods for Chinese write the others."""


class BadFile(ValueError):
    """The file cannot be read as a list of people; the message says why."""


class Faults(Struct):
    """What is wrong: row, column and message of each fault."""

    found: list[tuple[int, str, str]] = []

    def add(self, row: int, column: str, message: str) -> None:
        """Note a fault in the cell of `column` in `row`."""
        self.found.append((row, column, message))

    def columns(self, row: int) -> set[str]:
        """The columns of `row` in whose cell something is wrong."""
        return {column for of, column, _message in self.found if of == row}

    def told(self) -> list[str]:
        """All of them, each with its cell, row after row."""
        return [f"{place(row, column)}: {message}" for row, column, message in sorted(self.found, key=itemgetter(0))]


def place(row: int, column: str) -> str:
    """The cell's name, such as C7."""
    index = [one.name for one in COLUMNS].index(column) + 1
    return f"{get_column_letter(index)}{row}"


def template(bodies: Iterable[str], file: Path) -> None:
    """Write an empty list: heads, what to write in each column, and the bodies to choose from."""
    book = Workbook()
    sheet, lists = book.active, book.create_sheet(_("Bodies"))
    assert sheet is not None  # noqa: S101  # a new workbook has one
    sheet.title = _("People")
    for index, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(index)
        cell = sheet.cell(1, index, str(column.head))
        cell.font, cell.comment = Font(bold=True), Comment(str(column.note), "")
        if column.asked:
            cell.fill = ASKED
        sheet.column_dimensions[letter].width = 18
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    names = list(bodies)
    for number, name in enumerate(names, 1):
        lists.cell(number, 1, name).data_type = "s"  # a name is never a formula
    letter = place(2, "body")[:-1]
    choice = DataValidation("list", formula1=f"'{lists.title}'!$A$1:$A${max(len(names), 1)}", allow_blank=True)
    choice.showErrorMessage = False  # the key of an agency is taken too
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
    book.save(file)


def read(file: Path, faults: Faults) -> list[tuple[int, dict[str, Any]]]:
    """The rows by their number in the sheet: text, and dates in DAYS. What is wrong in a cell goes to `faults`.

    Raises BadFile for what is no workbook of this form, or too large.
    """
    sheet = _sheet(file)
    if sheet.max_column > 100 or sheet.max_row > MAX_ROWS + 1:
        told = _(
            "A list has at most %(most)d people; this sheet reaches to cell %(cell)s. Delete rows and columns that only"
            " look empty as a whole."
        )
        cell = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
        raise BadFile(told % {"most": MAX_ROWS, "cell": cell})
    rows = sheet.iter_rows()
    _check_heads([str(cell.value or "").strip() for cell in next(rows, ())])
    found = []
    for number, cells in enumerate(rows, 2):
        asked, beyond = cells[: len(COLUMNS)], cells[len(COLUMNS) :]
        if stray := next((cell for cell in beyond if cell.value not in (None, "")), None):
            raise BadFile(_("Cell %(cell)s stands beyond the columns of the template (--template): nothing reads it.")
                          % {"cell": stray.coordinate})  # fmt: skip
        if any(cell.value not in (None, "") for cell in asked):
            found.append((number, _row(number, asked, faults)))
    if not found:
        raise BadFile(_("The list names nobody: people stand from the second row on."))
    return found


def _check_heads(heads: list[str]) -> None:
    """Raises BadFile naming the first cell that does not have the heading of the template, in the language in which
    most of them are those; one column more would be read by nobody."""
    asked = max(_heads(), key=lambda known: sum(map(str.__eq__, known, heads)))
    for index in range(max(len(asked), len(heads))):
        found, wanted = (row[index] if index < len(row) else "" for row in (heads, asked))
        if found != wanted:
            told = {"cell": f"{get_column_letter(index + 1)}1", "found": found, "wanted": wanted}
            if not wanted:
                raise BadFile(
                    _("Cell %(cell)s has the heading “%(found)s”, which no column of the template (--template) has.")
                    % told
                )
            raise BadFile(
                _("Cell %(cell)s has to have the heading “%(wanted)s” of the template (--template), not “%(found)s”.")
                % told
            )


def _sheet(file: Path) -> Any:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadFile(_("This file is too large to be a list of people."))
        with zipfile.ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise BadFile(_("This file is too large to be a list of people."))
        return load_workbook(file, keep_links=False).worksheets[0]
    except OSError as error:
        raise BadFile(in_words(error, file)) from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, TypeError, AttributeError, IndexError,
            ValueError, SyntaxError) as error:  # fmt: skip
        # openpyxl answers a malformed part with whatever the part's reader stumbled over
        told = _("This is no readable .xlsx workbook. Open a list of another kind, such as .csv, and save it as .xlsx.")
        raise BadFile(told) from error


def _heads() -> Iterator[list[str]]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield [str(column.head) for column in COLUMNS]


def _row(number: int, cells: Iterable[Any], faults: Faults) -> dict[str, Any]:
    """One row by the names of its columns; what cannot be read is empty, and added to `faults`."""
    said: dict[str, Any] = {}
    for column, cell in zip(COLUMNS, cells, strict=False):
        said[column.name] = None if column.name in DAYS else ""
        if cell.data_type == "f":
            faults.add(number, column.name, _("A formula is not taken; write the value."))
        elif cell.data_type == "e":
            faults.add(number, column.name, _("This is an error of the spreadsheet; write the value itself."))
        elif isinstance(cell.value, int | float) and abs(cell.value) >= EXACT:
            told = _(
                "The spreadsheet made a number of this and rounded it; format the cell as text and write it again."
            )
            faults.add(number, column.name, told)
        elif column.name not in DAYS and isinstance(cell.value, bool | date | time):
            told = _(
                "The spreadsheet made a date, a time or a yes of this; format the cell as text and write it again."
            )
            faults.add(number, column.name, told)
        elif column.name in DAYS:
            said[column.name] = _day(number, column.name, cell.value, faults)
        else:
            said[column.name] = _text(cell.value)
            if column.name in HALF_WIDTH:
                said[column.name] = normalize("NFKC", said[column.name])
            if len(said[column.name]) > MAX_CELL:
                faults.add(number, column.name, _("At most %(most)d characters.") % {"most": MAX_CELL})
    return said


def _text(value: Any) -> str:
    """Spreadsheets make numbers of logins and telephones: 138.0 is 138."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _day(number: int, column: str, value: Any, faults: Faults) -> date | None:
    if value in (None, ""):
        return None
    day = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else _written(value)
    if problem := unlikely(day) if day else _("Give a date as year-month-day, such as 2026-03-05."):
        faults.add(number, column, problem)
        return None
    return day


def _written(value: Any) -> date | None:
    """The day of a text, also in full-width signs; None where it is none."""
    try:
        return date.fromisoformat(normalize("NFKC", str(value)).strip())
    except ValueError:
        return None
