"""A permit for every test of its supervision, and the time and the officers for those that grant their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.cast import NOW, Cast
from tests.permits.aftercare.cases import Watch
from tests.permits.occupation.cases import Office


@pytest.fixture
def watch(cast: Cast) -> Watch:
    """A tending design consented to, for 1 December 2026 to 31 January 2027, in which trees are felled."""
    return Watch(cast.printed_case(), cast.clerk)


@pytest.fixture
def traveller(begins_with_matrix: None) -> Iterator[Any]:
    """An office that acts in every case; the clock of the test, which may be moved on."""
    with time_machine.travel(NOW, tick=True) as moved:
        Office.enter()
        yield moved
