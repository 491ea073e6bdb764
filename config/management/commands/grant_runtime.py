"""`manage.py grant_runtime ROLE`: lets another PostgreSQL role than the owner run the program."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.privileges import BadRole, check_role, statements
from roles.commands import DatabaseCommand


class Command(DatabaseCommand):
    """Run as the owner, after each migrate: new tables are not the runtime role's before. With --print only shows."""

    help = "Gives a PostgreSQL role what the program needs at run time, and takes everything else from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", metavar="ROLE")
        parser.add_argument("--print", action="store_true", help="print the SQL instead of running it")

    def handle(self, *args: Any, **options: Any) -> None:
        """All of it or nothing."""
        if connection.vendor != "postgresql":
            raise CommandError(_("Only PostgreSQL has roles; who may read the file may do anything to SQLite."))
        if options["print"]:
            self.stdout.write(";\n".join(statements(connection, options["role"])) + ";")
            return
        try:
            check_role(connection, options["role"])
        except BadRole as error:
            raise CommandError(str(error)) from error
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements(connection, options["role"]):
                cursor.execute(statement)
        said = _("%(role)s may run the program, and may not rewrite the record.")
        self.stdout.write(said % {"role": options["role"]})
