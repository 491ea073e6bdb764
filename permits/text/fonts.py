"""The embedded typefaces, and the promise that no character is ever printed as a blank box.

Body and heads are set in Noto Serif SC (a Song face, SIL OFL 1.1, from its npm package as static TrueType): the
standard's 仿宋, 小标宋 and 黑体 are not free to embed. Its character map is asked for every character before the first
line is set. What it lacks is looked up in the fallback files, in their order; what those lack too is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import asdict, replace
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from permits.errors import FontMissing, MissingGlyphs

REGULAR_FILE = "NotoSerifSC_400Regular.ttf"
BOLD_FILE = "NotoSerifSC_700Bold.ttf"
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\r"))  # mean nothing on paper
GETA = "〓"  # stands, in Chinese type, for a character the fount lacks
BEYOND = re.compile(r"<([0-9A-F]{5,6})>")  # in a table of code points: one beyond the basic plane
BLANKS = {ord("\t"): " ", ord("\u00a0"): " ", ord("\u2002"): " ", ord("\u2003"): "\u3000"}


def clean(text: str) -> str:
    """The text as it is set: without invisible characters, with plain blanks. Line feeds stay."""
    return text.translate(INVISIBLE).translate(BLANKS)


class Glyphs:
    """The outlines of a font, cut out where they lie: the library copies all 14 MB to cut out those of one paper."""

    def __init__(self, font: bytes, at: int) -> None:
        self._font, self._at = font, at

    def __getitem__(self, part: slice) -> bytes:
        """The outline that lies there in the table."""
        return self._font[self._at + part.start : self._at + part.stop]


class Face(TTFont):
    """An embedded font whose text can be searched and copied beyond U+FFFF too.

    The library writes such code points plainly into the table that readers copy from; the format wants UTF-16.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        face, copied = self.face, self.face.get_table

        def get_table(tag: str) -> bytes | Glyphs:
            return Glyphs(face._ttf_data, face.get_table_pos(tag)[0]) if tag == "glyf" else copied(tag)

        face.get_table = get_table

    def addObjects(self, document: Any) -> None:
        """The library's objects, with that table put right."""
        super().addObjects(document)
        for name, made in document.idToObject.items():
            if str(name).startswith("toUnicodeCMap:"):
                made.content = BEYOND.sub(_in_utf16, made.content)


def _in_utf16(entry: re.Match[str]) -> str:
    return f"<{chr(int(entry[1], 16)).encode('utf-16-be').hex().upper()}>"


class Fonts:
    """One family in two weights, with fallback files for characters it lacks."""

    def __init__(self, regular: Path, bold: Path, fallbacks: Sequence[Path] = ()) -> None:
        self._regular = [_register(path) for path in (regular, *fallbacks)]
        self._bold = [_register(path) for path in (bold, *fallbacks)]
        self._faces: dict[tuple[str, bool], str | None] = {}
        self._widths: tuple[dict[str, float], dict[str, float]] = {}, {}  # of the regular weight, of the bold one

    @property
    def default(self) -> str:
        """The registered name of the regular weight."""
        return str(self._regular[0].fontName)

    def face(self, char: str, *, bold: bool = False) -> str | None:
        """The registered name of the first font that has the character; None if none has it."""
        key = (char, bold)
        if key not in self._faces:
            having = (font for font in (self._bold if bold else self._regular) if ord(char) in font.face.charToGlyph)
            self._faces[key] = next((str(font.fontName) for font in having), None)
        return self._faces[key]

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width in points, each character in the font that has it. MissingGlyphs if none has."""
        known = self._widths[bold]
        total = 0.0
        for char in text:
            wide = known.get(char)
            total += self._measured(char, bold) if wide is None else wide
        return total * size / 1000

    def _measured(self, char: str, bold: bool) -> float:
        """Width of a character not met before, in thousandths of the type size."""
        face = self.face(char, bold=bold)
        if face is None:
            raise MissingGlyphs([char])
        wide = self._widths[bold][char] = float(pdfmetrics.stringWidth(char, face, 1000))
        return wide

    def missing(self, *texts: str) -> list[str]:
        """Characters of the texts that could not be printed in both weights, each once, in order of appearance."""
        seen = dict.fromkeys(char for text in texts for char in clean(text) if char != "\n")
        return [char for char in seen if not (self.face(char) and self.face(char, bold=True))]

    def shown(self, text: str) -> str:
        """The text with GETA in the place of each character that cannot be printed, for names nobody chose to print."""
        for char in self.missing(text):
            text = text.replace(char, GETA)
        return text

    def shown_throughout(self, content: Any) -> Any:
        """The same content (structures, tuples, strings) with every text `shown`."""
        if isinstance(content, str):
            return self.shown(content)
        if isinstance(content, tuple):
            return tuple(self.shown_throughout(item) for item in content)
        if isinstance(content, Struct):
            parts = asdict(content).items()
            return replace(content, **{name: self.shown_throughout(part) for name, part in parts})
        return content

    def require(self, content: object) -> None:
        """Raise MissingGlyphs unless every text inside the content (structures, tuples, strings) can be printed."""
        if missing := self.missing(*texts_of(content)):
            raise MissingGlyphs(missing)


def texts_of(content: object) -> Iterator[str]:
    """Every string inside nested structures and sequences, in order."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Struct):
        for part in asdict(content).values():
            yield from texts_of(part)
    elif isinstance(content, tuple | list):
        for item in content:
            yield from texts_of(item)


def load(font_dir: str | Path | None = None, fallbacks: Sequence[str | Path] | None = None) -> Fonts:
    """The fonts of a folder, searched to its depth; without one, of the settings FONT_DIR and FONT_FALLBACKS.

    Raises FontMissing naming the file that was not found.
    """
    if font_dir is None:
        from django.conf import settings

        font_dir = settings.FONT_DIR
        fallbacks = getattr(settings, "FONT_FALLBACKS", ()) if fallbacks is None else fallbacks
    return _load(Path(font_dir), tuple(Path(path) for path in fallbacks or ()))


@lru_cache(maxsize=4)
def _load(font_dir: Path, fallbacks: tuple[Path, ...]) -> Fonts:
    return Fonts(_find(font_dir, REGULAR_FILE), _find(font_dir, BOLD_FILE), fallbacks)


def _find(font_dir: Path, name: str) -> Path:
    found = sorted(font_dir.rglob(name)) if font_dir.is_dir() else []
    if not found:
        told = _("%(file)s is not under %(folder)s: install the front-end packages, or set FONT_DIR.")
        raise FontMissing(told % {"file": name, "folder": font_dir})
    return found[0]


def _register(path: Path) -> Any:
    """Register under the file's own name: the same file always has the same name, so the same bytes come out."""
    try:
        return pdfmetrics.getFont(path.stem)
    except KeyError:
        pass
    try:
        font = Face(path.stem, str(path))
    except (TTFError, OSError) as error:
        told = _("%(file)s cannot be embedded: %(problem)s")
        raise FontMissing(told % {"file": path.name, "problem": error}) from error
    pdfmetrics.registerFont(font)
    return font
