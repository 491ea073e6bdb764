"""`manage.py keep_ground`: remember the ground of applications that were handed in before it was remembered."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from permits.acts.grounds import claims_of, unclaimed
from permits.errors import Busy
from permits.kinds import kind_of
from permits.models import Application, GroundClaim
from roles.commands import DatabaseCommand


class Command(DatabaseCommand):
    """After an upgrade from 0.2.0; until then the same ground is not found in them, and `verify_ledger` names each.
    Exits 1 where somebody acts in a case; it is named, and another run takes it."""

    help = "Remembers the ground of what was handed in before; safe beside running workers."

    def handle(self, *args: Any, **options: Any) -> None:
        """One after another, each under the lock of its case."""
        made, busy = 0, 0
        for pk in unclaimed().order_by("pk").values_list("pk", flat=True).iterator():
            try:
                with transaction.atomic(), Application.locked(pk):
                    made += _remembered(pk)
            except Busy as error:
                busy += 1
                self.stderr.write(_("Case %(key)s: %(why)s") % {"key": pk, "why": error})
        self.stdout.write(
            _("Cases whose ground is remembered: %(made)s, not: %(failed)s") % {"made": made, "failed": busy}
        )
        if busy:
            raise SystemExit(1)


def _remembered(pk: int) -> bool:
    application = unclaimed().filter(pk=pk).first()
    if application is None or not kind_of(application).installed:
        return False
    return bool(GroundClaim.objects.bulk_create(claims_of(application)))
