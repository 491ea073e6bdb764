"""`import_calendar FILE`: a year's holidays into the calendar, and the deadlines they move."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from permits.acts.sweeps import recompute_open, recount_stopped
from permits.clocks.holidays import BadNotice, Notice, read_notice, store

BAD_INPUT = 2


class Command(BaseCommand):
    """Reads one notice in the holiday-cn shape. Run again it changes nothing."""

    help = "Imports the State Council's yearly notice on holidays (holiday-cn JSON) and recomputes open deadlines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stores, recomputes, reports. Exit 2 for a bad file (nothing is stored), 1 if a case was left out."""
        notice = self._read(options["file"])
        for doubt in notice.doubts:
            self.stderr.write(f"Check: {doubt}.")
        done = store(notice)
        self.stdout.write(
            f"{notice.year}: {done.added} added, {done.changed} changed, {done.same} as before, {done.removed} removed."
        )
        swept = recompute_open(f"calendar of {notice.year}")
        self.stdout.write(f"{swept.recorded} deadlines recomputed.")
        recounted = recount_stopped(notice.reach)
        if recounted.recorded:
            self.stdout.write(f"{recounted.recorded} last days of decided cases lie elsewhere.")
        if failed := [*swept.failed, *recounted.failed]:
            cases = ", ".join(map(str, failed))
            raise CommandError(f"not recomputed: cases {cases}; the log says why. Run this again.")

    def _read(self, path: Path) -> Notice:
        try:
            return read_notice(path.read_text("utf-8-sig"))  # some editors begin a file with the mark
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error
        except BadNotice as error:
            raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error
