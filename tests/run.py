"""One run of the tests: a folder its processes share, work that one of them does for all, what may not be skipped."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MUST_RUN = {part.strip() for part in os.environ.get("MUST_RUN", "").split(",") if part.strip()}
VARIABLE = "PERMITS_TEST_RUN"
"""Names the folder to the processes that a run starts; who finds it unset begins a run, and tidies up after it."""

BEGAN = VARIABLE not in os.environ
RUN = Path(os.environ.setdefault(VARIABLE, "") or tempfile.mkdtemp(prefix="permits-tests-"))
os.environ[VARIABLE] = str(RUN)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SCRATCH = RUN / WORKER
"""What this process alone reads and writes."""

SCRATCH.mkdir(exist_ok=True)


@contextmanager
def alone(what: str) -> Iterator[None]:
    """One process of the run at a time."""
    with (RUN / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lacking(what: str, reason: str) -> None:
    """Skips the test, or fails it where this run was told that it must not skip it."""
    if what in MUST_RUN:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
