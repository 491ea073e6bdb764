"""Name the first administrators of an installation: nobody else can enter anybody before."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from roles.accounts import invite, make_administrator, open_account
from roles.commands import DatabaseCommand
from roles.models import Administration, Person
from roles.models.mandates import current

Role = Administration.Role


class Command(DatabaseCommand):
    """Opens an account for each role given, or takes the one there is of that name, and makes it that administrator.

    A role that has a holder is refused unless `--further` is given: later ones are named by the security administrator
    on the pages; the security administrator's own successor comes by this command. Who has no password yet is given a
    one-time link, printed here.
    """

    help = "Name the first system, security and audit administrator: --system LOGIN NAME …"

    def add_arguments(self, parser: CommandParser) -> None:
        for role in Role.values:
            parser.add_argument(f"--{role}", nargs=2, metavar=("LOGIN", "NAME"))
        parser.add_argument("--further", action="store_true", help="also where the role has a holder")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {role: options[role] for role in Role.values if options[role]}
        if not given:
            raise CommandError(
                _("Name at least one: %(options)s")
                % {"options": "--system LOGIN NAME, --security LOGIN NAME, --audit LOGIN NAME"}
            )
        held = set(Administration.objects.filter(current()).values_list("role", flat=True))
        if (taken := held & given.keys()) and not options["further"]:
            said = _("There is one already: %(roles)s. --further names one more.")
            raise CommandError(said % {"roles": ", ".join(sorted(taken))})
        lines = []
        with transaction.atomic():
            for role, (login, name) in given.items():
                person = self._name(role, login, name)
                lines.append(f"{role}: {person}")
                if not person.has_usable_password():
                    said = _("chooses a password, once, within three days: %(link)s")
                    lines.append("  " + said % {"link": invite(person).link})
        self.stdout.write("\n".join(lines))  # after the commit: all of them or none

    def _name(self, role: str, login: str, name: str) -> Person:
        try:
            person = Person.objects.filter(username__iexact=login).first() or open_account(login, name)
            if person.name != name.strip():
                said = _("The login %(login)s is that of %(person)s. Name the person by the name of the account.")
                raise CommandError(said % {"login": login, "person": person})
            make_administrator(person, role)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        return person
