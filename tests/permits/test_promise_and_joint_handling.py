"""The deciding agency's promise beside the statutory period, and the extension of joint handling (许可法 42(2))."""

from __future__ import annotations

import pytest
from django.urls import reverse

from permits.acts.perform import perform
from permits.clocks import verbs as clock
from permits.documents.printing import paper_of
from permits.drafts.materials import attach
from permits.errors import BadFacts
from permits.models import Application, PromisedPeriod
from permits.models.states import S
from roles.models import Agency
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, pdf


def test_the_promise_told_to_the_applicant_is_that_of_who_decides(cast: Cast) -> None:
    for slug, days in (("bj-forestry", 15), ("bj-miyun-forestry", 7)):
        PromisedPeriod.objects.create(
            agency=Agency.objects.get(slug=slug), kind="tending", period="decide", working_days=days, source="example"
        )
    accepted = cast.walk_to(S.FIRST_REVIEW)  # after the promise was made
    reading = clock.status(accepted).whole
    assert reading is not None
    assert reading.promised is not None
    assert (reading.working_days, reading.promised.working_days) == (20, 15)
    page = log_in(cast.clerk, english=True).get(f"/cases/{accepted.pk}/").content.decode()
    assert "20 working days" in page
    assert "Promised: 15 working days" in page


def test_in_joint_handling_the_governments_approval_is_on_the_record(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    by_head = {"by": cast.head, "mandate": cast.mandate(case, Duty.FINAL_REVIEW), "reason": "意见不一"}
    perform(case.pk, "order_joint_handling", order="区政府会议纪要〔2026〕3号", **by_head)
    by_head["mandate"] = cast.mandate(case, Duty.DECIDE)
    with pytest.raises(BadFacts) as refused:
        perform(case.pk, "extend_period", working_days=15, **by_head)
    assert set(refused.value.errors) == {"approval", "document"}
    paper = attach(case.pk, pdf("批准.pdf"), by=cast.head, mandate=by_head["mandate"])
    record = perform(
        case.pk, "extend_period", working_days=15, approval="区长批准，密政批〔2026〕8号", document=paper, **by_head
    )
    assert "密政批〔2026〕8号" in str(paper_of(record.documents.get()))


def test_no_promise_is_taken_that_would_bind_nothing(cast: Cast) -> None:
    """Joint handling ends a promise: the period that follows is several agencies' (许可法 42(2))."""
    form = log_in(cast.head).get(reverse("agency-promises", args=["bj-forestry"])).context["form"]
    assert [key for key, _label in form.fields["period"].choices] == [
        "notice", "first_review", "decide", "deliver", "hearing_hold", "site_check"
    ]  # fmt: skip


def _promise(slug: str, period: str, days: int) -> None:
    PromisedPeriod.objects.create(
        agency=Agency.objects.get(slug=slug), kind="tending", period=period, working_days=days, source="example"
    )


def _promised(case: Application, step: str) -> int | None:
    reading = clock.status(case).of_step(step)
    assert reading is not None
    return reading.promised.working_days if reading.promised else None


def test_the_promise_of_who_receives_binds_from_the_day_an_applicant_hands_in(cast: Cast) -> None:
    _promise("bj-miyun-forestry", "notice", 2)
    _promise("bj-forestry", "notice", 4)
    assert _promised(cast.walk_to(S.SUBMITTED), "accept") == 2


def test_the_promise_for_the_first_review_is_its_reviewers_also_when_the_case_comes_back_to_it(cast: Cast) -> None:
    _promise("bj-miyun-forestry", "first_review", 9)
    _promise("bj-forestry", "first_review", 15)
    case = cast.walk_to(S.FINAL_REVIEW)
    cast.do(case, "return_to_first_review", reason="补充现场情况")
    assert _promised(case, "first_review") == 9


def test_a_hearing_an_applicant_asks_for_is_held_within_what_who_told_the_right_promised(cast: Cast) -> None:
    _promise("bj-forestry", "hearing_hold", 12)
    case = cast.case_at(S.AWAITING_DECISION)
    by = {"by": cast.decider, "mandate": cast.mandate(case, Duty.DECIDE)}
    perform(case.pk, "tell_hearing_right", party="申请人", interest="重大利益", **by)
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    assert _promised(case, "hearing_hold") == 12
