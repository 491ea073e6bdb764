"""Where the loader may write at all."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from permits.models import Application
from roles.models import Person

WORD = "bench"


class Refused(Exception):
    """The database is not one to fill with made-up cases; the message says why."""


def refuse_unless_named_for_benchmarks() -> str:
    """The database's name. Raises Refused unless it contains "bench".

    The name of a SQLite database is that of its file, whatever its folder is called.
    """
    name = Path(str(connection.settings_dict["NAME"])).name
    if WORD not in name:
        raise Refused(f"Made-up cases are written only into a database whose name contains “{WORD}”, not into {name}.")
    return name


def refuse_unless_for_benchmarks() -> None:
    """Raises Refused unless the database is named so, has its tables, and has neither people nor cases."""
    name = refuse_unless_named_for_benchmarks()
    if Application._meta.db_table not in connection.introspection.table_names():
        raise Refused(f"{name} has no tables: run `manage.py migrate` on it first.")
    for model in (Application, Person):
        if model._default_manager.exists():
            raise Refused(f"{name} is not empty: there are {model._meta.verbose_name_plural} already.")
