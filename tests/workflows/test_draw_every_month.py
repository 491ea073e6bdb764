"""A line through months stands for time: a month in which nothing was done has its place in it."""

from __future__ import annotations

from collections import Counter

import pytest
import time_machine

from permits.models.states import S
from tests.cast import Cast
from workflows.desk.asked import as_auditor
from workflows.desk.decisions import Decisions
from workflows.desk.figures import _came_and_went
from workflows.desk.late import Decided, Group, punctuality
from workflows.desk.question import every_month


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ([], []),
        (["2026-03"], ["2026-03"]),
        (["2026-03", "2025-11", "2026-03"], ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]),
    ],
)
def test_no_month_between_the_first_and_the_last_is_left_out(said: list[str], drawn: list[str]) -> None:
    assert every_month(said) == drawn


def test_a_month_without_a_decision_is_drawn_with_none() -> None:
    def in_time(month: str) -> Group:
        return Group(month, "tending", "110118", "approved", timed=True, after_promise=False, after_statute=False)

    every = Decided(Counter({in_time("2026-05"): 2, in_time("2026-03"): 1}))
    assert punctuality(every).rows == [("2026-03", 1, 0, 0), ("2026-04", 0, 0, 0), ("2026-05", 2, 0, 0)]


def test_a_month_in_which_nothing_came_and_nothing_went_is_drawn_too() -> None:
    chart = _came_and_went("month", "", "", {"month": Counter({"2026-01": 2})}, Counter({"2026-03": 1}))
    assert list(chart.rows) == [("2026-01", 2, 0), ("2026-02", 0, 0), ("2026-03", 0, 1)]


def test_decisions_are_drawn_with_the_months_between_them(cast: Cast) -> None:
    for month in ("2026-11", "2027-01"):
        case = cast.walk_to(S.AWAITING_DECISION)
        with time_machine.travel(f"{month}-25T11:00:00+08:00", tick=True):
            cast.do(case, "approve")
    question, asked = Decisions(), as_auditor(cast.auditor)
    drawn = question.chart(asked, question.rows(asked))
    assert [row[0] for row in drawn.rows] == ["2026-11", "2026-12", "2027-01"]
