"""The end of a paper: signature, date and seal that never stand on a page alone, and the foot with its copies 版记."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from .content import Verification, chinese_date
from .fonts import Fonts
from .marks import SEAL_DIAMETER, draw_seal
from .paper import CELL, FLUSH, LEADING, SIZE, SMALL_SIZE, draw_verification
from .typeset import Line, Setter, Style, Text, draw_line

KEPT_LINES = 2  # of the text that go with the signature to a new page


class Signature(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Who signs, centred over the date; the date four characters in from the right; the seal over both (7.3.5.1)."""

    def __init__(self, fonts: Fonts, name: str, day: date, *, sealed: bool, test: bool) -> None:
        super().__init__()
        self.fonts, self.name, self.day = fonts, name, day
        self.sealed, self.test = sealed, test
        self.setter = Setter(fonts, Style(size=SIZE, leading=LEADING, tracking=CELL - SIZE))

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Tall enough for the seal, whose top stands within a line of the text above."""
        self._width = width
        self._tall = SEAL_DIAMETER + 14 if self.sealed else 3 * LEADING
        return width, self._tall

    def draw(self) -> None:
        """Seal first, so that name and date stay legible over it."""
        (day,) = self.setter.lines(chinese_date(self.day), 10_000)
        (name,) = self.setter.lines(self.name, 10_000)
        centre = self._width - 4 * CELL - day.width / 2
        middle = self._tall / 2
        if self.sealed:
            draw_seal(self.canv, self.fonts, self.name, centre, middle, test=self.test)
        left = min(centre - name.width / 2, self._width - name.width)
        self._put(name, left, middle + LEADING / 2)
        self._put(day, centre - day.width / 2, middle - LEADING / 2)

    def _put(self, line: Line, x: float, middle: float) -> None:
        draw_line(self.canv, self.setter, line, (x, middle - SIZE * 0.38), line.width)


class Closing(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The last paragraph with all that must stand on its page: list of annexes, signature, note."""

    def __init__(self, text: Text, kept: Sequence[Flowable]) -> None:
        super().__init__()
        self.text, self.kept = text, list(kept)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Of all together."""
        self._sizes = [part.wrap(width, height)[1] for part in (self.text, *self.kept)]
        return width, sum(self._sizes)

    def split(self, width: float, height: float) -> list[Flowable]:
        """The first lines of the paragraph here; its last two, and all the rest, on the next page."""
        if self.wrap(width, height)[1] <= height:
            return [self]
        fit = min(int(height / self.text.setter.style.leading), self.text.line_count - KEPT_LINES)
        if fit < 1:
            return []
        head, rest = self.text.cut(fit)
        return [head, Closing(rest, self.kept)] if isinstance(rest, Text) else []

    def draw(self) -> None:
        """From the top down."""
        y = sum(self._sizes)
        for part, size in zip((self.text, *self.kept), self._sizes, strict=True):
            y -= size
            part.drawOn(self.canv, 0, y)


class Foot(Flowable):  # type: ignore[misc]  # reportlab has no types
    """At the bottom of the last page: the QR code, then between thick lines the copies 抄送 and the issue (7.4)."""

    SIDE = 24 * mm

    def __init__(
        self, fonts: Fonts, verification: Verification, *, copies: Sequence[str], issued: str, day: date, test: bool,
        ruled: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.fonts, self.verification, self.test, self.ruled = fonts, verification, test, ruled
        self.copies, self.issued, self.day = copies, issued, day
        self.setter = Setter(fonts, Style(size=SMALL_SIZE, leading=22))

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As tall as what is left of the page, so that it stands at the bottom."""
        self._width, label = width, self.setter.fonts.width("抄送：", SMALL_SIZE)
        self._label = label
        room = width - 2 * SMALL_SIZE - label
        self._copies = self.setter.lines("，".join(self.copies) + "。", room) if self.copies else []
        rows = len(self._copies) + (1 if self.ruled else 0)
        self._needed = self.SIDE + 2 * mm + rows * 22 + (8 if rows else 0)
        return width, max(self._needed, height if height < 10_000 else 0)

    def draw(self) -> None:
        """Upwards from the bottom line."""
        y = 0.0
        if self.ruled:
            self._rule(y, 1.0)
            y = self._issue(y)
        if self._copies:
            if self.ruled:
                self._rule(y, 0.7)
            y = self._copied(y)
        if self.ruled:
            self._rule(y, 1.0)
        draw_verification(
            self.canv, self.fonts, self.verification, 0, y + 2 * mm, side=self.SIDE, test=self.test, room=self._width
        )

    def _issue(self, y: float) -> float:
        (name,) = self.setter.lines(self.issued, 10_000)
        (day,) = self.setter.lines(f"{chinese_date(self.day)}印发", 10_000)
        self._put(name, SMALL_SIZE, y)
        self._put(day, self._width - SMALL_SIZE - day.width, y)
        return y + 24

    def _copied(self, y: float) -> float:
        for line in reversed(self._copies):
            self._put(line, SMALL_SIZE + self._label, y)
            y += 22
        (label,) = self.setter.lines("抄送：", 10_000)
        self._put(label, SMALL_SIZE, y - 22)
        return y + 2

    def _put(self, line: Line, x: float, y: float) -> None:
        draw_line(self.canv, self.setter, line, (x, y + 7), line.width)

    def _rule(self, y: float, thick: float) -> None:
        self.canv.setLineWidth(thick)
        self.canv.setStrokeGray(0)
        self.canv.line(0, y, self._width, y)


def close(story: list[Flowable], kept: Sequence[Flowable]) -> list[Flowable]:
    """The story with its last paragraph tied to what must stand on the same page."""
    if story and isinstance(story[-1], Text):
        return [*story[:-1], Closing(story[-1], kept)]
    return [*story, *kept]


def note(fonts: Fonts, text: str) -> Any:
    """附注: in brackets, two characters in (7.3.6)."""
    return Text(
        Setter(fonts, Style(size=SIZE, leading=LEADING, tracking=FLUSH.tracking, indent=2 * CELL)), f"（{text}）"
    )
