"""Proves that no record of a case was rewritten, or says where one was."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits.ledger.chain import problems_of
from permits.ledger.triggers import missing
from permits.models import Application


class Command(BaseCommand):
    help = "Checks the chain of every case (or one), and that the database still refuses rewriting; exit 1 if not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", help="case number or key; default: every case")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = self._cases(options["case"])
        problems = [_("The triggers of %(table)s are missing.") % {"table": table} for table in missing(connection)]
        for case in cases:
            problems += [f"{case}: {problem}" for problem in problems_of(case)]
        for problem in problems:
            self.stdout.write(self.style.ERROR(problem))
        if problems:
            many = len(problems)
            told = ngettext("%(count)d problem in %(cases)d cases.", "%(count)d problems in %(cases)d cases.", many)
            raise CommandError(told % {"count": many, "cases": len(cases)}, returncode=1)
        told = ngettext("%(count)d case: the record is whole.", "%(count)d cases: the records are whole.", len(cases))
        self.stdout.write(self.style.SUCCESS(told % {"count": len(cases)}))

    def _cases(self, wanted: str | None) -> list[Application]:
        cases = Application.objects.order_by("pk")
        if wanted is None:
            return list(cases)
        found = cases.filter(number=wanted)
        if wanted.isdecimal():
            found = found | cases.filter(pk=int(wanted))
        if not found:
            raise CommandError(_("There is no case %(key)s.") % {"key": wanted}, returncode=2)
        return list(found)
