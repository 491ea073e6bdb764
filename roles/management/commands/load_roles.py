"""Loads the role matrix and says what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from roles.matrix.load import CHANGES, DATA, Report, load_roles
from roles.matrix.read import BadMatrix


class Command(BaseCommand):
    help = "Loads places, documents, agencies and mandates from YAML; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dir", type=Path, default=DATA, help="folder of the YAML files (default: roles/data)")

        parser.add_argument(
            "--without", action="append", default=[], metavar="KIND", help="leave the rows of a kind as they are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["dir"]
        if not directory.is_dir():
            raise CommandError(_("There is no folder %(path)s.") % {"path": directory})
        try:
            report = load_roles(directory, without=options["without"])
        except BadMatrix as bad:
            raise CommandError(
                "\n".join([_("Nothing was loaded."), *(str(problem) for problem in bad.problems)])
            ) from bad
        self._tell(report, options["verbosity"])

    def _tell(self, report: Report, verbosity: int) -> None:
        for warning in report.warnings:
            self.stderr.write(self.style.WARNING(_("Warning: %(text)s") % {"text": warning}))
        for table, keys in report.tables.items():
            counts = ", ".join(f"{len(keys[change])} {change}" for change in CHANGES if keys[change])
            self.stdout.write(f"{table}: {counts}")
            for change in ("created", "updated", "ended") if verbosity > 1 else ("ended",):
                for key in keys[change]:
                    self.stdout.write(f"  {change}: {key}")
        if not report.changed:
            self.stdout.write(_("Nothing changed."))
