"""许可法 43: the lower organ's twenty days lie within those of the decision, or before them; both can be computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from time_machine import travel

from permits.acts.readings import check_readings
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.models.states import S
from permits.rules import parameters
from tests.cast import Cast, log_in
from tests.permits.documents.reading import text_of

ROW = """values:
  first_review_period:
    - {{value: {value}, source: 市政府法制办, article: 函, clause: 初审期限单独计算, verified: secondary,
       valid_from: 2026-01-01, last_checked: 2026-11-22}}
"""


@pytest.fixture
def read_as(settings: Any, tmp_path: Path) -> Iterator[Any]:
    def written(value: str) -> None:
        (tmp_path / "readings.yaml").write_text(ROW.format(value=value), "utf-8")
        settings.PARAMETERS_DIR = tmp_path
        parameters.reread()

    yield written
    settings.PARAMETERS_DIR = None
    parameters.reread()


def test_by_default_all_is_counted_from_acceptance_and_the_page_says_so(cast: Cast) -> None:
    case = cast.walk_to(S.FIRST_REVIEW)
    whole = clocks_of(case).whole
    assert whole is not None
    assert (whole.started_on, whole.working_days) == (timezone.localdate(), 20)
    with override("en"):
        page = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").content.decode()
    assert "The first review lies within this period" in page


def test_with_a_period_of_its_own_the_decisions_days_begin_when_the_opinion_comes(cast: Cast, read_as: Any) -> None:
    read_as("own_period")
    case = cast.walk_to(S.FIRST_REVIEW)
    clocks = clocks_of(case)
    assert clocks.whole is None
    assert clocks.step is not None
    assert (clocks.step.step, clocks.step.working_days) == ("first_review", 20)
    page = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").content.decode()
    assert "its own 20 working days" in page
    with travel("2026-12-04T10:00:00+08:00"):
        cast.do(case, "recommend")
        whole = clocks_of(case).whole
        assert whole is not None
        assert (whole.started_on, whole.remaining) == (date(2026, 12, 4), 20)
        assert cast.open_item(case).due == whole.due.date  # type: ignore[union-attr]
        cast.do(case, "return_to_first_review")
        cast.do(case, "recommend")
        again = clocks_of(case).whole
        assert again is not None
        assert again.started_on == date(2026, 12, 4)  # it went on running


def test_time_that_is_not_counted_goes_over_to_the_decision(cast: Cast, read_as: Any) -> None:
    read_as("own_period")
    case = cast.walk_to(S.FIRST_REVIEW)
    cast.do(case, "suspend_clock", ground="testing", reason="检测")
    cast.do(case, "recommend")
    whole = clocks_of(case, timezone.localdate() + timedelta(days=7)).whole
    assert whole is not None
    assert (whole.ground, whole.remaining) == ("testing", 20)
    cast.do(case, "resume_clock")


def test_a_reading_that_cannot_be_computed_stops_the_start(read_as: Any) -> None:
    assert check_readings() == []
    read_as("both")
    (error,) = check_readings()
    assert "within_total or own_period" in error.msg


def test_the_letter_of_acceptance_tells_both_periods_where_each_has_its_own(cast: Cast, read_as: Any) -> None:
    both = (
        "本机关自受理之日起20个工作日内完成审查并上报审查意见；"
        "北京市园林绿化局将自收到审查意见之日起20个工作日内作出决定。"
    )
    case = cast.walk_to(S.FIRST_REVIEW)
    assert both not in text_of(render(paper_of(case.documents.get(kind="acceptance"))))
    read_as("own_period")
    other = cast.walk_to(S.FIRST_REVIEW)
    assert both in text_of(render(paper_of(other.documents.get(kind="acceptance"))))
