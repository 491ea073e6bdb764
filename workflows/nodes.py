"""The node classes of the house: subclasses of viewflow's `nodes`, not of its `flow`, so that none of its pages comes
along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from viewflow.this_object import this
from viewflow.workflow import STATUS, nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.flow import Flow
from viewflow.workflow.nodes.split import SplitActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.signals import flow_finished, task_finished
from viewflow.workflow.status import PROCESS
from viewflow.workflow.token import Token

from permits.clocks.standing import status
from permits.errors import NotPermitted, WrongStatus
from permits.models import Act
from permits.models.states import S
from roles.models import Mandate
from workflows.deadlines import dates_of
from workflows.mandates import the_mandate

Source = Callable[[Activation], list[dict[str, Any]]]


def done_at(process: Any) -> datetime:
    """When the act that moves the tokens was done, by its record: a server clock that was set back tells another
    time."""
    at: datetime = process.application.history[-1].at
    return at


class DecideActivation(ViewActivation):
    """A work item at work: made for a mandate, completed by an act, followed by the step that the new status leads
    to."""

    @classmethod
    def create(
        cls, flow_task: Decide, prev_activation: Activation, token: Token, data: Any = None, seed: Any = None
    ) -> DecideActivation:
        """The open item, for the mandate given in `data` or the one the node's duty finds."""
        process = prev_activation.process
        item = flow_task.flow_class.task_class(
            process=process, flow_task=flow_task, token=token, data=data or {}, created=done_at(process)
        )
        item.mandate = flow_task.mandate_for(process.application, item.data)
        item.due, item.soon_from = dates_of(item, process.application, status(process.application))
        item.save()
        item.previous.add(prev_activation.task)
        return cls(item)

    def follow(self, record: Act) -> None:
        """Complete this item with `record`, and go on by the new status.

        Raises WrongStatus when the item is closed or does not offer the act, NotPermitted when another holds it or it
        is another mandate's.
        """
        item, node = self.task, self.flow_task
        if not item.is_open:
            raise WrongStatus(_("This work item was already closed."))
        outside = record.act in node.outside
        if not outside and record.act not in node.acts:
            raise WrongStatus(_("This step does not offer “%(act)s”.") % {"act": record.spec.label})
        named = record.work_item == item.pk  # also the clock's act then says whose step it was
        if (named or not outside) and item.mandate_id != record.mandate_id:
            raise NotPermitted(_("This work item is another agency's."))
        if not outside and item.owner_id not in (None, record.person_id):
            raise NotPermitted(_("%(person)s has taken this work item.") % {"person": item.owner})
        if not outside:
            item.owner_id = record.person_id
        self.finish()
        self.activate_next()

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.DONE)
    def finish(self) -> None:
        """Close the item. Of its row only what this changes is written."""
        item = self.task
        item.finished = done_at(self.process)
        item.started = item.started or item.finished
        item.save(update_fields=["status", "started", "finished", "owner"])
        task_finished.send(sender=self.flow_class, process=self.process, task=item)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        """The one next node: the one for the application's status, else the plain next."""
        node = self.flow_task.routes.get(self.process.application.status, self.flow_task._next)
        yield node._create(self, self.task.token)


