"""`workday add DAY N` and `workday count FIRST LAST`: China's working days from the shell."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from permits.clocks.calendar import WorkCalendar, iso_day

BAD_INPUT = 2


class Command(BaseCommand):
    """Prints one line: a date or a number, with ` provisional` where it touches a year without a published calendar."""

    help = "Counts China's working days, make-up days included. Says “provisional” past the published calendars."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two questions."""
        questions = parser.add_subparsers(dest="question", required=True, metavar="add|count")
        add = questions.add_parser("add", help="the last of N working days; the day after DAY is day one")
        add.add_argument("day", type=_day, metavar="DAY")
        add.add_argument("days", type=_number, metavar="N")
        count = questions.add_parser("count", help="working days from FIRST to LAST, both ends counted")
        count.add_argument("first", type=_day, metavar="FIRST")
        count.add_argument("last", type=_day, metavar="LAST")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answers. Exit 2 for bad input."""
        calendar = self._calendar()
        try:
            if options["question"] == "add":
                self.stdout.write(str(calendar.add(options["day"], options["days"])))
            else:
                self.stdout.write(str(calendar.count(options["first"], options["last"])))
        except OverflowError:
            raise CommandError(_("That lies past the year 9999."), returncode=BAD_INPUT) from None
        except ValueError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error

    def _calendar(self) -> WorkCalendar:
        try:
            return WorkCalendar.load()
        except (DatabaseError, ImproperlyConfigured) as error:
            said = _("No calendar in the database (%(why)s): the packaged calendar alone is used.")
            self.stderr.write(said % {"why": error})
            return WorkCalendar()


def _day(text: str) -> date:
    try:
        return iso_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(_("“%(text)s” is no number of working days (0 or more)") % {"text": text})
    return int(text)
