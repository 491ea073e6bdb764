"""A column of a table: its head, unit, range, choices, source. What a kind asks for in rows is a list of these."""

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Type = Literal["text", "species", "integer", "decimal", "choice", "flag"]
Said = tuple[str, str]  # the field and what is wrong with it


UNITS = {
    "公顷": _("ha"), "立方米": _("m³"), "千克": _("kilograms"), "株": _("stems"), "株/公顷": _("stems per ha"),
    "年": _("years"),
}  # fmt: skip
"""Units that heads write in Chinese, as a reader is told them; the others are signs."""
SPELT = {"公顷": ("hm²", "ha"), "立方米": ("m³",), "株/公顷": ("株/hm²", "株/ha")}
"""The same units as files of others write them: one that is handed in is read all the same."""


def folded(text: str) -> str:
    """The text as heads, choices and keys are compared: half-width, without blanks, in small letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class Choice(Struct, frozen=True):
    """One permitted value: its code, its label (translated), its official Chinese word and what else is read as it."""

    code: str
    label: "str | _StrPromise"
    zh: str
    synonyms: tuple[str, ...] = ()
    contract: str = ""

    @property
    def fact(self) -> str:
        """The value that the rules are given."""
        return self.contract or self.code

    @property
    def inline(self) -> "str | _StrPromise":
        """The label within a sentence: with a small initial, in languages that know small letters."""
        return _inline(self.label)


def _small_first(label: object) -> str:
    text = str(label)
    return text[:1].lower() + text[1:]


_inline = lazy(_small_first, str)


def labels(choices: "Iterable[Choice]") -> "Mapping[str, str | _StrPromise]":
    """What the rules' messages call each value, by the code the rules know; the first of several comes first."""
    return {one.fact: one.inline for one in reversed(tuple(choices))}


def codes(*spans: int | range) -> tuple[str, ...]:
    """Forest-map codes as text: single numbers and ranges, e.g. 240, range(111, 118)."""
    return tuple(str(n) for span in spans for n in (span if isinstance(span, range) else (span,)))


def find(choices: Iterable[Choice], code: str) -> Choice:
    """The choice with this code. KeyError if there is none."""
    for choice in choices:
        if choice.code == code:
            return choice
    raise KeyError(code)


