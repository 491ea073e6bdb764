"""The only door through which an act is performed and a legal status changes."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from permits import access
from permits.acts import assessment, conditions, effects
from permits.acts.recording import append
from permits.clocks.entries import one_reading
from permits.errors import AlreadyRecorded, BadFacts, RecordChanged, WrongStatus
from permits.kinds import kind, kind_of
from permits.ledger.chain import first_problem
from permits.locks import busy_when_locked
from permits.models import Act, Application, spec_of
from roles.access import Capacity
from roles.looks import one_look
from roles.models import Jurisdiction, Mandate, OperatingUnit, Person

log = logging.getLogger(__name__)
act_performed = Signal()
"""Sent inside the transaction, with `record`: a receiver that raises undoes the act. The flows move their
tokens by it (workflows/steps.py); the site writes a line of its log after the commit (config/logs.py)."""


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

    `by` is None for the clock; `mandate` the capacity an officer acts in; `work_item` the item this act completes.
    `key` is the sender's own for this one act: sent again, it is told and not done again. `facts` as the act declares
    them (`spec_of(act).facts`).

    Raises LookupError (no such act), AlreadyRecorded, RecordChanged, NotPermitted, WrongStatus, BadFacts, RuleViolated,
    Busy, StorageFailed (a file it must look at cannot be read).
    """
    spec_of(act)  # a name that is no act is told before anything is locked; no other attribute of a case is ever called
    files_read = assessment.read_files(application_id, act)
    with Application.locked(application_id) as application, one_reading(), one_look():
        refuse_again(key)
        application.read_record()
        _insist_whole(application)
        held = _allowed(application, act, by=by, mandate=mandate, work_item=work_item)
        said = _said(application, act, facts, by)
        found = assessment.assess(application, act, said, files_read)
        before, stood, read = str(application.status), application.standing(), application.state()
        getattr(application, act)(**said)
        effects.before_record(application, act, said)
        record = append(
            application, act, before, by=by, held=held, mandate=mandate, work_item=work_item, key=key, said=said,
            found=found, sets=effects.brought_about(application, before, stood),
        )  # fmt: skip
        effects.after_record(record)
        if application.state() != read:
            application.save(update_fields=read.keys())
        act_performed.send(sender=act, record=record)
    return record


def _insist_whole(application: Application) -> None:
    """Raises RecordChanged, and tells it in the log, where an act of the case is not as it was recorded. The next act
    would rest on what was forged, and its hash would vouch for it (docs/decisions/0001)."""
    if found := first_problem(application.history):
        log.error("nothing is recorded in case %s: act %s, %s", application.pk, found[0].seq, found[1])
        # Which act it is the log tells alone: not everybody who may act in the case may see all of its acts.
        told = _(
            "The record of the case %(case)s was changed outside this site. Nothing is recorded on top of it, and "
            "nothing was done. Tell the operator of this site: what was recorded can be restored from a backup."
        )
        raise RecordChanged(told % {"case": application})


def _allowed(
    application: Application, act: str, *, by: Person | None, mandate: Mandate | None, work_item: int | None
) -> Capacity | None:
    """In which capacity `by` performs `act` on the locked case. Who may act is asked first, then whether it is possible
    now."""
    if not kind_of(application).installed:
        raise WrongStatus(_("This kind of permit is no longer installed: the case can only be read."))
    held = access.authorised(by, act, application, mandate)
    if not can_proceed(getattr(application, act)):
        raise WrongStatus(
            _("“%(act)s” is not possible: the case is in “%(status)s”.")
            % {"act": application.act_label(act), "status": application.get_status_display()}
        )
    if reason := conditions.barred(application, act):
        raise WrongStatus(reason)
    if work_item is not None and any(one.work_item == work_item for one in application.history):
        raise WrongStatus(_("This work item was already closed."))
    return held


def _said(application: Application, act: str, facts: dict[str, Any], by: Person | None) -> dict[str, Any]:
    """The facts as the act declares them, in plain values, with what the case adds to them."""
    said = spec_of(act).clean(facts)
    if errors := conditions.disagreements(application, act, said, by):
        raise BadFacts(errors)
    return said | conditions.told_beside(application, act, said)


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
