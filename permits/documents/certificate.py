"""Certificates 证 and letters of consent 同意书: a framed sheet with title, number, holder, facts and conditions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from permits.documents.content import Align, Certificate
from permits.documents.forms.titles import in_lines
from permits.documents.letter import UNVERIFIED
from permits.documents.paper import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Area,
    Centred,
    Decorate,
    Gap,
    Plan,
    Sheet,
    annex_pages,
    flowables,
    page_number,
    typeset,
)
from permits.documents.signature_block import Signature, close, note
from permits.documents.tables import facts_grid
from permits.documents.typeset import Setter, Style, Text
from permits.text.fonts import Fonts, load

EDGE = 16 * mm  # from the paper's edge to the frame
INNER = Area(left=30 * mm, bottom=31 * mm, width=PAGE_WIDTH - 60 * mm, height=PAGE_HEIGHT - 57 * mm)
SIZES = (12.0, 11.0, 10.0, 9.0)  # of the type in the grid; the text below it is a little larger
FRAME_INK = (0.62, 0.09, 0.09)
NAME = Style(size=18, leading=28, bold=True, align=Align.CENTRE, tracking=2)
TITLE = Style(size=30, leading=48, bold=True, align=Align.CENTRE, tracking=2.5, colour=(0.72, 0.05, 0.05))
LINE = int(INNER.width / (TITLE.size + TITLE.tracking))  # characters of a title
BESIDE = Style(size=13, leading=20, align=Align.CENTRE)


def render_certificate(certificate: Certificate, fonts: Fonts | None = None) -> bytes:
    """The certificate as a PDF; the same certificate gives the same bytes. Raises MissingGlyphs like the letters.

    Set in the largest type that brings it on one sheet, annexes apart; in the smallest where it needs more.
    """
    fonts = fonts or load()
    fonts.require(certificate)
    for size in SIZES:
        pdf, pages = _typeset(certificate, fonts, size)
        if pages["certificate"] == 1:
            break
    return pdf


def _typeset(certificate: Certificate, fonts: Fonts, size: float) -> tuple[bytes, Counter[str]]:
    def plan(counted: Counter[str]) -> Plan:
        paper = f"{certificate.agency}　{certificate.title}　{certificate.number}"
        sheets, annexes = annex_pages(fonts, certificate.annexes, counted, paper)
        marks: list[Decorate] = [_frame]
        if sheets or counted["certificate"] > 1:
            marks.append(page_number(fonts, INNER))
        front = Sheet("certificate", INNER, marks)
        return Plan([front, *sheets], [*_body(certificate, fonts, size), *annexes], fonts.default)

    return typeset(plan, title=certificate.title, author=certificate.agency, subject=str(certificate.number))


def _frame(canvas: Any, _page: int) -> None:
    """A double frame."""
    canvas.setStrokeColorRGB(*FRAME_INK)
    for inset, thick in ((0.0, 2.2), (1.6 * mm, 0.6)):
        canvas.setLineWidth(thick)
        edge = EDGE + inset
        canvas.rect(edge, edge, PAGE_WIDTH - 2 * edge, PAGE_HEIGHT - 2 * edge)


def _body(certificate: Certificate, fonts: Fonts, size: float) -> list[Flowable]:
    number = f"编号：{certificate.number}{'' if certificate.number.verified else UNVERIFIED}"
    text = Style(size=size + 1.5, leading=size * 1.9, justify=True, indent=2 * (size + 1.5))
    story: list[Flowable] = [
        Centred(fonts, certificate.agency, NAME),
        Centred(fonts, in_lines(certificate.title, before="（", line=LINE), TITLE),
        Centred(fonts, number, BESIDE),
        Gap(0.4),
    ]
    if certificate.holder:
        story.append(Text(Setter(fonts, Style(size=14, leading=24, bold=True)), f"{certificate.holder}："))
    story += [Text(Setter(fonts, text), certificate.statement), Gap(0.3)]
    story += [facts_grid(fonts, certificate.facts, INNER.width, INNER.height, size=size), Gap(0.3)]
    story += flowables(fonts, certificate.blocks, INNER)
    story += [Text(Setter(fonts, text), clause) for clause in _clauses(certificate)]
    sign = Signature(
        fonts, certificate.agency, certificate.date, verification=certificate.verification, sealed=certificate.sealed,
        test=certificate.test_seal,
    )  # fmt: skip
    kept: list[Flowable] = [Gap(0.3), sign]
    if certificate.note:
        kept.append(note(fonts, certificate.note))
    return close(story, kept)


def _clauses(certificate: Certificate) -> list[str]:
    texts = [f"{number}. {text}" for number, text in enumerate(certificate.conditions, 1)]
    for number, annex in enumerate(certificate.annexes, 1):
        label = "附件" if len(certificate.annexes) == 1 else f"附件{number}"
        texts.append(f"{label}：{annex.title}")
    return [*texts, f"有效期：{certificate.validity}"] if certificate.validity else texts
