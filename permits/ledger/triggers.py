"""What the database itself does, whoever writes: it refuses to rewrite the record, and stamps each change of the
reference data. Remade after every migrate: SQLite drops the triggers of a table without a word whenever a later
migration rebuilds it."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from msgspec import Struct

from permits.ledger import words
from roles.models import ReferenceStamp

log = logging.getLogger(__name__)
MESSAGE = "this record is append-only"
STAMPS = ReferenceStamp._meta.db_table
NEW_STAMP = {
    "postgresql": "UPDATE roles_referencestamp SET stamp = gen_random_uuid()::text",
    "sqlite": "UPDATE roles_referencestamp SET stamp = lower(hex(randomblob(16)))",
}
REFUSING, STAMPING = "permits_refuse_rewrite", "permits_stamp_change"
BODIES = {
    REFUSING: f" BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END ",
    STAMPING: " BEGIN"
    " IF coalesce(current_setting('permits.stamp', true), '') = '' THEN"
    f" {NEW_STAMP['postgresql']};"
    " END IF;"
    " PERFORM set_config('permits.stamp', gen_random_uuid()::text, true);"
    " RETURN NULL; END ",
}
"""The functions that triggers call in PostgreSQL. A transaction writes the stamp's row once, for the others; to itself
each further change is told by a setting that ends, and is undone, with it. Written at each change, the row would have a
thousand versions within one long transaction, and each change would go through all of them."""
EACH_ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32
"""As PostgreSQL keeps them in pg_trigger.tgtype."""


class Trigger(Struct, frozen=True):
    """One trigger as it must be: the statement that makes it, and what PostgreSQL then tells of it (`_FOUND`)."""

    table: str
    name: str
    sql: str
    told: tuple[object, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether it keeps the record from being rewritten."""
        return self.name.removeprefix(self.table).startswith("_no_")


def _refusals(table: str, vendor: str) -> list[Trigger]:
    if vendor == "sqlite":
        return [
            Trigger(table, name := f"{table}_no_{verb.lower()}",
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")
            for verb in ("UPDATE", "DELETE")
        ]  # fmt: skip
    return [
        Trigger(table, name := f"{table}_{end}",
                f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {REFUSING}()",
                (fires, "A", True, "", REFUSING, BODIES[REFUSING]))
        for end, events, each, fires in (
            ("no_rewrite", "UPDATE OR DELETE", "ROW", EACH_ROW | BEFORE | UPDATE | DELETE),
            ("no_truncate", "TRUNCATE", "STATEMENT", BEFORE | TRUNCATE),
        )
    ]  # fmt: skip


def _stamps(table: str, columns: tuple[str, ...], vendor: str) -> list[Trigger]:
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    if vendor == "sqlite":
        return [
            Trigger(table, name := f"{table}_stamp_{verb.partition(' ')[0].lower()}",
                    f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {NEW_STAMP[vendor]}; END")
            for verb in ("INSERT", update, "DELETE")
        ]  # fmt: skip
    name, events = f"{table}_stamp", f"INSERT OR DELETE OR {update} OR TRUNCATE"
    sql = f"CREATE TRIGGER {name} AFTER {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {STAMPING}()"
    fires = INSERT | DELETE | UPDATE | TRUNCATE
    return [Trigger(table, name, sql, (fires, "A", True, ",".join(sorted(columns)), STAMPING, BODIES[STAMPING]))]


def tables() -> list[str]:
    """Tables of the models that declare `append_only = True`."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


def _reference() -> dict[str, tuple[str, ...]]:
    """Tables of the models that declare `reference_data`, each with the columns whose update counts: none, all."""
    said = {model._meta.db_table: getattr(model, "reference_data", False) for model in apps.get_models()}
    return {table: () if columns is True else columns for table, columns in sorted(said.items()) if columns}


def _triggers(vendor: str) -> list[Trigger]:
    refusals = [trigger for table in tables() for trigger in _refusals(table, vendor)]
    return refusals + [one for table, columns in _reference().items() for one in _stamps(table, columns, vendor)]


def install(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """(Re)make the triggers of every guarded table that exists. Receiver of post_migrate."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if STAMPS not in present:  # migrated back to before there was one
            return
        if connection.vendor == "postgresql":
            for name, body in BODIES.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
                )
        for trigger in _triggers(connection.vendor):
            if trigger.table in present:
                _make(cursor, trigger, connection.vendor)
        cursor.execute(NEW_STAMP[connection.vendor])  # what a migration changed had no trigger to tell of it


def _make(cursor: Any, trigger: Trigger, vendor: str) -> None:
    on = f" ON {trigger.table}" if vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")
    cursor.execute(trigger.sql)
    if vendor == "postgresql":
        cursor.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}")


