"""CPU time of this process and of its database's backend, because the wall's time is that of a busy machine."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection


def backend_seconds() -> float:
    """CPU seconds of this connection's PostgreSQL process; 0 for SQLite, whose time is this process's own.

    Without the processes that the backend lends itself for a parallel plan. Read where the kernel tells it: a server on
    another machine counts as nothing (`told_by_backend` says so).
    """
    if connection.vendor != "postgresql":
        return 0.0
    try:
        return int(Path(f"/proc/{_backend()}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def told_by_backend() -> bool:
    """Whether the CPU time of the database is known."""
    return connection.vendor != "postgresql" or backend_seconds() > 0


def _backend() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def cpu() -> float:
    """CPU seconds of this process and its database's backend together, since they began."""
    return time.process_time() + backend_seconds()


def spent(what: Callable[[], object]) -> float:
    """CPU seconds `what` takes here and in the backend."""
    before = cpu()
    what()
    return cpu() - before


def peak_bytes() -> int:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
