"""Rows into the database, many at once: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

Rows = dict[type[models.Model], list[list[Any]]]


class Writer:
    """Keeps rows until `flush` and writes them in one transaction, in a thread with a connection of its own: while the
    database takes some in, the next are made."""

    def __init__(self) -> None:
        self.rows: Rows = defaultdict(list)
        self.written: dict[type[models.Model], int] = defaultdict(int)
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._under_way: Future[None] | None = None

    def add(self, model: type[models.Model], row: list[Any]) -> None:
        """One more row, its columns in the model's order."""
        self.rows[model].append(row)

    def flush(self) -> None:
        """Begin to write what was added. Raises what befell the rows flushed before."""
        self._wait()
        self._under_way = self._thread.submit(write, self.rows)
        for model, rows in self.rows.items():
            self.written[model] += len(rows)
        self.rows = defaultdict(list)

    def finish(self) -> None:
        """Write the rest, let the tables count on from the highest key and the planner know them."""
        self.flush()
        self._wait()
        self._thread.submit(_close).result()
        self._thread.shutdown()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.written)):
                cursor.execute(statement)
            cursor.execute("ANALYZE")

    def _wait(self) -> None:
        if self._under_way:
            self._under_way.result()


def write(every: Rows) -> None:
    """The rows, by model, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in every.items():
            names = ", ".join(connection.ops.quote_name(one.column) for one in model._meta.concrete_fields)
            table = connection.ops.quote_name(model._meta.db_table)
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def _close() -> None:
    connection.close()  # that of the thread which asks
