"""Running numbers without gaps: the row is locked while it counts, and a rolled-back act gives its number back."""

from __future__ import annotations

from django.db import connection

from permits.models.document import NumberSequence


def take_number(prefix: str, year: int) -> int:
    """The next number under `prefix` in `year`, from 1. Call inside the transaction that uses it.

    One statement, because an act takes up to four numbers and the model's own way costs five queries for each. It locks
    the row until the transaction ends, the first of a year too: who comes meanwhile waits, and counts from what stands
    then. Needs PostgreSQL, or SQLite 3.35 (March 2021) for RETURNING.
    """
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (prefix, year, last) VALUES (%s, %s, 1)"  # noqa: S608 - the table's own name
            f" ON CONFLICT (prefix, year) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [prefix, year],
        )
        (last,) = cursor.fetchone()
    return int(last)
