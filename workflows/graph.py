"""The flow of a case as a drawing: steps in layers from top to bottom, what is done, open and to come told by shape and
word. Computed here and written as plain SVG; a list of the same steps stands beside it for who does not see it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from msgspec import Struct
from viewflow.workflow import nodes
from viewflow.workflow.flow import Flow
from viewflow.workflow.status import STATUS

from workflows.models import Case, items_of

BOX_WIDTH, BOX_HEIGHT = 168, 48
BAR_HEIGHT = 20
GAP_X, GAP_Y = 16, 34
TRACK = 14  # between parallel lines beside the boxes
MARGIN = 10

DONE, NOW, AHEAD, LEFT = "done", "now", "ahead", "left"
SIGNS = {DONE: "✓", NOW: "▶", AHEAD: "○", LEFT: "–"}
WORDS: dict[str, str | Promise] = {
    DONE: gettext_lazy("done"), NOW: gettext_lazy("in progress"), AHEAD: gettext_lazy("not reached"),
    LEFT: gettext_lazy("not finished"),
}  # fmt: skip


def written_wide(label: str) -> float:
    """About how many pixels a label takes in bold 14 px: a Chinese character its height, a letter some six tenths."""
    return sum(14 if unicodedata.east_asian_width(sign) in "WF" else 8.6 for sign in label)


class Step(Struct):
    """One node as drawn. `kind` is step, split, join or end."""

    name: str
    kind: str
    label: str
    state: str = AHEAD
    note: str = ""
    layer: int = 0
    x: float = 0
    y: float = 0

    @property
    def height(self) -> int:
        """Bars are flatter than boxes."""
        return BOX_HEIGHT if self.kind in ("step", "end") else BAR_HEIGHT

    @property
    def label_lines(self) -> list[str]:
        """The label as it fits the box: in two lines, cut at the blank nearest the middle, where one would be wider."""
        label = str(self.label)
        if written_wide(label) <= BOX_WIDTH - 8 or " " not in label:
            return [label]
        blanks = [at for at, sign in enumerate(label) if sign == " "]
        cut = min(blanks, key=lambda at: abs(at - len(label) / 2))
        return [label[:cut], label[cut + 1 :]]

    @property
    def sign(self) -> str:
        """The mark of its state."""
        return SIGNS[self.state]

    @property
    def words(self) -> str:
        """Its state in words, with counts where several are at work at once."""
        return self.note or str(WORDS[self.state])


class Line(Struct, frozen=True):
    """A way from one step to another, as an SVG path. `back` leads to an earlier step."""

    path: str
    back: bool


class Drawing(Struct):
    """Everything the template needs."""

    steps: list[Step]
    lines: list[Line] = []
    width: int = 0
    height: int = 0

    @property
    def description(self) -> str:
        """The drawing in one sentence."""
        return _("; ").join(f"{step.label}{_(': ')}{step.words}" for step in self.named)

    @property
    def named(self) -> list[Step]:
        """The steps a reader knows by name."""
        return [step for step in self.steps if step.kind in ("step", "end")]


class Tally(Struct, frozen=True):
    """Items of one node in one case; `all` but those that were broken off, as by the end of the case."""

    open: int = 0
    done: int = 0
    all: int = 0


def draw(case: Case) -> Drawing:
    """The flow of `case` with its present state. One query."""
    return lay_out(case.flow_class, tallies(case), ended=case.finished is not None)


def tallies(case: Case) -> dict[str, Tally]:
    """How many items of each node are open and done."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for item in items_of(case.pk):
        row = counts[item.step]
        row[0] += item.is_open
        row[1] += item.status == STATUS.DONE
        row[2] += item.status != STATUS.CANCELED
    return {step: Tally(*row) for step, row in counts.items()}


def lay_out(flow: type[Flow], counts: Mapping[str, Tally], *, ended: bool) -> Drawing:
    """The nodes of `flow` in layers, and the lines between them."""
    edges = _edges(flow)
    layers = _layers(_first(flow), edges)
    steps = {node.name: _step(node, counts, ended) for node in flow.instance.nodes() if node.name in layers}
    for name, layer in layers.items():
        steps[name].layer = layer
    forward = {(a, b) for a, b in edges if a in layers and b in layers and layers[a] < layers[b]}
    backward = {(a, b) for a, b in edges if a in layers and b in layers and layers[a] >= layers[b]}
    _join_states(steps, counts)
    drawing = Drawing(sorted(steps.values(), key=lambda step: (step.layer, step.name)))
    _place(drawing, len(_long(steps, forward)), len(backward))
    drawing.lines = [*_down(steps, forward), *_up(steps, backward, drawing)]
    return drawing


def _step(node: Any, counts: Mapping[str, Tally], ended: bool) -> Step:
    tally = counts.get(node.name, Tally())
    ahead = LEFT if node.name in counts else AHEAD
    if isinstance(node, nodes.End):
        return Step(node.name, "end", _("End of the case"), DONE if ended else AHEAD)
    if isinstance(node, nodes.Split):
        return Step(node.name, "split", _("in parallel"), DONE if tally.done else AHEAD)
    if isinstance(node, nodes.Join):
        return Step(node.name, "join", _("all in"), DONE if tally.done else AHEAD)
    state = NOW if tally.open else DONE if tally.done else ahead
    return Step(node.name, "step", str(node.task_title), state, _note(tally))


