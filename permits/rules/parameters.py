"""Dated values of the law, from parameters.yaml: each with its source, how well it is verified, when last checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml
from django.conf import settings
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from permits.data_files import read_yaml, yaml_fault
from permits.rules.base import VERIFIED, Citation

FILES: Final = [Path(__file__).with_name("parameters.yaml")]
"""The common values; a kind adds its own by `add_file`."""
NATIONAL = "*"
DATED = {
    "value",
    "jurisdiction",
    "valid_from",
    "valid_to",
    "source",
    "article",
    "clause",
    "verified",
    "last_checked",
    "minimum",
}
NEEDED = {"value", "source", "article", "clause", "verified", "last_checked"}
TEXTS = {"source", "article", "clause", "verified", "jurisdiction"}
DAYS = {"valid_from", "valid_to", "last_checked"}


class Dated(Struct, frozen=True):
    """One value of a parameter: in force from `valid_from` to `valid_to` (both included, None where open).

    `jurisdiction` is a GB/T 2260 code, its first digits for a province, or * for the whole country. `minimum` marks a
    national floor used because the local figure was not found, `overlay` one that the installation adds.
    """

    name: str
    value: Any
    jurisdiction: str
    citation: Citation
    last_checked: date
    minimum: bool = False
    overlay: bool = False

    def in_force(self, on: date) -> bool:
        """Whether it applies on day `on`."""
        since, until = self.citation.valid_from, self.citation.valid_to
        return (since is None or since <= on) and (until is None or on <= until)


class NoValue(LookupError):
    """The law's value for that day and place is not among the parameters."""


def add_file(path: Path) -> None:
    """Read the values of a kind, too."""
    if path not in FILES:
        FILES.append(path)
        reread()


@cache
def parameters() -> Mapping[str, tuple[Dated, ...]]:
    """Dated values by name, read once. Raises ValueError for one without source or day of check, or given twice."""
    found = {name: tuple(_each(name, rows)) for name, rows in _own().items()}
    return MappingProxyType({name: (*_overlaid(name, dated), *dated) for name, dated in found.items()})


def fault() -> str:
    """Why the values cannot be read, in words; empty where they can. The check config.E011 tells it; other checks that
    ask for values pass over them then."""
    try:
        parameters()
    except ValueError as error:
        return str(error)
    return ""


@cache
def _own() -> Mapping[str, list[dict[str, Any]]]:
    rows: dict[str, Any] = {}
    for path in FILES:
        own: dict[str, Any] = read_yaml(path)["values"]
        if twice := rows.keys() & own.keys():
            raise ValueError(_twice(path, twice))
        rows |= own
    return MappingProxyType(rows)


def _twice(path: Path, names: Iterable[str]) -> str:
    told = _("%(file)s: %(names)s is given in another file, too")
    return told % {"file": path, "names": ", ".join(sorted(names))}


@cache
def overlay() -> Mapping[str, list[dict[str, Any]]]:
    """Rows by name from the files of the setting PARAMETERS_DIR: what changed in law before the program did.

    Raises ValueError for a file that is no YAML, for a name no rule knows, for one given in two files, and for a file
    that would be passed over because its name ends in .yml.
    """
    rows: dict[str, Any] = {}
    folder = settings.PARAMETERS_DIR
    if folder and (passed_over := sorted(folder.glob("*.yml"))):
        raise ValueError(_("%(file)s: the name of a file of values ends in .yaml") % {"file": passed_over[0]})
    for path in sorted(folder.glob("*.yaml")) if folder else []:
        own = _values(path)
        if twice := rows.keys() & own.keys():
            raise ValueError(_twice(path, twice))
        rows |= own
    if unknown := rows.keys() - _own().keys():
        raise ValueError(_("PARAMETERS_DIR: no rule knows %(names)s") % {"names": ", ".join(sorted(unknown))})
    return MappingProxyType(rows)


