"""`manage.py demo`: example units, people and cases in an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.models import OrmQ

from permits.clocks.calendar import WorkCalendar
from permits.models import Application
from permits.verification.nightly import verify_at_once
from roles.commands import DatabaseCommand
from roles.days import local_today
from workflows.demo import cast, programme
from workflows.demo.walk import Walker
from workflows.notifications.making import make_pending


class Command(DatabaseCommand):
    """Runs once: with any application in the database it only prints who can log in."""

    help = "Fills an empty database with example units, people and cases in every status."

    def check_migrations(self) -> None:
        """Where examples are refused at all, that is told first."""
        refuse_unless_local()
        super().check_migrations()

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the cast, walk the cases, say who can log in."""
        people = cast.enter()
        if Application.objects.exists():
            self.stdout.write(_("There are applications already; no examples were added."))
        else:
            self.stdout.write(_("Walking the example cases …"))
            calendar, today = WorkCalendar.load(), local_today()
            programme.allot(people, (today.year - 1, today.year))
            examples = list(programme.examples())
            for ordinal, (code, example) in enumerate(examples, 1):
                try:
                    with transaction.atomic():  # one flush to the disk for each case instead of one for each act
                        walker = Walker(people, programme.begins(example, today, calendar))
                        programme.play(code, example, walker, ordinal)
                except Exception as error:
                    error.add_note(f"In the example “{example.title}” ({code}, number {ordinal}). Begin with an empty")
                    error.add_note("database once it is mended: with some examples in it, no others are added.")
                    raise
            make_pending()
            # papers were queued on the days of their acts; `/readyz` would tell that they wait since then
            OrmQ.objects.update(lock=timezone.now())
            verify_at_once()  # its acts lie in the past: `/readyz` would else wait for the first night
            self.stdout.write(_("Cases: %(count)s") % {"count": len(examples)})
        self._logins()

    def _logins(self) -> None:
        said = _("Log in with one of these names and the password %(password)s:") % {"password": cast.PASSWORD}
        self.stdout.write(f"\n{said}")
        logins = dict(cast.logins())
        width = max(map(len, logins))
        for login, what in logins.items():
            self.stdout.write(f"  {login:<{width}}  {what}")


def refuse_unless_local() -> None:
    """The examples have a published password, join real agencies and stand in a record that nobody can delete from.

    They are for an installation without a SECRET_KEY, whose database is the SQLite file in its var directory (or any,
    with DEBUG on). A var directory or database marked as production is refused before this by the start itself.
    """
    name = Path(str(connection.settings_dict["NAME"])).absolute()
    own = connection.vendor == "sqlite" and name.is_relative_to(Path(settings.VAR_DIR).absolute())
    if not (settings.LOCAL and (settings.DEBUG or own)):
        raise CommandError(
            _(
                "The examples are refused here: their accounts have a published password, and no record can be "
                "deleted. They need an installation without SECRET_KEY, and either the SQLite file in VAR_DIR or "
                "DEBUG=on."
            )
        )
