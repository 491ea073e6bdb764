"""What every test stands on: a database of its own that is restored, never flushed; quick passwords; files put away.

The table of acts refuses UPDATE, DELETE and TRUNCATE by triggers, so Django's flush after a transactional test cannot
work, and a bypass would be a hole in what is tested. Instead the empty migrated database is copied once, and after each
transactional test (`transactional_db`, `live_server`, `django_db(transaction=True)`) put back from the copy: on SQLite
by its backup interface, page by page, on PostgreSQL by `CREATE DATABASE … TEMPLATE`. Ordinary tests roll back as usual.

Each process has its own database, in a file on SQLite: so several runs, xdist workers, server threads and the
processes of a race do not meet, and a lock behaves as it does in real use.

Marks: `postgres` and `browser` tests skip with a reason where there is none; the variable MUST_RUN (`browser`, or
`browser,postgres`) turns such a skip into a failure, for the CI.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase

SCRATCH = Path(tempfile.mkdtemp(prefix="permits-tests-"))
MUST_RUN = {part.strip() for part in os.environ.get("MUST_RUN", "").split(",") if part.strip()}


def pytest_configure(config: pytest.Config) -> None:
    """Test settings that no installation should have."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = SCRATCH / "materials"
    settings.SEAL_DIR = SCRATCH / "seal"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    database = settings.DATABASES["default"]
    database["CONN_MAX_AGE"] = 0  # a server thread that kept its connection would hold on to a database of the past
    on_file = "sqlite" in database["ENGINE"]
    database.setdefault("TEST", {})["NAME"] = (
        str(SCRATCH / "test.sqlite3") if on_file else f"test_{database['NAME']}_{os.getpid()}"
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    browser_tests = settings.BASE_DIR / "tests" / "browser"
    for item in items:
        if item.path.is_relative_to(browser_tests):
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        lacking("postgres", "needs PostgreSQL: DATABASE_URL=postgres://…")
    if item.get_closest_marker("browser") and not chromium():
        lacking("browser", "needs Chromium: apt-get install chromium, or its path in CHROMIUM")


def lacking(what: str, reason: str) -> None:
    """Skips the test, or fails it where this run was told that it must not skip it."""
    if what in MUST_RUN:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def chromium() -> str | None:
    """The path of the browser, as CHROMIUM says or where Debian puts it."""
    given = os.environ.get("CHROMIUM")
    return shutil.which(given) if given else shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return chromium() or pytest.skip("no Chromium")


@pytest.fixture(scope="session", autouse=True)
def seal_of_this_run() -> None:
    """A test seal of this run's own: papers print on a machine on which nothing was set up."""
    from permits.documents.seal import make_test_seal

    make_test_seal(SCRATCH / "seal")


# --- the database -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, and a copy of it as it is before the first test."""
    with django_db_blocker.unblock():
        copy = SqliteCopy() if connection.vendor == "sqlite" else PostgresCopy()
        copy.take()
    TransactionTestCase._fixture_teardown = lambda self: copy.restore()  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        copy.drop()


class SqliteCopy:
    path = SCRATCH / "template.sqlite3"

    def take(self) -> None:
        self._copy(str(connection.settings_dict["NAME"]), str(self.path))

    def restore(self) -> None:
        self._copy(str(self.path), str(connection.settings_dict["NAME"]))

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)

    @staticmethod
    def _copy(source: str, target: str) -> None:
        connections.close_all()
        with sqlite3.connect(source) as before, sqlite3.connect(target, timeout=30) as after:
            before.backup(after)
        before.close()
        after.close()


class PostgresCopy:
    def take(self) -> None:
        self._create(self._copy_name, self._name)

    def restore(self) -> None:
        self._create(self._name, self._copy_name)

    def drop(self) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self._copy_name}" WITH (FORCE)')

    @property
    def _name(self) -> str:
        return str(connection.settings_dict["NAME"])

    @property
    def _copy_name(self) -> str:
        return f"{self._name}_copy"

    @staticmethod
    def _create(name: str, template: str) -> None:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
