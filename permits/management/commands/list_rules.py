"""`manage.py list_rules`: every rule with its source; `--markdown` prints docs/rules.md, `--readings`
docs/readings.md. Needs no database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from permits.rules.base import REGISTRY, Message
from permits.rules.catalogue import markdown, overlaid, readings


class Command(BaseCommand):
    """Lists the registered rules in the order they are run, then the installation's own values (PARAMETERS_DIR)."""

    help = "List the rules of the law; --markdown prints docs/rules.md."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="print the page docs/rules.md")
        parser.add_argument("--readings", action="store_true", help="print the page docs/readings.md")
        parser.add_argument("--lang", choices=("zh-hans", "en"), default="zh-hans", help="language of the titles")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["markdown"]:
            self.stdout.write(markdown(), ending="")
            return
        if options["readings"]:
            self.stdout.write(readings(), ending="")
            return
        with override(options["lang"]):
            for rule in REGISTRY.rules.values():
                self.stdout.write(
                    f"{rule.id}\t{rule.severity}\t{','.join(rule.kinds)}\t{','.join(rule.places)}\t{Message(rule.title)}"
                )
        for line in overlaid():
            self.stdout.write("\t".join(("overlay", *line)))
