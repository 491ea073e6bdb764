"""Import of a table: every problem named by row and column; all or nothing."""

import re
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts.uploads import Upload, UploadRefused, inspect
from permits.kinds import kinds
from permits.tables import grid
from permits.tables.cells import BadCell, Cell, Value, read
from permits.tables.columns import Column, folded
from permits.tables.table import Table

Row = dict[str, Value]

KINDS = ("xlsx", "csv")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HEADS_AT_LEAST = 3
MAX_PROBLEMS = 500


class Problem(Struct, frozen=True):
    """What is wrong at one place of the file. `row` and `column` as a spreadsheet names them."""

    row: int
    column: str
    head: str
    found: str
    message: str
    allowed: str = ""

    @property
    def allowed_beside(self) -> str:
        """What is allowed, unless the message itself says it, as that of an unknown choice does."""
        return "" if self.allowed in self.message else self.allowed


class Parsed(Struct):
    """What a file holds: the rows, each with its number in the file, and all problems. It is good only without any."""

    upload: Upload
    table: Table
    rows: list[Row] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    more: bool = False
    passed: set[int] = set()

    @property
    def good(self) -> bool:
        return not self.problems

    def add(self, problem: Problem) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more = True


def parse(file: IO[bytes], *, table: Table, name: str = "") -> Parsed:
    """Read a table from `.xlsx` or `.csv`. Nothing is written.

    Raises UploadRefused for a file that cannot be read; all else is in `problems`.
    """
    upload = inspect(file, name=name, accepts=KINDS)
    cells = grid.read_xlsx(file, sheet_name=table.sheet) if upload.kind == "xlsx" else grid.read_csv(file)
    parsed = Parsed(upload=upload, table=table)
    at, heads = _head(cells, table)
    places = _places(parsed, at, heads)
    if parsed.problems and (other := _of_another_kind(heads, table)):
        raise UploadRefused(_("This is the table of another kind of permit: %(kind)s.") % {"kind": other})
    _check_merged(parsed, cells, at)
    body = [(number, row) for number, row in cells.rows if number > at]
    if not body:
        raise UploadRefused(_("The file has headings but no rows below them."))
    if len(body) > grid.MAX_ROWS:
        facts = {"count": len(body), "most": grid.MAX_ROWS}
        raise UploadRefused(_("The file has %(count)d rows; at most %(most)d are allowed.") % facts)
    for number, row in body:
        parsed.rows.append(_row(parsed, number, row, places))
        parsed.numbers.append(number)
    _check_duplicates(parsed, places)
    return parsed


def _known(head: str, table: Table) -> str:
    """The column that a head names, or "". A head with a unit other than the column's own is not known."""
    return table.heads.get(folded(head), "")


def _head(cells: grid.Grid, table: Table) -> tuple[int, list[Cell]]:
    """Number and cells of the row of heads: the one among the first rows that names the most columns."""
    best, most = (0, list[Cell]()), 0
    for number, row in cells.rows[: grid.HEAD_WITHIN]:
        count = _named(row, table)
        if count > most:
            best, most = (number, row), count
    if not cells.rows:
        raise UploadRefused(_("The file is empty: it has no cells that hold anything."))
    if most < _HEADS_AT_LEAST:
        raise UploadRefused(_("No row of headings was found in the first rows; please use the template."))
    return best


def _of_another_kind(heads: list[Cell], table: Table) -> str:
    """The kind whose table these heads name more of than of this one; empty for none."""
    own = _named(heads, table)
    others = ((kind.label, one) for kind in kinds() if (one := getattr(kind, "table", None)) and one is not table)
    return next((str(label) for label, one in others if _named(heads, one) > own), "")


def _named(heads: list[Cell], table: Table) -> int:
    return len({name for cell in heads if (name := _known(str(cell.value or ""), table))})


def _places(parsed: Parsed, at: int, heads: list[Cell]) -> dict[str, int]:
    """Index of each column in the sheet. Unknown, repeated and missing heads, and wrong units, are problems."""
    places: dict[str, int] = {}
    for index, cell in enumerate(heads):
        text = "" if cell.blank else str(cell.value).strip()
        name = _known(text, parsed.table)
        if name and name not in places:
            places[name] = index
        elif name:
            facts = {"other": _letter(places[name])}
            parsed.add(_at((at, index), text, text, _("The same field stands in column %(other)s already.") % facts))
        elif text and parsed.table.attributes and _ATTRIBUTE.fullmatch(text):
            parsed.passed.add(index)
        elif text:
            parsed.add(_unknown(at, index, text, parsed.table))
    for column in parsed.table.columns:
        if not parsed.table.attributes and column.name not in places and column.asked:
            parsed.add(Problem(at, "", column.heading, "", _("This column is missing.")))
    return places


