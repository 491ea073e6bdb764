"""A permit for every test of its supervision."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.permits.aftercare.cases import Watch


@pytest.fixture
def watch(cast: Cast) -> Watch:
    """A tending design consented to, for 1 December 2026 to 31 January 2027, in which trees are felled."""
    return Watch(cast.printed_case(), cast.clerk)
