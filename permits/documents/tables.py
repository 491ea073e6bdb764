"""Ruled tables of any length: the heads stand on every page, the totals never stand alone, no cell is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace
from reportlab.platypus import Flowable

from permits.documents.content import Align, KeyValues, Table
from permits.documents.typeset import Line, Setter, Style, balanced, draw_line, pieces
from permits.text.fonts import Fonts, clean

PAD_X, PAD_Y = 3.5, 2.8
RULE, FRAME = 0.5, 0.9  # line widths in points
HEAD_TINT = 0.945
UNIT = re.compile(r"(?<=.)（[^（）]*）$")  # what stands in brackets at the end of a head


class Cell(Struct, frozen=True, dict=True):
    """Text broken for its column."""

    setter: Setter
    lines: tuple[Line, ...]

    @cached_property
    def height(self) -> float:
        """With its padding."""
        return len(self.lines) * self.setter.style.leading + 2 * PAD_Y


class Row(Struct, frozen=True, dict=True):
    """Cells side by side; `tinted` rows are heads and totals; `widths` of its own has a row whose cells are joined."""

    cells: tuple[Cell, ...]
    tinted: bool = False
    widths: tuple[float, ...] = ()

    @cached_property
    def height(self) -> float:
        """Of its tallest cell."""
        return max(cell.height for cell in self.cells)

    def cut(self, height: float) -> tuple[Row, Row] | None:
        """The row in two parts, the first no taller than the height; None if not even one line fits."""
        first, second = [], []
        for cell in self.cells:
            fit = int((height - 2 * PAD_Y) / cell.setter.style.leading)
            if fit < 1:
                return None
            first.append(replace(cell, lines=cell.lines[:fit]))
            second.append(replace(cell, lines=cell.lines[fit:]))
        return replace(self, cells=tuple(first)), replace(self, cells=tuple(second))


class Grid(Flowable):
    """Rows under repeated heads, over as many pages as they need."""

    def __init__(
        self,
        widths: Sequence[float],
        heads: Sequence[Row],
        rows: Sequence[Row],
        *,
        tail: int = 0,
        page: float = 600.0,
        above: Sequence[Cell] = (),
    ) -> None:
        """`tail` last rows are totals; `above` stands over the first part only (caption, unit).

        `page` is the height of an empty page: a row taller than half of it may be cut.
        """
        super().__init__()
        self.widths, self.heads, self.rows = list(widths), list(heads), list(rows)
        self.tail, self.page, self.above = tail, page, list(above)

    @property
    def _over(self) -> float:
        return sum(cell.height for cell in self.above) + sum(row.height for row in self.heads)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """The whole table's size."""
        return sum(self.widths), self._over + sum(row.height for row in self.rows)

    def split(self, _width: float, height: float) -> list[Flowable]:
        """A table that fits the height and one with the rest; nothing if fewer than two rows would stand here."""
        room = height - self._over
        fit = 0
        while fit < len(self.rows) and self.rows[fit].height <= room:
            room -= self.rows[fit].height
            fit += 1
        if fit == len(self.rows):
            return [self]
        if self.rows[fit].height > self.page / 2 and (parts := self.rows[fit].cut(room)):
            return self._divided([*self.rows[:fit], parts[0]], [parts[1], *self.rows[fit + 1 :]])
        if len(self.rows) - fit <= self.tail:  # the totals take a row of the body along
            fit = len(self.rows) - self.tail - 1
        if fit < min(2, len(self.rows) - self.tail) and height < self.page - 1:
            return []
        return self._divided(self.rows[:fit], self.rows[fit:]) if fit > 0 else []

    def _divided(self, first: Sequence[Row], rest: Sequence[Row]) -> list[Flowable]:
        return [
            Grid(self.widths, self.heads, first, page=self.page, above=self.above),
            Grid(self.widths, self.heads, rest, tail=self.tail, page=self.page),
        ]

    def draw(self) -> None:
        """Cells from the top, then the rules over them."""
        rows = [*self.heads, *self.rows]
        total = y = sum(row.height for row in rows)
        self._captions(total)
        self._tints(rows, total)
        self.canv.setStrokeGray(0.15)
        self.canv.setLineWidth(RULE)
        for row in rows:
            self._row(row, y)
            for x in accumulate((row.widths or self.widths)[:-1]):
                self.canv.line(x, y - row.height, x, y)
            y -= row.height
            self.canv.line(0, y, sum(self.widths), y)
        self.canv.setLineWidth(FRAME)
        self.canv.rect(0, 0, sum(self.widths), total)

    def _tints(self, rows: Sequence[Row], y: float) -> None:
        self.canv.saveState()
        self.canv.setFillGray(HEAD_TINT)
        for row in rows:
            y -= row.height
            if row.tinted:
                self.canv.rect(0, y, sum(self.widths), row.height, stroke=0, fill=1)
        self.canv.restoreState()

    def _captions(self, top: float) -> None:
        y = top + sum(cell.height for cell in self.above)
        for cell in self.above:
            style = cell.setter.style
            for number, line in enumerate(cell.lines):
                base = y - PAD_Y - number * style.leading - (style.leading + style.size * 0.76) / 2
                draw_line(self.canv, cell.setter, line, (0, base), sum(self.widths))
            y -= cell.height

    def _row(self, row: Row, top: float) -> None:
        x = 0.0
        for cell, width in zip(row.cells, row.widths or self.widths, strict=True):
            leading, size = cell.setter.style.leading, cell.setter.style.size
            y = top - (row.height - len(cell.lines) * leading) / 2 - (leading + size * 0.76) / 2
            for line in cell.lines:
                draw_line(self.canv, cell.setter, line, (x + PAD_X, y), width - 2 * PAD_X)
                y -= leading
            x += width


