"""Rows and sums as pages and papers show them, read from a snapshot: what is told is what was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from permits.documents.content import Align
from permits.documents.content import Column as PaperColumn
from permits.documents.content import Table as PaperTable
from permits.tables.columns import Column, plain
from permits.tables.table import Table

Row = Mapping[str, Any]
PLACE, MANY_OF_PLACE = "where", 3
MOST_BESIDE = 9
"""Columns with English heads that a page has room for."""


class Listing(Struct, frozen=True):
    """Columns, and the cells of each row, each beside its column; columns in which no row says anything are left
    out."""

    columns: list[Column]
    rows: list[list[tuple[Column, str]]]

    @property
    def even(self) -> Listing:
        """The same as pages show it, the decimal points of a column in one line."""
        return replace(self, rows=evened(self.rows))


class Sums(Struct, frozen=True):
    """What the rows come to: a small table with a total. Columns from `numbers` on are numbers."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    numbers: int

    @property
    def even(self) -> Sums:
        """The same as pages show it, the decimal points of a column in one line."""
        columns = [*zip(*self.rows, self.total, strict=True)]
        told = [as_precise(column) if at >= self.numbers else column for at, column in enumerate(columns)]
        *rows, total = zip(*told, strict=True)
        return replace(self, rows=tuple(rows), total=total)


def cell(column: Column, value: Any, *, official: bool = False) -> str:
    """A value of a snapshot, where decimals are text, as a reader sees it."""
    if column.type == "decimal" and value is not None and value != "":
        value = Decimal(str(value))
        if column.fixed:
            return f"{value:.{column.places}f}"
    return column.display(value, official=official)


def alike(told: Listing) -> tuple[list[tuple[Column, str]], Listing]:
    """Columns of words in which every row says the same, with what it says, and the listing without them. None where
    the page has room for all columns, as it has where their heads are Chinese."""
    if _heads_are_narrow() or len(told.columns) <= MOST_BESIDE:
        return [], told
    same = {
        cells[0][0].name: cells[0]
        for cells in zip(*told.rows, strict=True)
        if not cells[0][0].numeric and cells[0][0].name != PLACE and len({text for _column, text in cells}) == 1
    }
    rows = [[cell for cell in row if cell[0].name not in same] for row in told.rows]
    return list(same.values()), Listing([column for column in told.columns if column.name not in same], rows)


def _heads_are_narrow() -> bool:
    """Whether heads are Chinese, and narrow."""
    return (get_language() or "").startswith("zh")


def in_one_place(table: Table, told: Listing) -> Listing:
    """The listing with the place of a row in one column, where it takes MANY_OF_PLACE columns or more: with English
    heads, which are wide, what is decided on would else be out of sight."""
    first = list(takewhile(lambda column: column.name in table.key, told.columns))
    if len(first) < MANY_OF_PLACE or _heads_are_narrow():
        return told
    place, many = replace(first[0], name=PLACE, label=_("Where it is"), unit=""), len(first)
    rows = [[(place, " ".join(text for _column, text in row[:many] if text)), *row[many:]] for row in told.rows]
    return Listing([place, *told.columns[many:]], rows)


def evened(rows: Sequence[Sequence[tuple[Column, str]]]) -> list[list[tuple[Column, str]]]:
    """Rows of cells, each beside its column; all figures of a column get the same number of decimals."""
    told = []
    for cells in zip(*rows, strict=True):
        column, texts = cells[0][0], [text for _column, text in cells]
        told.append([(column, text) for text in (as_precise(texts) if column.type == "decimal" else texts)])
    return [list(row) for row in zip(*told, strict=True)] if told else [[] for _row in rows]


def as_precise(figures: Sequence[str]) -> Sequence[str]:
    """Figures of one column, all with as many decimals as the most precise of them, so that their points stand in one
    line; empty ones stay empty."""
    places = max((len(figure.partition(".")[2]) for figure in figures), default=0)
    return [f"{Decimal(figure):.{places}f}" if figure else "" for figure in figures] if places else figures


