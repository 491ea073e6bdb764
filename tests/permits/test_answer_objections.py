"""The public notice and its objections: nothing is proposed while it runs, nothing decided before each is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from time_machine import travel

from permits.acts.objections import objections
from permits.acts.perform import perform
from permits.documents.printing import paper_of
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.ledger.chain import problems_of
from permits.models import Act, Application
from permits.models.states import S
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, log_in

OBJECTION = {"objector": "石塘路村村民", "objection": "担心水土流失"}
ANSWER = {"upheld": "not_upheld", "answer": "设计已有水土保持措施。"}
OFFICERS = {S.FIRST_REVIEW: Duty.FIRST_REVIEW, S.FINAL_REVIEW: Duty.FINAL_REVIEW, S.AWAITING_DECISION: Duty.DECIDE}


def object_to(cast: Cast, case: Application) -> Act:
    return cast.do(case, "record_objection", received=timezone.localdate(), **OBJECTION)


def answer(cast: Cast, case: Application, objection: int, **other: Any) -> Act:
    duty = OFFICERS[S(fresh(case).status)]
    facts = ANSWER | {"objection": objection} | other
    return perform(case.pk, "answer_objection", by=cast.officers[duty], mandate=cast.mandate(case, duty), **facts)


def test_nothing_goes_up_while_a_notice_runs_and_the_day_is_told(cast: Cast) -> None:
    case, today = cast.case_at(S.FIRST_REVIEW), timezone.localdate()
    ends = today + timedelta(days=8)
    cast.do(case, "publish_notice", starts=today, ends=ends, place="村务公开栏", contact="010-00000000")
    with travel(f"{ends}T10:00:00+08:00"):  # its last day is still one of it
        with pytest.raises(WrongStatus, match=rf"{ends}.*{ends + timedelta(days=1)}"), override("en"):
            cast.do(case, "recommend")
        item = cast.take(case)
        page = log_in(cast.district_reviewer, english=True).get(f"/tasks/{item.pk}/").content.decode()
        assert "A public notice runs to" in page
        assert 'id="record_objection"' in page  # what does not wait for it stays open
    with travel(f"{ends + timedelta(days=1)}T10:00:00+08:00"):
        assert cast.do(case, "recommend").after == S.FINAL_REVIEW


@pytest.mark.parametrize(
    ("status", "act"),
    [(S.FINAL_REVIEW, "propose"), (S.AWAITING_DECISION, "approve"), (S.AWAITING_DECISION, "refuse")],
)
def test_nothing_is_decided_before_each_objection_is_answered(cast: Cast, status: S, act: str) -> None:
    case = cast.case_at(status)
    first, second = object_to(cast, case), object_to(cast, case)
    with pytest.raises(WrongStatus, match=r"石塘路村村民.*石塘路村村民"):
        cast.do(case, act)
    answer(cast, case, first.seq)
    with pytest.raises(WrongStatus, match=f"{second.seq}.+石塘路村村民"):
        cast.do(case, act)
    answer(cast, case, second.seq, upheld="partly")
    assert [one.answer is not None for one in objections(fresh(case))] == [True, True]
    assert cast.do(case, act).act == act
    assert problems_of(fresh(case)) == []


def test_an_answer_names_an_open_objection_of_the_case(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    with pytest.raises(WrongStatus):
        answer(cast, case, 1)
    objection = object_to(cast, case)
    for number in (0, 1, objection.seq + 1, 2**53):
        with pytest.raises(BadFacts) as bad:
            answer(cast, case, number)
        assert bad.value.errors.keys() == {"objection"}
    object_to(cast, case)
    answer(cast, case, objection.seq)
    with pytest.raises(BadFacts, match="act"), override("en"):
        answer(cast, case, objection.seq)


def test_only_whose_step_it_is_answers(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    objection = object_to(cast, case)
    for person, duty in ((cast.district_reviewer, Duty.FIRST_REVIEW), (cast.decider, Duty.DECIDE),
                         (cast.stranger, Duty.FINAL_REVIEW), (cast.head, Duty.FINAL_REVIEW)):  # fmt: skip
        with pytest.raises(NotPermitted):
            perform(case.pk, "answer_objection", by=person, mandate=cast.mandate(case, duty), objection=objection.seq,
                    **ANSWER)  # fmt: skip


def test_the_objector_gets_the_answer_in_writing(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    record = answer(cast, case, object_to(cast, case).seq)
    paper = paper_of(record.documents.get(kind="objection_answer"))
    told = repr(paper)
    for words in ("异议答复书", "石塘路村村民", "担心水土流失", "异议不成立", "设计已有水土保持措施"):
        assert words in told


def test_the_page_of_the_case_leads_to_the_answer_and_takes_it(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    objection = object_to(cast, case)
    desk, place = log_in(cast.reviewer), f"/cases/{case.pk}/acts/answer_objection/"
    assert f"{place}?objection={objection.seq}" in desk.get(f"/cases/{case.pk}/").content.decode()
    form = desk.get(f"{place}?objection={objection.seq}").content.decode()
    assert f'value="{objection.seq}" selected' in form
    assert desk.post(place, {"objection": objection.seq} | ANSWER).status_code == 302
    page = log_in(cast.clerk).get(f"/cases/{case.pk}/").content.decode()
    assert "设计已有水土保持措施" in page
    assert "acts/answer_objection" not in page
    assert desk.get(place).status_code == 409  # nothing is left to answer
