"""Bring the transparency log up to the record at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from permits.ledger.keeping import keep_log
from permits.ledger.keys import NoLogKey
from permits.ledger.log import checkpoint, published
from permits.ledger.outside import OtherKept
from permits.ledger.sequencer import LogBroken
from permits.ledger.witnessing import OtherLogSeen
from roles.commands import DatabaseCommand
from roles.faults import in_words


class Command(DatabaseCommand):
    """`manage.py sequence_log`; prints the newest checkpoint."""

    help = (
        "Logs every row that is not in the log, signs a checkpoint, and keeps it outside. The job worker does it too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where the log cannot be signed, is broken, not kept outside, or not the one a witness saw."""
        try:
            keep_log(thorough=True)
        except (NoLogKey, LogBroken, OtherKept, OtherLogSeen, OSError) as error:
            raise CommandError(in_words(error)) from error
        if newest := checkpoint():
            self.stdout.write(published(newest), ending="")