def table_grid(fonts: Fonts, table: Table, width: float, page: float) -> Grid:
    """The content's table at a width; the type is smaller where there are many columns."""
    size = 10.5 if len(table.columns) <= 6 else 9.0 if len(table.columns) <= 10 else 8.5
    plain = Style(size=size, leading=size * 1.38)
    bold = replace(plain, bold=True, align=Align.CENTRE)
    widths = _widths(fonts, table, width, size)
    aligned = [replace(plain, align=column.align) for column in table.columns]
    said = [_head(fonts, column.head, each, size) for column, each in zip(table.columns, widths, strict=True)]
    heads = [_row(fonts, said, widths, [bold] * len(widths), tinted=True)]
    rows = [_row(fonts, cells, widths, aligned) for cells in table.rows]
    if table.totals:
        strong = [replace(style, bold=True) for style in aligned]
        rows.append(_row(fonts, table.totals, widths, strong, tinted=True))
    return Grid(widths, heads, rows, tail=1 if table.totals else 0, page=page, above=_above(fonts, table, width))


def _widths(fonts: Fonts, table: Table, width: float, size: float) -> list[float]:
    """Column widths: what the text of each needs on one line if all fit; else by weight, but no word is divided."""
    count = len(table.columns)
    body = [[row[at] for row in table.rows] + [*table.totals[at : at + 1]] for at in range(count)]
    words = [_widest(fonts, (word for text in texts for word in pieces(text)), size) for texts in body]
    least = [
        max(word, _widest(fonts, (column.head[: len(column.head) // 2 + 1], *UNIT.findall(column.head)), size))
        + 2 * PAD_X
        + 1
        for word, column in zip(words, table.columns, strict=True)
    ]
    whole = [max(need, _widest(fonts, texts, size) + 2 * PAD_X + 1) for need, texts in zip(least, body, strict=True)]
    floor = whole if sum(whole) <= width else least
    return _share(floor, [column.weight for column in table.columns], width)


def _head(fonts: Fonts, head: str, width: float, size: float) -> str:
    """The head of a column; where it takes several lines its unit has a line of its own: 面积, below it （公顷）."""
    return head if _widest(fonts, (head,), size) <= width - 2 * PAD_X else UNIT.sub(r"\n\g<0>", head)


def _widest(fonts: Fonts, texts: Iterable[str], size: float) -> float:
    """The widest of the texts in the bold weight, which is the wider one."""
    return max((fonts.width(part, size, bold=True) for text in texts for part in clean(text).split("\n")), default=0.0)


def _share(floor: Sequence[float], weights: Sequence[float], width: float) -> list[float]:
    """Widths by weight, none below its floor; where even the floors are too wide together, all shrink alike."""
    if sum(floor) >= width:
        return [need * width / sum(floor) for need in floor]
    widths, fixed = list(floor), set[int]()
    while True:
        open_ = [at for at in range(len(floor)) if at not in fixed]
        room = width - sum(floor[at] for at in fixed)
        total = sum(weights[at] for at in open_)
        short = {at for at in open_ if room * weights[at] / total < floor[at]}
        if not short:
            for at in open_:
                widths[at] = room * weights[at] / total
            return widths
        fixed |= short


def _above(fonts: Fonts, table: Table, width: float) -> list[Cell]:
    caption = Setter(fonts, Style(size=12, leading=18, bold=True, align=Align.CENTRE))
    unit = Setter(fonts, Style(size=9.5, leading=12, align=Align.RIGHT))
    cells = [Cell(caption, tuple(balanced(caption, table.caption, width)))] if table.caption else []
    return [*cells, Cell(unit, tuple(unit.lines(table.unit, width)))] if table.unit else cells


def facts_grid(fonts: Fonts, facts: KeyValues, width: float, page: float, *, size: float = 12.0) -> Grid:
    """Labels and values side by side; the last odd pair has its value alone in a row."""
    label = Style(size=size, leading=size * 1.5, bold=True, align=Align.CENTRE)
    value = Style(size=size, leading=size * 1.5)
    pair = [0.27, 0.73] if facts.per_row == 1 else [0.18, 0.32]
    widths = [width * share for share in pair * facts.per_row]
    rows = []
    for at in range(0, len(facts.pairs), facts.per_row):
        pairs = facts.pairs[at : at + facts.per_row]
        own = widths if len(pairs) == facts.per_row else [widths[0], width - widths[0]]
        row = _row(fonts, [text for pair_ in pairs for text in pair_], own, [label, value] * len(pairs))
        rows.append(row if own is widths else replace(row, widths=tuple(own)))
    return Grid(widths, [], rows, page=page)


def _row(
    fonts: Fonts, texts: Sequence[str], widths: Sequence[float], styles: Sequence[Style], *, tinted: bool = False
) -> Row:
    cells = []
    for text, width, style in zip(texts, widths, styles, strict=True):
        setter, room = Setter(fonts, style), width - 2 * PAD_X
        lines = _centred(setter, text, room) if style.align is Align.CENTRE else setter.lines(text, room)
        cells.append(Cell(setter, tuple(lines)))
    return Row(tuple(cells), tinted)


def _centred(setter: Setter, text: str, room: float) -> list[Line]:
    """In balanced lines; the unit in brackets stands whole below what it is of, where that takes no line more."""
    lines = balanced(setter, text, room)
    name, bracket, unit = text.partition("（")
    apart = [*balanced(setter, name, room), *balanced(setter, bracket + unit, room)] if name and bracket else lines
    return apart if len(apart) == len(lines) > 1 else lines
