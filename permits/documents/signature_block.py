"""The end of a paper: signature, date and seal that never stand on a page alone, and the foot with its copies 版记."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from permits.documents.content import Verification, chinese_date
from permits.documents.marks import SEAL_DIAMETER, draw_seal
from permits.documents.paper import CELL, FLUSH, HEIGHT, LEADING, SIZE, SMALL_SIZE, WIDTH, draw_verification
from permits.documents.typeset import FREE, Line, Setter, Style, Text, balanced, draw_line, fitted
from permits.text.fonts import Fonts

KEPT_LINES = 2  # of the text that go with the signature to a new page
FORMULA = 8  # characters of a closing formula such as 特此通知。, which takes lines of the paragraph before along
NAME_CELLS = 15  # a longer name is signed in two lines
QR_SIDE = 25 * mm
ROW = 25.0  # of the foot, in points


class Signature(Flowable):
    """Who signs, centred over the date; the date four characters in from the right; the seal over both (7.3.5.1).

    At the left of the same block stands the QR code: the means of checking is never on another page than the seal.
    """

    def __init__(
        self, fonts: Fonts, name: str, day: date, *, verification: Verification, sealed: bool, test: bool
    ) -> None:
        super().__init__()
        self.fonts, self.name, self.day, self.verification = fonts, name, day, verification
        self.sealed, self.test = sealed, test
        self.setter = Setter(fonts, Style(size=SIZE, leading=LEADING, tracking=CELL - SIZE))

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Tall enough for the seal, whose top stands within a line of the text above."""
        self._width = width
        self._tall = SEAL_DIAMETER + 14 if self.sealed else max(3 * LEADING, QR_SIDE + 8)
        return width, self._tall

    def draw(self) -> None:
        """Seal first, so that name and date stay legible over it."""
        (day,) = self.setter.lines(chinese_date(self.day), 10_000)
        names = balanced(self.setter, self.name, NAME_CELLS * CELL)
        centre = self._width - 4 * CELL - day.width / 2
        middle = self._tall / 2
        if self.sealed:
            draw_seal(self.canv, self.fonts, self.name, centre, middle, test=self.test)
        lefts = [min(centre - line.width / 2, self._width - line.width) for line in names]
        for number, (line, left) in enumerate(zip(reversed(names), reversed(lefts), strict=True)):
            self._put(line, left, middle + LEADING * (number + 0.5))
        self._put(day, centre - day.width / 2, middle - LEADING / 2)
        if not self.verification.url:
            return
        room = min(*lefts, centre - SEAL_DIAMETER / 2) - 10
        draw_verification(
            self.canv, self.fonts, self.verification, (0, (self._tall - QR_SIDE) / 2), side=QR_SIDE, room=room,
            test=self.test and self.sealed,
        )  # fmt: skip

    def _put(self, line: Line, x: float, middle: float) -> None:
        draw_line(self.canv, self.setter, line, (x, middle - SIZE * 0.38), line.width)


class Foot(Flowable):
    """版记 at the bottom of the last page: between thick lines the copies 抄送, who issued it and when (7.4)."""

    def __init__(self, fonts: Fonts, *, copies: Sequence[str], issued: str, day: date) -> None:
        super().__init__()
        self.copies, self.issued, self.day = copies, issued, day
        self.setter = Setter(fonts, Style(size=SMALL_SIZE, leading=22))
        self.label = fonts.width("抄送：", SMALL_SIZE)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As tall as what is left of the page, so that it stands at the bottom."""
        return width, max(self.need(width), height)

    def need(self, width: float) -> float:
        """Its own height."""
        self._width = width
        room = width - 2 * SMALL_SIZE - self.label
        self._copies = self.setter.lines("，".join(self.copies) + "。", room) if self.copies else []
        return float(ROW + (len(self._copies) * 22 + 4 if self._copies else 0) + LEADING / 2)

    def draw(self) -> None:
        """Upwards from the bottom line."""
        self._rule(0, 1.0)
        (day,) = self.setter.lines(f"{chinese_date(self.day)}印发", FREE)
        room = self._width - 3 * SMALL_SIZE - day.width
        setter, name = fitted(self.setter.fonts, self.setter.style, self.issued, room)
        draw_line(self.canv, setter, name, (SMALL_SIZE, 7), name.width)
        self._put(day, self._width - SMALL_SIZE - day.width, 0)
        y = ROW
        if self._copies:
            self._rule(y, 0.7)
            y = self._copied(y + 2)
        self._rule(y, 1.0)

    def _copied(self, y: float) -> float:
        for line in reversed(self._copies):
            self._put(line, SMALL_SIZE + self.label, y)
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


class Closing(Flowable):
    """The last paragraph with all that must stand on its page: list of annexes, signature, note, foot."""

    def __init__(self, text: Text, kept: Sequence[Flowable], foot: Foot | None = None) -> None:
        super().__init__()
        self.text, self.kept, self.foot = text, list(kept), foot

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Of all together; with a foot, down to the bottom of the page."""
        self._sizes = [part.wrap(width, height)[1] for part in (self.text, *self.kept)]
        self._tall = sum(self._sizes)
        if self.foot:
            self._tall = max(self._tall + self.foot.need(width), height)
        return width, self._tall

    def split(self, width: float, height: float) -> list[Flowable]:
        """The first lines of the paragraph here; its last two, and all the rest, on the next page."""
        if self.wrap(width, height)[1] <= height:
            return [self]
        fit = min(int(height / self.text.setter.style.leading), self.text.line_count - KEPT_LINES)
        if fit < 1:
            return []
        head, rest = self.text.cut(fit)
        return [head, Closing(rest, self.kept, self.foot)]

    def draw(self) -> None:
        """From the top down; the foot from the bottom."""
        y = self._tall
        for part, size in zip((self.text, *self.kept), self._sizes, strict=True):
            y -= size
            part.drawOn(self.canv, 0, y)
        if self.foot:
            self.foot.drawOn(self.canv, 0, 0)


def close(story: list[Flowable], kept: Sequence[Flowable], foot: Foot | None = None) -> list[Flowable]:
    """The story with its last paragraph tied to what must stand on the same page; a note so long that no page holds all
    of it goes on by itself, and the foot after it."""
    foot_tall = foot.need(WIDTH) if foot else 0.0
    tall = KEPT_LINES * LEADING + sum(part.wrap(WIDTH, HEIGHT)[1] for part in kept) + foot_tall
    if tall > HEIGHT and isinstance(kept[-1], Text):
        return [*close(story, kept[:-1]), kept[-1], *([foot] if foot else [])]
    texts = [part for part in story[-2:] if isinstance(part, Text)]
    if len(texts) == 2 and len(texts[1].text) <= FORMULA:
        return [*story[:-2], Closing(texts[0], [texts[1], *kept], foot)]
    if story and isinstance(story[-1], Text):
        return [*story[:-1], Closing(story[-1], kept, foot)]
    return [*story, *kept, *([foot] if foot else [])]


def note(fonts: Fonts, text: str) -> Text:
    """附注: in brackets, two characters in (7.3.6); one that takes two lines breaks before its last part."""
    setter = Setter(fonts, Style(size=SIZE, leading=LEADING, tracking=FLUSH.tracking, indent=2 * CELL, turned=True))
    if len(setter.lines(f"（{text}）", WIDTH)) > 1:
        text = "；\n".join(text.rsplit("；", 1))
    return Text(setter, f"（{text}）")
