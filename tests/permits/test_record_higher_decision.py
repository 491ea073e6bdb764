"""What a higher authority decided counts from the day it decided; its delivery from the day its paper came here."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.errors import BadFacts
from permits.ledger.chain import problems_of
from permits.models import ACTS
from permits.models.states import S
from roles.models.mandates import Duty
from tests.cast import NOW, fresh, log_in, text
from tests.permits.life.cases import Desk, print_papers
from tests.permits.life.remedied import outcome
from tests.permits.occupation.cases import Office
from tests.permits.reported import record, reported
from workflows.mandates import the_mandate

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def test_what_a_higher_authority_decided_is_recommended_by_nobody() -> None:
    labels = {name: dict(ACTS[name].facts)["outcome"].label for name in ("propose", "record_higher_decision")}
    with override("zh-hans"):
        assert [str(label) for label in labels.values()] == ["建议结论", "结果"]


def test_the_permit_counts_from_the_day_of_the_decision(clock: Any) -> None:
    case, office = reported(clock)
    act = record(case, office, received="2026-12-10")
    done = fresh(case)
    assert (done.status, done.decided_on) == (S.APPROVED, date(2026, 12, 1))
    assert (done.permit.valid_from, done.permit.valid_to) == (date(2026, 12, 1), date(2028, 11, 30))
    letter = repr(paper_of(act.documents.get(kind="outcome")))
    assert "林资许准〔2026〕88号" in letter
    assert "('决定机关', '国家林业和草原局')" in letter
    assert problems_of(done) == []


def test_the_page_of_the_case_says_which_authority_decided(clock: Any) -> None:
    case, office = reported(clock)
    record(case, office, received="2026-12-10")
    page = text(log_in(office.clerk, english=True).get(f"/cases/{case.pk}/"))
    assert "Decided by 国家林业和草原局 on 2026-12-01. 林资许准〔2026〕88号" in page


@pytest.mark.parametrize(("received", "begins"), [("2026-12-10", date(2026, 12, 10)), (None, date(2026, 12, 15))])
def test_delivery_is_counted_from_the_receipt(clock: Any, received: str | None, begins: date) -> None:
    case, office = reported(clock)
    record(case, office, received=received)
    delivery = clocks_of(fresh(case)).of_step("deliver")
    assert delivery is not None
    assert (delivery.started_on, delivery.working_days) == (begins, 10)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"decided_on": "2026-11-19"}, {"decided_on"}),  # before it was reported up
        ({"decided_on": "2026-12-16"}, {"decided_on"}),
        ({"received": "2026-11-30"}, {"received"}),
        ({"received": "2026-12-16"}, {"received"}),
        ({"number": ""}, {"number"}),
    ],
)
def test_days_that_cannot_be_and_a_missing_number_are_named(clock: Any, said: dict[str, str], wrong: set[str]) -> None:
    case, office = reported(clock)
    with pytest.raises(BadFacts) as bad:
        record(case, office, **said)
    assert bad.value.errors.keys() == wrong
    assert fresh(case).status == S.REPORTED_UP


def test_a_remedy_is_decided_after_the_decision_itself_not_after_its_recording(clock: Any) -> None:
    case, office = reported(clock)
    decision = record(case, office, outcome="refuse", reasons="不符合条件。")
    print_papers(case)
    mandate = the_mandate(fresh(case), Duty.DECIDE)
    desk = Desk(fresh(case), office.clerk, office.officer(mandate))
    with pytest.raises(BadFacts) as bad:
        desk.decide("record_suit", **outcome(desk, decision.seq, "annulled", decided_on=date(2026, 11, 30)))
    assert set(bad.value.errors) == {"decided_on"}
    desk.decide("record_suit", **outcome(desk, decision.seq, "annulled", decided_on=date(2026, 12, 11)))


def test_later_letters_name_the_authority_that_granted_it(clock: Any) -> None:
    case, office = reported(clock)
    record(case, office)
    print_papers(case)
    desk = Desk(fresh(case), office.clerk, office.officer(the_mandate(fresh(case), Duty.DECIDE)))
    ended = desk.decide("cancel_permit", ground="impossible", reasons="林地已被洪水冲毁。")
    told = repr(paper_of(ended.documents.get()))
    assert "持有国家林业和草原局2026年12月1日批准的" in told
    assert "本机关2026年12月1日批准" not in told


def test_a_refusal_by_the_authority_above_is_told_with_the_way_against_it(clock: Any) -> None:
    """许可法 38(2): the decision itself names the remedies; the letter by which it is told says where to find them."""
    case, office = reported(clock)
    letter = repr(paper_of(record(case, office, outcome="refuse").documents.get(kind="outcome")))
    assert "随本告知书送达" in letter
    assert "按照该决定载明的途径和期限，依法申请行政复议或者提起行政诉讼" in letter
    assert "'决定文书'" not in letter, "the name of a file is no name of a paper"


def test_a_consent_of_the_authority_above_names_no_way_against_it(clock: Any) -> None:
    case, office = reported(clock)
    assert "行政复议" not in repr(paper_of(record(case, office).documents.get(kind="outcome")))
