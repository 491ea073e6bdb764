"""The database itself refuses to rewrite the record. Remade after every migrate: SQLite drops the triggers of a table
without a word whenever a later migration rebuilds it."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from permits import words

log = logging.getLogger(__name__)
MESSAGE = "this record is append-only"


BODY = f" BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END "
EACH_ROW_BEFORE_UPDATE_OR_DELETE, BEFORE_TRUNCATE = 1 + 2 + 8 + 16, 2 + 32
"""As PostgreSQL keeps them in pg_trigger.tgtype."""


def _sqlite(table: str) -> list[str]:
    return [
        statement
        for verb in ("UPDATE", "DELETE")
        for statement in (
            f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}",
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        )
    ]


def _postgresql(table: str) -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION permits_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $body${BODY}$body$"
    )
    statements = [function]
    for name, events, each in (
        (f"{table}_no_rewrite", "UPDATE OR DELETE", "ROW"),
        (f"{table}_no_truncate", "TRUNCATE", "STATEMENT"),
    ):
        statements += [
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION permits_refuse_rewrite()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        ]
    return statements


def tables() -> list[str]:
    """Tables of the models that declare `append_only = True`."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


def install(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """(Re)make the triggers of every guarded table that exists. Receiver of post_migrate."""
    connection = connections[using]
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in tables():
            if table in present:
                for statement in make(table):
                    cursor.execute(statement)


def tell_missing(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Receiver of pre_migrate: what `install` is about to mend is told first. Someone took these triggers away, because
    a migration's own doing is mended by the same migrate."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    for table in missing(connection):
        if table in present:
            log.error(
                "The triggers that keep %s from being rewritten were missing, and are made anew. Find out who removed "
                "them, and run manage.py verify_ledger.", table,
            )  # fmt: skip


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Guarded tables without their triggers."""
    sql = (
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled = 'A'"
        if connection.vendor == "postgresql"
        else "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE tbl_name || '_no_%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = [row[0] for row in cursor.fetchall()]
    return [table for table in tables() if found.count(table) < 2]


def altered(connection: BaseDatabaseWrapper) -> list[str]:
    """Guarded tables with a trigger of the right name that is not what `install` makes: emptied, narrowed or off."""
    return (_altered_postgresql if connection.vendor == "postgresql" else _altered_sqlite)(connection)


def _altered_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = cursor.fetchall()
    made = {table: {sql for sql in _sqlite(table) if sql.startswith("CREATE")} for table in tables()}
    made[words.TABLE].add(words.TRIGGER)
    wrong = {table for table, sql in found if table in made and sql not in made[table]}
    return sorted(wrong | ({words.TABLE} if words.unfed(connection) else set()))


def _altered_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgtype, t.tgenabled, t.tgqual IS NULL AND t.tgattr = '', p.proname, p.prosrc"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal"
        )
        found = cursor.fetchall()
    guarded = set(tables())
    return sorted({table for table, name, *made in found if table in guarded and tuple(made) != _made(table, name)})


def _made(table: str, name: str) -> tuple[object, ...]:
    each = EACH_ROW_BEFORE_UPDATE_OR_DELETE if name == f"{table}_no_rewrite" else BEFORE_TRUNCATE
    return each, "A", True, "permits_refuse_rewrite", BODY
