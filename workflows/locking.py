"""viewflow's lock is ours: the application's row, whose key is the case's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from permits.models import Application


@contextmanager
def application_lock(flow_class: Any, case_id: int) -> Iterator[None]:
    """As viewflow calls its `lock_impl`. Raises Busy."""
    with Application.locked(case_id):
        yield
