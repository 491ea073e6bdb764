"""The index that lists filter by: one row for each obligation, made anew from what `standing` computes."""

from __future__ import annotations

from permits.aftercare.standing import Aftercare
from permits.models import Act, ObligationRow
from permits.models.aftercare import OF_PERMIT, TIMED


def touches(record: Act) -> bool:
    """Whether `record` can change how an obligation stands: the approval, what moves the permit, supervision."""
    granted = record.after == "approved" != record.before
    return granted or record.act in OF_PERMIT - TIMED


def computed(aftercare: Aftercare) -> list[ObligationRow]:
    """The rows as they ought to stand, unsaved, in the order of the obligations."""
    return [
        ObligationRow(
            permit=aftercare.permit, place=place, code=one.code, by=one.obligation.by, state=one.state, due=one.due
        )
        for place, one in enumerate(aftercare.standings)
    ]


def keep_rows(aftercare: Aftercare) -> None:
    """Put the rows of one permit in their place. In the transaction of the act, under the case's lock."""
    stands = {row.code: row for row in aftercare.permit.obligations.all()}
    new, changed = [], []
    for row in computed(aftercare):
        old = stands.pop(row.code, None)
        if old is None:
            new.append(row)
        elif said(row) != said(old):
            row.pk = old.pk
            changed.append(row)
    if stands:
        aftercare.permit.obligations.filter(code__in=stands).delete()
    ObligationRow.objects.bulk_create(new)
    ObligationRow.objects.bulk_update(changed, ["place", "by", "state", "due"])


def said(row: ObligationRow) -> tuple[object, ...]:
    """What a row says."""
    return row.place, row.code, row.by, row.state, row.due
