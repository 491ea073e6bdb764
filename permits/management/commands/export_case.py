"""Takes a case away whole: the bundle to verify it elsewhere, or its volume as one PDF."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from permits.models import Application
from permits.volume.binding import write_volume
from permits.volume.bundle import write_bundle
from roles.commands import DatabaseCommand
from roles.faults import in_words

WRITERS = {".zip": write_bundle, ".pdf": write_volume}


class Command(DatabaseCommand):
    help = "Writes the bundle (.zip) or the volume (.pdf) of a case. Verify a bundle: python -m permits.ledger.verify"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="case number")
        parser.add_argument("--to", type=Path, help="file ending in .zip or .pdf; default: NUMBER.zip here")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Application.objects.select_related("unit", "jurisdiction").filter(number=options["number"]).first()
        if found is None:
            raise CommandError(_("There is no case %(key)s.") % {"key": options["number"]}, returncode=2)
        target: Path = options["to"] or Path(f"{found.number}.zip")
        write = WRITERS.get(target.suffix.lower())
        if write is None:
            raise CommandError(_("The file must end in .zip or .pdf."), returncode=2)
        try:
            with tempfile.TemporaryDirectory(dir=target.parent) as folder:
                made = Path(folder) / target.name
                with made.open("wb") as file:
                    made.chmod(0o600)  # it holds personal data
                    write(found, file)
                made.replace(target)  # whole or not at all
        except OSError as error:  # of the folder in which it is made
            raise CommandError(in_words(OSError(error.errno, error.strerror, str(target)))) from error
        self.stdout.write(self.style.SUCCESS(str(target)))
