"""Parts that the page of a case and the page of a work item share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from viewflow.workflow.status import STATUS

from permits.drafts.materials import evidence_of, withheld_evidence
from permits.kinds import kind_of
from permits.models import Act, Application, MaterialVersion
from permits.models.material import current_files
from roles.models import Person
from roles.models.mandates import Duty
from workflows.lights import TimeLeft, lights
from workflows.models import WorkItem


def head_of(application: Application) -> dict[str, Any]:
    """What stands above every page of a case."""
    return {"application": application, "kind": kind_of(application)}


@dataclass
class Slot:
    """One entry of the closed list of materials, with what was handed in for it."""

    label: str
    source: str = ""
    required: bool = False
    files: list[MaterialVersion] = field(default_factory=list)

    @property
    def missing(self) -> bool:
        """Whether it is asked for and not there."""
        return self.required and not self.files


def materials_of(application: Application, reader: Person) -> list[Slot]:
    """The materials by the kind's list; what officers attached comes last, under no label of the list, but for what
    `reader` is not told yet."""
    attached = evidence_of(application).exclude(pk__in=withheld_evidence(reader, application))
    slots = {
        entry.slot: Slot(str(entry.label), str(entry.source), entry.required)
        for entry in kind_of(application).requirements(application)
    }
    for version in [*current_files(application), *attached]:
        slots.setdefault(version.material.slot, Slot("")).files.append(version)
    return list(slots.values())


@dataclass(frozen=True)
class Waiting:
    """An open item: whose turn it is, and how long they have."""

    item: WorkItem
    light: TimeLeft | None


def whose_turn(application: Application) -> list[Waiting]:
    """The open items of a case."""
    items = list(
        WorkItem.objects.filter(application=application, finished=None, flow_task_type="HUMAN")
        .exclude(status=STATUS.CANCELED)
        .select_related("mandate__agency", "owner", "process")
        .order_by("pk")
    )
    found = lights(items)
    return [Waiting(item, found.get(item.pk)) for item in items]


@dataclass(frozen=True)
class Consultation:
    """One agency asked for its opinion: answered, silent, released or still expected."""

    item: WorkItem
    state: str
    answer: Act | None


def consultations(application: Application, acts: list[Act]) -> list[Consultation]:
    """Everyone consulted in this case, in the order asked."""
    items = (
        WorkItem.objects.filter(application=application, mandate__duty=Duty.ADVISE)
        .select_related("mandate__agency", "owner", "process")
        .order_by("pk")
    )
    return [Consultation(item, *_answer(item, acts)) for item in items]


def _answer(item: WorkItem, acts: list[Act]) -> tuple[str, Act | None]:
    """How a consultation ended, and the act that ended it."""
    if own := next((act for act in acts if act.work_item == item.pk), None):
        return "answered", own
    if item.is_open:
        return "waiting", None
    for act in acts:
        named = act.act in ("drop_consultee", "record_silence") and act.facts["office"]["id"] == item.mandate_id
        if named and act.at >= item.created and (item.finished is None or act.at <= item.finished):
            return ("silent" if act.act == "record_silence" else "released"), act
    return "ended", None
