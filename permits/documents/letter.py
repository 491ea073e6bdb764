"""Official letters (GB/T 9704-2012): 文件格式, red name over a red line; 信函格式, between red double lines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, NextPageTemplate

from permits.documents.content import Head, Letter
from permits.documents.paper import (
    BOTTOM,
    CELL,
    FLUSH,
    LEADING,
    LEFT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PORTRAIT,
    RED_INK,
    SIZE,
    TOP,
    WIDTH,
    Area,
    Centred,
    Decorate,
    Gap,
    Hanging,
    Plan,
    Sheet,
    annex_label,
    annex_pages,
    flowables,
    page_number,
    typeset,
)
from permits.documents.signature_block import Foot, Signature, close, note
from permits.documents.typeset import LeadIn, Setter, Style, Text, draw_line, fitted
from permits.text.fonts import Fonts, load

UNVERIFIED = "（代字待核）"
NAME_TOP = {Head.DOCUMENT: TOP + 35 * mm, Head.LETTER: 30 * mm}  # upper edge of the red name below the paper's edge
SPACINGS = (1.0, 0.94, 0.88, 0.82, 0.77)
LONGEST = 3  # pages of a body; to a longer one a page more or less is nothing
LARGEST = {Head.DOCUMENT: 48.0, Head.LETTER: 38.0}


def render_letter(letter: Letter, fonts: Fonts | None = None) -> bytes:
    """The letter as a PDF; the same letter gives the same bytes.

    Its lines stand closer where that saves the body a page: the standard lets them, so that the signature finds room
    (GB/T 9704-2012 7.3.5.4). Raises MissingGlyphs, before anything is set, for characters no configured font can print.
    """
    fonts = fonts or load()
    fonts.require(letter)
    pdf, usual = _typeset(letter, fonts, SPACINGS[0])
    if 1 < usual <= LONGEST and _typeset(letter, fonts, SPACINGS[-1], written=False)[1] < usual:
        closer = (_typeset(letter, fonts, spacing) for spacing in SPACINGS[1:])
        return next(pdf for pdf, pages in closer if pages < usual)
    return pdf


def _typeset(letter: Letter, fonts: Fonts, spacing: float, *, written: bool = True) -> tuple[bytes, int]:
    """The PDF with that share of the line spacing, and the pages its body takes."""

    def plan(counted: Counter[str]) -> Plan:
        foot = _foot(letter, fonts)
        sheets, annexes = annex_pages(fonts, letter.annexes, counted, f"{letter.agency}　{letter.number}")
        story = _body(letter, fonts, None if letter.annexes else foot, spacing) + annexes
        # The annexes stand before the foot, which closes the last page (7.3.7, 7.4.1); where a table across the page
        # leaves it no room there, it has a page of its own, and that is an upright one.
        if letter.annexes and foot:
            story += [NextPageTemplate("last"), foot]
        later, last = (Sheet(name, PORTRAIT, [page_number(fonts)]) for name in ("later", "last"))
        return Plan([_first(letter, fonts), later, *sheets, last], story, fonts.default)

    title = letter.title.replace("\n", "")
    pdf, pages = typeset(plan, title=title, author=letter.agency, subject=str(letter.number), written=written)
    return pdf, pages["first"] + pages["later"]


def _foot(letter: Letter, fonts: Fonts) -> Foot | None:
    """信函格式 has no foot but the copies, and our letters of that form have none (10.1)."""
    if letter.head is Head.LETTER:
        return None
    return Foot(fonts, copies=letter.copies, issued=letter.agency, day=letter.date)


def _first(letter: Letter, fonts: Fonts) -> Sheet:
    """The first page: its head is drawn, and the text begins below it."""
    name = f"{letter.agency}文件" if letter.head is Head.DOCUMENT else letter.agency
    size = min(LARGEST[letter.head], WIDTH / max(len(name), 1) * 0.98)
    top = PAGE_HEIGHT - NAME_TOP[letter.head] - size
    if letter.head is Head.DOCUMENT:
        start, head = top - 3 * LEADING - 4 * mm, _document_head(letter, fonts, name, size, top)
        decorate = [head, page_number(fonts)]
    else:
        start, head = top - 4 * mm - SIZE * 7 / 8 - LEADING, _letter_head(letter, fonts, name, size, top)
        decorate = [head]  # 10.1: the first page of this form bears no number
    sheet = Sheet("first", Area(height=start - BOTTOM), decorate)
    sheet.autoNextPageTemplate = "later"
    return sheet


def _name(canvas: Any, fonts: Fonts, name: str, size: float, y: float) -> None:
    setter = Setter(fonts, Style(size=size, leading=size, bold=True, colour=RED_INK))
    (line,) = setter.lines(name, 10_000)
    spare = max(0.0, WIDTH * 0.94 - line.width) / max(len(name) - 1, 1)
    wide = Setter(fonts, Style(size=size, leading=size, bold=True, colour=RED_INK, tracking=min(spare, size * 0.28)))
    (line,) = wide.lines(name, 10_000)
    width = line.width - wide.style.tracking
    draw_line(canvas, wide, line, (LEFT + (WIDTH - width) / 2, y + size * 0.14), line.width)


def _numbered(letter: Letter) -> str:
    return f"{letter.number}{'' if letter.number.verified else UNVERIFIED}"


def _document_head(letter: Letter, fonts: Fonts, name: str, size: float, y: float) -> Decorate:
    """Two lines below the name the number, centred; 4 mm below it the red line as wide as the type area (7.2)."""
    setter, number = fitted(fonts, FLUSH, _numbered(letter), WIDTH)

    def draw(canvas: Any, _page: int) -> None:
        _name(canvas, fonts, name, size, y)
        base = y - 3 * LEADING + SIZE * 0.2
        draw_line(canvas, setter, number, (LEFT + (WIDTH - number.width) / 2, base), number.width)
        canvas.setStrokeColorRGB(*RED_INK)
        canvas.setLineWidth(1.6)
        canvas.line(LEFT, y - 3 * LEADING - 4 * mm, LEFT + WIDTH, y - 3 * LEADING - 4 * mm)

    return draw


def _letter_head(letter: Letter, fonts: Fonts, name: str, size: float, y: float) -> Decorate:
    """Red double lines of 170 mm under the name and 20 mm above the paper's edge; the number at the right (10.1)."""
    setter, number = fitted(fonts, FLUSH, _numbered(letter), WIDTH)
    left, right = (PAGE_WIDTH - 170 * mm) / 2, (PAGE_WIDTH + 170 * mm) / 2

    def rule(canvas: Any, height: float, thick: float) -> None:
        canvas.setLineWidth(thick)
        canvas.line(left, height, right, height)

    def draw(canvas: Any, _page: int) -> None:
        _name(canvas, fonts, name, size, y)
        canvas.setStrokeColorRGB(*RED_INK)
        rule(canvas, y - 4 * mm, 2.2)
        rule(canvas, y - 4 * mm - 2.6, 0.7)
        rule(canvas, 20 * mm + 2.6, 0.7)
        rule(canvas, 20 * mm, 2.2)
        base = y - 4 * mm - SIZE * 7 / 8 - SIZE
        draw_line(canvas, setter, number, (LEFT + WIDTH - number.width, base), number.width)

    return draw


