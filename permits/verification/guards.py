"""That the database itself still refuses to rewrite the record."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.ledger.triggers import altered, missing, ruled, tables
from permits.verification.registry import Problem, once


@once("triggers", gettext_lazy("guards of the database"))
def triggers() -> Iterator[Problem]:
    """Each guarded table has its triggers, they do what they were made to do, and no table has others or rules."""
    gone = missing(connection)
    for table in gone:
        yield Problem("triggers", table, _("The triggers of %(table)s are missing.") % {"table": table})
    for table in altered(connection):
        if table not in gone:
            yield Problem("triggers", table, _("The triggers of %(table)s were altered.") % {"table": table})
    for table in ruled(connection):
        told = _("The database answers for %(table)s by a view, a rule or row security.") % {"table": table}
        yield Problem("triggers", table, told)


_COULD_REWRITE = """
    SELECT r.rolname, c.relname, p.name
    FROM pg_roles r, pg_class c, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p (name)
    WHERE c.oid = ANY (%(tables)s::regclass[]) AND NOT r.rolsuper AND r.rolname NOT LIKE 'pg\\_%%'
      AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER')
      AND CASE p.name WHEN 'UPDATE' THEN has_any_column_privilege(r.oid, c.oid, 'UPDATE')
                      ELSE has_table_privilege(r.oid, c.oid, p.name) END
    ORDER BY 1, 2, 3
"""
_COULD_MAKE_OBJECTS = """
    SELECT DISTINCT r.rolname
    FROM pg_roles r, pg_class c
    WHERE c.oid = ANY (%(tables)s::regclass[]) AND NOT r.rolsuper AND r.rolname NOT LIKE 'pg\\_%%'
      AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER')
      AND has_table_privilege(r.oid, c.oid, 'INSERT') AND has_schema_privilege(r.oid, c.relnamespace, 'CREATE')
    ORDER BY 1
"""


@once("privileges", gettext_lazy("rights in the database"))
def privileges() -> Iterator[Problem]:
    """No role but the owner of the tables may rewrite a guarded one, nor make tables or functions beside them. SQLite
    has no roles; a superuser, and the owner, can be denied nothing."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(_COULD_REWRITE, {"tables": tables()})
        for role, table, verb in cursor.fetchall():
            told = {"role": role, "verb": verb, "table": table}
            yield Problem("privileges", role, _("The role %(role)s may %(verb)s on %(table)s.") % told)
        cursor.execute(_COULD_MAKE_OBJECTS, {"tables": tables()})
        for (role,) in cursor.fetchall():
            told = {"role": role}
            yield Problem("privileges", role, _("The role %(role)s may make tables and functions.") % told)
