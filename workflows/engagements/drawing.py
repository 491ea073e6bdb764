"""How a sample is drawn 随机抽样: by hashes of a recorded seed, so that anyone can draw it again by hand.

The order of a case is the SHA-256 of "seed|number", written in hexadecimal digits; the n lowest are the sample. With
strata the n are shared out in proportion to their sizes, by largest remainders, and the lowest of each stratum are
taken. No part of it knows the database. No source at hand prescribes a way of drawing (docs/decisions/0023).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

METHOD = "sha256-order-1"
"""Recorded with each sample. Another way of drawing is another name, and this one stays for the samples of before."""


HASHES = "hashes"
"""What the address of a population says, to have it with each case's order."""


class Line(Struct, frozen=True):
    """A case of a population: its number, its kind and what was decided."""

    number: str
    kind: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.number}\t{self.kind}\t{self.outcome}"

    def stratum(self, strata: str) -> str:
        """The part of the population it is counted in: by `kind`, by `outcome`, or one for all."""
        return {"kind": self.kind, "outcome": self.outcome}.get(strata, "")


def text_of(lines: Iterable[Line]) -> str:
    """The population as it is kept and hashed: sorted by number, a line for each case."""
    return "".join(f"{line}\n" for line in sorted(lines, key=lambda line: line.number))


def read(text: str) -> list[Line]:
    """The lines of such a text. Raises ValueError where one is none."""
    return [Line(*line.split("\t")) if line.count("\t") == 2 else _unreadable(line) for line in text.splitlines()]


def _unreadable(line: str) -> Line:
    raise ValueError(f"no line of a population: {line!r}")


def sha256(text: str) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_seed() -> str:
    """256 bits from the system's source of randomness, in hexadecimal digits."""
    return secrets.token_hex(32)


def order(seed: str, number: str) -> str:
    """By what the cases are sorted."""
    return sha256(f"{seed}|{number}")


def shares(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """`wanted` shared out in proportion to `sizes`, by largest remainders; of equal ones the first name's.

    Raises ValueError where less than one or more than there are is wanted.
    """
    every = sum(sizes.values())
    if not 1 <= wanted <= every:
        raise ValueError(f"{wanted} of {every} cannot be drawn")
    found = {name: wanted * size // every for name, size in sizes.items()}
    most_left = sorted(sizes, key=lambda name: (-(wanted * sizes[name] % every), name))
    for name in most_left[: wanted - sum(found.values())]:
        found[name] += 1
    return found


def parts(lines: Iterable[Line], strata: str) -> dict[str, list[Line]]:
    """The strata by name, in the order of their names."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.stratum(strata)].append(line)
    return dict(sorted(found.items()))


def sizes(lines: Iterable[Line], *, wanted: int, strata: str) -> list[dict[str, str | int]]:
    """Of each stratum its size and its share of the sample, as the record has them. Raises ValueError as `shares`."""
    each = {name: len(part) for name, part in parts(lines, strata).items()}
    share = shares(each, wanted)
    return [{"stratum": name, "size": size, "share": share[name]} for name, size in each.items()]


def draw(lines: Iterable[Line], *, seed: str, wanted: int, strata: str = "") -> list[Line]:
    """The sample, in the order drawn, stratum after stratum. Raises ValueError as `shares` does."""
    of = parts(lines, strata)
    each = shares({name: len(part) for name, part in of.items()}, wanted)
    return [
        line
        for name, part in of.items()
        for line in sorted(part, key=lambda line: order(seed, line.number))[: each[name]]
    ]