def listing(table: Table, rows: Iterable[Row], *, names: Iterable[str] = (), official: bool = False) -> Listing:
    """The rows in words, on request the official ones. `names` picks columns (default: all); those that no row fills
    are left out."""
    rows = list(rows)
    picked = [table.by_name[name] for name in names or table.names]
    columns = [column for column in picked if any(row.get(column.name) not in (None, "") for row in rows)]
    return Listing(
        columns,
        [[(column, cell(column, row.get(column.name), official=official)) for column in columns] for row in rows],
    )


def hectares(row: Row, name: str = "area_ha") -> Decimal:
    """The area of a row; 0 where it says none."""
    return Decimal(str(row[name])) if row.get(name) not in (None, "") else Decimal(0)


def total(rows: Iterable[Row], name: str = "area_ha") -> Decimal:
    """The sum of a column. Not by the database: SQLite adds decimals as binary floats."""
    return sum((hectares(row, name) for row in rows), Decimal(0))


def summed(rows: Iterable[Row], name: str = "area_ha") -> str:
    """The sum of a column as pages and papers write it, with as many decimals as the most precise of its rows."""
    rows = list(rows)
    return as_precise([*(plain(hectares(row, name)) for row in rows), plain(total(rows, name))])[-1]


def sums_by(
    column: Column, rows: Iterable[Row], *, of: str = "area_ha", official: bool = False
) -> list[tuple[str, int, Decimal]]:
    """Value, number of rows and sum of a column for each value of another, in the order of its vocabulary."""
    counts: dict[str, list[Row]] = {}
    for row in rows:
        counts.setdefault(str(row.get(column.name) or ""), []).append(row)
    order = [choice.code for choice in column.choices] + [""]
    return [
        (column.display(code, official=official) or _("not said yet"), len(counts[code]), total(counts[code], of))
        for code in order
        if code in counts
    ]


def told_once(column: Column, rows: Iterable[Row]) -> str:
    """What the rows say in a column, in the official words, each once; empty where they say nothing."""
    said = (cell(column, row.get(column.name), official=True) for row in rows)
    return "、".join(dict.fromkeys(one for one in said if one and one != "无"))


def publicly_told(table: Table, rows: Sequence[Row], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Heads and words of these columns for a public notice; a column in which nothing is said is left out."""
    told = ((table.by_name[name].head, told_once(table.by_name[name], rows)) for name in names)
    return tuple((head, words) for head, words in told if words)


MAP_TO_SEE = ("图件", "位置图与本公示一并张贴，并可向受理公示意见的单位查阅")
"""Where the map is seen: the notice is posted on paper in the village and on the site (令35 art 11)."""


def annex(table: Table, rows: Sequence[Row], *, names: Sequence[str] = (), summed: Mapping[str, str]) -> PaperTable:
    """The rows as a table of a paper, in the official words: the brief columns, and under them the sums given, where
    something is added up."""
    columns = [table.by_name[name] for name in names or table.brief]
    sums = ["合计" if at == 0 else summed.get(column.name, "") for at, column in enumerate(columns)]
    told = [
        _as_precise(column, [*(cell(column, row[column.name], official=True) for row in rows), total])
        for column, total in zip(columns, sums, strict=True)
    ]
    *lines, totals = zip(*told, strict=True)
    columns_of_paper = tuple(_paper_column(column) for column in columns)
    return PaperTable(columns=columns_of_paper, rows=tuple(lines), totals=totals if summed else ())


def _as_precise(column: Column, figures: list[str]) -> list[str]:
    return figures if column.type != "decimal" or "合计" in figures else list(as_precise(figures))


def _paper_column(column: Column) -> PaperColumn:
    align = Align.RIGHT if column.numeric else Align.CENTRE
    return PaperColumn(head=column.heading, weight=1.4 if column.length else 1.0, align=align)
