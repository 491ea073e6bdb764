"""Tokens follow acts: the receiver of `act_performed` that moves the tokens, in the act's transaction and under its
lock."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import PROCESS, STATUS

from permits.access import covers, refusal
from permits.acts.effects import MOVES_DEADLINES
from permits.acts.perform import act_performed
from permits.errors import NotPermitted, WrongStatus
from permits.models import Act
from permits.models.aftercare import OF_AFTERCARE, TIMED
from permits.models.life import CLOCKED, OF_LIFE
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from workflows import registry
from workflows.deadlines import keep_dates
from workflows.models import OPEN, Case, WorkItem
from workflows.nodes import Decide, FanOut, done_at, one_at_a_time
from workflows.notes import forget_notes
from workflows.notifications.making import announce
from workflows.reopening import begin_again

OFF_STEP = frozenset({
    "withdraw", "make_statement", "ask_hearing", "extend_period", "order_joint_handling", "bar_person", "recuse",
    "record_delivery", "determine", "answer_objection", "set_aside_filing", "tell_fee_due", "record_refund", "reopen",
    "correct_payment", "give_up_hearing", "record_hearing_given_up",
    *(OF_LIFE - CLOCKED), *(OF_AFTERCARE - TIMED),
})  # fmt: skip
"""Acts that belong to no step of any flow, and that people perform beside it."""


@receiver(act_performed)
def follow(sender: str, record: Act, **kwargs: Any) -> None:
    """Move the tokens of the case as `record` demands. What it raises makes the act impossible, and undoes it."""
    if sender == "open_draft":
        registry.flow_for(record.application).start.run(application=record.application)
        return
    _move(sender, record)
    if sender != "claim":
        announce(record)


def _move(sender: str, record: Act) -> None:
    """Complete the step that the act names or belongs to, or do what the act demands of the flow itself; then end the
    case, or keep the dates of its open items, if the act changed either."""
    named = record.work_item or (record.facts["item"] if sender in HOLDING else None)
    item = _item(record.application_id, named) if named else None
    case = item.process if item else Case.objects.get(pk=record.application_id)
    case.application = record.application  # the status as the act left it, not as a query would read it again
    if item and record.work_item:
        _activation(item, case).follow(record)
    elif item:
        HOLDING[sender](item, record)
    elif sender in ("recuse", "bar_person"):
        _let_go(case, record)
    elif sender == "reopen":
        begin_again(case)
    elif sender == "ask_opinion":
        _ask(case, record)
    elif waiting := _completed_by(case, record):
        _activation(waiting, case).follow(record)
    if record.application.final:
        _end(case)
    elif sender in MOVES_DEADLINES and not (item and one_at_a_time(case.flow_class)):
        keep_dates(case)  # else the only open item is the one just made, with its dates as the clocks stand now


def _item(case: int, pk: int) -> WorkItem:
    """The item, with its case. Raises WrongStatus where the case with the key `case` has none of that key."""
    people_work_on = WorkItem.objects.select_related("process").filter(flow_task_type="HUMAN")
    try:
        item: WorkItem = people_work_on.get(pk=pk, process=case)
    except WorkItem.DoesNotExist:
        raise WrongStatus(_("There is no such work item in this case.")) from None
    return item


def _activation(item: WorkItem, case: Case) -> Activation:
    item.process = case
    return item.flow_task.activation_class(item)


def _completed_by(case: Case, record: Act) -> WorkItem | None:
    """The open item that `record` completes although nobody named it; None for an act that completes none.

    Raises WrongStatus where the act is one that a step of this flow offers, and no such step is open, and where it is
    about an agency that is not waited for.
    """
    steps = [node.name for node in _steps(case) if record.act in node.acts + node.outside]
    if not steps:
        _insist_beside_the_steps(case, record)
        return None
    item = _open_at(case, record, steps)
    if item or _meanwhile(case, record) or record.application.final or _from_outside(case, record):
        return item
    raise WrongStatus(_("No step of this case is waiting for “%(act)s” now.") % {"act": record.spec.label})


def _steps(case: Case) -> list[Decide]:
    """The steps of the case's flow at which people act."""
    return [node for node in case.flow_class.instance.nodes() if isinstance(node, Decide)]


def _insist_beside_the_steps(case: Case, record: Act) -> None:
    """Raises WrongStatus for an act that completes no step of this flow and yet belongs to one, or that is about an
    agency from which nothing is awaited. Who withdraws needs no step."""
    if record.act != "withdraw" and (record.spec.moves or _of_another_flow(case, record)):
        raise WrongStatus(_("“%(act)s” is no step of this procedure.") % {"act": record.spec.label})
    office = record.facts.get("office")
    if office and not _waits_for(case, office["id"], record.act):
        raise WrongStatus(_("Nothing is awaited from this agency."))


def _open_at(case: Case, record: Act, steps: list[str]) -> WorkItem | None:
    """The open item at one of `steps`: that of the agency the act is about, else of the mandate it is done under."""
    items = case.open_items.filter(step__in=steps).select_related("owner", "mandate")
    office = record.facts.get("office")
    mandate = office["id"] if office else record.mandate_id
    return (items.filter(mandate=mandate) if mandate else items).first()


def _from_outside(case: Case, record: Act) -> bool:
    """Whether a person did what completes a step when one waits for it, but what no step offers: it may come at any
    time. Acts of the clock, and acts about an agency, need the step."""
    offered = any(record.act in node.acts for node in _steps(case))
    return bool(record.person_id) and not offered and not record.facts.get("office")


