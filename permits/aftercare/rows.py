"""The index that lists filter by: one row for each obligation, made anew from what `standing` computes."""

from __future__ import annotations

import functools
import hashlib
import inspect
from datetime import date
from pathlib import Path
from typing import Final

from permits.aftercare.conditions import CALLED
from permits.aftercare.standing import Aftercare
from permits.contract import obligations, terms
from permits.kinds import kind
from permits.models import Act, ObligationRow
from permits.models.aftercare import OF_PERMIT, TIMED

HERE: Final = sorted(Path(__file__).parent.glob("*.py"))
SHARED: Final = (*HERE, Path(obligations.__file__), Path(terms.__file__))
"""Code that computes obligations whatever the kind."""


@functools.cache
def declarations(code: str) -> str:
    """A fingerprint of the code by which obligations of the kind `code` are computed: other code may compute other rows
    from the same record. KeyError for a kind that is not installed."""
    folder = Path(inspect.getfile(type(kind(code)))).parent
    own = sorted(path for path in folder.rglob("*.py") if "migrations" not in path.relative_to(folder).parts)
    return hashlib.sha256(b"".join(path.read_bytes() for path in (*SHARED, *own))).hexdigest()[:16]


def touches(record: Act) -> bool:
    """Whether `record` can change how an obligation stands: the approval, what moves the permit, supervision."""
    return record.grants or record.act in OF_PERMIT - TIMED


def computed(aftercare: Aftercare) -> list[ObligationRow]:
    """The rows as they ought to stand, unsaved, in the order of the obligations."""
    declared = declarations(aftercare.application.kind)
    return [
        ObligationRow(permit=aftercare.permit, place=place, code=code, by=by, state=state, due=due, declared=declared)
        for place, code, by, state, due in ought(aftercare)
    ]


def ought(aftercare: Aftercare) -> list[tuple[int, str, str, str, date | None]]:
    """As `computed`, of each row what `said` gives."""
    return [(place, one.code, one.obligation.by, one.state, one.due) for place, one in enumerate(aftercare.standings)]


def keep_rows(aftercare: Aftercare, *, first: bool = False) -> None:
    """Put the rows of one permit in place of those there are; `first`: it was made just now, and has none. In the
    transaction of the act, under the case's lock. LookupError, which undoes the approval, for an obligation that its
    kind has no name for: every page would tell its code."""
    if first:
        _refuse_nameless(aftercare)
    stands = {} if first else {row.code: row for row in aftercare.permit.obligations.all()}
    new, changed = [], []
    for row in computed(aftercare):
        old = stands.pop(row.code, None)
        if old is None:
            new.append(row)
        elif (said(row), row.declared) != (said(old), old.declared):
            row.pk = old.pk
            changed.append(row)
    if stands:
        aftercare.permit.obligations.filter(code__in=stands).delete()
    ObligationRow.objects.bulk_create(new)
    ObligationRow.objects.bulk_update(changed, ["place", "by", "state", "due", "declared"])


def _refuse_nameless(aftercare: Aftercare) -> None:
    code = aftercare.application.kind
    named = {*CALLED, *kind(code).obligation_labels}
    if nameless := {one.obligation.stem for one in aftercare.standings} - named:
        raise LookupError(f"the kind {code} has no label for the obligations {', '.join(sorted(nameless))}")


def said(row: ObligationRow) -> tuple[object, ...]:
    """What a row says."""
    return row.place, row.code, row.by, row.state, row.due
