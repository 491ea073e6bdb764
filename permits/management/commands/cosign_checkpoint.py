"""Take in what a witness signed."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from permits.ledger.keys import used_keys, witnesses
from permits.ledger.log import accept_cosignatures
from permits.ledger.notes import BadNote, Checkpoint, Note
from permits.ledger.whole import compare
from roles.commands import DatabaseCommand
from roles.faults import in_words


class Command(DatabaseCommand):
    """`manage.py cosign_checkpoint FILE`: the note as the witness gives it back; `-` reads standard input."""

    help = "Verifies the cosignatures of LOG_WITNESSES under a checkpoint of this log, and publishes them with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the signed note, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses with exit code 1 what is no checkpoint of this log, or not signed by a known witness; that a key of
        this log, or a witness, signed another log is told as that."""
        try:
            written = sys.stdin.read() if options["file"] == "-" else Path(options["file"]).read_text("utf-8-sig")
            if wrong := _of_another(written):
                told = _("This checkpoint is of another log under the same name: %(problem)s")
                raise CommandError(told % {"problem": wrong})
            kept = accept_cosignatures(written)
        except (OSError, UnicodeDecodeError, BadNote) as error:
            raise CommandError(in_words(error, options["file"])) from error
        self.stdout.write(_("New cosignatures: %(count)s") % {"count": len(kept)})


def _of_another(written: str) -> str:
    """What this log has otherwise than a checkpoint under its name that its own key, or a witness, signed; empty for
    any other text."""
    try:
        if Checkpoint.parse(Note.parse(written).text).origin != settings.LOG_ORIGIN:
            return ""
        return compare(written, *(used.key for used in used_keys()), *witnesses())
    except BadNote:
        return ""
