"""`manage.py dumpdata` is refused: what it writes cuts times to milliseconds, over which the record is hashed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.dumpdata import Command as Django
from django.utils.translation import gettext as _


class Command(Django):
    """A copy that would come back with a broken chain is worse than none."""

    help = "Refused: use manage.py backup."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError."""
        raise CommandError(_("dumpdata cuts times to milliseconds and so breaks the record. Use manage.py backup."))
