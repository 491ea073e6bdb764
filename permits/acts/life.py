"""What acts after approval make of the permit: its status, its term, its papers, in the act's own transaction.

Two steps, as with the case itself: `move_permit` before the act is recorded, so that its text can say what now stands;
`keep_permit` after it, with the papers it required.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from permits.acts.paper_force import NEW_PAPER, follow_remedy
from permits.acts.requests import annulled
from permits.aftercare.standing import aftercare_of
from permits.aftercare.tracks import tracks
from permits.documents import ending
from permits.kinds import kind_of
from permits.models import Act, Application, Document, Permit
from permits.models.document import NoticeKind
from permits.models.obligation import O
from permits.models.permit import ENDS, FREES, LENGTHENS, MOVES, P
from permits.models.remedies import REMEDIES, TAKEN_AWAY, Outcomes, taken_away
from permits.models.replay import made_it, stands

TOUCHES: Final = frozenset({*MOVES, *REMEDIES, *NEW_PAPER})
"""Every other act leaves permit and papers alone, and is not looked at for them."""


def touches(record: Act) -> bool:
    """Whether `record` can have changed the permit or its papers."""
    return record.act in TOUCHES or (record.act in FREES and "permit" in record.content.get("sets", {}))


def permit_of(application: Application) -> Permit | None:
    """The permit of this instance of the application, read once; None where none was granted."""
    kept = application.__dict__
    if "_permit" not in kept:
        keep_in_hand(application, Permit.objects.select_related("granted_by__agency").filter(pk=application.pk).first())
    return kept["_permit"]  # type: ignore[no-any-return]


def read_permits(applications: Iterable[Application]) -> None:
    """Reads the permits of all of them in one query; `permit_of` then asks nothing more."""
    several = {one.pk: one for one in applications}
    permits = Permit.objects.select_related("granted_by__agency").in_bulk(list(several))
    for pk, application in several.items():
        keep_in_hand(application, permits.get(pk))


def granted(application: Application) -> Permit:
    """The permit of a case that has one. Raises Permit.DoesNotExist where none was granted."""
    if (permit := permit_of(application)) is None:
        raise Permit.DoesNotExist
    return permit


def keep_in_hand(application: Application, permit: Permit | None) -> None:
    """Keep `permit` as that of this instance of the application, and how it stands, for `permit_of` and `moved`."""
    if permit is not None:
        permit.application = application
    application.__dict__["_permit"] = permit
    application.__dict__["_permit_stood"] = said_of(permit) if permit else None


def moved(application: Application) -> Permit | None:
    """The permit, if the act being performed changed it; else None."""
    permit = application.__dict__.get("_permit")
    return permit if permit and said_of(permit) != application.__dict__["_permit_stood"] else None


def said_of(permit: Permit) -> dict[str, Any]:
    """A permit as an act's text tells it: `permit` its two days, `permit_status`."""
    days = (permit.valid_from, permit.valid_to)
    return {"permit": [day and day.isoformat() for day in days], "permit_status": str(permit.status)}


def move_permit(application: Application, act: str, said: dict[str, Any]) -> None:
    """Change the permit of the locked `application` as `act` does, unsaved. An act that leaves it alone changes
    nothing."""
    frees = act in FREES and kind_of(application).unlimited_by
    permit = permit_of(application) if act in TOUCHES or frees else None
    if permit is None:
        return
    coming = Coming(act, application.history[-1].seq + 1, said, str(application.status))
    if frees:
        _free(application, permit, frees, coming)
    elif act in ENDS:
        getattr(permit, ENDS[act])(**said)
    elif act in LENGTHENS:
        permit.valid_to = date.fromisoformat(said["until"])
        if permit.status == P.EXPIRED:  # its refusal was annulled after the end: it goes on from the old last day
            permit.prolong()
    elif act in REMEDIES:
        told = [*application.history, coming]
        if any(by is told[-1] for by in Outcomes(told).fallen.values()):
            _bring_back(permit, told)
        elif said["outcome"] in TAKEN_AWAY and application.did_at(said["against"]).act not in REMEDIES:
            _undo(application, permit, said["against"])


def fells(record: Act) -> bool:
    """Whether an earlier outcome fell by the outcome `record`."""
    fallen = Outcomes(record.application.history).fallen if record.act in REMEDIES else {}
    return any(by.pk == record.pk for by in fallen.values())


class Coming(NamedTuple):
    """The act that is being performed and has no row yet, in the shape in which functions over acts read one."""

    act: str
    seq: int
    facts: dict[str, Any]
    after: str
    grants: bool = False


def _free(application: Application, permit: Permit, code: str, coming: Coming) -> None:
    """The permit has no last day any more, once the act that is coming finds the obligation `code` in order. What was
    reported within the term may be looked at after its end."""
    aftercare = aftercare_of(application) if permit.status in (P.VALID, P.EXPIRED) and permit.valid_to else None
    track = tracks([*aftercare.acts, coming]).get(code) if aftercare else None  # type: ignore[list-item]
    if track is None or track.state != O.ACCEPTED:
        return
    permit.valid_to = None
    if permit.status == P.EXPIRED:
        permit.prolong()


def _bring_back(permit: Permit, told: list[Any]) -> None:
    """An earlier outcome fell: the permit is again what the decisions make it that now stand."""
    stood = stands(told)
    if stood is not None and stood != (permit.valid_from, permit.valid_to, str(permit.status)):
        permit.valid_from, permit.valid_to, status = stood
        permit.restore(to=status)


def _undo(application: Application, permit: Permit, against: int) -> None:
    """The decision `against` was annulled. An approval takes the permit with it, unless that has ended by itself. What
    a later decision made of the permit is undone, if nothing that stands was made of it since; the permit is then
    annulled if its approval was annulled before. What another remedy took away before is not taken away twice."""
    decision, gone = application.did_at(against), annulled(application)
    if against in gone:
        return
    if decision.grants:
        if permit.status in (P.VALID, P.EXPIRED):
            permit.annul()
        return
    made = made_it(application.history)
    if made[-1:] != [decision]:
        return
    stood = (made[-2] if len(made) > 1 else permit.granted_by).content.get("sets", {})
    if "permit" not in stood:
        return  # an approval written before texts said what they make stand
    first, last = stood["permit"]
    permit.valid_from, permit.valid_to = date.fromisoformat(first), last and date.fromisoformat(last)
    status = stood.get("permit_status", P.VALID)
    annulled_before = permit.granted_by.seq in gone and status in (P.VALID, P.EXPIRED)
    permit.restore(to=P.ANNULLED if annulled_before else status)


def keep_permit(record: Act, papers: list[Document]) -> None:
    """Save what `record` made of the permit, and end the papers that no longer hold; `papers` are those it required."""
    if not touches(record):
        return
    application = record.application
    permit = permit_of(application)
    if taken_away(record, application.history) or fells(record):
        if permit is not None:
            permit.save(update_fields=["status", "valid_from", "valid_to"])
        follow_remedy(record)
        return
    if permit is None or "permit" not in record.content.get("sets", {}):
        if record.act in NEW_PAPER:
            _new_paper(papers)
        return
    permit.save(update_fields=["status", "valid_from", "valid_to"])
    if record.act in NEW_PAPER:
        _new_paper(papers)
    elif record.act == "replace_permit":
        other = Application.objects.get(number=record.facts["number"])
        ending.pass_to(application, other)
    elif permit.status not in (P.VALID, P.EXPIRED):
        ending.end_all(application)


def _new_paper(papers: list[Document]) -> None:
    for paper in papers:
        if paper.kind == NoticeKind.PERMIT_PAPER:
            ending.put_in_place(paper)
