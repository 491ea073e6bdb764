"""The databases of a run: migrated once, copied for each process, and put back from the copy after a test that commits.

The table of acts refuses UPDATE, DELETE and TRUNCATE by triggers, so Django's flush after a transactional test cannot
work, and a bypass would be a hole in what is tested. Instead the database is put back from a copy of it as it was
before the first test: on SQLite by its backup interface, page by page, on PostgreSQL by `CREATE DATABASE … TEMPLATE`.

Each process has its own database, in a file on SQLite: so several runs, xdist workers, server threads and the
processes of a race do not meet, and a lock behaves as it does in real use.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, connections

from tests import runtime_role
from tests.run import RUN, SCRATCH, WORKER, alone


def databases() -> SqliteFiles | PostgresDatabases:
    """Those of the engine in use."""
    return SqliteFiles() if connection.vendor == "sqlite" else PostgresDatabases()


class SqliteFiles:
    migrated, own, beside_it = (str(path) for path in (RUN / "migrated", SCRATCH / "own", SCRATCH / "beside"))

    def begin(self) -> None:
        """This process's database, as the migrations leave it."""
        with alone("database"):
            if not (RUN / "migrated").exists():
                _migrate(self.migrated)
        self.copy(self.migrated, self.own)
        _use(self.own)

    def restore(self) -> None:
        """Put the database back as the migrations left it."""
        self.copy(self.migrated, self.own)

    def end(self) -> None:
        """Nothing to do: the folder goes with the run."""

    def end_run(self) -> None:
        """Nothing to do, for the same reason."""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Work on another database for a while, that is as the migrations leave it, and is thrown away."""
        self.copy(self.migrated, self.beside_it, close=False)
        with _other(self.beside_it):
            yield

    @staticmethod
    def copy(source: str, target: str, *, close: bool = True) -> None:
        if close:
            connections.close_all()
        with sqlite3.connect(source) as before, sqlite3.connect(target, timeout=30) as after:
            before.backup(after)
        before.close()
        after.close()


class PostgresDatabases:
    def __init__(self) -> None:
        name = connections.settings["default"]["NAME"].removeprefix("test_").partition("__")[0]
        self.migrated = f"test_{name}__{RUN.name[-8:]}"
        self.own, self.copy, self.beside_it = (f"{self.migrated}_{WORKER}{end}" for end in ("", "_copy", "_beside"))

    def begin(self) -> None:
        """This process's database, as the migrations leave it, and a copy: no two processes may copy one at once."""
        with alone("database"):
            if not (RUN / "migrated").exists():
                _migrate(self.migrated)
                runtime_role.make()
                connections.close_all()
                (RUN / "migrated").touch()
            self._create(self.copy, self.migrated)
        _use(self.own)
        self.restore()
        runtime_role.begin()

    def restore(self) -> None:
        """Put the database back as the migrations left it."""
        connections.close_all()
        self._create(self.own, self.copy)

    def end(self) -> None:
        """Remove this process's."""
        connections.close_all()
        self._drop(self.own, self.copy)

    def end_run(self) -> None:
        """Remove what the processes shared."""
        self._drop(self.migrated)
        runtime_role.drop()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Work on another database for a while, that is as the migrations leave it, and is thrown away."""
        self._create(self.beside_it, self.copy)
        with _other(self.beside_it):
            yield
        self._drop(self.beside_it)

    def _create(self, name: str, template: str) -> None:
        self._drop(name)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    @staticmethod
    def _drop(*names: str) -> None:
        with connection._nodb_cursor() as cursor:
            for name in names:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _migrate(name: str) -> None:
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connections.close_all()


def _use(name: str) -> None:
    """The database of this process is called so, for its other threads too."""
    for place in (settings.DATABASES["default"], connection.settings_dict):
        place["NAME"] = place["TEST"]["NAME"] = name


@contextmanager
def _other(name: str) -> Iterator[None]:
    """Another connection in place of the default one, which may be in the middle of a transaction."""
    default: Any = connections["default"]
    other = type(default)({**default.settings_dict, "NAME": name}, "default")
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = default
