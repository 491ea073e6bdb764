"""The one rule of all our commands that read or write the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.dispatch import Signal

from roles.faults import of_database

database_needed = Signal()
"""Sent before such a command begins, with the command's class; the site refuses by it (config/installation.py)."""


class DatabaseCommand(BaseCommand):
    """Begins on no database that is another installation's, not up to this version of the program, or away: it is
    refused by CommandError before it did anything. `handle` is a command's own, as everywhere."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        """Django's place for this; its own only warns, and goes on."""
        database_needed.send(sender=type(self))

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As Django's; a database that fails meanwhile is told in words, as what it is."""
        try:
            return super().execute(*args, **options)
        except (OperationalError, InterfaceError) as error:
            if told := of_database(error):
                raise CommandError(told) from error
            raise
