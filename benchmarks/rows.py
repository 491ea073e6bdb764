"""A ratio and how it is told."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ratio:
    """One line: the middle of the rounds, the least and the most of them. `wanted` says which way is better."""

    number: int
    name: str
    rounds: Sequence[float]
    wanted: str = "less"
    beside: dict[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        """The median."""
        return statistics.median(self.rounds)

    def as_dict(self) -> dict[str, Any]:
        """Plain, for JSON."""
        return asdict(self) | {"middle": self.middle}


def table(ratios: Sequence[Ratio]) -> str:
    """Lines for a screen: number, name, middle, span, what stands beside it."""
    lines = [f"{'':>3} {'ratio':62} {'middle':>8}  {'of rounds':17} better"]
    for one in ratios:
        span = f"{min(one.rounds):.3g} – {max(one.rounds):.3g}"
        lines.append(f"{one.number:>3} {one.name:62} {one.middle:>8.3g}  {span:17} {one.wanted}")
        lines += [f"      {name:59} {value:>8.3g}" for name, value in one.beside.items()]
    return "\n".join(lines)
