"""The tokens of a case that is decided anew: its flow goes on where it comes to the status the act left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.flow import Flow
from viewflow.workflow.status import PROCESS
from viewflow.workflow.token import Token

from permits.models import Application
from permits.models.machine import outcomes
from workflows.models import Case
from workflows.nodes import Decide


def enters(flow: type[Flow], status: str) -> Any | None:
    """The node at which the flow goes on when an act leaves the case in `status`: the one to which it came there first,
    so that a fan-out asks again. None where no step leads there."""
    for node in _onward(flow):
        acts = (*node.acts, *node.outside)
        if any(status in outcomes(Application, act, at) for act in acts for at in node.at - {status}):
            following = node.routes.get(status, node._next)
            if following is not None:
                return following
    return None


def _onward(flow: type[Flow]) -> Iterator[Decide]:
    """The steps of people, those nearest to the start first."""
    todo = [node for node in flow.instance.nodes() if isinstance(node, nodes.StartHandle)]
    seen = set(todo)
    while todo:
        node = todo.pop(0)
        following = [edge.dst for edge in node._outgoing() if edge.dst not in seen]
        todo += following
        seen.update(following)
        if isinstance(node, Decide):
            yield node


def begin_again(case: Case) -> None:
    """A new token for a case whose flow had ended, in the transaction of the act and under its lock. LookupError where
    no step leads to its status: the system check refuses such a flow."""
    node = enters(case.flow_class, str(case.application.status))
    if node is None:
        raise LookupError(f"{case.flow_class.__name__} has no way into {case.application.status}")
    case.status, case.finished = PROCESS.NEW, None
    case.save(update_fields=["status", "finished"])
    last = case.task_set.latest("pk")
    last.process = case
    before: Activation = last.flow_task.activation_class(last)
    before._activate_next({node._create(before, Token("start"))})
