"""That the database itself still refuses to rewrite the record."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.ledger.triggers import altered, missing
from permits.verification.registry import Problem, once


@once("triggers", gettext_lazy("guards of the database"))
def triggers() -> Iterator[Problem]:
    """Each guarded table has its triggers, and they do what they were made to do."""
    gone = missing(connection)
    for table in gone:
        yield Problem("triggers", table, _("The triggers of %(table)s are missing.") % {"table": table})
    for table in altered(connection):
        if table not in gone:
            yield Problem("triggers", table, _("The triggers of %(table)s were altered.") % {"table": table})
