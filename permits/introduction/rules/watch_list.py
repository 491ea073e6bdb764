"""The watch list of invasive species (watch_list.yaml): matched by the parts of a name, however it is written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from permits.data_files import read_yaml
from permits.rules.names import genera, stands_for

FILE = Path(__file__).with_name("watch_list.yaml")


class Listed(Struct, frozen=True):
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
    rows: list[dict[str, Any]] = read_yaml(FILE)["species"]
    return tuple(
        Listed(row["rule"], tuple(row["chinese"]), tuple(row["names"]), row.get("joint_control", False)) for row in rows
    )


def matches(name: str) -> list[Listed]:
    """The listed species that `name` (Latin, Chinese or both, a hybrid with its parents) stands for, in their order.

    A name given to the genus only (“Pomacea sp.”) matches every listed species of that genus.
    """
    only = genera(name)
    return [
        one
        for one in listed()
        if any(stands_for(name, known) for known in (*one.names, *one.chinese))
        or only & {known.split(" ")[0].casefold() for known in one.names}
    ]


def match(name: str) -> Listed | None:
    """The first of `matches`; None where it stands for none."""
    return next(iter(matches(name)), None)
