"""Dated values of the law, from parameters.yaml: each with its source, how well it is verified, when last checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml
from django.conf import settings
from msgspec import Struct
from msgspec.structs import replace

from permits.data_files import read_yaml
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
    found = {name: tuple(_dated(name, row) for row in row_list) for name, row_list in _own().items()}
    return MappingProxyType({name: (*_overlaid(name, dated), *dated) for name, dated in found.items()})


@cache
def _own() -> Mapping[str, list[dict[str, Any]]]:
    rows: dict[str, Any] = {}
    for path in FILES:
        own: dict[str, Any] = read_yaml(path)["values"]
        if twice := rows.keys() & own.keys():
            raise ValueError(f"{path}: {', '.join(sorted(twice))} is given in another file, too")
        rows |= own
    return MappingProxyType(rows)


@cache
def overlay() -> Mapping[str, list[dict[str, Any]]]:
    """Rows by name from the files of the setting PARAMETERS_DIR: what changed in law before the program did.

    Raises ValueError for a file that is no YAML, for a name no rule knows, for one given in two files, and for a file
    that would be passed over because its name ends in .yml.
    """
    rows: dict[str, Any] = {}
    folder = settings.PARAMETERS_DIR
    if folder and (passed_over := sorted(folder.glob("*.yml"))):
        raise ValueError(f"{passed_over[0]}: the name of a file of values ends in .yaml")
    for path in sorted(folder.glob("*.yaml")) if folder else []:
        try:
            own: dict[str, Any] = read_yaml(path)["values"]
            twice = rows.keys() & own.keys()
        except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}: not read as values ({error})") from error
        if twice:
            raise ValueError(f"{path}: {', '.join(sorted(twice))} is given in another file, too")
        rows |= own
    if unknown := rows.keys() - _own().keys():
        raise ValueError(f"PARAMETERS_DIR: no rule knows {', '.join(sorted(unknown))}")
    return MappingProxyType(rows)


def _overlaid(name: str, known: tuple[Dated, ...]) -> Iterator[Dated]:
    """The installation's own values. They stand first, so each holds from its day on and the program's before it."""
    for row in overlay().get(name, []):
        dated = replace(_dated(name, row), overlay=True)
        if dated.citation.valid_from is None:
            raise ValueError(f"parameter {name}: a value of PARAMETERS_DIR says from which day it holds (valid_from)")
        if type(dated.value) is not type(known[0].value):
            raise ValueError(f"parameter {name}: {dated.value!r} is not written like {known[0].value!r}")
        yield dated


def reread() -> None:
    """Forget what was read."""
    for read in (_own, overlay, parameters):
        read.cache_clear()


def _dated(name: str, row: dict[str, Any]) -> Dated:
    missing = {"value", "source", "article", "clause", "verified", "last_checked"} - row.keys()
    if missing or row.keys() - DATED or row["verified"] not in VERIFIED:
        raise ValueError(f"parameter {name}: {missing or row.keys() - DATED or row['verified']}")
    citation = Citation(
        row["source"], row["article"], row["clause"], row["verified"], row.get("valid_from"), row.get("valid_to")
    )
    return Dated(
        name, row["value"], row.get("jurisdiction", NATIONAL), citation, row["last_checked"], row.get("minimum", False)
    )


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
