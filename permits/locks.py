"""When a lock cannot be had: who asks is told so at once, in words. The lock of a case is `Application.locked()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, OperationalError, connection

from permits.errors import Busy
from roles.faults import lock_denied


def as_django_tells(error: Exception) -> Exception:
    """`error`, or what Django makes of it where the driver of the database raised it past Django: it does as the cursor
    of an `iterator()` is closed."""
    try:
        with connection.wrap_database_errors:
            raise error
    except Error as told:
        return told
    except type(error):
        return error


@contextmanager
def busy_when_locked() -> Iterator[None]:
    """Turn a lock that cannot be had into Busy."""
    try:
        yield
    except OperationalError as error:
        if lock_denied(error):
            raise Busy from error
        raise
