"""The sheet: GB/T 9704-2012 measures, page numbers, annex pages that name themselves, and bytes that repeat.

A4, type area 156 × 225 mm, top margin 37 mm, binding edge 28 mm, 22 lines of 28 characters (facts 2.10).
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate

from permits.documents.content import (
    Align,
    Annex,
    Block,
    Clauses,
    Heading,
    KeyValues,
    Paragraph,
    Table,
    Verification,
)
from permits.documents.marks import draw_qr
from permits.documents.tables import facts_grid, table_grid
from permits.documents.typeset import FREE, LeadIn, Line, Setter, Style, Text, balanced, draw_line, fitted
from permits.text.fonts import Fonts
from permits.text.numerals import chinese_numeral

PAGE_WIDTH, PAGE_HEIGHT = A4
TOP, LEFT = 37 * mm, 28 * mm
WIDTH, HEIGHT = 156 * mm, 225 * mm
BOTTOM = PAGE_HEIGHT - TOP - HEIGHT
LEADING = HEIGHT / 22
CELL = WIDTH / 28  # one character of the grid
SIZE = 16.0  # 3号
TITLE_SIZE, SMALL_SIZE = 22.0, 14.0  # 2号, 4号
RED_INK = (0.85, 0.07, 0.07)
BLANK = "\u3000"
GREY = (0.35, 0.35, 0.35)

BODY = Style(size=SIZE, leading=LEADING, tracking=CELL - SIZE, justify=True, indent=2 * CELL)
FLUSH = Style(size=SIZE, leading=LEADING, tracking=CELL - SIZE, justify=True)
STRONG = Style(size=SIZE, leading=LEADING, tracking=CELL - SIZE, bold=True, indent=2 * CELL)
TITLE = Style(size=TITLE_SIZE, leading=TITLE_SIZE * 1.55, bold=True, align=Align.CENTRE)
TALLEST, LEAST_TITLE = 8 * TITLE.leading, 12.0
"""A title of more than eight lines is set smaller, down to that type size: the longest names would fill a page."""
CLAUSE_MARKS: dict[int, Callable[[int], str]] = {
    1: lambda number: f"{chinese_numeral(number)}、",
    2: lambda number: f"（{chinese_numeral(number)}）",
    3: lambda number: f"{number}. ",
}

Decorate = Callable[[Any, int], None]  # draws on a canvas, told the page number


class Area(Struct, frozen=True):
    """The type area of one kind of page, in points from the lower left corner."""

    left: float = LEFT
    bottom: float = BOTTOM
    width: float = WIDTH
    height: float = HEIGHT
    landscape: bool = False

    @property
    def page(self) -> tuple[float, float]:
        """The sheet's size."""
        return (PAGE_HEIGHT, PAGE_WIDTH) if self.landscape else (PAGE_WIDTH, PAGE_HEIGHT)


PORTRAIT = Area()
LANDSCAPE = Area(left=TOP, bottom=26 * mm, width=HEIGHT, height=WIDTH, landscape=True)


