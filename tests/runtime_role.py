"""On PostgreSQL the tests run as the runtime role: no tables, no triggers, nothing rewritten in what is only added to.

The owner makes the database of a run and grants to a role of that run what `grant_runtime` grants (docs/operations.md);
each connection then becomes that role. A test that does what only the owner may (migrate, take a backup, drop a trigger
to see that tampering is found, be refused by the trigger rather than by the privilege) has the mark `owner`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.backends.signals import connection_created

from tests.run import RUN

ROLE = f"permits_run_{RUN.name[-8:]}"
NO_DATABASE = "__no_db__"


class Standing:
    """As whom connections are made now."""

    granted = False
    owner = False


def make() -> None:
    """The role of this run, and what it may in the database that is open now. As the owner."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
    call_command("grant_runtime", ROLE, stdout=io.StringIO())


def drop() -> None:
    """Away with the role, after every database it has rights in."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")


def begin() -> None:
    """From now on connections are the runtime role's, but for tests of the owner."""
    Standing.granted = True
    connection_created.connect(_become, dispatch_uid="tests.runtime_role")


def stand(*, owner: bool) -> None:
    """Before a test: as whom its connections work, an open one as well."""
    Standing.owner = owner
    if Standing.granted and connection.connection is not None:
        _become(None, connection)


@contextmanager
def as_owner() -> Iterator[None]:
    """What prepares a test and is no part of it."""
    before = Standing.owner
    stand(owner=True)
    try:
        yield
    finally:
        stand(owner=before)


def _become(sender: object, connection: Any, **more: object) -> None:
    """On the driver's own connection: between tests Django's may not be used."""
    if connection.vendor == "postgresql" and connection.alias != NO_DATABASE:
        connection.connection.execute("RESET ROLE" if Standing.owner else f"SET ROLE {ROLE}")
