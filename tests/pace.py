"""Bounds on the cost of work, in calm seconds: a slow or busy machine is no fault of the code.

The same machine runs this suite at one pace today and at a fifth of it tomorrow. So the bound is a ratio: the work's
own CPU time against that of a fixed piece of work done right before and right after it: within a second.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree

CALM = 0.07  # CPU seconds of `_piece` on a calm core
FRESH = 1.0  # seconds for which a piece tells the pace


class Spent:
    """What the block took, in CPU seconds of a calm core: told when it has ended."""

    calm_seconds = float("inf")


class Pace:
    """The last piece: when it was done, and its CPU seconds."""

    at, taken = float("-inf"), 0.0

    @classmethod
    def now(cls) -> float:
        """CPU seconds of the fixed work, done anew unless it has just been."""
        if time.perf_counter() - cls.at > FRESH:
            cls.taken, cls.at = _piece(), time.perf_counter()
        return cls.taken


def _piece() -> float:
    """CPU seconds of the fixed work: arithmetic, texts and parsing, as what is measured does them."""
    begun = time.process_time()
    total = 0
    for number in range(450_000):
        total += len(str(number))
    ElementTree.fromstring("<r>" + '<c r="A9" s="1"/>' * 45_000 + "</r>")
    return time.process_time() - begun


@contextmanager
def paced() -> Iterator[Spent]:
    """The cost of the block: `with paced() as spent: …`, then `spent.calm_seconds`."""
    spent = Spent()
    before = Pace.now()
    begun = time.process_time()
    yield spent
    taken = time.process_time() - begun
    spent.calm_seconds = taken * CALM / max(before, Pace.now())