def _body(letter: Letter, fonts: Fonts, foot: Foot | None, spacing: float) -> list[Flowable]:
    """Title, addressee, text, list of annexes, signature and date, note; text and tables with `spacing`."""
    gap = 2 if letter.head is Head.DOCUMENT else 1
    story: list[Flowable] = [Gap(gap), Centred(fonts, letter.title), Gap(1)]
    if letter.addressee:
        story.append(Text(Setter(fonts, FLUSH), f"{letter.addressee}："))
    story += flowables(fonts, letter.blocks, spacing=spacing)
    story = [part.narrowed(spacing) if isinstance(part, Text | Gap) else part for part in story]
    kept = _annex_list(letter, fonts)
    signatory = letter.signatory or letter.agency
    kept.append(
        Signature(
            fonts, signatory, letter.date, verification=letter.verification, sealed=letter.sealed, test=letter.test_seal
        )
    )
    if letter.note:
        kept.append(note(fonts, letter.note).narrowed(spacing))
    return _announced(close(story, kept, foot))


def _announced(story: list[Flowable]) -> list[Flowable]:
    """The story with each text that ends with a colon tied to the beginning of what it announces."""
    out: list[Flowable] = []
    for part in reversed(story):
        if out and isinstance(part, Text) and part.text.endswith("："):
            begun = 1 + next((at for at, after in enumerate(out) if not isinstance(after, Gap)), len(out) - 1)
            out = [LeadIn(part, out[:begun]), *out[begun:]]
        else:
            out.insert(0, part)
    return out


def _annex_list(letter: Letter, fonts: Fonts) -> list[Flowable]:
    """附件说明: a blank line, then 附件： two characters in, numbered where there are more than one (7.3.4)."""
    out: list[Flowable] = [Gap(1)] if letter.annexes else []
    for number, annex in enumerate(letter.annexes, 1):
        label = "附件：" if number == 1 else ""
        marker = label if len(letter.annexes) == 1 else f"{label}{number}. "
        hang = (3 if len(letter.annexes) == 1 else 4.2) * CELL
        out.append(Hanging(fonts, marker, annex.title.replace("\n", ""), left=2 * CELL, hang=hang))
    return out


__all__ = ["UNVERIFIED", "annex_label", "render_letter"]
