"""The tokens of the flows against the record: whose turn it is follows from the acts, so it can be checked by them."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.flow import Flow
from viewflow.workflow.status import STATUS

from permits.models import Application
from permits.verification.registry import Batch, Problem, each_case
from workflows.conformance import Walk
from workflows.models import Case, WorkItem


@each_case("tokens", gettext_lazy("open steps"))
def tokens(batch: Batch) -> Iterator[Problem]:
    """A case that ended has no open step; a running one has, and only steps its flow knows at its status; each step
    that an act names as completed is closed."""
    items: dict[int, list[WorkItem]] = {}
    for item in WorkItem.objects.filter(process__in=[case.pk for case in batch.cases], flow_task_type="HUMAN"):
        items.setdefault(item.process_id, []).append(item)
    flows = {case.pk: case for case in Case.objects.filter(pk__in=[case.pk for case in batch.cases])}
    for case in batch.cases:
        completed = {act.work_item for act in batch.acts.get(case.pk, []) if act.work_item}
        for what in _wrong(case, flows.get(case.pk), items.get(case.pk, []), completed):
            yield Problem("tokens", str(case), what)


def _wrong(case: Application, flow: Case | None, items: list[WorkItem], completed: set[int]) -> Iterator[str]:
    if flow is None:
        yield _("the case has no flow")
        return
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
    if missing := completed - {item.pk for item in items}:
        yield _("steps that acts completed are gone: %(items)s") % {"items": ", ".join(map(str, sorted(missing)))}


@functools.cache
def steps_at(flow: type[Flow], single_review: bool) -> dict[str, frozenset[str]]:
    """The steps people may have before them at each status, as a walk of the flow meets them."""
    walk = Walk(flow, single_review=single_review)
    walk.run()
    return {status: frozenset(steps) for status, steps in walk.met.items()}
