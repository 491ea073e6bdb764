"""What the system says of a fault, in the language that is active: the kernel and the database know English alone."""

from __future__ import annotations

import errno
import socket
import ssl
from subprocess import CalledProcessError
from typing import Final

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# PostgreSQL tells by SQLSTATE, in whatever language its messages are: lock_not_available, deadlock_detected.
_SQLSTATES: Final = frozenset({"55P03", "40P01"})
# SQLite tells by its primary result code: SQLITE_BUSY, SQLITE_LOCKED. Its messages are always English.
_RESULT_CODES: Final = frozenset({5, 6})
_SQLITE_FULL: Final = 13
_SQLITE_CANTOPEN: Final = 14
_SQLITE_WORDS: Final = ("database is locked", "database table is locked")

CAUSES = {
    errno.ENOENT: gettext_lazy("there is no such file or folder"),
    errno.EACCES: gettext_lazy("this user may not"),
    errno.EPERM: gettext_lazy("this user may not"),
    errno.EROFS: gettext_lazy("it can only be read"),
    errno.ENOSPC: gettext_lazy("no room is left"),
    errno.EDQUOT: gettext_lazy("no room is left"),
    errno.EFBIG: gettext_lazy("no room is left"),
    errno.EISDIR: gettext_lazy("it is a folder"),
    errno.ENOTDIR: gettext_lazy("it is no folder"),
    errno.EEXIST: gettext_lazy("it is there already"),
    errno.EIO: gettext_lazy("the disk cannot be read or written"),
    errno.EADDRINUSE: gettext_lazy("it is in use"),
    errno.ECONNREFUSED: gettext_lazy("nobody answers there"),
    errno.ECONNRESET: gettext_lazy("the connection broke off"),
    errno.EPIPE: gettext_lazy("the connection broke off"),
    errno.ETIMEDOUT: gettext_lazy("no answer came in time"),
    errno.EHOSTUNREACH: gettext_lazy("there is no way there"),
    errno.ENETUNREACH: gettext_lazy("there is no way there"),
}
"""What is told of the numbers by which the kernel names a fault."""


def in_words(error: BaseException, where: object = "") -> str:
    """File, else `where` it was, and cause of an `OSError`, `where` a text is not UTF-8, what failed of the database,
    what Django's validation says; of any other error what it says itself."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, OperationalError | InterfaceError) and (told := of_database(error)):
        return told
    if isinstance(error, CalledProcessError):
        return _("it ended with code %(code)s, and says above why") % {"code": error.returncode}
    if isinstance(error, UnicodeDecodeError):
        return _at(where, _("it is no text in UTF-8"))
    if not isinstance(error, OSError) or not (known := _known(error)):
        return str(error)
    return _at(error.filename or where, known)


def _at(place: object, told: str) -> str:
    return f"{place}: {told}" if place else told


def _known(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):  # bears a number of its own, which is none of the kernel's
        return ""
    if isinstance(error, socket.gaierror):
        return _("no such host is known")
    if isinstance(error, TimeoutError):
        return str(CAUSES[errno.ETIMEDOUT])
    return str(CAUSES.get(error.errno or 0, ""))


def of_database(error: OperationalError | InterfaceError) -> str:
    """That the database is away, full, or kept by somebody else; empty for any other of its faults."""
    if database_gone(error):
        return _("The database cannot be reached: %(problem)s") % {"problem": str(error).partition("\n")[0]}
    if isinstance(error, OperationalError) and no_room(error):
        return _("The database has no room left.")
    if isinstance(error, OperationalError) and lock_denied(error):
        return _("Somebody else keeps the database for too long. Run this again.")
    return ""


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
