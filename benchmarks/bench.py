"""What every ratio is given: a worker on each of two databases, and how long to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.worker import ROOT, Worker


def last_line(failed: Exception) -> str:
    """What an exception says, short enough for a table: its last line, or its name where it says nothing."""
    return (str(failed).strip().splitlines() or [type(failed).__name__])[-1]


@dataclass
class Bench:
    """`small` and `large` are workers on databases that differ in the number of cases alone."""

    small: Worker
    large: Worker
    sizes: tuple[int, int]
    rounds: int
    addresses: tuple[str, str]
    folder: Path
    """Where the run may write: the var directories of its databases lie there."""
    wanted: frozenset[int] = frozenset()
    """Numbers of the ratios that are asked for; all where none is named."""
    root: Path = ROOT
    missed: list[str] = field(default_factory=list)
    """What was asked for and could not be measured, each with its reason: told with the figures."""

    def wants(self, number: int) -> bool:
        """Whether that ratio is asked for."""
        return not self.wanted or number in self.wanted

    def miss(self, what: str, why: str) -> None:
        """Tell that `what` could not be measured; the run goes on and ends as failed."""
        self.missed.append(f"{what}: {why}")

    def another(self, *, large: bool = False) -> Worker:
        """One more worker on the small or the large database."""
        return Worker(self.addresses[large], self.root, self.folder)
