"""Readers of plain values: each gives the value it was made for, or writes down what is wrong and where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permits.rules.base import Message, Text

Problem = tuple[str, Message]
NOT_A_FIELD: Final = _("is not a field here")


class Problems(list[Problem]):
    """Everything wrong with a case, each with its path."""

    def note(self, path: str, template: Text, **facts: Any) -> None:
        """Write a problem down."""
        self.append((path, Message(template, facts)))


Reader = Callable[[object, str, Problems], Any]
Fields = Mapping[str, Reader]


def text(value: object, path: str, problems: Problems) -> str:
    """A text that is not empty and can be written down again."""
    if not isinstance(value, str):
        problems.note(path, _("must be a text, not %(type)s"), type=_type(value))
    elif not value.strip():
        problems.note(path, _("must not be empty"))
    elif any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        problems.note(path, _("contains a control character"))
    else:
        return value.strip()
    return ""


def flag(value: object, path: str, problems: Problems) -> bool:
    """true or false, nothing else."""
    if not isinstance(value, bool):
        problems.note(path, _("must be true or false, not %(type)s"), type=_type(value))
        return False
    return value


def choice(*allowed: str) -> Reader:
    """One of the texts `allowed`."""

    def read(value: object, path: str, problems: Problems) -> str:
        if not isinstance(value, str):
            problems.note(path, _("must be a text, not %(type)s"), type=_type(value))
        elif value not in allowed:
            problems.note(
                path, _("“%(value)s” is not one of: %(allowed)s"), value=shown(value), allowed=", ".join(allowed)
            )
        else:
            return value
        return allowed[0]

    return read


PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def number(least: str, most: str, *, places: int, above: bool = False) -> Reader:
    """A number written as text or number, from `least` (or above it) to `most`, with at most `places` decimals."""

    def read(value: object, path: str, problems: Problems) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            problems.note(path, _("must be a number, not %(type)s"), type=_type(value))
            return Decimal(least)
        written = (
            value
            if isinstance(value, str)
            else format(Decimal(repr(value) if isinstance(value, float) else value), "f")
        )
        if not PLAIN.fullmatch(written):
            problems.note(path, _("“%(value)s” is not a plain decimal number"), value=shown(written))
            return Decimal(least)
        given = Decimal(written)
        if not Decimal(least) <= given <= Decimal(most) or (above and given == Decimal(least)):
            template = (
                _("%(value)s is not above %(least)s and at most %(most)s")
                if above
                else _("%(value)s is not between %(least)s and %(most)s")
            )
            problems.note(path, template, value=given, least=least, most=most)
        elif given != round(given, places):
            problems.note(path, _("%(value)s has more than %(places)s decimals"), value=given, places=places)
        return given

    return read


def day(value: object, path: str, problems: Problems) -> date:
    """A date, as YYYY-MM-DD or as a date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        problems.note(path, _("must be a date (YYYY-MM-DD), not %(type)s"), type=_type(value))
        return date.min
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        problems.note(path, _("“%(value)s” is not a date of the form YYYY-MM-DD"), value=shown(value))
        return date.min
    try:
        return date.fromisoformat(value)
    except ValueError:
        problems.note(path, _("“%(value)s” is not a day of the calendar"), value=value)
        return date.min


def many(reader: Reader, *, least: int = 0) -> Reader:
    """A list of at least `least` things."""

    def read(value: object, path: str, problems: Problems) -> list[Any]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            problems.note(path, _("must be a list, not %(type)s"), type=_type(value))
            return []
        if len(value) < least:
            problems.note(path, _("must hold at least %(least)s entry"), least=least)
        return [reader(one, f"{path}[{index}]", problems) for index, one in enumerate(value)]

    return read


def record(fields: Fields | Callable[[Mapping[str, Any]], Fields], *, optional: Fields | None = None) -> Reader:
    """A mapping with exactly `fields`, which may depend on the mapping; `optional` ones may be left out."""

    def read(value: object, path: str, problems: Problems) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            problems.note(path, _("must be a mapping of fields, not %(type)s"), type=_type(value))
            return {}
        wanted = fields(value) if callable(fields) else fields
        allowed = {**wanted, **(optional or {})}
        here = f"{path}." if path else ""
        for key in wanted:
            if key not in value:
                problems.note(f"{here}{key}", _("is missing"))
        for key in value:
            if key not in allowed:
                problems.note(f"{here}{shown(key)}", NOT_A_FIELD)
        return {key: reader(value[key], f"{here}{key}", problems) for key, reader in allowed.items() if key in value}

    return read


def shown(value: object) -> str:
    """What was written, short, and safe to print."""
    return str(value)[:60].encode("utf-8", "backslashreplace").decode()


def _type(value: object) -> Text:
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("true or false")
    if isinstance(value, int | float | Decimal):
        return _("a number")
    if isinstance(value, str):
        return _("a text")
    if isinstance(value, date):
        return _("a date")
    return _("a mapping") if isinstance(value, Mapping) else _("a list")
