"""The sheet of an application 申请书: title, facts in grids, tables on pages of their own, who stated it and when."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, NextPageTemplate, PageBreak

from permits.documents.content import Align, Block, Form, Heading, Paragraph, Table
from permits.documents.paper import (
    GREY,
    LEADING,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SIZE,
    TITLE,
    Area,
    Centred,
    Decorate,
    Gap,
    Plan,
    Sheet,
    flowables,
    typeset,
)
from permits.documents.typeset import Setter, Style, Text, draw_line
from permits.text.fonts import Fonts, load

SIDE, ABOVE, BELOW = 22 * mm, 22 * mm, 22 * mm
UPRIGHT = Area(left=SIDE, bottom=BELOW, width=PAGE_WIDTH - 2 * SIDE, height=PAGE_HEIGHT - ABOVE - BELOW)
ACROSS = Area(left=SIDE, bottom=BELOW, width=PAGE_HEIGHT - 2 * SIDE, height=PAGE_WIDTH - ABOVE - BELOW, landscape=True)
SPACING = 0.9  # of the type in grids of facts
FOLLOWS = 62 * mm  # of room below a heading: two rows of what it stands over, which a table keeps together
FEW = 12  # rows of a table that goes to the next page whole rather than leave one or two behind
HEADING = Style(size=13, leading=20, bold=True)
PLAIN = Style(size=12, leading=20)


def render_form(form: Form) -> bytes:
    """The form as a PDF; the same form gives the same bytes.

    A character that no font can print is told by a mark in its place, and keeps nothing back: no organ issues this
    paper, and what was handed in is the submission, not its picture.
    """
    fonts = load()
    form = fonts.shown_throughout(form)

    def plan(_counted: Counter[str]) -> Plan:
        areas = (("upright", UPRIGHT), ("across", ACROSS))
        sheets = [Sheet(name, area, [_foot(fonts, area, form.foot)]) for name, area in areas]
        return Plan(sheets, _story(form, fonts), fonts.default)

    return typeset(plan, title=form.title, author=form.applicant, subject=form.foot)[0]


def _story(form: Form, fonts: Fonts) -> list[Flowable]:
    """Body and statement upright, then the tables, so that the statement stands where a reader looks for it."""
    story: list[Flowable] = [Centred(fonts, form.title, TITLE), Gap(0.3)]
    for block in form.blocks:
        story += _block(block, fonts)
    said = (form.statement, f"申请人：{form.applicant}" if form.applicant else "", *form.signed)
    truth = [Text(Setter(fonts, PLAIN), line) for line in said if line]
    story.append(KeepTogether([Gap(0.4), *truth]))
    for annex in form.annexes:
        name, area = ("across", ACROSS) if annex.landscape else ("upright", UPRIGHT)
        heading = Style(size=SIZE, leading=LEADING, bold=True, align=Align.CENTRE)
        story += [NextPageTemplate(name), PageBreak(), Centred(fonts, annex.title, heading), Gap(0.2)]
        for one in annex.blocks:
            parts = flowables(fonts, [one], area)
            story += [KeepTogether(parts)] if isinstance(one, Table) and len(one.rows) <= FEW else parts
    return [*story, End(fonts)]


def _block(block: Block, fonts: Fonts) -> list[Flowable]:
    """Headings and text closer and smaller than in a letter: a form is filled, and not read aloud."""
    if isinstance(block, Heading):
        return [CondPageBreak(FOLLOWS), Gap(0.2), Text(Setter(fonts, HEADING), block.text)]
    if isinstance(block, Paragraph):
        return [Text(Setter(fonts, PLAIN), block.text)]
    return flowables(fonts, [block], UPRIGHT, spacing=SPACING)


class End(Flowable):
    """That nothing follows, and how many pages there are: told at the end, because who begins does not know it yet and
    would have to set everything twice."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__()
        self.setter = Setter(fonts, Style(size=9, leading=20, colour=GREY))

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """One line."""
        self._width = width
        return width, self.setter.style.leading

    def draw(self) -> None:
        """In the middle."""
        (line,) = self.setter.lines(f"（全文完，共{self.canv.getPageNumber()}页）", self._width)
        draw_line(self.canv, self.setter, line, ((self._width - line.width) / 2, 6), line.width)


def _foot(fonts: Fonts, area: Area, said: str) -> Decorate:
    """Which submission this is, and which page."""
    setter = Setter(fonts, Style(size=8, leading=10, colour=GREY))

    def draw(canvas: Any, page: int) -> None:
        y = area.bottom - 9 * mm
        for number, line in enumerate(setter.lines(said, area.width)):
            draw_line(canvas, setter, line, (area.left, y - number * setter.style.leading), line.width)
        (place,) = setter.lines(f"第{page}页", 10_000)
        draw_line(canvas, setter, place, (area.left + area.width - place.width, y), place.width)

    return draw
