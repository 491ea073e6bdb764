"""The tokens of the flows against the record: whose turn it is follows from the acts, so it can be checked by them."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.flow import Flow
from viewflow.workflow.status import STATUS

from permits.database.reading import among, by_key, read
from permits.kinds import kind_of
from permits.ledger.derived import ONE_TRANSACTION
from permits.models import Act, Application
from permits.models.keeping import GIVES_BACK, TAKES
from permits.verification.registry import Batch, Problem, each_case
from workflows.conformance import Walk
from workflows.models import Case, WorkItem
from workflows.registry import versions


@each_case("tokens", gettext_lazy("open steps"))
def tokens(batch: Batch) -> Iterator[Problem]:
    """A case that ended has no open step; a running one has, and only steps its flow knows at its status; each step
    that an act completed is closed, by whom, for which mandate and when the act says. Passed over is a case whose flow
    went with the package that brought its kind."""
    items: dict[int, list[WorkItem]] = {}
    for item in read(WorkItem.objects.filter(among("process", batch.keys), flow_task_type="HUMAN")):
        items.setdefault(item.process_id, []).append(item)
    flows = by_key(read(Case.objects.filter(among("pk", batch.keys))))
    for case in batch.cases:
        flow = flows.get(case.pk)
        if flow is not None and flow.flow_class is None and not kind_of(case).installed:
            continue
        acts, of_case = batch.acts.get(case.pk, []), items.get(case.pk, [])
        completed = {act.work_item: act for act in acts if act.work_item}
        wrong_ones = _wrong(case, flow, of_case, set(completed))
        for what in (*wrong_ones, *_closed_by_no_act(of_case, acts, set(completed))):
            yield Problem("tokens", str(case), what)
        moments, held = sorted(act.at for act in acts), holders(acts)
        for item in of_case:
            recorded = _held(item, held) if item.is_open else _as_recorded(item, completed.get(item.pk))
            if wrong := [*_misnamed(item, moments), *recorded]:
                told = _("the step “%(step)s” (%(item)s) is not as the record says: %(fields)s")
                said = {"step": item.step, "item": item.pk, "fields": ", ".join(wrong)}
                yield Problem("tokens", str(case), told % said)


def _wrong(case: Application, flow: Case | None, items: list[WorkItem], completed: set[int]) -> Iterator[str]:
    """What is wrong with the open and the completed steps of a case."""
    if flow is None:
        yield _("the case has no flow")
        return
    if kind_of(case).installed and flow.flow_class not in flows_of(case.kind):
        yield _("its flow is none of its kind's")
    if missing := completed - {item.pk for item in items}:
        yield _("steps that acts completed are gone: %(items)s") % {"items": ", ".join(map(str, sorted(missing)))}
    waiting = [item for item in items if item.is_open]
    if case.final:
        if waiting or flow.status not in (STATUS.DONE, STATUS.CANCELED):
            yield _("the case has ended, and a step of its flow is open")
        return
    if not waiting:
        yield _("nobody's turn: no step is open")
    known = steps_at(flow.flow_class, case.single_review).get(str(case.status), frozenset())
    for item in waiting:
        if item.step not in known:
            yield _("the step “%(step)s” is open in “%(status)s”") % {"step": item.step, "status": case.status}
        if item.pk in completed:
            yield _("the step “%(step)s” is open, and an act completed it") % {"step": item.step}


def _closed_by_no_act(items: list[WorkItem], acts: list[Act], completed: set[int]) -> Iterator[str]:
    """Steps that are done, and no act was there to do it. An act that names no item completed one step that offers it,
    in its own transaction: taken in the order of time, each of them accounts for one."""
    unnamed = sorted((act for act in acts if not act.work_item), key=lambda act: act.at)
    spent: set[tuple[str, int]] = set()
    done = [item for item in items if item.status == STATUS.DONE and item.pk not in completed]
    for item in sorted(done, key=lambda item: (item.finished is not None, item.finished or item.created)):
        node = item.flow_task
        offered = (act for act in unnamed if act.act in (*node.acts, *node.outside) and _near(item.finished, [act.at]))
        by = next((act for act in offered if (node.name, act.pk) not in spent), None)
        if by is None:
            yield _("the step “%(step)s” (%(item)s) is done, and no act did it") % {"step": item.step, "item": item.pk}
        else:
            spent.add((node.name, by.pk))


def _misnamed(item: WorkItem, moments: list[datetime]) -> Iterator[str]:
    """Columns that do not fit each other, or the moment at which some act of the case opened the step."""
    node = item.flow_task
    if item.step != node.name:
        yield "step"
    if item.application_id != item.process_id:
        yield "application"
    if not _near(item.created, moments):
        yield "created"


def holders(acts: Iterable[Act]) -> dict[int, int | None]:
    """Who has taken which item, and not given it back, by the acts in their order: keys of items and of persons."""
    held: dict[int, int | None] = {}
    for act in acts:
        if act.act in TAKES:
            held[act.facts["item"]] = act.facts["to"]["id"] if act.act == "reassign" else act.person_id
        elif act.act in GIVES_BACK:
            held.pop(act.facts["item"], None)
    return held


def _held(item: WorkItem, held: Mapping[int, int | None]) -> Iterator[str]:
    """Columns of an open step that are not what the acts say of who took it. That nobody has it is no contradiction:
    whoever an act keeps from the case loses it without one more."""
    if item.owner_id not in (None, held.get(item.pk)):
        yield "owner"
    if item.status != (STATUS.NEW if item.owner_id is None else STATUS.ASSIGNED):
        yield "status"


def _as_recorded(item: WorkItem, act: Act | None) -> Iterator[str]:
    """Columns that are not what the act that completed the step says, if one did."""
    if act is None:
        return
    if item.status != STATUS.DONE:
        yield "status"
    if act.act not in item.flow_task.acts and act.spec.by != ("clock",):
        yield "flow_task"
    if item.mandate_id != act.mandate_id:
        yield "mandate"
    if item.owner_id != act.person_id:
        yield "owner"
    if not _near(item.finished, [act.at]):
        yield "finished"


def _near(moment: datetime | None, moments: list[datetime]) -> bool:
    """Whether `moment` lies within a transaction's length of one of `moments`, which are in order."""
    if moment is None:
        return False
    after = bisect_left(moments, moment - ONE_TRANSACTION)
    return after < len(moments) and moments[after] <= moment + ONE_TRANSACTION


@functools.cache
def flows_of(kind: str) -> frozenset[type[Flow]]:
    """Every version of the flow of a kind."""
    return frozenset(version.flow for version in versions() if version.kind == kind)


@functools.cache
def steps_at(flow: type[Flow], single_review: bool) -> dict[str, frozenset[str]]:
    """The steps people may have before them at each status, as a walk of the flow meets them."""
    walk = Walk(flow, single_review=single_review)
    walk.run()
    return {status: frozenset(steps) for status, steps in walk.met.items()}