def tell_missing(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Receiver of pre_migrate: what `install` is about to mend is told first. Someone took these triggers away, because
    a migration's own doing is mended by the same migrate."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    for table in sorted({trigger.table for trigger in _missing(connection) if trigger.refuses}):
        if table in present:
            log.error(
                "The triggers that keep %s from being rewritten were missing, and are made anew. Find out who removed "
                "them, and run manage.py verify_ledger.", table,
            )  # fmt: skip


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Guarded tables without their triggers."""
    return sorted({trigger.table for trigger in _missing(connection)})


def _missing(connection: BaseDatabaseWrapper) -> list[Trigger]:
    """Those that are not there, or never fire."""
    on = {one[:2] for one in _found(connection) if connection.vendor == "sqlite" or one[2][1] == "A"}
    return [trigger for trigger in _triggers(connection.vendor) if (trigger.table, trigger.name) not in on]


def altered(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables with a trigger that is not one `install` makes: emptied, narrowed, off, or another, on whichever table."""
    vendor = connection.vendor
    made = {(one.table, one.name, one.told if vendor == "postgresql" else one.sql) for one in _triggers(vendor)}
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    unfed = set()
    if vendor == "sqlite":  # the index of words has a trigger, too, which may be missing with the whole index
        made.add((words.TABLE, f"{words.INDEX}_kept", words.TRIGGER))
        unfed = {words.TABLE} if words.unfed(connection) else set()
        ours |= {one[0] for one in _found(connection)}  # the file is ours alone: nothing else belongs into it
    return sorted(unfed | {one[0] for one in _found(connection) if one[0] in ours and one not in made})


def ruled(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables that the database answers for otherwise than as they are: a view stands in their place, which may tell the
    day and the night different things, a rule rewrites what is asked of them, or row security hides rows from some. The
    program makes none of them."""
    ours = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
            return [table for (table,) in cursor.fetchall() if table in ours]
        cursor.execute(_RULED, [ours])
        return [table for (table,) in cursor.fetchall()]


_RULED = """
    SELECT c.relname FROM pg_class c
    WHERE c.relname = ANY (%s) AND pg_table_is_visible(c.oid)
        AND (c.relkind NOT IN ('r', 'p') OR c.relrowsecurity
             OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid))
    ORDER BY 1
"""
"""A view that stands where a table was has its rule as well."""


_FOUND = """
    SELECT c.relname, t.tgname, t.tgtype, t.tgenabled, t.tgqual IS NULL,
        array_to_string(ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = t.tgrelid
                              AND a.attnum = ANY (t.tgattr::int2[]) ORDER BY a.attname::text), ','),
        p.proname, p.prosrc
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)
"""


def _found(connection: BaseDatabaseWrapper) -> list[tuple[str, str, Any]]:
    """Every trigger on a table that this connection writes to: its table, its name and what it does."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
            return cursor.fetchall()  # type: ignore[no-any-return]
        cursor.execute(_FOUND)
        return [(table, name, tuple(what)) for table, name, *what in cursor.fetchall()]
