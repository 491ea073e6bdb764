"""`manage.py keep_papers`: papers that hold otherwise than the acts say after a remedy; --commit changes them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.acts.life import permit_of
from permits.acts.paper_force import bring_up
from permits.errors import PermitError
from permits.models import Application, Document
from permits.models.remedies import REMEDIES
from permits.register.entries import keep_entry
from roles.commands import DatabaseCommand


class Command(DatabaseCommand):
    """Once after an upgrade that reads the force of papers otherwise. Exits 1 when a case could not be looked at; each
    is named."""

    help = "Gives papers of cases with a reconsideration or suit the force their acts leave them; no act is touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--commit", action="store_true", help="change them; without it they are only named")

    def handle(self, *args: Any, **options: Any) -> None:
        """One case after another, each under its lock."""
        found, failed = 0, 0
        cases = Application.objects.filter(acts__act__in=REMEDIES).order_by("pk").distinct()
        for pk in list(cases.values_list("pk", flat=True)):
            try:
                changed = _one(pk, commit=options["commit"])
            except (LookupError, ValueError, PermitError) as error:  # Busy is one: somebody acts in the case
                failed += 1
                self.stderr.write(_("Case %(key)s: %(why)s") % {"key": pk, "why": error})
                continue
            found += len(changed)
            for paper in changed:
                self.stdout.write(f"{paper.application.number} {paper.number}: {paper.get_status_display()}")
        said = _("Papers changed: %(count)s") if options["commit"] else _("Papers to change (--commit): %(count)s")
        self.stdout.write(said % {"count": found})
        if failed:
            raise SystemExit(1)


def _one(pk: int, *, commit: bool) -> list[Document]:
    """The papers of one case that stood otherwise, as they stand now."""
    with transaction.atomic(), Application.locked(pk) as case:
        changed = bring_up(case)
        if changed and (permit := permit_of(case)):
            keep_entry(permit, timezone.now())  # it names the paper that holds
        transaction.set_rollback(not commit)
        return changed