FLAG = (
    Choice("yes", _("Yes"), "是", ("有", "y", "true", "1", "√")),
    Choice("no", _("No"), "否", ("无", "没有", "n", "false", "0", "×")),
)


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros beyond the point: 12.5000 → 12.5, 100 → 100."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class When(Struct, frozen=True):
    """A condition of a field: it applies where another `field` has one of `values`, or with `unless` where it has none
    of them. Declared once; the form shows the field by it, and says it in words where no script runs. Flags are "yes"
    and "no"."""

    field: str
    values: tuple[str, ...]
    unless: bool = False

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether it is met by the fields of a row or of a head; an empty field meets nothing but an `unless`."""
        said = values.get(self.field)
        text = ("yes" if said else "no") if isinstance(said, bool) else str(said or "")
        return (text in self.values) != self.unless


class Column(Struct, frozen=True, dict=True):
    """One field of the row."""

    name: str
    head: str
    """The official Chinese head without its unit."""
    label: "str | _StrPromise"
    source: str
    type: Type = "text"
    unit: str = ""
    asked: bool = True
    """Whether nothing is handed in while the field is empty."""
    sometimes: bool = False
    """Whether it is asked only where other fields of the row make it apply: all of `where`, if it has conditions."""
    where: tuple[When, ...] = ()
    span: tuple[str, str] = ("", "")
    """The lowest and the highest value, in `unit`."""
    places: int = 0
    """How many decimals it has."""
    length: int = 0
    choices: tuple[Choice, ...] = ()
    ambiguous: Mapping[str, str] = {}
    aliases: tuple[str, ...] = ()
    example: str = ""
    fixed: bool = False
    """Always shown with all its decimals, as an area in decisions is."""

    def __post_init__(self) -> None:
        """Raises ValueError for a type that is none, and for what the type needs and the column lacks: told here by the
        column's name, where a field made of it could only fail."""
        if self.type not in get_args(Type):
            raise ValueError(f"column “{self.name}”: the type “{self.type}” is none of {', '.join(get_args(Type))}")
        lacks = "span" if self.numeric else "choices" if self.type in ("choice", "flag") else "length"
        given = all(self.span) if lacks == "span" else getattr(self, lacks)
        if not given:
            raise ValueError(f"column “{self.name}”: a {self.type} needs {lacks}")

    def applies(self, values: Mapping[str, object]) -> bool:
        """Whether the field applies in the row `values`."""
        return all(when.holds(values) for when in self.where)

    @property
    def heading(self) -> str:
        """The head with its unit, as it stands in a table: 面积（公顷）."""
        return f"{self.head}（{self.unit}）" if self.unit else self.head

    @property
    def headings(self) -> tuple[str, ...]:
        """The head, and what else is read as it, as files write it with its unit, the own first."""
        units = (self.unit, *SPELT.get(self.unit, ())) if self.unit else ()
        return (self.heading, *(f"{head}（{unit}）" for head in (self.head, *self.aliases) for unit in units))

    @property
    def unit_said(self) -> str:
        """The unit in the language of the reader."""
        return str(UNITS.get(self.unit, self.unit))

    @property
    def said(self) -> str:
        """The label with its unit, in the language of the reader."""
        return f"{self.label}{_(' (%(text)s)') % {'text': self.unit_said}}" if self.unit else str(self.label)

    @property
    def duty(self) -> str:
        """Whether it must be filled in, in the words of the template."""
        return "必填" if self.asked else "视情况填写" if self.sometimes else "选填"

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "decimal")

    @property
    def percent(self) -> bool:
        """Held in per cent: a cell of 0.18 is questioned, not read as 0.18 %."""
        return self.unit == "%"

    @property
    def share(self) -> bool:
        """A part of one, as canopy closure 郁闭度: 85% is 0.85."""
        return self.unit == "0–1"

    @property
    def low(self) -> Decimal:
        return Decimal(self.span[0])

    @property
    def high(self) -> Decimal:
        return Decimal(self.span[1])

    @property
    def allowed(self) -> str:
        """What may be written, in the official words: the choices, the range with its unit, or the length."""
        return self._allowed(self.unit, f"不超过{self.length}字")

    @property
    def allowed_said(self) -> str:
        """The same as a reader is told it; choices stay in the official words, by which files name them."""
        return self._allowed(self.unit_said, str(_("%(count)d characters at most") % {"count": self.length}))

    def _allowed(self, unit: str, length: str) -> str:
        if self.choices:
            return "、".join(choice.zh for choice in self.choices)
        if self.numeric:
            return f"{self.span[0]}–{self.span[1]}" + (f" {unit}" if unit and not self.share else "")
        return length

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Every word read as a choice of the column, folded, with the code it stands for."""
        words: dict[str, str] = {}
        for choice in self.choices:
            for word in (choice.code, choice.zh, *choice.synonyms):
                words.setdefault(folded(word), choice.code)
        return words

    def written(self, value: object) -> str:
        """The value as it is typed or stands in a file, so that it is read as the same value again: a bare 0.5 in a
        per-cent column would be questioned (cells.py)."""
        text = self.display(value, official=True)
        return f"{text}%" if self.under_one_per_cent(value) else text

    def under_one_per_cent(self, value: object) -> bool:
        """Whether it is less than one per cent: without the sign nobody could tell it from a share of one."""
        return self.percent and isinstance(value, Decimal) and 0 < value < 1

    def display(self, value: object, *, official: bool = False) -> str:
        """The value as a reader sees it: choices by label (or Chinese word), flags as yes/no.

        An empty value gives "". KeyError for a code that does not exist.
        """
        if value is None or value == "":
            return ""
        if self.type == "flag":
            value = "yes" if value else "no"
        if self.choices:
            choice = find(self.choices, str(value))
            return choice.zh if official else str(choice.label)
        return plain(value) if isinstance(value, Decimal) else str(value)
