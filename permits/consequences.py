"""What an act brings about in the same transaction: the permit, and the numbers of the papers it requires."""

from __future__ import annotations

from .documents.issue import reserve_required
from .kinds import kind_of
from .models import Act, Permit
from .states import S


def follow(record: Act) -> None:
    """Make what `record` brings about. What leaves the process, such as printing, waits for the commit."""
    if record.after == S.APPROVED and record.before != S.APPROVED:
        _grant(record)
    reserve_required(record)


def _grant(record: Act) -> None:
    application = record.application
    if application.decided_on is None:
        raise ValueError(f"{record} approves and sets no day of decision")
    Permit.objects.create(
        application=application,
        granted_by=record,
        valid_from=application.decided_on,
        valid_to=kind_of(application).valid_to(application),
    )
