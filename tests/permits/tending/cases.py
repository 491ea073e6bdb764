"""A complete design and the clerk who may hand it in, as the other kinds' tests give theirs."""

from __future__ import annotations

from permits.models import Application
from roles.models import Person
from tests.cast import Cast


def draft() -> tuple[Application, Person]:
    """One against which no rule stands."""
    cast = Cast.enter()
    return cast.draft(), cast.clerk
