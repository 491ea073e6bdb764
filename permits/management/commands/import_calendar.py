"""`import_calendar FILE`: a year's holidays into the calendar, and the deadlines they move."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from permits.acts.sweeps import recompute_open, recount_stopped
from permits.clocks.holidays import BadNotice, Notice, read_notice, store
from roles.commands import DatabaseCommand
from roles.faults import in_words

BAD_INPUT = 2


class Command(DatabaseCommand):
    """Reads one notice in the holiday-cn shape. Run again it changes nothing."""

    help = "Imports the State Council's yearly notice on holidays (holiday-cn JSON) and recomputes open deadlines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stores, recomputes, reports. Exit 2 for a bad file (nothing is stored), 1 if a case was left out."""
        notice = self._read(options["file"])
        for doubt in notice.doubts:
            self.stderr.write(_("Check: %(doubt)s") % {"doubt": doubt})
        done = store(notice)
        said = _("%(year)s: %(added)s added, %(changed)s changed, %(same)s as before, %(removed)s removed.")
        told = {"added": done.added, "changed": done.changed, "same": done.same, "removed": done.removed}
        self.stdout.write(said % {"year": notice.year, **told})
        swept = recompute_open(f"calendar of {notice.year}")
        self.stdout.write(_("Deadlines recomputed: %(count)s") % {"count": swept.recorded})
        recounted = recount_stopped(notice.reach)
        if recounted.recorded:
            said = _("Last days of decided cases that lie elsewhere: %(count)s")
            self.stdout.write(said % {"count": recounted.recorded})
        if failed := [*swept.failed, *recounted.failed]:
            cases = ", ".join(map(str, failed))
            said = _("Cases not recomputed: %(cases)s; the log says why. Run this again.")
            raise CommandError(said % {"cases": cases})

    def _read(self, path: Path) -> Notice:
        try:
            return read_notice(path.read_text("utf-8-sig"))  # some editors begin a file with the mark
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(in_words(error, path), returncode=BAD_INPUT) from error
        except BadNotice as error:
            raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error
