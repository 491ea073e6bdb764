"""`manage.py backup DIR`: database, materials and certificates into a folder, while the site runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.backup import back_up
from roles.commands import DatabaseCommand


class Command(DatabaseCommand):
    """Exit code 1 where the copy could not be made, and, after it is made, where a file lacks or the record is not
    whole."""

    help = "Copies what cannot be made anew into an empty folder; keys of seals and settings are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each material is compared with its hash as it is copied; then the record is verified."""
        said = back_up(options["folder"])
        told = said | {"folder": options["folder"]}
        self.stdout.write(_("%(cases)s cases, %(acts)s acts, %(files)s files → %(folder)s") % told)
        for what in said["lacking"]:
            self.stderr.write(what)
        if many := len(said["lacking"]):
            words = ngettext(
                "%(count)s file is missing or was changed; all else is in the backup.",
                "%(count)s files are missing or were changed; all else is in the backup.",
                many,
            )
            self.stderr.write(words % {"count": many})
        call_command("verify_ledger", stdout=self.stdout)
        if many:  # also of a file that the verification does not look at
            raise CommandError(words % {"count": many})
