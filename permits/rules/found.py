"""What an organ may find 认定 in a case beside what the applicant declared: which fields, and how a value is put there.

A field is named by its path in a case file: `tenure`, `project.class`, `parcels[2].zone` (rows from 0, as the problems
of a case name them), `documents.defence_proof` for whether a material is there and proves what it must.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.rules.reading import PLAIN

Label = str | Promise
Type = Literal["text", "number", "flag", "choice", "day"]
DOCUMENTS: Final = "documents"
STEP: Final = re.compile(r"([a-z_0-9]+)((?:\[\d{1,4}\])*)")
YES, NO = "yes", "no"


class Determinable(Struct, frozen=True, kw_only=True):
    """One field that can be found otherwise than declared."""

    path: str
    label: Label
    place: str = ""
    """The name of the row in which it stands; empty for the case as a whole."""
    type: Type = "text"
    choices: tuple[tuple[str, Label], ...] = ()
    """Code and label of each value that it can have, where they are a closed list."""
    in_case: bool = True
    """Whether it is a fact of the rules; else only the kind asks for it."""
    organs_own: bool = False
    """Whether only organs know it: the applicant is never asked."""

    @property
    def options(self) -> tuple[tuple[str, Label], ...]:
        """The closed list of values as codes and labels; empty where the value is written."""
        return ((YES, _("Yes")), (NO, _("No"))) if self.type == "flag" else self.choices

    @property
    def name(self) -> str:
        """The field and where it stands."""
        return f"{self.place} · {self.label}" if self.place else str(self.label)

    def told(self, value: Any) -> str:
        """A value as a reader sees it; empty for none."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if self.type == "day":
            try:
                return date_format(date.fromisoformat(str(value)))
            except ValueError:  # a record of what was once let pass is read as it is
                return str(value)
        return str(dict(self.options).get(str(value), value))

    def plain(self, written: str) -> Any:
        """What was chosen or written, as a case file holds it. ValueError for a value outside the closed list.

        Whether a number or a day is possible is said by the reader of the case.
        """
        if self.options and written not in dict(self.options):
            raise ValueError(written)
        return written == YES if self.type == "flag" else written


def amount(written: object) -> Decimal:
    """A number of a case file that may not have been read yet; nothing for what is no plain number."""
    return Decimal(str(written)) if PLAIN.fullmatch(str(written)) else Decimal(0)


def value_at(case: Mapping[str, Any], path: str) -> Any:
    """What the case says there; None where it says nothing."""
    if path.startswith(f"{DOCUMENTS}."):
        return path.partition(".")[2] in case.get(DOCUMENTS, ())
    value: Any = case
    for key in _keys(path):
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def with_values(case: Mapping[str, Any], found: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A copy of `case` in which each (path, value) of `found` stands. LookupError for a row that is not there."""
    changed = copy.deepcopy(dict(case))
    for path, value in found:
        if path.startswith(f"{DOCUMENTS}."):
            code = path.partition(".")[2]
            others = [one for one in changed.get(DOCUMENTS, ()) if one != code]
            changed[DOCUMENTS] = sorted([*others, code] if value else others)
        else:
            *above, last = _keys(path)
            place: Any = changed
            for key in above:
                place = place.setdefault(key, {}) if isinstance(place, dict) else place[key]
            place[last] = value
    return changed


def without(case: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A copy of `case` without the fields at `paths`; one that is not there is no matter."""
    changed = copy.deepcopy(dict(case))
    for path in paths:
        *above, last = _keys(path)
        place: Any = changed
        for key in above:
            place = place[key]
        place.pop(last, None)
    return changed


def _keys(path: str) -> list[str | int]:
    keys: list[str | int] = []
    for step in path.split("."):
        match = STEP.fullmatch(step)
        if match is None:
            raise LookupError(path)
        keys += [match[1], *(int(number) for number in re.findall(r"\d+", match[2]))]
    return keys