class Decide(nodes.View):
    """A human step, alive in the statuses `at`. Every button is one act.

    `acts` are offered to the holder and complete the item; `meanwhile` are offered too and leave it open; `outside`
    are performed by another in its place (the clock, the unit, the officer who drops a consultee) and complete it;
    `beside` are performed by another while it is open, and leave it open.
    """

    activation_class = DecideActivation

    def __init__(
        self,
        *,
        title: Any,
        at: Iterable[S],
        acts: Iterable[str],
        duty: str = "",
        meanwhile: Iterable[str] = (),
        outside: Iterable[str] = (),
        beside: Iterable[str] = (),
        period: str = "",
    ) -> None:
        super().__init__(view=None)
        self.task_title = title
        self.at = frozenset(at)
        self.acts, self.meanwhile = tuple(acts), tuple(meanwhile)
        self.outside, self.beside = tuple(outside), tuple(beside)
        self.duty, self.period = duty, period
        self.routes: dict[str, Any] = {}

    def On(self, status: S, node: Any) -> Decide:
        """Go on at `node` if the act leaves the application in `status`."""
        self.routes[status] = node
        return self

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.routes = {status: this.resolve(instance, node) for status, node in self.routes.items()}

    def _outgoing(self) -> Iterator[Edge]:
        yield from super()._outgoing()
        for node in dict.fromkeys(self.routes.values()):
            yield Edge(src=self, dst=node, edge_class="cond_true")

    def mandate_for(self, application: Any, data: dict[str, Any]) -> Mandate | None:
        """The mandate whose turn it is: that in `data`, else the one with the node's duty; None for the unit."""
        if key := data.get("mandate"):
            return Mandate.objects.select_related("agency").get(pk=key)
        return the_mandate(application, self.duty) if self.duty else None


class EndActivation(nodes.End.activation_class):
    """The end of a flow, under the case's lock and in the act's transaction, so without a savepoint. Its item is made
    already closed, and the case ends in one statement where nothing else is open."""

    @classmethod
    def create(
        cls, flow_task: End, prev_activation: Activation, token: Token, data: Any = None, seed: Any = None
    ) -> EndActivation:
        """The closed item, and the end of the case where no other item is open."""
        case, at = prev_activation.process, done_at(prev_activation.process)
        item_class = flow_task.flow_class.task_class
        item = item_class(
            process=case, flow_task=flow_task, token=token, status=STATUS.DONE, created=at, started=at, finished=at
        )
        item.save()
        item.previous.add(prev_activation.task)
        still_open = Exists(item_class.objects.filter(process=OuterRef("pk"), finished=None))
        ended = {"status": PROCESS.DONE, "finished": at}
        if type(case).objects.filter(~still_open, pk=case.pk).update(**ended):
            case.status, case.finished = ended["status"], at
            flow_finished.send(sender=flow_task.flow_class, process=case, task=item)
        return cls(item)


class End(nodes.End):
    """The end of a flow."""

    activation_class = EndActivation


class FanOutActivation(SplitActivation):
    """One branch for each thing that the sources name; with none at all it goes straight to the join."""

    next_tasks: list[tuple[Any, dict[str, Any] | None]]

    @Activation.status.super()
    def activate(self) -> None:
        """Work out the branches."""
        for node, _cond, source in self.flow_task._branches:
            self.next_tasks += [(node, data) for data in source(self)]
        if not self.next_tasks:
            self.next_tasks = [(self.flow_task.join, None)]

    def add(self, node: Decide, data: dict[str, Any]) -> Activation:
        """One more branch of this split 加签: counted by the same join."""
        taken = self.flow_class.task_class.objects.filter(
            process=self.process, token__startswith=f"{self.task.token}/{self.task.pk}_"
        )
        tokens = {item.token.token for item in taken}
        token = Token(f"{self.task.token}/{self.task.pk}_{len(tokens) + 1}")
        return node._create(self, token, data=data)


@cache
def one_at_a_time(flow: type[Flow]) -> bool:
    """Whether a case never has more than one open item in this flow: no node splits it."""
    return not any(isinstance(node, nodes.Split) for node in flow.instance.nodes())


class FanOut(nodes.Split):
    """A parallel split with as many branches as its sources name: `FanOut(this.join).Each(node, source)`."""

    activation_class = FanOutActivation

    def __init__(self, join: Any) -> None:
        super().__init__()
        self.join = join

    def Each(self, node: Any, source: Any) -> FanOut:
        """A branch at `node` for each mapping that `source(activation)` returns; it becomes the item's data."""
        self._activate_next.append((node, None, source))
        return self

    @property
    def branches(self) -> list[Decide]:
        """The nodes at which its branches begin."""
        return [node for node, _condition, _source in self._branches]

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.join = this.resolve(instance, self.join)

    def _outgoing(self) -> Iterator[Edge]:
        yield from super()._outgoing()
        yield Edge(src=self, dst=self.join, edge_class="default")
