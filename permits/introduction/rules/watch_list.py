"""The watch list of invasive species (watch_list.yaml): matched by Latin or Chinese name, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FILE = Path(__file__).with_name("watch_list.yaml")
LATIN = re.compile(r"[a-z][a-z-]+")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
UNNAMED = {"sp", "spp", "cf", "aff"}


@dataclass(frozen=True)
class Listed:
    """A species of the watch list. `rule` is the seed row that names it."""

    rule: str
    chinese: tuple[str, ...]
    names: tuple[str, ...]
    joint_control: bool = False

    @property
    def label(self) -> str:
        """Chinese name with the accepted Latin name."""
        return f"{self.chinese[0]}（{self.names[0]}）"


@cache
def listed() -> tuple[Listed, ...]:
    """The whole list, read once."""
    rows: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["species"]
    return tuple(
        Listed(row["rule"], tuple(row["chinese"]), tuple(row["names"]), row.get("joint_control", False)) for row in rows
    )


def binomial(name: str) -> str:
    """Genus and epithet in small letters: authors, years, subgenera, case, accents and spacing do not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = LATIN.findall(re.sub(r"\([^)]*\)|（[^）]*）", " ", plain).casefold().replace("_", " "))
    return " ".join(words[:2])


def chinese(name: str) -> set[str]:
    """The Chinese words in a name."""
    return set(CHINESE.findall(unicodedata.normalize("NFKC", name)))


@cache
def _index() -> Mapping[str, Listed]:
    by_name = {binomial(name): species for species in listed() for name in species.names}
    return MappingProxyType(by_name | {name: species for species in listed() for name in species.chinese})


def match(name: str) -> Listed | None:
    """The listed species that `name` (Latin, Chinese or both) stands for; None where it stands for none.

    A name given to the genus only (“Pomacea sp.”) matches a listed species of that genus.
    """
    inside = re.findall(r"[(（]([^)）]*)[)）]", name)
    for key in (*(binomial(part) for part in (name, *inside)), *sorted(chinese(name))):
        if key in _index():
            return _index()[key]
    genus, _, epithet = binomial(name).partition(" ")
    if genus and (not epithet or epithet in UNNAMED):
        return next((found for key, found in _index().items() if key.split(" ")[0] == genus), None)
    return None
