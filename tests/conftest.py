"""The cast for every test that wants it, on a working day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import NOW, Cast


@pytest.fixture
def now() -> Iterator[None]:
    """Friday, 20 November 2026, ten in the morning; the clock runs on from there."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cast(begins_with_cast: None, db: None, now: None) -> Cast:
    """Everyone of tests/cast.py."""
    return Cast.enter()
