"""What a paper holds, as plain values: no model, no layout. The same content always gives the same bytes."""

from __future__ import annotations

import enum
import re
import string
from datetime import date
from typing import Final

from msgspec import Struct, field


class Align(enum.Enum):
    """How a table column is set."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Number(Struct, frozen=True, kw_only=True):
    """A document number 发文字号, such as 京绿审〔2026〕12号 (GB/T 9704-2012: hexagonal brackets, no leading zeros).

    `verified` is False where the agency code was not read in any source; the paper then says 代字待核.
    """

    prefix: str
    year: int
    serial: int
    verified: bool = True

    def __str__(self) -> str:
        """The number as printed; in a preview without the serial, which is 0 there; nothing without a prefix."""
        if not self.prefix:
            return ""
        return f"{self.prefix}〔{self.year}〕{self.serial or '　'}号"


HALF_WIDTH: Final = {0xFEE0 + ord(sign): sign for sign in f"{string.digits}{string.ascii_letters}-"}
YEAR: Final = re.compile(r"[\[［【(（〔﹝〖]([0-9]{4})[\]］】)）〕﹞〗]")
REMARK: Final = re.compile(r"[(（](代字待核|agencycodetobeconfirmed)[)）]")


def as_printed(number: str) -> str:
    """A number of a paper or a case as it is printed, 京绿审〔2026〕12号, however it was typed: other brackets, wide
    signs, blanks, the remark on the agency code. The remark alone is no number, and stays what it is: nothing would be
    found in every number."""
    text = "".join(number.translate(HALF_WIDTH).split())
    return YEAR.sub(r"〔\1〕", REMARK.sub("", text) or text)


class Verification(Struct, frozen=True, kw_only=True):
    """Where anyone can check the paper: the address in the QR code, and a code to compare by eye; none in a preview."""

    url: str
    code: str


class Paragraph(Struct, frozen=True, kw_only=True):
    """Running text. `lead` is a few bold words before it; `indent` is the first line's two characters."""

    text: str
    lead: str = ""
    indent: bool = True


class Heading(Struct, frozen=True, kw_only=True):
    """A first-level heading 一、…, kept with what follows."""

    text: str


class Clauses(Struct, frozen=True, kw_only=True):
    """Numbered clauses. Level 1 counts 一、, level 2 （一）, level 3 1. as GB/T 9704-2012 7.3.3 orders them."""

    items: tuple[str, ...]
    level: int = 1
    start: int = 1


class KeyValues(Struct, frozen=True, kw_only=True):
    """Facts in a ruled grid, one or two pairs in a row."""

    pairs: tuple[tuple[str, str], ...]
    per_row: int = 1


class Column(Struct, frozen=True, kw_only=True):
    """A table column: its head and its share of the width (relative to the other columns)."""

    head: str
    weight: float = 1.0
    align: Align = Align.CENTRE


class Table(Struct, frozen=True, kw_only=True):
    """A ruled table. Breaks over pages between rows, with its heads repeated; the totals row is never left alone.

    Every row has as many cells as there are columns; ValueError otherwise.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    caption: str = ""
    unit: str = ""  # such as 单位：公顷, set over the right edge

    def __post_init__(self) -> None:
        """Refuse ragged rows: a missing cell would shift every value after it under the wrong head."""
        for number, row in enumerate((*self.rows, self.totals or tuple("" for _ in self.columns)), 1):
            if len(row) != len(self.columns):
                raise ValueError(f"table row {number} has {len(row)} cells for {len(self.columns)} columns")


NO_NUMBER = Number(prefix="", year=0, serial=0)
NOWHERE = Verification(url="", code="")
"""Of a paper that is not issued: a preview, a form to be filled in by hand."""
Block = Paragraph | Heading | Clauses | KeyValues | Table


class Annex(Struct, frozen=True, kw_only=True):
    """An attachment 附件, on pages of its own. A wide table asks for landscape."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


class Head(enum.Enum):
    """Which of the standard's heads a letter bears."""

    DOCUMENT = "document"  # 文件格式: red agency name, number and red line below it (7.2)
    LETTER = "letter"  # 信函格式: red agency name over red double lines, number at the right (10.1)


class Letter(Struct, frozen=True, kw_only=True):
    """An official letter 公文.

    `agency` is the issuing organ in full; `signatory` signs where another name signs (default: the agency).
    `sealed` draws the seal; `test_seal` prints 测试章 inside it and says so in words.
    """

    agency: str
    number: Number
    title: str
    addressee: str
    blocks: tuple[Block, ...]
    date: date
    verification: Verification
    annexes: tuple[Annex, ...] = ()
    signatory: str = ""
    copies: tuple[str, ...] = ()  # 抄送
    note: str = ""  # 附注, printed in brackets under the date
    head: Head = Head.DOCUMENT
    sealed: bool = True
    test_seal: bool = True


class Certificate(Struct, frozen=True, kw_only=True):
    """A certificate 证 or letter of consent 同意书: title, number, holder, facts, conditions, seal."""

    agency: str
    number: Number
    title: str
    statement: str
    facts: KeyValues
    date: date
    verification: Verification
    holder: str = ""
    conditions: tuple[str, ...] = ()
    validity: str = ""
    annexes: tuple[Annex, ...] = ()
    note: str = ""
    sealed: bool = True
    test_seal: bool = True
    blocks: tuple[Block, ...] = field(default=())


class Asked(Struct, frozen=True, kw_only=True):
    """What an application asks for: what is said once, and its tables, which are annexes."""

    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()


class Form(Struct, frozen=True, kw_only=True):
    """An application 申请书: the applicant's own, so without an organ's head, number and seal.

    `statement` is what the applicant answers for, `signed` line by line who stated it and when; `foot` says on every
    page which submission of which case this is.
    """

    title: str
    applicant: str
    blocks: tuple[Block, ...]
    statement: str
    annexes: tuple[Annex, ...] = ()
    signed: tuple[str, ...] = ()
    foot: str = ""


Paper = Letter | Certificate


def chinese_date(day: date) -> str:
    """A date as GB/T 9704-2012 7.3.5.4 writes it: Arabic numerals, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
