"""Compiles the catalogues, without GNU gettext."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.catalogue import compile_catalogue, faults, po_file, read_catalogue


class Command(BaseCommand):
    help = "Compiles locale/zh_Hans/LC_MESSAGES/django.po, and refuses one that would break a page."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        path = po_file()
        wrong = faults(read_catalogue(path))
        if wrong:
            raise CommandError("\n".join([f"{path.name} has faults:", *wrong]))
        compile_catalogue(path)
