"""Brings the catalogue up to the code, and names what is still to be translated."""

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogue import po_file, texts_of_the_code, untranslated, update


class Command(BaseCommand):
    help = "Rewrites locale/zh_Hans/LC_MESSAGES/django.po from the texts in the code, keeping what is translated."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        texts = texts_of_the_code()
        missing = untranslated(texts, update(texts, po_file()))
        for line in missing:
            self.stdout.write(line)
        self.stdout.write(f"{len(texts)} texts, {len(missing)} without a translation.")
