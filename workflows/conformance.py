"""Flow graphs and state machine proved consistent: every flow walked through every status it can reach, at start-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string
from viewflow.workflow import nodes
from viewflow.workflow.flow import Flow

from permits.clocks.periods import periods
from permits.kinds import kind
from permits.models import ACTS, Application
from permits.models.aftercare import OF_PERMIT
from permits.models.life import CHALLENGED
from permits.models.machine import outcomes
from permits.models.states import FINAL, S
from roles.models.mandates import Duty
from workflows.nodes import Decide
from workflows.registry import fingerprint, versions
from workflows.reopening import enters
from workflows.steps import HOLDING

Place = tuple[Any, str, int]  # node, status, depth of parallel regions


class Walk:
    """One flow walked from its first step. `findings` are the disagreements, in words."""

    def __init__(self, flow: type[Flow], *, single_review: bool = False) -> None:
        self.flow = flow
        self.skipped = S.FIRST_REVIEW if single_review else S.FINAL_REVIEW
        """Where acceptance does not lead in this flow."""
        self.findings: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()
        self.met: dict[str, set[str]] = {}
        """Human steps met at each status, inside and outside parallel regions."""
        self.first = next(node for node in flow.instance.nodes() if isinstance(node, nodes.StartHandle))

    def run(self) -> list[str]:
        """Walk, then ask what the walk as a whole shows."""
        todo: list[Place] = [(self.first._next, str(S.DRAFT), 0)]
        while todo:
            node, status, depth = place = todo.pop()
            if (node.name, status, depth) not in self.seen:
                self.seen.add((node.name, status, depth))
                todo += self.step(place)
        self.findings += sorted(self.unknown())
        self.findings += sorted(self.unreachable())
        self.findings += sorted(self.unfollowed())
        return self.findings

    def step(self, place: Place) -> Iterator[Place]:
        """Where one goes from `place`."""
        node, status, depth = place
        if isinstance(node, Decide):
            yield from self.decide(node, status, depth)
        elif isinstance(node, nodes.End):
            if status not in FINAL:
                self.say(place, "the flow ends in a status that is not final")
            if depth:
                self.say(place, "ends inside a parallel region")
        else:
            inside = depth + isinstance(node, nodes.Split) - isinstance(node, nodes.Join)
            for edge in node._outgoing():
                # A fan-out with nobody to ask reaches its join directly; the split opens a region there too.
                yield edge.dst, status, inside

    def decide(self, node: Decide, status: str, depth: int) -> Iterator[Place]:
        """Every button of a human step, in `status`."""
        place = (node, status, depth)
        if status not in node.at:
            self.say(place, f"dead end, the step works only in {', '.join(sorted(node.at))}")
            return
        self.met.setdefault(status, set()).add(node.name)
        ways = [way for act in (*node.acts, *node.outside) for way in self.ways(place, act)]
        if any(target in CHALLENGED for _node, target, _depth in ways) and not enters(self.flow, status):
            self.say(place, "what is decided here cannot be decided anew: no step leads into this status")
        for act in (*node.meanwhile, *node.beside):
            if act not in ACTS:
                self.say(place, f"there is no act {act}")
            elif ACTS[act].moves:
                self.say(place, f"{act} leaves the step open and changes the status")
        if not ways:
            self.say(place, "dead end, no act leads on")
        yield from ways

    def ways(self, place: Place, act: str) -> Iterator[Place]:
        """Where `act` leads from `place`."""
        node, status, depth = place
        if act not in ACTS:
            self.say(place, f"there is no act {act}")
            return
        targets = self.targets(act, status)
        elsewhere = any(outcomes(Application, act, other) for other in node.at)
        if not targets and (not elsewhere or (act in node.acts and len(node.at) == 1)):
            self.say(place, f"the state machine forbids {act}")
        for target in sorted(targets):
            if depth and target != status:
                self.say(place, f"{act} changes the status inside a parallel region")
            following = node.routes.get(target, node._next)
            if following is None:
                self.say(place, f"dead end, {act} leads to {target} and no route takes it")
            else:
                yield following, target, depth

    def targets(self, act: str, status: str) -> frozenset[str]:
        """The statuses `act` leads to from `status` in this flow."""
        targets = outcomes(Application, act, status)
        return targets - {self.skipped} if status == S.SUBMITTED else targets

    def unknown(self) -> Iterator[str]:
        """What a step is declared with and does not exist: such a period, duty or status."""
        for node in self.flow.instance.nodes():
            if not isinstance(node, Decide):
                continue
            if node.period and node.period not in periods():
                yield f"{node.name}: there is no period {node.period}"
            if node.duty and node.duty not in Duty.values:
                yield f"{node.name}: there is no duty {node.duty}"
            for status in sorted({*node.at, *node.routes} - {*S.values}):
                yield f"{node.name}: there is no status {status}"

    def unreachable(self) -> Iterator[str]:
        """Nodes the walk never came to."""
        reached = {name for name, _status, _depth in self.seen} | {self.first.name}
        for node in self.flow.instance.nodes():
            if node.name not in reached:
                yield f"{node.name}: unreachable"

    def unfollowed(self) -> Iterator[str]:
        """Acts from outside that move the status away under a step which does not list them: its token would be
        stuck."""
        steps = {node.name: node for node in self.flow.instance.nodes() if isinstance(node, Decide)}
        outside = [
            act for act, spec in ACTS.items()
            if spec.by == ("clock",) or any(act in step.outside for step in steps.values())
        ]  # fmt: skip
        for status, names in self.met.items():
            for act in outside:
                away = self.targets(act, status) - {status} - FINAL
                offered = {name for name in names if act in steps[name].acts + steps[name].outside}
                if away and (missing := names - offered):
                    yield f"{', '.join(sorted(missing))} in {status}: {act} can happen outside and is not listed"

    def say(self, place: Place, words: str) -> None:
        """Note a finding about `place`."""
        self.findings.append(f"{place[0].name} in {place[1]}: {words}")


def offered_by(flow: type[Flow]) -> set[str]:
    """Acts that some step of `flow` offers."""
    steps = [node for node in flow.instance.nodes() if isinstance(node, Decide)]
    return {act for step in steps for act in (*step.acts, *step.meanwhile, *step.outside, *step.beside)}


# Performed from no step of any flow, by nature: the first act, the applicant's exit and statements, the queue's own
# acts, an officer's recusal, the clock's, the agency head's, what is found of a fact at any step, and what follows a
# decision.
OFF_THE_GRAPH = frozenset({
    "open_draft", "withdraw", "make_statement", "ask_hearing", *HOLDING, "recuse", "bar_person", "recompute_deadline",
    "flag_deadline", "extend_period", "order_joint_handling", "record_delivery", "determine", "answer_objection",
    "set_aside_filing", "tell_fee_due", "record_refund", "correct_payment", "reopen", "give_up_hearing",
    "record_hearing_given_up", *OF_PERMIT,
})  # fmt: skip


def not_offered(flows: list[type[Flow]]) -> list[str]:
    """Acts of the machine that no flow offers although they belong to a step."""
    offered = set().union(*(offered_by(flow) for flow in flows)) if flows else set()
    return [f"{act}: no flow offers this act" for act in sorted(ACTS.keys() - offered - OFF_THE_GRAPH)]


@register()
def check_flows(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """System check: every published flow conforms, and every act has a place."""
    messages: list[CheckMessage] = []
    published = list(versions())
    for version in list(published):
        try:
            import_string(version.path)
        except ImportError as missing:
            told = f"the flow of the kind {version.kind} is not there: {missing}"
            messages.append(Error(told, obj=version.path, id="workflows.E004"))
            published.remove(version)
    for version in published:
        single_review = kind(version.kind).single_review
        findings = Walk(version.flow, single_review=single_review).run()
        messages += [Error(finding, obj=version.path, id="workflows.E001") for finding in findings]
        if (graph := fingerprint(version.flow)) != version.frozen:
            changed = (
                f"a published flow of the kind {version.kind} was changed: make a new version of it. "
                f"Until its first case it may be frozen anew, by {graph}"
            )
            messages.append(Error(changed, obj=version.path, id="workflows.E003"))
    flows = [version.flow for version in published]
    return messages + [Error(finding, id="workflows.E002") for finding in not_offered(flows)]
