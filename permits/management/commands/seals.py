"""`manage.py seals`: which seal each agency's papers bear, until when, and what is wrong with it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits.documents.seals import SealState, seal_of, seals
from permits.documents.signing import seal_dir, unread_seals
from roles.commands import DatabaseCommand
from roles.models import Agency


class Command(DatabaseCommand):
    """Exit code 1 where a seal is missing, expired, another agency's or not verifiable, or a past one's certificate
    cannot be read."""

    help = "Lists the seals of agencies that issue papers: subject, expiry, whether papers sealed with it verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agency", nargs="*", help="keys of agencies; default: all in which a post issues papers")

        parser.add_argument("--all", action="store_true", help="every agency there is, whether it issues or not")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each agency, then what is wrong with its seal."""
        wanted = list(Agency.objects.values_list("slug", flat=True)) if options["all"] else options["agency"]
        states = self._states(wanted)
        self.stdout.write(_("Seals in %(folder)s") % {"folder": seal_dir()})
        if not states:
            self.stdout.write(_("No post issues papers yet. Every agency with its key: --all"))
        for state in states:
            self._tell(state)
        unread = unread_seals()
        for name in unread:
            said = _("%(name)s holds no certificate that can be read: papers sealed with it do not verify")
            self.stdout.write(self.style.ERROR(said % {"name": name}))
        if wrong := sum(bool(state.problem) for state in states) + len(unread):
            told = ngettext("%(count)d seal is not usable.", "%(count)d seals are not usable.", wrong)
            raise CommandError(told % {"count": wrong})

    def _states(self, wanted: list[str]) -> list[SealState]:
        if not wanted:
            return seals()
        found = list(Agency.objects.filter(slug__in=wanted).order_by("slug"))
        if unknown := set(wanted) - {agency.slug for agency in found}:
            raise CommandError(_("There is no agency %(key)s.") % {"key": ", ".join(sorted(unknown))})
        return [seal_of(agency) for agency in found]

    def _tell(self, state: SealState) -> None:
        parts = [state.agency.slug, state.agency.name, state.subject or "–"]
        if state.expires:
            parts.append(_("until %(day)s") % {"day": state.expires.date().isoformat()})
        parts += [str(said) for said in (_("test seal"),) if state.test]
        parts.append(_("trusted") if state.trusted else _("not trusted"))
        self.stdout.write("\t".join(parts))
        if state.problem:
            self.stdout.write(self.style.ERROR(f"  {state.problem}"))
        elif state.soon:
            self.stdout.write(self.style.WARNING("  " + _("expires within 60 days")))
