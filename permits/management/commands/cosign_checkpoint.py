"""Take in what a witness signed."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from permits.ledger.log import accept_cosignatures
from permits.ledger.notes import BadNote
from roles.commands import DatabaseCommand
from roles.faults import in_words


class Command(DatabaseCommand):
    """`manage.py cosign_checkpoint FILE`: the note as the witness gives it back; `-` reads standard input."""

    help = "Verifies the cosignatures of LOG_WITNESSES under a checkpoint of this log, and publishes them with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the signed note, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses with exit code 1 what is no checkpoint of this log, or not signed by a known witness."""
        try:
            written = sys.stdin.read() if options["file"] == "-" else Path(options["file"]).read_text("utf-8")
            kept = accept_cosignatures(written)
        except (OSError, UnicodeDecodeError, BadNote) as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(_("New cosignatures: %(count)s") % {"count": len(kept)})
