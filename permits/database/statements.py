"""How long the database may work on one statement: who asked for too much is told to narrow it, and nobody waits.

Only PostgreSQL can be told; SQLite works on until it is done. A web process sets a bound for all it asks
(config/wsgi.py), a page with a search of its own a shorter one here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connections, transaction

from roles.aside import alias

SEARCH_SECONDS: Final = 8
"""For a page that searches or counts by what a person typed."""
PAGE_SECONDS: Final = 20
"""For every other statement of a web process: below what the server in front waits."""
_CANCELED: Final = "57014"  # query_canceled, in whatever language the server's messages are


@contextmanager
def within_time(seconds: int = SEARCH_SECONDS) -> Iterator[None]:
    """A transaction in which the database itself stops what takes longer, with the OperationalError `took_too_long`
    knows. It is one of the database that is read here and now."""
    database = connections[alias()]
    with transaction.atomic(using=database.alias):
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])
        yield


def took_too_long(error: OperationalError) -> bool:
    """Whether the database stopped a statement because its time was over."""
    return getattr(error.__cause__, "sqlstate", None) == _CANCELED
