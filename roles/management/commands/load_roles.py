"""Loads the role matrix and says what changed; in production the first edition only: others are applied on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from roles.commands import DatabaseCommand
from roles.editions import apply, for_the_administrator
from roles.matrix.load import CHANGES, Report, load_roles, read_matrix
from roles.matrix.read import BadMatrix
from roles.matrix.record import keep_first_edition

WORDS = {
    "created": pgettext_lazy("row of the matrix", "created"),
    "updated": pgettext_lazy("row of the matrix", "updated"),
    "unchanged": pgettext_lazy("row of the matrix", "unchanged"),
    "ended": pgettext_lazy("row of the matrix", "ended"),
    "kept": pgettext_lazy("row of the matrix", "kept"),
}
"""What a load does to a row, as it is told. Tables and fields keep the names they have in the files."""


class Command(DatabaseCommand):
    help = "Loads places, documents, agencies and mandates from YAML; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.ROLES_DIR
        parser.add_argument("--dir", type=Path, default=default, help=f"folder of the YAML files (default: {default})")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument(
            "--first", action="store_true", help="for start-up: a further edition waits for its page, and is no error"
        )
        parser.add_argument(
            "--without", action="append", default=[], metavar="KIND", help="leave the rows of a kind as they are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["dir"]
        if not directory.is_dir():
            raise CommandError(_("There is no folder %(path)s.") % {"path": directory})
        try:
            self._check(directory, options["without"])
            report = self._load(directory, options)
        except BadMatrix as bad:
            raise CommandError(
                "\n".join([_("Nothing was loaded."), *(str(problem) for problem in bad.problems)])
            ) from bad
        self._tell(report, options["verbosity"])
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))

    def _check(self, directory: Path, without: list[str]) -> None:
        """A misspelt kind would leave nothing out, and be kept with the edition."""
        kinds = {row.values["kind"] for row in read_matrix(directory).mandates} if without else set()
        if unknown := sorted(set(without) - kinds):
            told = {"kind": ", ".join(unknown), "kinds": ", ".join(sorted(kinds - {""}))}
            raise CommandError(_("No duty is one of the kind %(kind)s. Kinds: %(kinds)s") % told)

    def _load(self, directory: Path, options: dict[str, Any]) -> Report:
        """Raises CommandError where the edition is another's to apply, would change something and is not `--first`."""
        if not options["dry_run"] and not for_the_administrator():
            return apply(by=None, directory=directory, without=options["without"])
        report = load_roles(directory, without=options["without"], dry_run=True)
        if options["dry_run"]:
            return report
        if report.changed:
            waits = _("Nothing was loaded: the system administrator applies a new edition, on the page “%(page)s”.") % {
                "page": _("Edition of the role matrix")
            }
            if not options["first"]:
                self._tell(report, 1)
                raise CommandError(waits)
            self.stderr.write(self.style.WARNING(waits))
        else:
            keep_first_edition()
        return report

    def _tell(self, report: Report, verbosity: int) -> None:
        for warning in report.warnings:
            self.stderr.write(self.style.WARNING(_("Warning: %(text)s") % {"text": warning}))
        for table, keys in report.tables.items():
            counts = ", ".join(f"{len(keys[change])} {WORDS[change]}" for change in CHANGES if keys[change])
            self.stdout.write(f"{table}: {counts}")
            for change in ("created", "updated", "ended") if verbosity > 1 else ("updated", "ended"):
                for key in keys[change]:
                    self.stdout.write(f"  {WORDS[change]}: {key}")
                    self._tell_row(report, table, key, ended=change == "ended")
        if not report.changed:
            self.stdout.write(_("Nothing changed."))

    def _tell_row(self, report: Report, table: str, key: str, *, ended: bool) -> None:
        """What a changed row said before and says now; of a mandate that ended how many grants end with it."""
        if lost := report.grants.get(key, 0) if ended and table == "mandates" else 0:
            told = ngettext("%(n)s grant ends with it", "%(n)s grants end with it", lost) % {"n": lost}
            self.stdout.write(f"    {told}")
        for name, before, after in report.differences.get((table, key), []):
            self.stdout.write(f"    {name}: {before or '–'} → {after or '–'}")
