"""Tables without what each row written costs: indexes and foreign keys are taken away and made again at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, models

WORDS = ("act_said_trigram", "act_said_pairs")
"""The indexes of what is said in acts: half a millisecond an act, most of what a load of many cases takes."""
AT_ONCE = 2
MEMORY = "1GB"

_INDEXES = """
    SELECT format('DROP INDEX %%I', i.relname), pg_get_indexdef(i.oid), i.relname
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relname = ANY(%s) AND NOT x.indisunique
    ORDER BY pg_relation_size(t.oid) DESC
"""
_KEYS = """
    SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', t.relname, c.conname),
           format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, c.conname, pg_get_constraintdef(c.oid)),
           c.conname
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relname = ANY(%s) AND c.contype = 'f'
"""


@contextmanager
def bare(written: Sequence[type[models.Model]], *, words: bool = True) -> Iterator[None]:
    """Within it the tables of `written` have but their unique indexes; afterwards all they had, each row checked again.

    PostgreSQL only, elsewhere nothing happens. Without `words` the indexes of what is said in acts stay away: the
    search for words is then not what it is elsewhere. Where the block raises, the database stays bare: drop it.
    """
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in written]
    keys, indexes = _found(_KEYS, tables), _found(_INDEXES, tables)
    for away, _again, _name in keys + indexes:
        _run([away])
    yield
    _run(["ANALYZE"])
    again = [[made] for _away, made, name in indexes if words or name not in WORDS]
    with ThreadPoolExecutor(AT_ONCE) as threads:  # an index is made by one core
        list(threads.map(_run_apart, again))
    _run([again for _away, again, _name in keys])  # each locks two tables: one after the other


def _found(question: str, tables: list[str]) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(question, [tables])
        return cursor.fetchall()


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [MEMORY])
        cursor.execute("SELECT set_config('statement_timeout', '0', false)")
        for statement in statements:
            cursor.execute(statement)


def _run_apart(statements: list[str]) -> None:
    try:
        _run(statements)
    finally:
        connection.close()  # that of this thread
