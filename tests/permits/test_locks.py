"""A lock that cannot be had is known by the database's code, not by its words: they come in the server's language."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from permits.errors import Busy
from permits.locks import busy_when_locked
from roles.faults import lock_denied

ENGLISH, CHINESE = "canceling statement due to lock timeout", "由于锁超时, 正在取消语句"
CODES = sys.version_info >= (3, 11)


def raised(cause: Exception) -> OperationalError:
    """As Django raises what its driver raised."""
    try:
        raise OperationalError(*cause.args) from cause
    except OperationalError as error:
        return error


def sqlite_error(code: int, words: str) -> sqlite3.OperationalError:
    """As Python 3.11 and later raise it."""
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("words", [ENGLISH, CHINESE, ""])
@pytest.mark.parametrize("cause", [psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected])
def test_postgresql_tells_by_its_state_whatever_its_language(cause: type[psycopg.Error], words: str) -> None:
    assert lock_denied(raised(cause(words)))


@pytest.mark.parametrize("cause", [psycopg.errors.QueryCanceled, psycopg.errors.AdminShutdown, psycopg.errors.DiskFull])
def test_another_state_of_postgresql_is_no_lock_whatever_it_says(cause: type[psycopg.Error]) -> None:
    for words in (ENGLISH, CHINESE, "database is locked"):
        assert not lock_denied(raised(cause(words)))


def test_a_connection_that_fails_is_no_lock() -> None:
    assert not lock_denied(raised(psycopg.OperationalError("connection refused")))  # it has no state
    assert not lock_denied(OperationalError("server closed the connection"))


@pytest.mark.parametrize("code", [5, 6, 5 | 1 << 8, 5 | 2 << 8, 6 | 1 << 8])  # busy, locked, and their extended codes
def test_sqlite_tells_by_its_primary_code_whatever_it_says(code: int) -> None:
    assert lock_denied(raised(sqlite_error(code, "geheimnisvoll")))


@pytest.mark.parametrize("code", [1, 8, 10, 13, 10 | 5 << 8])  # error, read-only, input/output, full
def test_another_code_of_sqlite_is_no_lock_whatever_it_says(code: int) -> None:
    assert not lock_denied(raised(sqlite_error(code, "database is locked")))


@pytest.mark.parametrize("words", ["database is locked", "database table is locked: permits_application"])
def test_before_python_3_11_sqlite_tells_by_its_words(words: str) -> None:
    assert lock_denied(raised(sqlite3.OperationalError(words)))
    assert not lock_denied(raised(sqlite3.OperationalError("disk I/O error")))


def test_a_file_that_another_connection_writes_is_a_lock_denied(tmp_path: Path) -> None:
    one, other = (sqlite3.connect(tmp_path / "db", timeout=0, isolation_level=None) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as refused:
        other.execute("BEGIN IMMEDIATE")
    assert not CODES or refused.value.sqlite_errorcode == sqlite3.SQLITE_BUSY
    assert lock_denied(raised(refused.value))
    one.close()
    other.close()


def test_who_cannot_have_the_lock_is_told_so_and_any_other_fault_stays_what_it_is() -> None:
    with pytest.raises(Busy), busy_when_locked():
        raise raised(psycopg.errors.LockNotAvailable(CHINESE))
    with pytest.raises(OperationalError), busy_when_locked():
        raise raised(psycopg.errors.DiskFull("could not extend file"))
