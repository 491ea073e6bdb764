"""Enter people into posts from a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from roles.commands import DatabaseCommand
from roles.faults import in_words
from roles.models import Agency, OperatingUnit
from roles.people_file import BadFile, template
from roles.people_import import import_people


class Command(DatabaseCommand):
    """Tells what would be entered; with --commit enters it, all of it or, where a cell is wrong, nothing."""

    help = "Enter people into posts from a spreadsheet; --template writes an empty one. Gives no rights."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="an .xlsx file made from the template")
        parser.add_argument("--template", type=Path, metavar="FILE", help="write an empty list to fill in")
        parser.add_argument("--commit", action="store_true", help="enter them; without it nothing is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            try:
                template(_bodies(), options["template"])
            except OSError as error:
                raise CommandError(in_words(error)) from error
            self.stdout.write(_("The empty list was written: %(file)s") % {"file": options["template"]})
            return
        if not options["file"]:
            raise CommandError(_("Name a file, or --template FILE."))
        try:
            entered = import_people(options["file"], commit=options["commit"])
        except BadFile as bad:
            raise CommandError(str(bad)) from bad
        if told := entered.faults.told():
            raise CommandError("\n".join([_("Nothing was entered."), *told]))
        for line in entered.done:
            self.stdout.write(line)
        self.stdout.write(_("Entered.") if options["commit"] else _("Nothing was entered yet: --commit enters it."))


def _bodies() -> list[str]:
    agencies = Agency.objects.exclude(jurisdiction=None).order_by("slug").values_list("name", flat=True)
    return [*agencies, *OperatingUnit.objects.order_by("name").values_list("name", flat=True)]
