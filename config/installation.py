"""Which installation this is: a mark in the var directory, and the same key in the database.

A lost environment would else open another, empty database and serve it as if nothing had happened. A start whose
database is not the one the mark names is refused. In a local installation the database may be begun anew.
"""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

from config.environment import LOCAL, PRODUCTION
from config.models import Installation
from config.pending import pending_migrations
from roles.faults import in_words

MAY_MIGRATE: Final = """
    SELECT current_user, has_schema_privilege(current_schema(), 'CREATE') OR EXISTS (
        SELECT FROM pg_class WHERE oid = to_regclass('django_migrations') AND pg_has_role(relowner, 'USAGE')
    )
"""


class WrongInstallation(CommandError):
    """The database is not the one this var directory belongs to, is not up to this version of the program, or this role
    may not bring it there."""


def kind() -> str:
    """What the settings make of this installation."""
    return LOCAL if settings.LOCAL else PRODUCTION


def marked() -> UUID | None:
    """The key in the var directory's mark; None before the first migrate."""
    try:
        return UUID(json.loads(settings.INSTALLATION_MARK.read_text("utf-8"))["key"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongInstallation(
            _("%(file)s cannot be read: %(why)s") % {"file": settings.INSTALLATION_MARK, "why": in_words(error)}
        ) from error


def refuse_other(sender: Any = None, using: str = "default", **_kwargs: Any) -> None:
    """Raises WrongInstallation where the database is another's. Receiver of pre_migrate: before anything is written."""
    connection, mark = connections[using], marked()
    with connection.cursor() as cursor:
        there = Installation._meta.db_table in connection.introspection.table_names(cursor)
    row = Installation.objects.using(using).first() if there else None
    if row and row.kind != kind():
        if settings.LOCAL:
            raise WrongInstallation(_("This database belongs to a production installation; these settings are local."))
        raise WrongInstallation(_("This database belongs to a local installation; these settings are for production."))
    if settings.LOCAL or mark is None or (row and row.key == mark):
        return
    found = _("is that of installation %(key)s") % {"key": row.key} if row else _("is empty or of no installation")
    told = _(
        "%(file)s says that this is installation %(key)s, but the database %(found)s. Look at DATABASE_URL and "
        "VAR_DIR. To begin anew on purpose, remove that file."
    )
    raise WrongInstallation(told % {"file": settings.INSTALLATION_MARK, "key": mark, "found": found})


def refuse_who_may_not_migrate(sender: Any = None, using: str = "default", plan: Any = (), **_kwargs: Any) -> None:
    """Raises WrongInstallation where something is to be migrated, and this role neither may make a table nor owns
    those that are there, as the one that runs the program. Receiver of pre_migrate."""
    connection = connections[using]
    if connection.vendor != "postgresql" or not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute(MAY_MIGRATE)
        role, may = cursor.fetchone()
    if not may:
        told = _(
            "The role %(role)s may not change tables: migrate with the DATABASE_URL of their owner "
            "(docs/operations.md)."
        )
        raise WrongInstallation(told % {"role": role})


def enter(sender: Any = None, using: str = "default", **_kwargs: Any) -> None:
    """Receiver of post_migrate: gives a new database its key, and the var directory its mark."""
    manager = Installation.objects.using(using)
    row = manager.first() or manager.create(key=marked() or uuid4(), kind=kind())
    if marked() == row.key:
        return
    text = json.dumps({"key": str(row.key), "kind": row.kind}) + "\n"
    try:
        settings.INSTALLATION_MARK.parent.mkdir(parents=True, exist_ok=True)
        settings.INSTALLATION_MARK.write_text(text, "utf-8")
    except OSError as error:
        raise WrongInstallation(
            _("%(file)s cannot be written: %(why)s") % {"file": settings.INSTALLATION_MARK, "why": in_words(error)}
        ) from error


def refuse_unmigrated() -> None:
    """Raises WrongInstallation unless the database is this installation's and as this version of the program needs it,
    DatabaseError where it cannot be reached."""
    refuse_other()
    if missing := pending_migrations():
        told = _("Migrations not applied: %(n)s, %(first)s first. Run manage.py migrate.")
        raise WrongInstallation(told % {"n": len(missing), "first": missing[0]})


def refuse_unready() -> None:
    """What serves or works off jobs begins with; raises as `refuse_unmigrated`."""
    refuse_unmigrated()
    enter()  # of several machines each has its own var directory


def refuse_command(sender: Any = None, **_kwargs: Any) -> None:
    """Receiver of `database_needed`: WrongInstallation also where the database cannot be reached, in words."""
    try:
        refuse_unmigrated()
    except DatabaseError as error:
        told = _("The database cannot be reached: %(problem)s") % {"problem": str(error).partition("\n")[0]}
        raise WrongInstallation(told) from error
