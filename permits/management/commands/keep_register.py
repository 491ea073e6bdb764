"""`manage.py keep_register`: make the entries of the public register that are missing, or with --all every one anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.errors import PermitError
from permits.models import Application, Permit
from permits.register.entries import keep_entry, missing_entries
from roles.commands import DatabaseCommand


class Command(DatabaseCommand):
    """After a change of the masking rules: with --all. Exits 1 when an entry could not be made; each is named."""

    help = "Makes the entries of the public register from the record; safe beside running workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="renew every entry, not only those that are missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """One after another, each under the lock of its case."""
        chosen = Permit.objects.order_by("pk") if options["all"] else missing_entries()
        made, failed = 0, 0
        for pk in chosen.values_list("pk", flat=True).iterator():
            try:
                with transaction.atomic(), Application.locked(pk):
                    permit = Permit.objects.select_related("application__unit", "granted_by__agency").get(pk=pk)
                    keep_entry(permit, timezone.now())
                made += 1
            except (LookupError, ValueError, PermitError) as error:  # Busy is one: somebody acts in the case
                failed += 1
                self.stderr.write(_("Permit %(key)s: %(why)s") % {"key": pk, "why": error})
        self.stdout.write(_("Entries made: %(made)s, not: %(failed)s") % {"made": made, "failed": failed})
        if failed:
            raise SystemExit(1)
