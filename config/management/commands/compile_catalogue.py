"""Compiles the catalogues, without GNU gettext."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.catalogue import compile_catalogue, english_file, faults, po_file, read_catalogue


class Command(BaseCommand):
    help = "Compiles locale/*/LC_MESSAGES/django.po, and refuses one that would break a page."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        for path in (po_file(), english_file()):
            wrong = faults(read_catalogue(path))
            if wrong:
                raise CommandError("\n".join([f"{path} has faults:", *wrong]))
            compile_catalogue(path)
