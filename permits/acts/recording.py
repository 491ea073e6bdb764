"""The record of an act: its canonical text, chained to the one before; what was handed in is kept beside it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from permits.acts import land
from permits.drafts.material_names import in_listed_order, material_names
from permits.kinds import kind
from permits.ledger.chain import canonical, identity
from permits.models import Act, Application, Submission
from permits.models.act import GENESIS, digest
from permits.models.against import keep_against
from permits.models.material import files_in_hand
from permits.models.submission import HANDS_IN, keep_last
from permits.rules import Verdict
from roles.access import Capacity
from roles.models import Mandate, Person


def append(
    application: Application,
    act: str,
    before: str,
    *,
    by: Person | None,
    held: Capacity | None,
    mandate: Mandate | None,
    work_item: int | None,
    key: UUID | None,
    said: dict[str, Any],
    found: Verdict | None,
    sets: dict[str, Any],
) -> Act:
    """Write the act that was just done at the end of the case's chain, with what was handed in where it hands in.

    `said` are its facts, plain; `found` what the rules found; `before` the status it began in; `sets` what it makes
    stand of the case beside its status, so that this can be proved from the record (permits/ledger/derived.py). In the
    transaction and under the lock of `perform`, which alone calls it.
    """
    last = application.history[-1] if application.history else None
    now = timezone.now()
    record = Act(
        application=application,
        seq=last.seq + 1 if last else 1,
        act=act,
        before=before if last else "",
        after=application.status,
        person=by,
        on_behalf_of=held.principal if held else None,
        post=held.post if held else None,
        agency=mandate.agency if mandate else None,
        mandate=mandate,
        duty=mandate.duty if mandate else "",
        work_item=work_item,
        key=key,
        at=max(now, last.at) if last else now,  # a server clock set back never puts an act before the one it follows
        previous=last.hash if last else GENESIS,
    )
    handed_in = _handed_in(application) if act in HANDS_IN else ""
    record.body = _body(record, said, found, sets, handed_in)
    record.hash = digest(record.body)
    record.save(force_insert=True)
    if found:
        keep_against(record)
    application.history.append(record)
    if handed_in:
        submission = Submission(act=record, application=application, body=handed_in, sha256=digest(handed_in))
        submission.save(force_insert=True)
        keep_last(application, submission)
        land.keep(submission, again=act == "resubmit")
    return record


def _body(record: Act, said: dict[str, Any], found: Verdict | None, sets: dict[str, Any], handed_in: str) -> str:
    """The text that is chained. What an act does not have is left out, not written empty: old hashes stand.

    With a salt: the log tells everybody the hash, and an applicant is told before the decision that of words withheld.
    Who took a step, or what a few words said, would else be found by trying all that could stand there.
    """
    return canonical(
        identity(record)
        | _names(record)
        | {"facts": said, "findings": [finding.as_dict() for finding in found.findings] if found else []}
        | {"salt": secrets.token_hex(32)}  # written as a hash is: no search takes it for words (ledger/words.py)
        | ({"verdict": _verdict(found)} if found else {})
        | ({"sets": sets} if sets else {})
        | ({"submission": digest(handed_in)} if handed_in else {})
    )


def _names(record: Act) -> dict[str, Any]:
    """Names as they are today, for a reader years later: rows may be renamed, the record may not."""
    mandate = record.mandate
    return {
        "names": {
            "person": str(record.person) if record.person else "",
            "on_behalf_of": str(record.on_behalf_of) if record.on_behalf_of else "",
            "post": record.post.name if record.post else "",
            "agency": record.agency.name if record.agency else "",
        },
        "ground": {"document": mandate.document_id, "line": mandate.line, "clause": mandate.clause} if mandate else {},
    }


def _verdict(found: Verdict) -> dict[str, Any]:
    """The findings in one: the outcome, who decides at which level, and the fee."""
    answer = found.as_dict()
    return {name: answer[name] for name in ("outcome", "decided_by", "level", "fee_yuan")}


def _handed_in(application: Application) -> str:
    """The canonical text of everything handed in: who applies, the kind's snapshot, and the hash of every file under
    the name its material has today."""
    unit = application.unit
    with translation.override("zh-hans"):  # the official words, whoever's page this came from
        names = {slot: str(label) for slot, label in material_names(application).items()}
    files = [
        {
            "slot": file.material.slot,
            "material": names.get(file.material.slot, ""),
            "name": file.name,
            "sha256": file.sha256,
            "size": file.size,
        }
        for file in in_listed_order(application, files_in_hand(application.pk))
    ]
    districts = kind(application.kind).districts(application)
    _keep_districts(application, districts)
    return canonical(
        {
            "title": application.title,
            "applicant": {"name": unit.name, "uscc": unit.uscc, "address": unit.address},
            "asked": kind(application.kind).snapshot(application),
            "materials": files,
            "districts": list(districts),
        }
    )


def _keep_districts(application: Application, codes: Collection[str]) -> None:
    """In which districts the land lies: those known, and always the one that the application is filed with."""
    places: list[Any] = sorted(
        land.known_places(application, codes) & set(codes)
    )  # keys: the stubs know of none that are text
    if application.did("submit"):
        application.districts.set(places)
    else:  # handed in for the first time: there is nothing to take away
        application.districts.add(*places)
