"""Reading aside: what a page of the auditor's desk reads may come from a copy of the database, a replica.

Only what a view marks (`permits.database.replica.reads_aside`) is read there. Everything else stays at first hand:
whatever is written, sessions and what else belongs to no part of this program, and who may do what, which
`at_first_hand` asks while a page is read aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from msgspec import Struct

REPLICA: Final = "replica"
"""Its name in DATABASES, where an installation has one (`REPLICA_URL`)."""


class Copy(Struct, frozen=True):
    """What was committed until `as_of` is in it; `behind` in seconds by the first server's clock, 0 where it lacks
    nothing."""

    as_of: datetime
    behind: float


_copy: ContextVar[Copy | None] = ContextVar("the copy that is read", default=None)


def copy_read() -> Copy | None:
    """The copy that is read here and now; None at first hand."""
    return _copy.get()


def alias() -> str:
    """The database that is read here and now, for who writes SQL of its own."""
    return DEFAULT_DB_ALIAS if _copy.get() is None else REPLICA


@contextmanager
def reading(copy: Copy | None) -> Iterator[None]:
    """Within it the rows of this program are read from the copy; with None, at first hand."""
    token = _copy.set(copy)
    try:
        yield
    finally:
        _copy.reset(token)


@contextmanager
def at_first_hand() -> Iterator[None]:
    """Within it, or in the function it decorates, rows are those of this instant, also while a page is read aside."""
    with reading(None):
        yield


class AsideRouter:
    """Sends reads where `reading` says, and writes to the first server. It stands only where there is a replica.

    It never leaves the choice to Django, which would read what belongs to a row from where the row came from, also when
    the page is done with the copy.
    """

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return alias() if _own(model) else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # a row of the copy is the row

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def _own(model: type[Model]) -> bool:
    """Whether the rows are this program's: none of sessions, log-ins, counted attempts and queued jobs."""
    return model.__module__.startswith(("roles.", "permits.", "workflows."))
