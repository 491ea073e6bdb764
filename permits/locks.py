"""When a lock cannot be had: who asks is told so at once, in words. The lock of a case is `Application.locked()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import Error, InterfaceError, OperationalError, connection

from permits.errors import Busy

# PostgreSQL tells by SQLSTATE, in whatever language its messages are: lock_not_available, deadlock_detected.
_SQLSTATES: Final = frozenset({"55P03", "40P01"})
# SQLite tells by its primary result code: SQLITE_BUSY, SQLITE_LOCKED. Its messages are always English.
_RESULT_CODES: Final = frozenset({5, 6})
_SQLITE_FULL: Final = 13
_SQLITE_CANTOPEN: Final = 14
_SQLITE_WORDS: Final = ("database is locked", "database table is locked")


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


def lock_denied(error: OperationalError) -> bool:
    """Whether the database gave up waiting for a lock, or broke a deadlock."""
    cause = error.__cause__
    sqlstate = getattr(cause, "sqlstate", None)
    if sqlstate is not None:
        return sqlstate in _SQLSTATES
    code = getattr(cause, "sqlite_errorcode", None)  # from Python 3.11 on
    if code is not None:
        return code & 0xFF in _RESULT_CODES
    return any(words in str(error) for words in _SQLITE_WORDS)


def database_gone(error: OperationalError | InterfaceError) -> bool:
    """Whether the database cannot be reached, or broke off: not a matter of this request, and over when it is back."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return bool(code & 0xFF == _SQLITE_CANTOPEN)
    if cause is None or not hasattr(cause, "sqlstate"):
        return False
    # psycopg has no SQLSTATE where no server answered; 08 connection, 57P shut down, 53300 too many connections
    sqlstate = cause.sqlstate
    return sqlstate is None or sqlstate.startswith(("08", "57P")) or sqlstate == "53300"


def no_room(error: OperationalError) -> bool:
    """Whether the database's disk is full: PostgreSQL's disk_full, SQLite's SQLITE_FULL."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return getattr(cause, "sqlstate", None) == "53100" or (code is not None and code & 0xFF == _SQLITE_FULL)


@contextmanager
def busy_when_locked() -> Iterator[None]:
    """Turn a lock that cannot be had into Busy."""
    try:
        yield
    except OperationalError as error:
        if lock_denied(error):
            raise Busy from error
        raise
