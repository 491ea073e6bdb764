"""`manage.py tick`: what time brings, once. Scheduled as a job too; safe to run twice, at once, or late."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workflows.sweep import tick


class Command(BaseCommand):
    """Prints what was recorded; exits 1 when a case was left out or a sweep broke off (the trace is in the log)."""

    help = "Deems accepted what nobody answered, flags deadlines, expires permits, hands work on, prints what is left."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say what came of it."""
        failed = 0
        for name, swept in tick().items():
            failed += len(swept.failed) + swept.broken
            left_out = f", left out: {', '.join(map(str, swept.failed))}" if swept.failed else ""
            broken = ", broke off" if swept.broken else ""
            self.stdout.write(f"{name}: {swept.recorded}{left_out}{broken}")
        if failed:
            raise SystemExit(1)
