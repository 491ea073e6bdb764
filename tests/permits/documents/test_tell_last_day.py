"""What letters say of the last day of the period, read from what the act itself made of the clock."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from permits.acts.perform import perform
from permits.documents.printing import paper_of
from permits.errors import BadFacts
from permits.models import Application, ClockEntry, Document
from permits.models.states import S
from permits.verification.run import verify
from roles.models.mandates import Duty
from tests.cast import Cast


def text(act: int) -> str:
    return repr(paper_of(Document.objects.get(act=act)))


def suspended(cast: Cast) -> Application:
    case = cast.walk_to(S.FINAL_REVIEW)
    cast.do(case, "suspend_clock", ground="expert_review", reason="专家评审")
    return case


def test_the_notice_that_the_clock_runs_again_gives_the_new_last_day(cast: Cast) -> None:
    case = suspended(cast)
    with time_machine.travel("2026-12-01T10:00:00+08:00"):
        record = cast.do(case, "resume_clock", note="评审结束")
        due = ClockEntry.objects.get(act=record, step="").due_on
        told = f"{due.year}年{due.month}月{due.day}日"
        assert due > date(2026, 12, 1)
        assert f"恢复计算，现期限至{told}。" in text(record.pk)
        cast.do(case, "suspend_clock", ground="expert_review", reason="再次评审")
    with time_machine.travel("2026-12-10T10:00:00+08:00"):
        again = cast.do(case, "resume_clock")
        assert f"现期限至{told}" in text(record.pk), "the same act gives the same paper, whatever came after it"
        assert f"现期限至{told}" not in text(again.pk)


@pytest.mark.parametrize("later", [False, True])
def test_the_notice_of_an_extension_gives_the_last_day_as_the_extension_left_it(cast: Cast, later: bool) -> None:
    case = cast.walk_to(S.FINAL_REVIEW)
    record = perform(
        case.pk, "extend_period", by=cast.head, mandate=cast.mandate(case, Duty.DECIDE), working_days=5,
        reason="情况复杂",
    )  # fmt: skip
    due = ClockEntry.objects.get(act=record, step="").due_on
    if later:
        cast.do(case, "suspend_clock", ground="expert_review", reason="专家评审")
    assert f"{due.year}年{due.month}月{due.day}日" in text(record.pk)


def test_a_last_day_in_a_year_whose_holidays_are_not_published_is_told_with_the_reservation(cast: Cast) -> None:
    case = suspended(cast)
    with time_machine.travel("2026-12-14T10:00:00+08:00"):
        record = cast.do(case, "resume_clock")
        entry = ClockEntry.objects.get(act=record, step="")
        assert (entry.provisional, entry.due_on.year) == (True, 2027)
        due = f"{entry.due_on.year}年{entry.due_on.month}月{entry.due_on.day}日"
        assert f"现期限暂计至{due}（当年放假安排公布后可能变动）。" in text(record.pk)


def test_the_notice_that_the_clock_runs_again_tells_the_days_that_the_matter_took(cast: Cast) -> None:
    """许可法 45 has the time that a matter takes told in writing: the days of which the clock stood still the whole."""
    with time_machine.travel("2026-12-01T10:00:00+08:00"):
        case = suspended(cast)
    with time_machine.travel("2026-12-07T10:00:00+08:00"):
        record = cast.do(case, "resume_clock")
        cast.do(case, "suspend_clock", ground="appraisal", reason="林木鉴定")
    with time_machine.travel("2026-12-08T10:00:00+08:00"):
        soon = cast.do(case, "resume_clock")
    told = "专家评审所需时间中的2026年12月2日至2026年12月6日，不计算在办理期限内。中止计算的事由已经结束，"
    assert told in text(record.pk)
    assert "所需时间" not in text(soon.pk), "it took no whole day"


def test_a_period_runs_again_from_the_day_on_which_the_matter_was_over(cast: Cast) -> None:
    """许可法 45 leaves out the time that the matter takes, and not that until somebody records that it is over."""
    with time_machine.travel("2026-12-01T10:00:00+08:00"):
        case = suspended(cast)
    with time_machine.travel("2026-12-14T10:00:00+08:00"):
        for wrong in (date(2026, 11, 30), date(2026, 12, 15)):
            with pytest.raises(BadFacts) as refused:
                cast.do(case, "resume_clock", over_on=wrong)
            assert list(refused.value.errors) == ["over_on"]
        record = cast.do(case, "resume_clock", over_on=date(2026, 12, 4))
    entry = ClockEntry.objects.get(act=record, step="")
    assert entry.on == date(2026, 12, 4)
    assert "专家评审所需时间中的2026年12月2日至2026年12月3日，不计算在办理期限内。" in text(record.pk)
    assert "办理期限自2026年12月4日起恢复计算" in text(record.pk)
    assert not [one for one in verify() if one.check == "clocks"]


def test_the_notice_that_a_period_stands_still_counts_the_day_of_the_suspension(cast: Cast) -> None:
    """That day still counts as one of the organ's (permits/clocks/timeline.py): the next is the first left out."""
    with time_machine.travel("2026-12-01T10:00:00+08:00"):
        record = suspended(cast).did("suspend_clock")[-1]
    told = text(record.pk)
    assert "自2026年12月2日起，专家评审所需时间不计算在办理期限内" in told
