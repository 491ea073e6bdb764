"""`manage.py tick`: what time brings, once. Scheduled as a job too; safe to run twice, at once, or late."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from roles.commands import DatabaseCommand
from workflows.sweep import tick


class Command(DatabaseCommand):
    """Prints what was recorded; exits 1 when a case was left out or a sweep broke off (the trace is in the log)."""

    help = "Deems accepted what nobody answered, flags deadlines, expires permits, hands work on, prints what is left."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say what came of it."""
        failed = 0
        for name, swept in tick().items():
            failed += len(swept.failed) + swept.broken
            parts = [_("%(sweep)s: %(count)s") % {"sweep": _(name), "count": swept.recorded}]
            if swept.failed:
                parts.append(_("left out: %(cases)s") % {"cases": ", ".join(map(str, swept.failed))})
            if swept.broken:
                parts.append(_("broke off"))
            self.stdout.write(" · ".join(parts))
        if failed:
            raise SystemExit(1)
