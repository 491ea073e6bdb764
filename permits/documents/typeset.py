"""Setting Chinese text in lines: where a line may break, what may not begin or end one, and how it is filled.

Chinese has no spaces, so a line may break between any two Chinese characters; Latin words, numbers and dates written
in digits stay whole. Some marks may not begin a line (，。」 …) and some may not end one (（《“ …): 避头尾.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from reportlab.platypus import Flowable

from permits.documents.content import Align
from permits.text.fonts import Fonts, clean

NO_START = frozenset("，。、；：？！）》〉」』】〕〗｝’”…—～·％‰℃°,.;:?!)]}%")
NO_END = frozenset("（《〈「『【〔〖｛‘“￥＄([{#")
WORD = re.compile(
    r"[0-9A-Za-z\u00c0-\u024f\u0370-\u03ff]+(?:[-.,:/_@#&=?%+~'][0-9A-Za-z\u00c0-\u024f]+)*"
    r"(?:%|(?<=[0-9])(?:年度?|月|日|号|条|款|项|个|份|件|元|亩|株|米|次))?"  # a figure stays with its measure
)
ATOM = re.compile(f"{WORD.pattern}|.", re.DOTALL)
SHRINK = 0.012  # of the type size, per gap: what a justified line may be tightened by
FREE = 10_000.0
"""A width on which any name stands in one line."""
STRETCH = 0.16  # of the type size, per gap: beyond that a line is left short instead of pulled apart


class Style(Struct, frozen=True):
    """Type size and leading in points; `tracking` is added after every character."""

    size: float
    leading: float
    bold: bool = False
    tracking: float = 0.0
    align: Align = Align.LEFT
    justify: bool = False
    indent: float = 0.0  # of a paragraph's first line, in points
    turned: bool = False  # a line feed turns the line, and begins no paragraph
    colour: tuple[float, float, float] = (0, 0, 0)


class Run(Struct, frozen=True):
    """Characters of one weight."""

    text: str
    bold: bool


class Line(Struct, frozen=True):
    """One set line: its runs, the width they take without extra tracking, whether it ends a paragraph, and by how many
    points it is indented: where it begins one."""

    runs: tuple[Run, ...]
    width: float
    last: bool
    indent: float = 0.0

    @property
    def count(self) -> int:
        """How many characters the line has."""
        return sum(len(run.text) for run in self.runs)


def pieces(text: str) -> Iterator[str]:
    """The text in parts that are never divided: words and numbers, and characters with the marks that cling to them."""
    held = ""
    for part in ATOM.findall(text):
        if held and (part[0] in NO_START or held[-1] in NO_END or _pair(held, part)):
            held += part
            continue
        if held:
            yield held
        held = part
    if held:
        yield held


def _pair(held: str, part: str) -> bool:
    """Dashes and dots come in twos (——, ……) and a two-part mark is not divided."""
    return held[-1] == part[0] and part in {"—", "…"}


class Setter:
    """Breaks text of one style into lines of a given width."""

    def __init__(self, fonts: Fonts, style: Style) -> None:
        self.fonts, self.style = fonts, style

    def lines(self, text: str, width: float, *, lead: str = "") -> list[Line]:
        """The lines of a text; a line feed begins a new paragraph. `lead` is set bold before the text."""
        out: list[Line] = []
        for number, paragraph in enumerate(clean(text).split("\n")):
            runs = [Run(clean(lead), True)] if lead and number == 0 else []
            indent = 0.0 if number and self.style.turned else self.style.indent
            out += self._paragraph([*runs, Run(paragraph, self.style.bold)], width, indent)
        return out

    def _paragraph(self, runs: list[Run], width: float, indent: float) -> list[Line]:
        lines: list[Line] = []
        current: list[Run] = []
        used, room = 0.0, width - indent
        for piece, wide in self._sized(runs, width):
            if current and used + wide > room and used + wide > room + self._give(current):
                lines.append(_line(current, used, indent, last=False))
                current, used, room, indent = [], 0.0, width, 0.0
                if piece.text == " ":
                    continue
            current.append(piece)
            used += wide
        lines.append(_line(current, used, indent, last=True))
        return lines

    def _sized(self, runs: list[Run], width: float) -> Iterator[tuple[Run, float]]:
        """Pieces with their widths; one wider than a whole line is divided between characters."""
        for run in runs:
            for text in pieces(run.text):
                wide = self._width(text, run.bold)
                if wide <= width - self.style.indent:
                    yield Run(text, run.bold), wide
                    continue
                for char in text:
                    yield Run(char, run.bold), self._width(char, run.bold)

    def _width(self, text: str, bold: bool) -> float:
        return self.fonts.width(text, self.style.size, bold=bold) + self.style.tracking * len(text)

    def _give(self, runs: list[Run]) -> float:
        """How far a line may be tightened: only justified text is."""
        return SHRINK * self.style.size * sum(len(run.text) for run in runs) if self.style.justify else 0.01


def _line(pieces_: list[Run], used: float, indent: float, *, last: bool) -> Line:
    joined: list[Run] = []
    for piece in pieces_:
        if joined and joined[-1].bold == piece.bold:
            joined[-1] = Run(joined[-1].text + piece.text, piece.bold)
        else:
            joined.append(piece)
    return Line(tuple(joined), used, last, indent)


def balanced(setter: Setter, text: str, width: float) -> list[Line]:
    """The lines of a title, each about as long: no last line of two characters (GB/T 9704-2012 7.3.1)."""
    lines = setter.lines(text, width)
    if len(lines) == 1:
        return lines
    least = width
    while least > width * 0.5 and len(setter.lines(text, least)) == len(lines):
        lines, least = setter.lines(text, least), least - setter.style.size / 2
    return lines


def fitted(fonts: Fonts, style: Style, text: str, width: float) -> tuple[Setter, Line]:
    """The text on one line, and what sets it: in smaller type where it would be wider than `width`."""
    setter = Setter(fonts, style)
    (line,) = setter.lines(text, FREE)
    if line.width <= width:
        return setter, line
    share = width / line.width
    setter = Setter(fonts, replace(style, size=style.size * share, tracking=style.tracking * share))
    (line,) = setter.lines(text, FREE)
    return setter, line


def draw_line(canvas: Any, setter: Setter, line: Line, at: tuple[float, float], width: float) -> None:
    """Draw one line, its baseline beginning at `at`, aligned or filled within the width."""
    x, y = at
    style = setter.style
    tracking, slack = style.tracking, width - line.width
    if style.justify and line.count > 1 and (not line.last or slack < 0):
        fill = slack / (line.count - 1)
        tracking += fill if fill < STRETCH * style.size else 0.0
    x += {Align.LEFT: 0.0, Align.CENTRE: slack / 2, Align.RIGHT: slack}[style.align]
    text = canvas.beginText(x, y)
    text.setFillColorRGB(*style.colour)
    text.setCharSpace(tracking)
    for run in line.runs:
        for face, chars in _faces(setter.fonts, run):
            text.setFont(face, style.size)
            text.textOut(chars)
    text.setCharSpace(0)
    canvas.drawText(text)


def _faces(fonts: Fonts, run: Run) -> Iterator[tuple[str, str]]:
    """The run in stretches of one font: a character from a fallback font changes it."""
    held, chars = "", ""
    for char in run.text:
        face = fonts.face(char, bold=run.bold) or ""
        if face != held and chars:
            yield held, chars
            chars = ""
        held, chars = face, chars + char
    if chars:
        yield held, chars


class Text(Flowable):
    """A paragraph that breaks over pages between lines."""

    def __init__(self, setter: Setter, text: str, *, lead: str = "", lines: list[Line] | None = None) -> None:
        super().__init__()
        self.setter, self.text, self.lead = setter, text, lead
        self._given, self._lines = lines, lines or []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Lines for this width."""
        if self._given is None:
            self._lines = self.setter.lines(self.text, width, lead=self.lead)
        self._width = width
        return width, len(self._lines) * self.setter.style.leading

    def split(self, width: float, height: float) -> list[Flowable]:
        """The lines that fit, and the rest."""
        self.wrap(width, height)
        fit = int((height + 0.01) / self.setter.style.leading)
        if fit <= 0:
            return []
        if fit >= len(self._lines):
            return [self]
        return [*self.cut(fit)]

    def cut(self, fit: int) -> tuple[Text, Text]:
        """Two flowables: the first `fit` lines and the others."""
        return Text(self.setter, "", lines=self._lines[:fit]), Text(self.setter, "", lines=self._lines[fit:])

    def narrowed(self, share: float) -> Text:
        """The same with that share of its line spacing."""
        style = replace(self.setter.style, leading=self.setter.style.leading * share)
        return Text(Setter(self.setter.fonts, style), self.text, lead=self.lead)

    @property
    def line_count(self) -> int:
        """Lines at the width last wrapped to."""
        return len(self._lines)

    def draw(self) -> None:
        """Each line centred in its leading."""
        style = self.setter.style
        y = len(self._lines) * style.leading - (style.leading + style.size * 0.76) / 2
        for line in self._lines:
            draw_line(self.canv, self.setter, line, (line.indent, y), self._width - line.indent)
            y -= style.leading


