"""The only door through which an act is performed and a legal status changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from permits import access
from permits.acts import assessment, conditions, effects
from permits.clocks.calendar import one_calendar
from permits.clocks.entries import one_reading
from permits.errors import AlreadyRecorded, BadFacts, WrongStatus
from permits.kinds import kind, kind_of
from permits.ledger.chain import canonical, identity
from permits.locks import busy_when_locked
from permits.models import Act, Application, Submission, spec_of
from permits.models.act import GENESIS, digest
from permits.models.material import current_files
from permits.rules import Verdict
from roles.access import Capacity
from roles.models import Jurisdiction, Mandate, OperatingUnit, Person

act_performed = Signal()
"""Sent inside the transaction, with `record`: a receiver that raises undoes the act. One receiver, in workflows."""


def perform(
    application_id: int,
    act: str,
    *,
    by: Person | None,
    mandate: Mandate | None = None,
    work_item: int | None = None,
    key: UUID | None = None,
    **facts: Any,
) -> Act:
    """Perform `act` in one transaction, and return its record. Nothing is written unless all of it is.

    `by` is None for the clock; `mandate` the capacity an officer acts in; `work_item` the item this act completes;
    `key` the sender's own for this one act, so that sent again it is told instead of done again; `facts` as the act
    declares them (permits/models/application.py).
    Raises LookupError (no such act), AlreadyRecorded, NotPermitted, WrongStatus, BadFacts, RuleViolated, Busy.
    """
    spec = spec_of(act)
    with Application.locked(application_id) as application, one_calendar(), one_reading():
        refuse_again(key)
        if not kind_of(application).installed:
            raise WrongStatus(_("This kind of permit is no longer installed: the case can only be read."))
        held = access.authorised(by, act, application, mandate)
        move = getattr(application, act)
        if not can_proceed(move):
            raise WrongStatus(
                _("“%(act)s” is not possible: the case is in “%(status)s”.")
                % {"act": application.act_label(act), "status": application.get_status_display()}
            )
        if reason := conditions.barred(application, act):
            raise WrongStatus(reason)
        if work_item is not None and Act.objects.filter(work_item=work_item).exists():
            raise WrongStatus(_("This work item was already closed."))
        said = spec.clean(facts)
        if errors := conditions.disagreements(application, act, said, by):
            raise BadFacts(errors)
        found = assessment.assess(application, act, said)
        before = str(application.status)
        move(**said)
        effects.complete(application, act)
        application.save(update_fields=application.STATE_FIELDS)
        record = _append(
            application, act, before, by=by, held=held, mandate=mandate, work_item=work_item, key=key, said=said,
            found=found,
        )  # fmt: skip
        effects.follow(record)
        act_performed.send(sender=act, record=record)
    return record


def refuse_again(key: UUID | None) -> None:
    """Raises AlreadyRecorded if an act was performed with `key`; without one there is nothing to compare."""
    record = Act.objects.select_related("application").filter(key=key).first() if key else None
    if record:
        raise AlreadyRecorded(record.application_id, record.application.act_label(record.act))


def open_draft(kind_code: str, unit: OperatingUnit, jurisdiction: Jurisdiction, *, by: Person) -> Application:
    """Begin an application of `unit`, to be filed with `jurisdiction` (a district). Opening it is an act already.

    Raises KeyError for an unknown kind, NotPermitted for who does not apply for the unit.
    """
    new_kind = kind(kind_code)
    with busy_when_locked(), transaction.atomic():
        application = Application.objects.create(
            kind=kind_code, unit=unit, jurisdiction=jurisdiction, single_review=new_kind.single_review
        )
        new_kind.begin(application)
        return perform(application.pk, "open_draft", by=by).application


def _append(
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
) -> Act:
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
    handed_in = _handed_in(application) if act in ("submit", "resubmit") else ""
    record.body = canonical(
        identity(record)
        | _names(record)
        | {"facts": said, "findings": [finding.as_dict() for finding in found.findings] if found else []}
        | ({"verdict": _verdict(found)} if found else {})
        | ({"submission": digest(handed_in)} if handed_in else {})
    )
    record.hash = digest(record.body)
    record.save(force_insert=True)
    application.history.append(record)
    if handed_in:
        Submission.objects.create(act=record, application=application, body=handed_in, sha256=digest(handed_in))
    return record


def _names(record: Act) -> dict[str, Any]:
    """Names as they were, for a reader years later: rows may be renamed, the record not."""
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
    """The findings as one: the outcome, who decides at which level, and the fee."""
    answer = found.as_dict()
    return {name: answer[name] for name in ("outcome", "decided_by", "level", "fee_yuan")}


def _handed_in(application: Application) -> str:
    """The canonical text of everything handed in: the kind's snapshot and the hash of every file."""
    files = [
        {"slot": file.material.slot, "name": file.name, "sha256": file.sha256, "size": file.size}
        for file in current_files(application)
    ]
    districts = kind(application.kind).districts(application)
    application.districts.set(Jurisdiction.objects.filter(pk__in=districts))
    return canonical(
        {
            "title": application.title,
            "asked": kind(application.kind).snapshot(application),
            "materials": files,
            "districts": list(districts),
        }
    )
