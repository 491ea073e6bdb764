"""Log and tables read as of one instant, while people go on working: what they change is told of in both or neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
