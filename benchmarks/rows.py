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


def table(ratios: Sequence[Ratio], missed: Sequence[str] = ()) -> str:
    """Lines for a screen: number, name, middle, least and most of the rounds, what stands beside it; then `missed`."""
    lines = [f"{'':>3} {'ratio':58} {'middle':>8}  {'least – most':15} better  beside"]
    for one in ratios:
        span = f"{min(one.rounds):.3g} – {max(one.rounds):.3g}"
        beside = "; ".join(f"{name} {value:,.4g}" for name, value in one.beside.items())
        lines.append(f"{one.number:>3} {one.name:58} {one.middle:>8.3g}  {span:15} {one.wanted:6}  {beside}".rstrip())
    lines += [f"not measured: {one}" for one in missed]
    return "\n".join(lines)


def side_by_side(ratios: Sequence[Ratio], earlier: Sequence[dict[str, Any]], base: str) -> str:
    """The middles of this version beside those of an earlier one, by name."""
    before = {one["name"]: one["middle"] for one in earlier}
    lines = [f"{'':>3} {'ratio':58} {'now':>8} {base[:12]:>12}  better"]
    for one in ratios:
        then = f"{before[one.name]:.3g}" if one.name in before else "–"
        lines.append(f"{one.number:>3} {one.name:58} {one.middle:>8.3g} {then:>12}  {one.wanted}")
    return "\n".join(lines)