def _unknown(at: int, index: int, text: str, table: Table) -> Problem:
    """The problem of a head that names no column: perhaps the right one in a wrong unit."""
    bare = text.replace("(", "（").split("（", 1)[0]
    column = table.by_name.get(_known(bare, table))
    if column and column.unit:
        return _at(
            (at, index),
            text,
            text,
            _("The unit of this column must be %(unit)s.") % {"unit": column.unit},
            column.heading,
        )
    told = _("This heading is not one of the table; take it from the template or delete the column.")
    return _at((at, index), text, text, told)


def _at(place: tuple[int, int], head: str, found: str, message: str, allowed: str = "") -> Problem:
    """A problem at a row (from 1) and a column index (from 0)."""
    row, index = place
    return Problem(row, _letter(index), head, found[:60], message, allowed)


def _letter(index: int) -> str:
    """The letters of a column, by its index from 0."""
    from openpyxl.utils import get_column_letter  # imported where used, as in grid.py

    return get_column_letter(index + 1)


def _check_merged(parsed: Parsed, cells: grid.Grid, at: int) -> None:
    """A merged title above the heads is harmless; merged heads or values leave cells whose value nobody can know."""
    for rows, name in cells.merged:
        if rows[-1] >= at:
            message = _("Merged cells; unmerge them and fill every cell.")
            parsed.add(Problem(rows[0], name.split(":")[0].rstrip("0123456789"), "", name, message))


def _row(parsed: Parsed, number: int, cells: list[Cell], places: dict[str, int]) -> Row:
    """One row of values; a field that could not be read is None and its problem is noted."""
    row: Row = {}
    columns = parsed.table.by_name
    bad: set[str] = set()
    for name, index in places.items():
        cell = cells[index] if index < len(cells) else Cell()
        try:
            row[name] = read(cell, columns[name])
        except BadCell as error:
            row[name] = None
            bad.add(name)
            parsed.add(_cell_problem(number, index, columns[name], cell, str(error)))
    for index in range(len(cells)):
        if index not in parsed.passed and index not in places.values() and not cells[index].blank:
            parsed.add(_at((number, index), "", str(cells[index].value), _("A value under no known heading.")))
    parsed.table.derive(row)
    for name, message in parsed.table.row_problems(row):
        if name in places and name not in bad:
            index = places[name]
            cell = cells[index] if index < len(cells) else Cell()
            parsed.add(_cell_problem(number, index, columns[name], cell, message))
    return row


def _cell_problem(row: int, index: int, column: Column, cell: Cell, message: str) -> Problem:
    found = "" if cell.blank else str(cell.value)
    return _at((row, index), column.heading, found, message, column.allowed_said)


def _check_duplicates(parsed: Parsed, places: dict[str, int]) -> None:
    """A row stands once in a table: by its key, whose last column is the one to be put right."""
    last = parsed.table.key[-1]
    for index, first, key in _duplicates(parsed):
        parts = (parsed.table.by_name[name].display(parsed.rows[index].get(name)) for name in parsed.table.key)
        facts = {"key": " ".join(filter(None, parts)), "row": parsed.numbers[first]}
        message = _("%(key)s stands in row %(row)d already.") % facts
        at = (parsed.numbers[index], places.get(last, 0))
        parsed.add(_at(at, parsed.table.by_name[last].heading, key[-1], message))


def _duplicates(parsed: Parsed) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    seen: dict[tuple[str, ...], int] = {}
    asked = [name for name in parsed.table.key if parsed.table.by_name[name].asked]
    for index, row in enumerate(parsed.rows):
        key = tuple(str(row.get(name) or "") for name in parsed.table.key)
        if not all(row.get(name) for name in asked):
            continue
        compared = tuple(folded(part) for part in key)
        if compared in seen:
            yield index, seen[compared], key
        seen.setdefault(compared, index)
