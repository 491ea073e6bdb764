"""Tables whose triggers somebody with the database's password took away, as a test of what is found then needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from permits.ledger import triggers


@contextmanager
def unguarded_tables(tables: Iterable[str]) -> Iterator[None]:
    """The triggers of these tables are gone, and are put back afterwards."""
    sqlite = connection.vendor == "sqlite"
    names = ("no_update", "no_delete") if sqlite else ("no_rewrite", "no_truncate")
    with connection.cursor() as cursor:
        for table in tables:
            for name in names:
                cursor.execute(f"DROP TRIGGER {table}_{name}{'' if sqlite else f' ON {table}'}")
    yield
    guard_again()


def guard_again() -> None:
    """The triggers, once PostgreSQL has no check pending: it alters no table that has one."""
    connection.check_constraints()
    triggers.install()
