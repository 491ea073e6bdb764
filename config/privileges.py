"""What the program may do in PostgreSQL where it runs as another role than the one that owns the tables.

The owner migrates. The runtime role reads and writes rows: no tables, no triggers, no functions of its own, and on
append-only tables only SELECT and INSERT, so that the record is kept by privilege as well as by trigger.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _
from psycopg import sql

from permits.ledger.triggers import tables as append_only

READ_ONLY = ("django_migrations", "config_installation")


class BadRole(ValueError):
    """A role that could undo what it is denied; the message says why."""


def check_role(connection: BaseDatabaseWrapper, role: str) -> None:
    """Raises BadRole for a role that is not there, is a superuser, or is or belongs to the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s",
            [role],
        )
        row = cursor.fetchone()
    told = {"role": role, "sql": f"CREATE ROLE {role} LOGIN PASSWORD '…'"}
    if row is None:
        raise BadRole(_("There is no role %(role)s. Make it first: %(sql)s") % told)
    if row[0] or row[1]:
        raise BadRole(_("%(role)s is a superuser or may change roles: nothing can be denied to it.") % told)
    if row[2]:
        raise BadRole(
            _("%(role)s runs this command, or belongs to the role that does: run it as the owner of the tables.") % told
        )


def statements(connection: BaseDatabaseWrapper, role: str) -> Iterator[str]:
    """The SQL that leaves `role` with what the program needs and nothing else. Run again it changes nothing."""
    who = sql.Identifier(role)
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    guarded = append_only()
    for text in (
        "GRANT CONNECT ON DATABASE {database} TO {who}",
        "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {who}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {who}",
        "GRANT USAGE ON SCHEMA public TO {who}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {who}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {who}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}",
    ):
        yield sql.SQL(text).format(who=who, database=database).as_string()
    for table in guarded:
        yield sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), who).as_string()
    for table in READ_ONLY:
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), who).as_string()
