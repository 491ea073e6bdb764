"""`manage.py restore DIR`: a backup into an empty database, and proof that it is whole."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.backup import counted, lacking, restore


class Command(BaseCommand):
    """Exit code 1 where the folder is no whole backup, the database is not empty, or what came back is not whole."""

    help = "Restores a backup into an empty database and the storage of materials, then verifies both."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, name what is lacking, verify the record."""
        said = restore(options["folder"])
        self.stdout.write(_("%(cases)s cases, %(acts)s acts, %(files)s files of %(made_at)s") % (said | counted()))
        wrong = list(lacking(said))
        for what in wrong:
            self.stderr.write(what)
        call_command("verify_ledger", stdout=self.stdout)
        if wrong:
            told = ngettext(
                "%(count)s file of the backup is missing or was changed; all else is restored.",
                "%(count)s files of the backup are missing or were changed; all else is restored.",
                len(wrong),
            )
            raise CommandError(told % {"count": len(wrong)})
