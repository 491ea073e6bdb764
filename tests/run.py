"""One run of the tests: a folder that its processes share, and work that one of them does for all."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
