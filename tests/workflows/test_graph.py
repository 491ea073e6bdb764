"""The drawing of a flow: every step once, nothing overlapping, its state told by words and shape."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from permits.acts.perform import perform
from permits.models.states import S
from tests.cast import Cast
from workflows.graph import AHEAD, BOX_WIDTH, DONE, NOW, Drawing, Step, Tally, draw, lay_out, written_wide
from workflows.models import Case
from workflows.nodes import Decide
from workflows.registry import versions

FLOWS = [version.flow for version in versions()]


def named(drawing: Drawing) -> dict[str, Step]:
    return {step.name: step for step in drawing.steps}


def states(cast: Cast, status: str) -> dict[str, str]:
    drawing = draw(Case.objects.get(pk=cast.case_at(status).pk))
    return {step.name: step.state for step in drawing.steps}


@pytest.mark.parametrize("flow", FLOWS)
def test_every_human_step_of_a_flow_is_drawn_once(flow: type) -> None:
    drawn = [step.name for step in lay_out(flow, {}, ended=False).steps]
    assert len(drawn) == len(set(drawn))
    assert {node.name for node in flow.instance.nodes() if isinstance(node, Decide)} <= set(drawn)  # type: ignore[attr-defined]


@pytest.mark.parametrize("flow", FLOWS)
def test_no_two_steps_overlap_and_all_lie_inside(flow: type) -> None:
    drawing = lay_out(flow, {}, ended=False)
    for a, b in combinations(drawing.steps, 2):
        beside = a.x + BOX_WIDTH <= b.x or b.x + BOX_WIDTH <= a.x
        above = a.y + a.height <= b.y or b.y + b.height <= a.y
        assert beside or above, (a, b)
    for step in drawing.steps:
        assert step.x >= 0
        assert step.x + BOX_WIDTH <= drawing.width
        assert step.y + step.height <= drawing.height


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("flow", FLOWS)
def test_every_label_fits_its_box(flow: type, language: str) -> None:
    with override(language):
        for step in lay_out(flow, {}, ended=False).steps:
            assert " ".join(step.label_lines) == step.label
            assert len(step.label_lines) <= 2
            assert all(written_wide(line) <= BOX_WIDTH for line in step.label_lines), step.label_lines


@pytest.mark.parametrize("flow", FLOWS)
def test_lines_forward_lead_down_and_returns_are_marked(flow: type) -> None:
    drawing = lay_out(flow, {}, ended=False)
    assert any(line.back for line in drawing.lines)
    assert named(drawing)["draft"].layer == 0
    assert named(drawing)["end"].layer == max(step.layer for step in drawing.steps)


def test_done_open_and_coming_steps_are_told_apart(cast: Cast) -> None:
    found = states(cast, S.FINAL_REVIEW)
    assert found == {
        "draft": DONE, "accept": DONE, "correct": AHEAD, "first_review": DONE, "final_review": NOW, "decide": AHEAD,
            "end": AHEAD,
    }  # fmt: skip


def test_an_ended_case_has_reached_its_end_and_nothing_is_open(cast: Cast) -> None:
    for status in (S.APPROVED, S.WITHDRAWN):
        found = states(cast, status)
        assert found["end"] == DONE
        assert NOW not in found.values()


def test_a_step_that_the_end_broke_off_is_told_apart_from_one_that_was_never_reached(cast: Cast) -> None:
    deleted = cast.draft()
    perform(deleted.pk, "withdraw", by=cast.clerk)
    with override("en"):
        steps = named(draw(Case.objects.get(pk=deleted.pk)))
        assert steps["draft"].words == "not finished"
        assert steps["accept"].words == "not reached"


def test_parallel_branches_are_counted() -> None:
    flow = next(version.flow for version in versions() if version.kind == "occupation")
    with override("en"):
        drawing = lay_out(flow, {"advise": Tally(open=2, done=3, all=5), "consulted": Tally(open=1)}, ended=False)
    assert named(drawing)["advise"].words == "3 of 5 answered, 2 open"
    assert named(drawing)["consulted"].state == NOW


def test_the_drawing_is_whole_xml_with_title_description_and_a_list(cast: Cast) -> None:
    case = Case.objects.get(pk=cast.case_at(S.FIRST_REVIEW).pk)
    with override("en"):
        drawing = draw(case)
        page = render_to_string("workflows/_graph.html", {"drawing": drawing})
    svg = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    title, description = svg.find("title"), svg.find("desc")
    assert title is not None
    assert title.text == "The way of this case"
    assert description is not None
    assert "First review: in progress" in str(description.text)
    assert "<li>First review: in progress</li>" in page
    assert "style=" not in page, "the content security policy would drop it"
