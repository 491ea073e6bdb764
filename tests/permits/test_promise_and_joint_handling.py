"""The deciding agency's promise beside the statutory period, and the extension of joint handling (许可法 42(2))."""

from __future__ import annotations

import pytest

from permits.acts.perform import perform
from permits.clocks import verbs as clock
from permits.documents.printing import paper_of
from permits.drafts.materials import attach
from permits.errors import BadFacts
from permits.models import PromisedPeriod
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
