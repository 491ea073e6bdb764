"""What the tables repeat of a case's record, computed anew from its acts and compared with them.

Each act's text says under `sets` what it made stand (permits/acts/effects.py, `brought_about`); a submission's says
what was asked. Acts written before texts had `sets` are silent about a field, and nothing is concluded from silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from permits.kinds import kind_of
from permits.models.act import Act
from permits.models.application import Application
from permits.models.permit import Permit, granting
from permits.models.states import EDITABLE
from permits.models.submission import last_handed_in

ONE_TRANSACTION = timedelta(minutes=5)
"""Longer than any act takes: what it writes has its time, or nearly."""
OF_A_DRAFT = frozenset({"unit_id", "jurisdiction_id"})
"""Changed without an act as long as the draft is the unit's own; the handing in says how they stand."""


def standing(acts: Sequence[Act]) -> dict[str, Any]:
    """What the acts, in order, left standing: field of the application → plain value, `permit` → its two days,
    `permit_status` → how it stands."""
    stands: dict[str, Any] = {}
    for act in acts:
        stands |= act.content.get("sets", {})
    return stands


def differences(application: Application, acts: Sequence[Act], permit: Permit | None) -> Iterator[str]:
    """Where the rows of a case differ from what its acts say, in words."""
    recorded = standing(acts)
    term, status = recorded.pop("permit", None), recorded.pop("permit_status", None)
    for name, stands in application.standing().items():
        silent = name not in recorded or (name in OF_A_DRAFT and application.status in EDITABLE)
        if not silent and recorded[name] != stands:
            yield _differs(name, stands, recorded[name])
    if acts and abs(acts[0].at - application.created) > ONE_TRANSACTION:
        yield _differs("created", application.created, acts[0].at)
    yield from _of_permit(acts, permit, term)
    if permit is not None and status not in (None, permit.status):
        yield _differs("permit", permit.status, status)
    last = last_handed_in(acts)
    if last is not None and application.status not in EDITABLE:
        yield from _of_submission(application, last.content)


def _differs(field: str, stands: Any, recorded: Any) -> str:
    told = {"field": field, "stands": stands, "recorded": recorded}
    return _("%(field)s is %(stands)s, the record says %(recorded)s") % told


def _of_permit(acts: Sequence[Act], permit: Permit | None, term: list[str | None] | None) -> Iterator[str]:
    by = granting(acts)
    if by is None:
        if permit is not None:
            yield _("there is a permit, and no act approves")
        return
    if permit is None:
        yield _("an act approves, and there is no permit")
        return
    if permit.granted_by_id != by.pk:
        yield _("the permit names another act than the one that approves")
    if term is not None:
        first, last = (day and date.fromisoformat(day) for day in term)
        if (permit.valid_from, permit.valid_to) != (first, last):
            yield _("the permit runs from %(from)s to %(to)s, the record says from %(first)s to %(last)s") % {
                "from": permit.valid_from, "to": permit.valid_to or "—", "first": first, "last": last or "—",
            }  # fmt: skip


def _of_submission(application: Application, handed_in: dict[str, Any]) -> Iterator[str]:
    if application.title != handed_in["title"]:
        yield _("the title is not the one handed in")
    kind = kind_of(application)
    if kind.installed and not repeats(kind.snapshot(application), handed_in["asked"], kind.former_fields):
        yield _("the tables are not what was handed in")


def repeats(stands: Any, recorded: Any, former: frozenset[str] = frozenset()) -> bool:
    """Whether `stands` says at least all that `recorded` does: a later version of a kind may ask more than was asked
    then, and no more what bears a name of `former`."""
    if stands == recorded:
        return True
    if isinstance(recorded, dict):
        asked = recorded.keys() - former
        return isinstance(stands, dict) and asked <= stands.keys() and all(
            repeats(stands[name], recorded[name], former) for name in asked
        )  # fmt: skip
    if isinstance(recorded, list):
        same = isinstance(stands, list) and len(stands) == len(recorded)
        return same and all(repeats(here, there, former) for here, there in zip(stands, recorded, strict=True))
    return False
