"""Make the key with which a fresh installation signs its papers, marked as a test seal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from permits.documents.seal import SealExists, make_test_seal
from permits.documents.signing import DEFAULT_SEAL, seal_dir


class Command(BaseCommand):
    """`manage.py make_test_seal [--if-missing]`."""

    help = "Writes a self-signed test seal into the seal folder. Never overwrites one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For set-up scripts that run more than once."""
        parser.add_argument("--if-missing", action="store_true", help="succeed quietly where a seal is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses with exit code 1 where a seal is there, unless --if-missing."""
        try:
            path = make_test_seal(seal_dir(), DEFAULT_SEAL)
        except SealExists as error:
            if options["if_missing"]:
                return
            raise CommandError(_("%(file)s exists; a seal is never overwritten.") % {"file": error}) from error
        self.stdout.write(_("Test seal written: %(file)s") % {"file": path})
