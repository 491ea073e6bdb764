"""Make the key with which the transparency log is signed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from permits.ledger.keys import LogKeyExists, make_key
from permits.ledger.notes import BadNote


class Command(BaseCommand):
    """`manage.py make_log_key [--if-missing]`; prints the public key, for those who keep checkpoints outside."""

    help = "Writes a new key of the log LOG_ORIGIN into the file LOG_KEY. Never overwrites one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For set-up scripts that run more than once."""
        parser.add_argument("--if-missing", action="store_true", help="succeed quietly where a key is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses with exit code 1 where a key is there, unless --if-missing."""
        try:
            public = make_key(settings.LOG_KEY, settings.LOG_ORIGIN)
        except LogKeyExists as error:
            if options["if_missing"]:
                return
            said = _("%(file)s exists; a key is never overwritten. Move it away to begin another.")
            raise CommandError(said % {"file": error}) from error
        except BadNote as error:
            raise CommandError(f"LOG_ORIGIN: {error}") from error
        self.stdout.write(_("Key of the log written: %(file)s") % {"file": settings.LOG_KEY})
        self.stdout.write(_("Public key: %(key)s") % {"key": public})
