"""Row 11: every act verified, against SHA-256 over the same bytes; and the memory it takes with many cases and few."""

from __future__ import annotations

import hashlib
import time

from benchmarks.bench import Bench
from benchmarks.clock import peak_bytes, spent
from benchmarks.rows import Ratio
from permits.models import Act, Application, Submission
from permits.verification.run import batches, of_cases

CASES = 1000
"""Verified in one turn: the first of the database."""


def measure(bench: Bench) -> list[Ratio]:
    """CPU of both, in turns; the memory of a process that verified all there is."""
    times = []
    for _number in range(max(2, bench.rounds // 2)):
        times.append(bench.small.ask(verified, cases=CASES) / bench.small.ask(hashed, cases=CASES))
    peaks = []
    for large in (False, True):
        with bench.another(large=large) as worker:
            peaks.append(worker.ask(memory, cases=bench.sizes[large]))
    beside = {
        "memory of verifying, many ÷ few cases": peaks[1] / peaks[0], "MB, many cases": peaks[1] / 1e6,
    }  # fmt: skip
    return [Ratio(11, "verifying all acts ÷ SHA-256 of their bytes, CPU", times, "less", beside)]


def verified(cases: int) -> float:
    """CPU seconds of every check over the first cases."""
    return spent(lambda: _verify(cases))


def _verify(cases: int) -> int:
    found, seen = 0, 0
    for keys in batches(Application.objects.all()):
        found += len(list(of_cases(keys)))
        seen += len(keys)
        if seen >= cases:
            break
    if found:
        raise RuntimeError(f"{found} problems in a record that was whole")
    return seen


def hashed(cases: int) -> float:
    """CPU seconds of SHA-256 alone over the texts of their acts and submissions, read before."""
    texts: list[bytes] = []
    seen = 0
    for keys in batches(Application.objects.all()):
        texts += _texts(keys)
        seen += len(keys)
        if seen >= cases:
            break
    began = time.process_time()
    for text in texts:
        hashlib.sha256(text).hexdigest()
    return time.process_time() - began


def _texts(cases: list[int]) -> list[bytes]:
    acts = Act.objects.filter(application__in=cases).values_list("body", flat=True)
    submissions = Submission.objects.filter(application__in=cases).values_list("body", flat=True)
    return [text.encode() for text in (*acts, *submissions)]


def memory(cases: int) -> int:
    """The most memory of a process that verified all there is."""
    _verify(cases)
    return peak_bytes()
