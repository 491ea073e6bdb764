"""Which file measures which rows. A ratio that fails is named beside the figures and stops no other."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable

from benchmarks.bench import Bench, last_line
from benchmarks.ratios import cases, clients, mixed, pages, papers, rows_written, start, verification, writers
from benchmarks.rows import Ratio

Measure = Callable[[Bench], list[Ratio]]
MEASURES: tuple[tuple[frozenset[int], Measure], ...] = (
    (frozenset({1, 2}), cases.measure),
    (frozenset({13}), start.measure),
    (frozenset({8}), papers.measure),
    (frozenset({5, 6, 7}), pages.measure),
    (frozenset({11}), verification.measure),
    (frozenset({12}), mixed.measure),
    (frozenset({9}), writers.measure),
    (frozenset({3}), rows_written.measure),
    (frozenset({10}), mixed.measure_memory),
    (frozenset({4}), clients.measure),
)


def run(bench: Bench) -> list[Ratio]:
    """Every ratio that is asked for, in the order of their numbers; `bench.missed` names those that failed."""
    found: list[Ratio] = []
    for numbers, measure in MEASURES:
        if not any(map(bench.wants, numbers)):
            continue
        began = time.perf_counter()
        try:
            found += [one for one in measure(bench) if bench.wants(one.number)]
        except Exception as failed:  # noqa: BLE001 - one ratio that cannot be measured leaves the others as they are
            sys.stderr.write(traceback.format_exc())
            bench.miss(f"ratios {sorted(numbers)}", last_line(failed))
        sys.stderr.write(f"ratios {sorted(numbers)} measured in {time.perf_counter() - began:.0f} s\n")
    return sorted(found, key=lambda one: one.number)
