"""A permit for every test of its life."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from permits.models import Application
from permits.verification.force import force
from permits.verification.registry import Batch
from permits.verification.run import batches
from tests.cast import Cast
from tests.permits.life.cases import Desk
from tests.permits.occupation.cases import Office


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A tending design."""
    return Desk.of_tending(cast)


@pytest.fixture
def traveller(begins_with_matrix: None, db: None) -> Iterator[Any]:
    """The time of the occupation's tests, to be shifted."""
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as moved:
        Office.enter()
        yield moved


@pytest.fixture
def temporary(traveller: Any) -> Desk:
    """A temporary use of one year, granted on 2 December 2026."""
    return Desk.of_temporary_use(traveller)


@pytest.fixture(autouse=True)
def papers_as_the_acts_say(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does to a permit, its papers end as the replay of its acts ends them."""
    if not {"cast", "traveller"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("db")
    yield
    problems = [one for keys in batches(Application.objects.all()) for one in force(Batch.of(keys))]
    assert not problems
