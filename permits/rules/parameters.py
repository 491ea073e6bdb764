"""Dated values of the law, from parameters.yaml: each with its source, how well it is verified, when last checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

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


@dataclass(frozen=True)
class Dated:
    """One value of a parameter: in force from `valid_from` to `valid_to` (both included, None where open).

    `jurisdiction` is a GB/T 2260 code, its first digits for a province, or * for the whole country. `minimum` marks a
    national floor used because the local figure was not found.
    """

    name: str
    value: Any
    jurisdiction: str
    citation: Citation
    last_checked: date
    minimum: bool = False

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
        parameters.cache_clear()


@cache
def parameters() -> Mapping[str, tuple[Dated, ...]]:
    """Dated values by name, read once. Raises ValueError for one without source or day of check, or given twice."""
    rows: dict[str, Any] = {}
    for path in FILES:
        own: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["values"]
        if twice := rows.keys() & own.keys():
            raise ValueError(f"{path}: {', '.join(sorted(twice))} is given in another file, too")
        rows |= own
    return MappingProxyType({name: tuple(_dated(name, row) for row in row_list) for name, row_list in rows.items()})


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