def _note(tally: Tally) -> str:
    """Counts where a step has several items: consulted agencies, districts, or a second round."""
    if tally.all < 2:
        return ""
    if tally.open:
        return _("%(done)d of %(all)d answered, %(open)d open") % {
            "done": tally.done,
            "all": tally.all,
            "open": tally.open,
        }
    return ngettext("done %(count)d time", "done %(count)d times", tally.done) % {"count": tally.done}


def _join_states(steps: dict[str, Step], counts: Mapping[str, Tally]) -> None:
    """A join waits as long as one of its branches is open."""
    for name, step in steps.items():
        if step.kind == "join" and counts.get(name, Tally()).open:
            step.state = NOW


def _first(flow: type[Flow]) -> str:
    start = next(node for node in flow.instance.nodes() if isinstance(node, nodes.StartHandle))
    return str(start._next.name)


def _edges(flow: type[Flow]) -> list[tuple[str, str]]:
    """Every way between two nodes once, in the order of the flow; the start is not drawn."""
    every = flow.instance.nodes()
    pairs = [
        (node.name, edge.dst.name)
        for node in every
        if not isinstance(node, nodes.StartHandle)
        for edge in node._outgoing()
    ]
    return list(dict.fromkeys(pairs))


def _layers(first: str, edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The layer of each node: the longest way to it that returns nowhere. An edge to a node on the way is a return."""
    following: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        following[source].append(target)
    returns, seen = _returns(first, following), set()
    order: list[str] = []

    def visit(name: str) -> None:
        seen.add(name)
        for target in following[name]:
            if (name, target) not in returns and target not in seen:
                visit(target)
        order.append(name)

    visit(first)
    layers = dict.fromkeys(reversed(order), 0)
    for name in reversed(order):
        for target in following[name]:
            if (name, target) not in returns:
                layers[target] = max(layers[target], layers[name] + 1)
    return layers


def _returns(first: str, following: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    """Edges that lead back to a node one came through."""
    found: set[tuple[str, str]] = set()
    seen: set[str] = set()

    def visit(name: str, way: frozenset[str]) -> None:
        seen.add(name)
        for target in following.get(name, []):
            if target in way:
                found.add((name, target))
            elif target not in seen:
                visit(target, way | {target})

    visit(first, frozenset({first}))
    return found


def _long(steps: Mapping[str, Step], forward: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Forward lines that pass by other layers."""
    return [(a, b) for a, b in sorted(forward) if steps[b].layer - steps[a].layer > 1]


def _place(drawing: Drawing, left_tracks: int, right_tracks: int) -> None:
    """Coordinates: each layer a row, its steps side by side in the middle."""
    rows: dict[int, list[Step]] = defaultdict(list)
    for step in drawing.steps:
        rows[step.layer].append(step)
    inner = max(len(row) * BOX_WIDTH + (len(row) - 1) * GAP_X for row in rows.values())
    left = MARGIN + left_tracks * TRACK
    y = MARGIN
    for layer in sorted(rows):
        row = rows[layer]
        x = left + (inner - len(row) * BOX_WIDTH - (len(row) - 1) * GAP_X) / 2
        for step in row:
            step.x, step.y = x, y
            x += BOX_WIDTH + GAP_X
        y += max(step.height for step in row) + GAP_Y
    drawing.width = int(left + inner + right_tracks * TRACK + MARGIN)
    drawing.height = int(y - GAP_Y + MARGIN)


def _down(steps: Mapping[str, Step], forward: set[tuple[str, str]]) -> Iterable[Line]:
    """Lines to the next layer go straight; longer ones run beside the boxes on the left."""
    long_ones = _long(steps, forward)
    for a, b in sorted(forward):
        source, target = steps[a], steps[b]
        if (a, b) in long_ones:
            track = MARGIN + long_ones.index((a, b)) * TRACK
            yield Line(_beside(source, target, track, "left"), back=False)
        else:
            yield Line(_straight(source, target), back=False)


def _up(steps: Mapping[str, Step], backward: set[tuple[str, str]], drawing: Drawing) -> Iterable[Line]:
    """Returns run beside the boxes on the right."""
    for number, (a, b) in enumerate(sorted(backward)):
        yield Line(_beside(steps[a], steps[b], drawing.width - MARGIN - number * TRACK, "right"), back=True)


def _straight(source: Step, target: Step) -> str:
    x1, y1 = source.x + BOX_WIDTH / 2, source.y + source.height
    x2, y2 = target.x + BOX_WIDTH / 2, target.y - 2
    middle = y2 - GAP_Y / 2
    return f"M{x1:g} {y1:g}V{middle:g}H{x2:g}V{y2:g}"


def _beside(source: Step, target: Step, track: float, side: str) -> str:
    x1, x2 = (source.x, target.x) if side == "left" else (source.x + BOX_WIDTH, target.x + BOX_WIDTH)
    y1, y2 = (
        source.y + source.height * (0.6 if side == "left" else 0.3),
        target.y + target.height * (0.4 if side == "left" else 0.7),
    )
    end = x2 - 2 if side == "left" else x2 + 2
    return f"M{x1:g} {y1:g}H{track:g}V{y2:g}H{end:g}"
