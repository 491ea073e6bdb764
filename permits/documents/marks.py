"""The drawn marks of a paper: the round seal with its star, and the QR code as a single path."""

from __future__ import annotations

import functools
import math
from typing import Any

import segno
from reportlab.lib.units import mm

from permits.errors import MissingGlyphs
from permits.text.fonts import Fonts

RED = (0.84, 0.06, 0.06)
SEAL_DIAMETER = 42 * mm  # 国发〔1999〕25号: not above 4.5 cm for bodies below the government, with a star
TEST_LABEL = "测试章"


def draw_seal(canvas: Any, fonts: Fonts, name: str, x: float, y: float, *, test: bool) -> None:
    """The agency's round seal centred at (x, y): ring, name along the upper arc, star, and 测试章 if it is a test seal.

    Drawn before the text it lies under, so that the signature stays legible.
    """
    radius = SEAL_DIAMETER / 2
    canvas.saveState()
    canvas.setStrokeColorRGB(*RED)
    canvas.setFillColorRGB(*RED)
    canvas.setLineWidth(1.1 * mm)
    canvas.circle(x, y, radius - 0.6 * mm, stroke=1, fill=0)
    _star(canvas, x, y, radius * 0.29)
    _arc_name(canvas, fonts, name, (x, y), radius)
    if test:
        _centred(canvas, fonts, TEST_LABEL, (x, y - radius * 0.62), 12)
    canvas.restoreState()


def _star(canvas: Any, x: float, y: float, radius: float) -> None:
    inner = radius * math.sin(math.pi / 10) / math.sin(3 * math.pi / 10)
    path = canvas.beginPath()
    for corner in range(10):
        length = inner if corner % 2 else radius
        angle = math.pi / 2 + corner * math.pi / 5
        move = path.lineTo if corner else path.moveTo
        move(x + length * math.cos(angle), y + length * math.sin(angle))
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _arc_name(canvas: Any, fonts: Fonts, name: str, at: tuple[float, float], radius: float) -> None:
    """The name read clockwise along the upper arc; the more characters, the wider the arc and the smaller the type."""
    sweep = math.radians(min(250, 19 * max(len(name), 2)))
    step = sweep / max(len(name) - 1, 1)
    size = min(17.0, 0.96 * step * (radius * 0.74))
    for place, char in enumerate(name):
        turn = sweep / 2 - place * step
        canvas.saveState()
        canvas.translate(*at)
        canvas.rotate(math.degrees(turn))
        canvas.translate(0, radius * 0.86 - size)
        canvas.scale(1, 1.18)  # seals are cut in tall, narrow Song type
        _centred(canvas, fonts, char, (0, 0), size)
        canvas.restoreState()


def _centred(canvas: Any, fonts: Fonts, text: str, at: tuple[float, float], size: float) -> None:
    x, y = at
    x -= fonts.width(text, size, bold=True) / 2
    for char in text:
        face = fonts.face(char, bold=True)
        if face is None:
            raise MissingGlyphs([char])
        canvas.setFont(face, size)
        canvas.drawString(x, y, char)
        x += fonts.width(char, size, bold=True)


def draw_qr(canvas: Any, text: str, x: float, y: float, side: float) -> None:
    """A QR code (level M, with its quiet zone) in the square whose lower left corner is (x, y).

    One path for all modules, runs of a row joined: small, and without hairlines between the modules.
    """
    rows = qr_rows(text)
    unit = side / (len(rows) + 8)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        top = y + side - (4 + number) * unit
        for start, length in _runs(row):
            path.rect(x + (4 + start) * unit, top - unit, length * unit, unit)
    canvas.saveState()
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


@functools.lru_cache(maxsize=1)
def qr_rows(text: str) -> tuple[bytes, ...]:
    """The modules of the code, row by row. The last is kept: a paper may be set more than once to fit its pages."""
    return tuple(map(bytes, segno.make(text, error="m", micro=False, boost_error=False).matrix))


def _runs(row: bytes) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
