"""One cell of a sheet, read as one field of a row: the value, or what is wrong with it in words."""

import re
import unicodedata
from datetime import date, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.errors import Unprintable
from permits.tables.columns import Column, folded, plain
from permits.text.printable import refuse_unprintable, trimmed

Value = str | int | Decimal | bool | None

_NUMBER = re.compile(r"[+-]? ?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]{1,25})?")
_HUGE = re.compile(
    r"[+-]?(?:[0-9]{13,}(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]{2,})"
)  # a number, beyond any that is asked for
_ERRORS = re.compile(
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|GETTING_DATA|#{2,})"
)  # the last is what stands in a CSV for a column that was too narrow
# Binary floats carry noise in the last digits: 0.1 + 0.2. Anything farther off is a digit somebody wrote.
_NOISE = Decimal("1e-9")


class Cell(Struct, frozen=True):
    """What stands in a cell: its value as the file holds it, whether a formula, whether shown in per cent."""

    value: object = None
    formula: bool = False
    percent: bool = False

    @property
    def blank(self) -> bool:
        return not self.formula and (self.value is None or not trimmed(str(self.value)))


class BadCell(ValueError):
    """The cell cannot be read as its column asks; the message says why and is fit to show."""


def read(cell: Cell, column: Column) -> Value:
    """The value of `cell` for `column`; None where it is blank. Raises BadCell.

    Numbers stay exact decimals in the column's unit. A blank cell is no error here: whether the field has to be filled
    in depends on the row.
    """
    if cell.formula:
        raise BadCell(_("This is a formula; write the value itself."))
    if cell.blank:
        return None
    if _ERRORS.fullmatch(str(cell.value).strip()):
        raise BadCell(_("This is an error of the spreadsheet; write the value itself."))
    if isinstance(cell.value, (date, time, timedelta)):
        raise BadCell(_("This is a date or a time; format the cell as text and write the value again."))
    if column.numeric:
        return _number(cell, column)
    if column.choices:
        return _choice(cell, column)
    return clean_text(_as_text(cell.value), column)


def _as_text(value: object) -> str:
    """A number or truth value of a spreadsheet as it was typed: Excel holds 3 as 3.0, and 是 sometimes as TRUE."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    return str(value)


def clean_text(text: str, column: Column) -> str:
    """The text on one line, with half-width digits and letters. Raises BadCell for what cannot be stored."""
    text = " ".join(trimmed("".join(map(_half_width, text))).split())
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise BadCell(_("This holds a character that cannot be stored."))
    try:
        refuse_unprintable(text)
    except Unprintable as problem:
        raise BadCell(str(problem)) from problem
    if len(text) > column.length:
        facts = {"length": len(text), "most": column.length}
        raise BadCell(_("This has %(length)d characters; at most %(most)d are allowed.") % facts)
    return text


def _half_width(char: str) -> str:
    """Full-width digits and letters as half-width ones; Chinese punctuation stays as it was written."""
    plain_char = unicodedata.normalize("NFKC", char)
    return plain_char if "\uff00" < char < "\uff5f" and plain_char.isalnum() else char


def _half_width_sign(char: str) -> str:
    """One full-width digit or sign as a half-width one. Nothing else is changed: ² is no 2, ① no 1."""
    return unicodedata.normalize("NFKC", char) if "\uff00" < char < "\uff5f" else char


def _number(cell: Cell, column: Column) -> Decimal | int:
    """An exact number in the column's unit. Where two readings are possible the sender is asked: at a bare 0.18 in a
    per-cent column, two numbers in one cell, per cent of what is no share. Blanks may group thousands, and nothing
    else."""
    if isinstance(cell.value, bool):
        raise BadCell(_("This is not a number."))
    text = " ".join("".join(map(_half_width_sign, _as_text(cell.value))).split())
    signed = text.endswith("%")
    text = text.removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(text) or (signed and not (column.percent or column.share)):
        facts = {"text": str(cell.value)[:40]}
        if _HUGE.fullmatch(text):
            raise BadCell(
                _("“%(text)s” is too large; allowed is %(allowed)s.") % {**facts, "allowed": column.allowed_said}
            )
        raise BadCell(_("“%(text)s” is not a number; write digits only, without the unit.") % facts)
    number = Decimal(re.sub("[, ]", "", text))
    if column.percent:
        number = _per_cent(number, signed=signed, shown_so=cell.percent)
    elif signed:
        number = number / 100
    return in_range(number, column)


def _per_cent(number: Decimal, *, signed: bool, shown_so: bool) -> Decimal:
    """The number in per cent. Excel holds 18 % as 0.18 with a format, a text cell holds “18%” or plain 18."""
    if shown_so and not signed:
        return number * 100
    if not signed and 0 < number < 1:
        facts = {"share": plain(number), "percent": plain(number * 100)}
        raise BadCell(
            _("Is %(share)s meant as %(percent)s %%? Write %(percent)s, or %(share)s%% with the sign.") % facts
        )
    return number


def in_range(number: Decimal, column: Column) -> Decimal | int:
    """The number within the column's range and decimals, whole columns as int. Raises BadCell."""
    step = Decimal(1).scaleb(-column.places)
    if abs(number) > column.high or number < column.low:
        facts = {"number": plain(number), "allowed": column.allowed_said}
        raise BadCell(_("%(number)s is out of range; allowed is %(allowed)s.") % facts)
    exact = number.quantize(step)
    if abs(exact - number) > _NOISE:
        if column.places == 0:
            raise BadCell(_("%(number)s is not a whole number.") % {"number": plain(number)})
        facts = {"number": plain(number), "places": str(column.places)}
        raise BadCell(_("%(number)s has too many decimals; at most %(places)s are kept.") % facts)
    return exact if column.places else int(exact)


def _choice(cell: Cell, column: Column) -> str | bool:
    """The code of the choice named by its Chinese word, its label, its code or a synonym; flags as bool."""
    text = _as_text(cell.value)
    word = folded(text)
    for ambiguous, candidates in column.ambiguous.items():
        if word == folded(ambiguous):
            facts = {"text": text, "candidates": candidates}
            raise BadCell(_("“%(text)s” can mean several things; write one of: %(candidates)s.") % facts)
    code = column.words.get(word)
    if code is None:
        facts = {"text": text[:40], "allowed": column.allowed_said}
        raise BadCell(_("“%(text)s” is not allowed here; allowed is: %(allowed)s.") % facts)
    return code == "yes" if column.type == "flag" else code