class LeadIn(Flowable):
    """A text that announces a list with a colon, and the list's beginning: on one page stand its last line and the
    first of the list.

    `first` is what follows up to the first part of the list, which may break where it itself can: gaps, then it.
    """

    def __init__(self, text: Text, first: Sequence[Flowable]) -> None:
        super().__init__()
        self.text, self.first = text, list(first)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Of all together."""
        self._sizes: list[float] = []
        for part in (self.text, *self.first):
            self._sizes.append(part.wrap(width, height - sum(self._sizes))[1])
        return width, sum(self._sizes)

    def split(self, width: float, height: float) -> list[Flowable]:
        """The text and what fits of the list; where nothing does, the text's last line goes on with the list."""
        tall = self.wrap(width, height)[1]
        *gaps, first = self.first
        room = height - (tall - self._sizes[-1])
        parts = [first] if tall <= height else first.split(width, room) if room > 0 else []
        if parts:
            return [self.text, *gaps, *parts]
        fit = min(int((height + 0.01) / self.text.setter.style.leading), self.text.line_count - 1)
        if fit < 1:
            return []
        head, rest = self.text.cut(fit)
        return [head, LeadIn(rest, self.first)]

    def draw(self) -> None:
        """From the top down."""
        y = sum(self._sizes)
        for part, size in zip((self.text, *self.first), self._sizes, strict=True):
            y -= size
            part.drawOn(self.canv, 0, y)