def _overlaid(name: str, known: tuple[Dated, ...]) -> Iterator[Dated]:
    """The installation's own values. They stand first, so each holds from its day on and the program's before it."""
    for one in _each(name, overlay().get(name, [])):
        dated = replace(one, overlay=True)
        if dated.citation.valid_from is None:
            told = _("value %(name)s: a value of PARAMETERS_DIR says from which day it holds (valid_from)")
            raise ValueError(told % {"name": name})
        if type(dated.value) is not type(known[0].value):
            told = _("value %(name)s: %(value)s is not written like %(known)s")
            raise ValueError(told % {"name": name, "value": repr(dated.value), "known": repr(known[0].value)})
        yield dated


def reread() -> None:
    """Forget what was read."""
    for read in (_own, overlay, parameters):
        read.cache_clear()


def _values(path: Path) -> dict[str, Any]:
    try:
        content = read_yaml(path)
    except yaml.YAMLError as error:
        why = yaml_fault(error)
    except UnicodeDecodeError:
        why = _("it is no text in UTF-8")
    except OSError:
        why = _("it cannot be opened")
    else:
        if isinstance(content, dict) and isinstance(own := content.get("values"), dict):
            return own
        why = _("under “values:” it gives a list for each name")
    raise ValueError(_("%(file)s cannot be read as values: %(why)s") % {"file": path, "why": why})


def _each(name: str, rows: Any) -> Iterator[Dated]:
    if not isinstance(rows, list):
        raise ValueError(_("value %(name)s: %(problem)s") % {"name": name, "problem": _("a list is needed")})
    yield from (_dated(name, row) for row in rows)


def _dated(name: str, row: Any) -> Dated:
    if wrong := next(_wrong(row), ""):
        raise ValueError(_("value %(name)s: %(problem)s") % {"name": name, "problem": wrong})
    citation = Citation(
        row["source"], row["article"], row["clause"], row["verified"], row.get("valid_from"), row.get("valid_to")
    )
    return Dated(
        name, row["value"], row.get("jurisdiction", NATIONAL), citation, row["last_checked"], row.get("minimum", False)
    )


def _wrong(row: Any) -> Iterator[str]:
    """What keeps a row from being read, in words: YAML takes a code without quotation marks for a number, which no
    place has, and a day written otherwise for a text, which no day is compared with."""
    if not isinstance(row, dict):
        yield _("each entry of the list gives its fields: %(fields)s") % {"fields": ", ".join(sorted(NEEDED))}
        return
    if missing := sorted(NEEDED - row.keys()):
        yield _("%(fields)s is missing") % {"fields": ", ".join(missing)}
    if unknown := sorted(map(str, row.keys() - DATED)):
        yield _("%(fields)s is unknown") % {"fields": ", ".join(unknown)}
    for field in sorted(TEXTS & row.keys()):
        if not isinstance(row[field], str):
            yield _("%(field)s is no text; write it in quotation marks") % {"field": field}
    for field in sorted(DAYS & row.keys()):
        if type(row[field]) is not date and not (row[field] is None and field != "last_checked"):
            told = _("%(field)s: “%(value)s” is no day written year-month-day, such as 2026-03-05")
            yield told % {"field": field, "value": row[field]}
    if row.get("verified") not in VERIFIED:
        told = _("“%(value)s” is not one of: %(allowed)s")
        yield told % {"value": row.get("verified"), "allowed": ", ".join(VERIFIED)}


def find(name: str, on: date, jurisdiction: str = NATIONAL) -> Dated | None:
    """The value in force on day `on` that is nearest to the place: district, then province, then national."""
    for code in (jurisdiction, jurisdiction[:2], NATIONAL):
        for dated in parameters()[name]:
            if dated.jurisdiction == code and dated.in_force(on):
                return dated
    return None


def value(name: str, on: date, jurisdiction: str = NATIONAL) -> Any:
    """The value itself. Raises NoValue where none is known, KeyError for an unknown name."""
    dated = find(name, on, jurisdiction)
    if dated is None:
        raise NoValue(f"{name} on {on} in {jurisdiction}")
    return dated.value


def citation_of(name: str, on: date, jurisdiction: str = NATIONAL) -> Citation | None:
    """Where the value in force comes from; None where there is none."""
    dated = find(name, on, jurisdiction)
    return dated.citation if dated else None
