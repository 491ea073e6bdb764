"""The databases of a run: migrated once, copied for each process, and put back from the copy after a test that commits.

The table of acts refuses UPDATE, DELETE and TRUNCATE by triggers, so Django's flush after a transactional test cannot
work, and a bypass would be a hole in what is tested. Instead the database is put back from a copy of it as it was
before the first test: on SQLite by its backup interface, page by page, on PostgreSQL by `CREATE DATABASE … TEMPLATE`.

Each process has its own databases, in files on SQLite: so several runs, xdist workers, server threads and the processes
of a race do not meet, and a lock behaves as it does in real use. It has one for each beginning its tests ask for: "" is
what the migrations leave, another what was written beside that, once in a run (tests/prepared.py).
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, connections

from tests import runtime_role
from tests.run import RUN, SCRATCH, WORKER, alone


def databases() -> Databases:
    """Those of the engine in use."""
    return SqliteFiles() if connection.vendor == "sqlite" else PostgresDatabases()


class Databases(ABC):
    """Those of this process, of which one is in use, and those of the run that they are copied from."""

    begun: ClassVar[bool] = False
    beginning: ClassVar[str] = ""
    """Of the database in use."""
    _made: ClassVar[set[str]] = set()

    def begin(self) -> None:
        """This process's database, as the migrations leave it."""
        self._make("", self._migrate)
        _use(self._own(""))
        Databases.begun = True

    def stand_on(self, beginning: str, fill: Callable[[], None]) -> None:
        """From now on the database of that beginning is in use: one into which `fill` wrote."""
        if beginning == self.beginning:
            return

        def filled() -> None:
            self._copy(self._shared(""), self._shared(beginning))
            with self._at(self._shared(beginning)):
                fill()

        self._make(beginning, filled)
        connections.close_all()
        _use(self._own(beginning))
        Databases.beginning = beginning

    def restore(self) -> None:
        """Put the database in use back as it was before the first test."""
        connections.close_all()
        self._copy(self._template(self.beginning), self._own(self.beginning))

    def end(self) -> None:
        """Remove those of this process."""
        connections.close_all()
        for beginning in self._made:
            self._drop(self._own(beginning), self._template(beginning))

    @abstractmethod
    def end_run(self) -> None:
        """Remove those of the run."""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Work on another database for a while, that is as the migrations leave it, and is thrown away."""
        name = self._own("beside")
        self._copy(self._template(""), name)
        with self._at(name):
            yield
        self._drop(name)

    @contextmanager
    def _at(self, name: str) -> Iterator[None]:
        """Another connection in place of the default one, which may be in the middle of a transaction."""
        default: Any = connections["default"]
        other = type(default)({**default.settings_dict, "NAME": name}, "default")
        beginning = self.beginning
        connections["default"], Databases.beginning = other, ""
        try:
            yield
        finally:
            other.close()
            connections["default"], Databases.beginning = default, beginning

    def _make(self, beginning: str, share: Callable[[], None]) -> None:
        """This process's database of that beginning; the first process of the run makes the one it is copied from."""
        if beginning in self._made:
            return
        shared = RUN / f"shared-{beginning}"
        with alone("database"):
            if not shared.exists():
                share()
                shared.touch()
            if self._template(beginning) != self._shared(beginning):
                self._copy(self._shared(beginning), self._template(beginning))
        self._copy(self._template(beginning), self._own(beginning))
        self._made.add(beginning)

    def _migrate(self) -> None:
        connection.settings_dict["TEST"]["NAME"] = self._shared("")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connections.close_all()

    @abstractmethod
    def _shared(self, beginning: str) -> str:
        """The name of the run's database."""

    @abstractmethod
    def _own(self, beginning: str) -> str:
        """The name of this process's."""

    @abstractmethod
    def _template(self, beginning: str) -> str:
        """The name of what that is put back from."""

    @abstractmethod
    def _copy(self, source: str, target: str) -> None:
        """Make `target` what `source` is, whatever it was."""

    @abstractmethod
    def _drop(self, *names: str) -> None:
        """Remove databases, if they are there."""


class SqliteFiles(Databases):
    def end_run(self) -> None:
        """Nothing to do: the folder goes with the run."""

    def _shared(self, beginning: str) -> str:
        return str(RUN / f"database-{beginning}")

    _template = _shared

    def _own(self, beginning: str) -> str:
        return str(SCRATCH / f"database-{beginning}")

    def _copy(self, source: str, target: str) -> None:
        with sqlite3.connect(source) as before, sqlite3.connect(target, timeout=30) as after:
            before.backup(after)
        before.close()
        after.close()

    def _drop(self, *names: str) -> None:
        for name in names:
            if Path(name).is_relative_to(SCRATCH):  # what others copy from stays
                Path(name).unlink(missing_ok=True)


class PostgresDatabases(Databases):
    """Each process has a template of its own: no two may copy one at once."""

    def __init__(self) -> None:
        name = connections.settings["default"]["NAME"].removeprefix("test_").partition("__")[0]
        self.run = f"test_{name}__{RUN.name[-8:]}"

    def begin(self) -> None:
        """As elsewhere; from now on connections are the runtime role's."""
        super().begin()
        runtime_role.begin()

    def end_run(self) -> None:
        """Databases and role."""
        self._drop(*(self._shared(mark.name.partition("-")[2]) for mark in RUN.glob("shared-*")))
        runtime_role.drop()

    def _migrate(self) -> None:
        super()._migrate()
        runtime_role.make()
        connections.close_all()

    def _shared(self, beginning: str) -> str:
        return f"{self.run}{beginning}"

    def _own(self, beginning: str) -> str:
        return f"{self.run}_{WORKER}{beginning}"

    def _template(self, beginning: str) -> str:
        return f"{self._own(beginning)}_copy"

    def _copy(self, source: str, target: str) -> None:
        self._drop(target)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _drop(self, *names: str) -> None:
        with connection._nodb_cursor() as cursor:
            for name in names:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    """The database of this process is called so, for its other threads too."""
    for place in (settings.DATABASES["default"], connection.settings_dict):
        place["NAME"] = place["TEST"]["NAME"] = name
