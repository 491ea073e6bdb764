"""A table kind's application as papers print it: the head in the groups of its page, and every field of every row.

No sheet holds a table of forty columns. It is printed in the groups of its form, each with the names of the rows;
columns in which no row says anything are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any, Protocol

from permits.documents.content import Align, Annex, Asked, Block, Heading, KeyValues
from permits.documents.content import Column as PaperColumn
from permits.documents.content import Table as PaperTable
from permits.tables.columns import Column
from permits.tables.fields import Head
from permits.tables.head import HeadPage
from permits.tables.listing import Sums, listing
from permits.tables.table import Table
from permits.text.numerals import chinese_numeral

MOST = 9  # columns of one table beside number and name: more are unreadable across an A4 sheet
NOTHING_SAID = "—"
CONTINUED = "（续）"
NAME = PaperColumn(head="名称", weight=1.6, align=Align.LEFT)
NUMBER = PaperColumn(head="序号", weight=0.5)


class Tabled(Protocol):
    """What a table kind (kind.py, which stands above this file) tells of its snapshots."""

    table: Table
    head: HeadPage
    head_model: type[Head]
    head_key: str
    rows_key: str

    def sums(self, rows: Sequence[Mapping[str, Any]], *, official: bool = False) -> Sums | None:
        """What the rows come to."""


def in_full(kind: Tabled, asked: Mapping[str, Any]) -> Asked:
    """What a snapshot's head and rows say. To be called in the official language: labels are told in it."""
    said, rows = asked[kind.head_key], asked[kind.rows_key]
    head, table, sums = kind.head, kind.table, kind.sums(rows, official=True)
    blocks: list[Block] = []
    for legend, names in head.groups:
        pairs = tuple((label, value or NOTHING_SAID) for label, value in head.facts(kind.head_model, said, names=names))
        if pairs:
            blocks += [Heading(text=str(legend)), KeyValues(pairs=pairs)]
    if sums:
        blocks.append(_sums(sums.even))
    tables = tuple(_tables(table, rows))
    annexes = (Annex(title=table.sheet, blocks=tables, landscape=True),) if tables else ()
    return Asked(blocks=tuple(blocks), annexes=annexes)


def _sums(sums: Sums) -> PaperTable:
    columns = tuple(
        PaperColumn(head=head, align=Align.RIGHT if at >= sums.numbers else Align.CENTRE)
        for at, head in enumerate(sums.heads)
    )
    return PaperTable(columns=columns, rows=sums.rows, totals=sums.total, caption=sums.caption)


def _tables(table: Table, rows: Sequence[Mapping[str, Any]]) -> Iterator[PaperTable]:
    """One table for each group of columns, or several where the group is wide: they bear its number and name, and say
    that they continue it."""
    groups = ((str(legend), listing(table, rows, names=names).columns) for legend, names in table.groups)
    for number, (legend, filled) in enumerate((group for group in groups if group[1]), 1):
        each, caption = ceil(len(filled) / ceil(len(filled) / MOST)), f"（{chinese_numeral(number)}）{legend}"
        for at in range(0, len(filled), each):
            yield _part(table, rows, caption + CONTINUED if at else caption, filled[at : at + each])


def _part(table: Table, rows: Sequence[Mapping[str, Any]], caption: str, columns: Sequence[Column]) -> PaperTable:
    heads = (NUMBER, NAME, *(_head(column) for column in columns))
    told = listing(table, rows, names=[column.name for column in columns], official=True)
    cells = tuple(
        (str(number), table.name_of(row) or NOTHING_SAID, *(value or NOTHING_SAID for _column, value in line))
        for number, (row, line) in enumerate(zip(rows, told.rows, strict=True), 1)
    )
    return PaperTable(columns=heads, rows=cells, caption=caption)


def _head(column: Column) -> PaperColumn:
    align = Align.RIGHT if column.numeric else Align.LEFT if column.length > LONG else Align.CENTRE
    return PaperColumn(head=column.heading, weight=1.6 if column.length > LONG else 1.0, align=align)


LONG = 40  # characters a text may have and still be set in the middle of its column
