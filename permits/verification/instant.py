"""Log and tables read as of one instant, while people go on working: what they change is told of in both or neither.

And how such much reading is made cheap: moments are read by compiled code, and garbage is looked for once, at the end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_instant() -> Iterator[None]:
    """Within it PostgreSQL shows every table as it stood at the first look; nothing can be written.

    Where a transaction is under way already, and on SQLite, which has one file and few people, it does nothing.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def much_reading() -> Iterator[None]:
    """For the reading of one batch. Python looks for garbage whenever it made so many objects, through all there are,
    and finds none while a batch is held: a sixth of the whole. Its own rings are freed at the end."""
    looked = gc.isenabled()
    gc.disable()
    try:
        with _quick_moments():
            yield
    finally:
        gc.collect(0)  # what was made since
        if looked:
            gc.enable()


@contextmanager
def _quick_moments() -> Iterator[None]:
    """Moments of PostgreSQL read by one compiled function, where Django's reader takes its time in Python; a database
    whose sessions are not in UTC keeps Django's."""
    if connection.vendor != "postgresql" or connection.timezone != UTC:
        yield
        return
    connection.ensure_connection()
    adapters: Any = connection.connection.adapters
    from psycopg.postgres import types
    from psycopg.pq import Format  # SQLite needs none of it

    before = adapters.get_loader(types["timestamptz"].oid, Format.TEXT)
    adapters.register_loader("timestamptz", _quick())
    try:
        yield
    finally:
        adapters.register_loader("timestamptz", before)


@cache
def _quick() -> type:
    from psycopg.types.datetime import TimestamptzLoader  # SQLite needs none of it

    class Quick(TimestamptzLoader):
        """Gives what Django's gives. `timezone` is asked for by Django's cursors."""

        timezone = UTC

        def load(self, data: Any) -> datetime:
            try:
                return datetime.fromisoformat(str(data, "ascii"))
            except ValueError:  # before the year 1, after 9999: psycopg knows what to say
                return super().load(data).replace(tzinfo=UTC)

    return Quick