class Sheet(PageTemplate):
    """One kind of page: where text goes, and what is drawn besides."""

    def __init__(self, name: str, area: Area, decorate: Sequence[Decorate]) -> None:
        frame = Frame(
            area.left, area.bottom, area.width, area.height,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        super().__init__(id=name, frames=[frame], pagesize=area.page)
        self.decorate = decorate

    def beforeDrawPage(self, canvas: Any, document: Any) -> None:
        """Heads, page number, running head: under the text."""
        document.counted[self.id] += 1
        for draw in self.decorate:
            draw(canvas, document.page)


class Pages(BaseDocTemplate):
    """Lays a story on sheets and counts the pages of each."""

    def __init__(self, stream: io.BytesIO, sheets: Sequence[Sheet], *, written: bool = True, **details: str) -> None:
        super().__init__(stream, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN", **details)
        self._doSave = written  # as the library's own `multiBuild` does with all passes but the last
        self.counted: Counter[str] = Counter()
        self.addPageTemplates(list(sheets))


class Plan(Struct, frozen=True):
    """Sheets and story of one paper, made anew for each pass (flowables keep what they were wrapped to)."""

    sheets: Sequence[Sheet]
    story: list[Flowable]
    font: str  # the canvas begins with it: the library's own default is not embedded


class Expected(Counter[str]):
    """The pages a plan may count on, by sheet: one each where none were counted yet; remembers which it asked for."""

    def __init__(self, counted: Counter[str] | None = None) -> None:
        super().__init__(counted)
        self.asked: set[str] = set()

    def __getitem__(self, sheet: str) -> int:
        """Pages of a sheet."""
        self.asked.add(sheet)
        return super().__getitem__(sheet)

    def __missing__(self, sheet: str) -> int:
        """Most annexes, and nearly all certificates, take one page."""
        return 1

    def holds(self, counted: Counter[str]) -> bool:
        """Whether all the plan counted on came true: then setting it again would give the same bytes."""
        return all(self[sheet] == counted[sheet] for sheet in self.asked)


def typeset(
    plan: Callable[[Counter[str]], Plan], *, title: str, author: str, subject: str, written: bool = True
) -> tuple[bytes, Counter[str]]:
    """The PDF of a plan, and its pages by sheet. Set again where a sheet has not the pages the plan was told.

    Where it need not be `written`, the pages alone count, and the PDF is empty.
    """
    expected = Expected()
    for _pass in range(2):
        stream = io.BytesIO()
        made = plan(expected)
        pages = Pages(
            stream, made.sheets, written=written, title=title, author=author, subject=subject,
            creator="forestry-permits", initialFontName=made.font,
        )  # fmt: skip
        pages.build(made.story)
        if expected.holds(pages.counted):
            break
        expected = Expected(pages.counted)
    return stream.getvalue(), pages.counted


def page_number(fonts: Fonts, area: Area = PORTRAIT) -> Decorate:
    """4号, between dashes 一字线, 7 mm below the type area, one character in from the outer edge (7.5)."""
    setter = Setter(fonts, Style(size=SMALL_SIZE, leading=SMALL_SIZE))

    def draw(canvas: Any, page: int) -> None:
        (line,) = setter.lines(f"— {page} —", area.width)
        right = area.left + area.width - SMALL_SIZE - line.width
        x = right if page % 2 else area.left + SMALL_SIZE
        draw_line(canvas, setter, line, (x, area.bottom - 7 * mm - SMALL_SIZE * 0.6), line.width)

    return draw


def running_head(fonts: Fonts, area: Area, left: str, right: str, pages: int) -> Decorate:
    """On annex pages: which paper this sheet belongs to, which annex it is, and which page of how many.

    `left` names the paper in parts with wide blanks between them, its number last: the first are left out where there
    is no room for them.
    """
    style = Style(size=9, leading=9, colour=GREY)
    setter = Setter(fonts, style)
    first: list[int] = []

    def draw(canvas: Any, page: int) -> None:
        first.append(page)
        y = area.bottom + area.height + 4 * mm
        (place,) = setter.lines(f"{right}　第{page - first[0] + 1}页　共{pages}页", FREE)
        draw_line(canvas, setter, place, (area.left + area.width - place.width, y), place.width)
        room = area.width - place.width - 2 * style.size
        said = left
        while BLANK in said and setter.lines(said, FREE)[0].width > room:
            said = said.partition(BLANK)[2]
        small, line = fitted(fonts, style, said, room)
        draw_line(canvas, small, line, (area.left, y), line.width)

    return draw


class Gap(Flowable):
    """Blank lines; unlike a Spacer they also stand at the top of a frame."""

    def __init__(self, lines: float = 1.0) -> None:
        super().__init__()
        self.size = lines * LEADING

    def narrowed(self, share: float) -> Gap:
        """That share of it."""
        return Gap(self.size / LEADING * share)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Full width."""
        return width, self.size

    def draw(self) -> None:
        """Nothing."""


class Centred(Flowable):
    """A title in balanced lines; one of very many lines in smaller type, so that it leaves room on its page."""

    def __init__(self, fonts: Fonts, text: str, style: Style = TITLE) -> None:
        super().__init__()
        self.setter, self.text = Setter(fonts, style), text
        self._lines: list[Line] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Height of its lines."""
        self._lines = self._set(width)
        while self._tall > TALLEST and self.setter.style.size > LEAST_TITLE:
            style = self.setter.style
            smaller = replace(style, size=style.size * 0.9, leading=style.leading * 0.9, tracking=style.tracking * 0.9)
            self.setter = Setter(self.setter.fonts, smaller)
            self._lines = self._set(width)
        self._width = width
        return width, self._tall

    @property
    def _tall(self) -> float:
        return len(self._lines) * self.setter.style.leading

    def _set(self, width: float) -> list[Line]:
        return [line for part in self.text.split("\n") for line in balanced(self.setter, part, width)]

    def draw(self) -> None:
        """Line by line."""
        style = self.setter.style
        y = len(self._lines) * style.leading - (style.leading + style.size * 0.76) / 2
        for line in self._lines:
            draw_line(self.canv, self.setter, line, (0, y), self._width)
            y -= style.leading


class Hanging(Flowable):
    """A marker and text whose further lines stand under the text, such as 附件：1. …"""

    def __init__(self, fonts: Fonts, marker: str, text: str, *, left: float, hang: float) -> None:
        super().__init__()
        self.setter, self.marker, self.text = Setter(fonts, FLUSH), marker, text
        self.left, self.hang = left, hang
        self._lines: list[Line] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Height of the text's lines."""
        self._room = width - self.left - self.hang
        self._lines = self.setter.lines(self.text, self._room)
        return width, len(self._lines) * LEADING

    def draw(self) -> None:
        """The marker beside the first line."""
        y = len(self._lines) * LEADING - (LEADING + SIZE * 0.76) / 2
        (marker,) = self.setter.lines(self.marker, 10_000)
        draw_line(self.canv, self.setter, marker, (self.left + self.hang - marker.width, y), marker.width)
        for line in self._lines:
            draw_line(self.canv, self.setter, line, (self.left + self.hang, y), self._room)
            y -= LEADING


def flowables(fonts: Fonts, blocks: Sequence[Block], area: Area = PORTRAIT, *, spacing: float = 1.0) -> list[Flowable]:
    """The body blocks as flowables for a type area; facts in a grid in that share of their size. Grids of facts that
    follow each other are one form: no gap is between them."""
    out: list[Flowable] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        parts = _block(fonts, block, area, spacing)
        if isinstance(before, KeyValues) and isinstance(block, KeyValues):
            out, parts = out[:-1], parts[1:]
        if isinstance(before, Heading) and isinstance(heading := out[-1], Text) and len(parts) > 1:
            gap, grid, *parts = parts
            out[-1] = LeadIn(heading, (gap, grid))  # a gap between them would leave the heading alone at a page's end
        out += parts
    return out


def _block(fonts: Fonts, block: Block, area: Area, spacing: float) -> list[Flowable]:
    match block:
        case Paragraph():
            return [Text(Setter(fonts, BODY if block.indent else FLUSH), block.text, lead=block.lead)]
        case Heading():
            heading = Text(Setter(fonts, STRONG), block.text)
            heading.keepWithNext = 1
            return [heading]
        case Clauses():
            mark = CLAUSE_MARKS[block.level]
            numbered = enumerate(block.items, block.start)
            return [Text(Setter(fonts, BODY), f"{mark(number)}{item}") for number, item in numbered]
        case KeyValues():
            return [Gap(0.25), facts_grid(fonts, block, area.width, area.height, size=max(12 * spacing, 10)), Gap(0.25)]
        case Table():
            return [Gap(0.25), table_grid(fonts, block, area.width, area.height), Gap(0.25)]


def annex_label(number: int, of: int) -> str:
    """附件 where there is one, 附件1 where there are more."""
    return "附件" if of == 1 else f"附件{number}"


def annex_pages(
    fonts: Fonts, annexes: Sequence[Annex], counted: Counter[str], paper: str
) -> tuple[list[Sheet], list[Flowable]]:
    """Sheets and story of the annexes: each on pages of its own, first its label, then its title (7.3.7)."""
    sheets: list[Sheet] = []
    story: list[Flowable] = []
    for number, annex in enumerate(annexes, 1):
        label, name = annex_label(number, len(annexes)), f"annex{number}"
        area = LANDSCAPE if annex.landscape else PORTRAIT
        head = running_head(fonts, area, paper, label, counted[name])
        sheets.append(Sheet(name, area, [page_number(fonts, area), head]))
        marker = Text(Setter(fonts, Style(size=SIZE, leading=LEADING, bold=True)), label)
        title = Centred(fonts, annex.title, Style(size=18, leading=28, bold=True, align=Align.CENTRE))
        story += [NextPageTemplate(name), PageBreak(), marker, Gap(0.5), title, Gap(0.5)]
        story += flowables(fonts, annex.blocks, area)
    return sheets, story


def draw_verification(
    canvas: Any,
    fonts: Fonts,
    verification: Verification,
    at: tuple[float, float],
    *,
    side: float,
    room: float,
    test: bool,
) -> None:
    """The QR code at `at` and, within `room`, what it is for, the address and the code to compare by eye."""
    x, y = at
    draw_qr(canvas, verification.url, x, y, side)
    setter = Setter(fonts, Style(size=8, leading=11, colour=GREY))
    texts = [f"核验码 {verification.code}", "扫码或者在下列网址核验：", verification.url]
    if test:
        texts.append("印章为测试章，不具有法律效力。")
    lines = [line for text in texts for line in setter.lines(text, max(room - side - 4, 60))]
    top = y + (side + len(lines) * setter.style.leading) / 2 - 8.5
    for number, line in enumerate(lines):
        draw_line(canvas, setter, line, (x + side + 4, top - setter.style.leading * number), line.width)