def _waits_for(case: Case, mandate: int, act: str) -> bool:
    """Whether a step beside which the act is done is open for that mandate."""
    return any(act in item.flow_task.beside for item in case.open_items.filter(mandate=mandate))


def _of_another_flow(case: Case, record: Act) -> bool:
    """Whether officers do this in a step of some flow, and no step of this one offers it."""
    if not record.spec.duties or record.act in OFF_STEP:
        return False
    return not any(record.act in (*node.meanwhile, *node.beside) for node in _steps(case))


def _meanwhile(case: Case, record: Act) -> bool:
    """Whether an open step offers the act as one that leaves it open, although the act completes another step."""
    return any(record.act in (*item.flow_task.meanwhile, *item.flow_task.beside) for item in case.open_items)


def _ask(case: Case, record: Act) -> None:
    """One more agency is consulted 加签, as long as the consultation is open. One without the duty to advise here could
    never answer, and is refused."""
    asked = Mandate.objects.get(pk=record.facts["office"]["id"])
    if asked.duty != Duty.ADVISE or asked.left(localdate()) or not covers(asked, record.application):
        raise WrongStatus(_("This agency has no duty to advise on this kind of permit in this place."))
    for split in (node for node in case.flow_class.instance.nodes() if isinstance(node, FanOut)):
        advise = split.branches[0]
        open_items = case.open_items.filter(step=advise.name)
        if record.act in advise.beside and open_items.exists():
            if open_items.filter(mandate=record.facts["office"]["id"]).exists():
                raise WrongStatus(_("This agency was asked already."))
            parent = case.task_set.filter(flow_task=split).latest("pk")
            _activation(parent, case).add(advise, {"mandate": record.facts["office"]["id"]})
            return
    raise WrongStatus(_("No consultation is open. Return the case to first review to begin another round."))


def _end(case: Case) -> None:
    """A final status cancels what is still open, takes the internal notes away and ends the case."""
    forget_notes(case.application)
    if case.finished is None:  # else its last step came to the end of the flow: nothing is open
        for item in case.task_set.filter(status__in=OPEN):
            _activation(item, case).cancel()
        case.status, case.finished = PROCESS.CANCELED, done_at(case)
        case.save(update_fields=["status", "finished"])


def _claim(item: WorkItem, record: Act) -> None:
    _held_by(item, None, record)
    _put(item, record.person)


def _release(item: WorkItem, record: Act) -> None:
    _held_by(item, record.person_id, record)
    _put(item, None)


def _reassign(item: WorkItem, record: Act) -> None:
    person = Person.objects.get(pk=record.facts["to"]["id"])
    if item.mandate is None or item.mandate.agency_id != record.agency_id:
        raise NotPermitted(_("This work item is another agency's."))
    _insist_open(item)
    if reason := refusal(person, "claim", record.application, item.mandate):
        raise NotPermitted(_("%(person)s cannot take this: %(reason)s") % {"person": person, "reason": reason})
    _put(item, person)


def _vacate(item: WorkItem, record: Act) -> None:
    """Put an item back into the agency's queue, because its holder left."""
    _insist_open(item)
    if record.mandate_id and (item.mandate is None or item.mandate.agency_id != record.agency_id):
        raise NotPermitted(_("This work item is another agency's."))
    _put(item, None)


def _readdress(item: WorkItem, record: Act) -> None:
    """Address an item to the mandate that follows one that left the role matrix: into the queue of its agency."""
    follows = Mandate.objects.select_related("agency").get(pk=record.facts["office"]["id"])
    _insist_open(item)
    if item.mandate is None or not item.mandate.left(localdate()):
        raise WrongStatus(_("The mandate of this step is in the role matrix."))
    if follows.left(localdate()) or follows.duty != item.mandate.duty or not covers(follows, record.application):
        raise WrongStatus(_("This agency does not have the duty of this step."))
    item.mandate = follows
    _put(item, None, "mandate")


def _let_go(case: Case, record: Act) -> None:
    """Put back into the agency's queue what somebody holds whom this act keeps from the case, or who stands in for such
    a one."""
    for item in case.open_items.exclude(owner=None).select_related("owner", "mandate__agency"):
        if item.mandate and item.owner and refusal(item.owner, "claim", record.application, item.mandate):
            _put(item, None)


def _held_by(item: WorkItem, owner: int | None, record: Act) -> None:
    _insist_open(item)
    if item.mandate_id != record.mandate_id:
        raise NotPermitted(_("This work item is another agency's."))
    if item.owner_id is not None and item.owner_id != owner:
        raise NotPermitted(_("%(person)s has taken this work item.") % {"person": item.owner})


def _insist_open(item: WorkItem) -> None:
    if not item.is_open:
        raise WrongStatus(_("This work item was already closed."))


def _put(item: WorkItem, owner: Person | None, *changed: str) -> None:
    """Give the item to `owner`, or to the queue of its agency (None). Saved together with the fields that were
    `changed`."""
    item.owner, item.assigned = owner, now() if owner else None
    item.status = STATUS.ASSIGNED if owner else STATUS.NEW
    item.save(update_fields=["status", "owner", "assigned", *changed])


HOLDING = {"claim": _claim, "release": _release, "reassign": _reassign, "vacate": _vacate, "readdress": _readdress}
