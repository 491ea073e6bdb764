"""One lock per case: the application's row. Who cannot have it is told so at once, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction

from .errors import Busy
from .models import Application

_LOCKED = (
    "database is locked",
    "database table is locked",
    "lock timeout",
    "could not obtain lock",
    "deadlock detected",
)


@contextmanager
def busy_when_locked() -> Iterator[None]:
    """Turn PostgreSQL's lock timeout and SQLite's locked database into Busy."""
    try:
        yield
    except OperationalError as error:
        if any(sign in str(error).lower() for sign in _LOCKED):
            raise Busy from error
        raise


@contextmanager
def locked(application_id: int) -> Iterator[Application]:
    """The application, its row locked to the end of one transaction.

    Raises Busy when another holds it too long, Application.DoesNotExist for no such case.
    """
    with busy_when_locked(), transaction.atomic():
        yield Application.objects.select_for_update(no_key=True).get(pk=application_id)
