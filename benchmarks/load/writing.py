"""Rows into the database, many at once: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction


class Writer:
    """Keeps rows until `flush`, and writes them in one transaction."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[list[Any]]] = defaultdict(list)
        self.written: dict[type[models.Model], int] = defaultdict(int)

    def add(self, model: type[models.Model], row: list[Any]) -> None:
        """One more row, its columns in the model's order."""
        self.rows[model].append(row)

    def flush(self) -> None:
        """Write what was added."""
        with transaction.atomic(), connection.cursor() as cursor:
            for model, rows in self.rows.items():
                names = ", ".join(connection.ops.quote_name(one.column) for one in model._meta.concrete_fields)
                table = connection.ops.quote_name(model._meta.db_table)
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
                else:
                    marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
                    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
                self.written[model] += len(rows)
        self.rows.clear()

    def finish(self) -> None:
        """Let the tables count on from the highest key."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.written)):
                cursor.execute(statement)
            cursor.execute("ANALYZE")
