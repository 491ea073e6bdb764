"""Certificates 证 and letters of consent 同意书: a framed sheet with title, number, holder, facts and conditions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from .closing import Signature, close, note
from .content import Align, Certificate
from .fonts import Fonts, load
from .letter import UNVERIFIED
from .paper import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Area,
    Centred,
    Decorate,
    Gap,
    Plan,
    Sheet,
    annex_pages,
    draw_verification,
    flowables,
    page_number,
    typeset,
)
from .tables import facts_grid
from .typeset import Setter, Style, Text

EDGE = 16 * mm  # from the paper's edge to the frame
INNER = Area(left=30 * mm, bottom=27 * mm, width=PAGE_WIDTH - 60 * mm, height=PAGE_HEIGHT - 57 * mm)
FRAME_INK = (0.62, 0.09, 0.09)
QR_SIDE = 27 * mm
NAME = Style(size=18, leading=28, bold=True, align=Align.CENTRE, tracking=2)
TITLE = Style(size=30, leading=48, bold=True, align=Align.CENTRE, tracking=2.5, colour=(0.72, 0.05, 0.05))
SMALL = Style(size=13, leading=22, justify=True, indent=26)
BESIDE = Style(size=13, leading=20, align=Align.CENTRE)


def render_certificate(certificate: Certificate, fonts: Fonts | None = None) -> bytes:
    """The certificate as a PDF; the same certificate gives the same bytes. Raises MissingGlyphs like the letters."""
    fonts = fonts or load()
    fonts.require(certificate)

    def plan(counted: Counter[str]) -> Plan:
        paper = f"{certificate.agency}　{certificate.title}　{certificate.number}"
        sheets, annexes = annex_pages(fonts, certificate.annexes, counted, paper)
        marks: list[Decorate] = [_frame]
        if counted["certificate"] + len(sheets) > 1:
            marks.append(page_number(fonts, Area(bottom=INNER.bottom + 4 * mm)))
        return Plan(
            [Sheet("certificate", INNER, marks), *sheets], [*_body(certificate, fonts), *annexes], fonts.default
        )

    return typeset(plan, title=certificate.title, author=certificate.agency, subject=str(certificate.number))


def _frame(canvas: Any, _page: int) -> None:
    """A double frame."""
    canvas.setStrokeColorRGB(*FRAME_INK)
    for inset, thick in ((0.0, 2.2), (1.6 * mm, 0.6)):
        canvas.setLineWidth(thick)
        edge = EDGE + inset
        canvas.rect(edge, edge, PAGE_WIDTH - 2 * edge, PAGE_HEIGHT - 2 * edge)


def _body(certificate: Certificate, fonts: Fonts) -> list[Flowable]:
    number = f"编号：{certificate.number}{'' if certificate.number.verified else UNVERIFIED}"
    story: list[Flowable] = [
        Centred(fonts, certificate.agency, NAME),
        Centred(fonts, certificate.title, TITLE),
        Centred(fonts, number, BESIDE),
        Gap(0.4),
    ]
    if certificate.holder:
        story.append(Text(Setter(fonts, Style(size=14, leading=24, bold=True)), f"{certificate.holder}："))
    story += [Text(Setter(fonts, SMALL), certificate.statement), Gap(0.3)]
    story += [facts_grid(fonts, certificate.facts, INNER.width, INNER.height, size=11.5), Gap(0.3)]
    story += flowables(fonts, certificate.blocks, INNER)
    story += [Text(Setter(fonts, SMALL), text) for text in _clauses(certificate)]
    kept: list[Flowable] = [Sealing(certificate, fonts)]
    if certificate.note:
        kept.append(note(fonts, certificate.note))
    return close(story, kept)


def _clauses(certificate: Certificate) -> list[str]:
    texts = [f"{number}. {text}" for number, text in enumerate(certificate.conditions, 1)]
    for number, annex in enumerate(certificate.annexes, 1):
        label = "附件" if len(certificate.annexes) == 1 else f"附件{number}"
        texts.append(f"{label}：{annex.title}")
    return [*texts, f"有效期：{certificate.validity}"] if certificate.validity else texts


class Sealing(Signature):
    """The signature with the QR code at the left of the same block."""

    def __init__(self, certificate: Certificate, fonts: Fonts) -> None:
        super().__init__(fonts, certificate.agency, certificate.date, sealed=True, test=certificate.test_seal)
        self.certificate = certificate

    def draw(self) -> None:
        """Signature and seal at the right, the means of checking at the left."""
        super().draw()
        y = (self._tall - QR_SIDE) / 2
        draw_verification(
            self.canv, self.fonts, self.certificate.verification, 0, y,
            side=QR_SIDE, test=self.test, room=self._width * 0.54,
        )  # fmt: skip
