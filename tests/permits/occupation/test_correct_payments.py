"""A payment recorded with a slip is corrected by an act of its own: nothing on the record changes, the sums follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from permits.acts.fees import fee_of, fees_paid, paid
from permits.acts.perform import perform
from permits.errors import BadFacts, WrongStatus
from permits.models import ACTS, Act, Application
from permits.occupation.papers import use_of
from roles.models.mandates import Duty
from tests.cast import NOW, fresh, log_in
from tests.permits.life.cases import wrong
from tests.permits.occupation.cases import Office
from tests.permits.occupation.fees import accepted, approved, give_back, next_of, pay
from workflows.mandates import the_mandate
from workflows.views.performing import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_desk(begins_with_matrix: None) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def correct(case: Application, office: Office, record: Act, amount: str, **other: Any) -> Act:
    mandate = the_mandate(Application.objects.get(pk=case.pk), Duty.FINAL_REVIEW)
    said = {"against": record.seq, "amount": amount, "reason": "录入时多写一个零。"} | other
    return perform(case.pk, "correct_payment", by=office.officer(mandate), mandate=mandate, **said)


def test_a_slip_in_the_sum_is_corrected_with_its_ground_and_the_record_keeps_both() -> None:
    case, office = accepted()
    with pytest.raises(WrongStatus):
        correct(case, office, case.acts.get(seq=1), "1.00")
    record = pay(case, office, "500000.00")
    correct(case, office, record, "50000.00")
    assert paid(fresh(case)) == 50000
    assert record.facts["amount"] == "500000.00"
    correct(case, office, record, "0", reason="款项属于另一案件。")
    assert paid(fresh(case)) == 0
    fee = fee_of(fresh(case))
    assert fee is not None
    assert [one.record.seq for one in fee.struck] == [record.seq]
    correct(case, office, record, "50000.00", receipt="0002", reason="核对后确系本案款项。")
    pay(case, office, "50000.00")  # by the receipt that the first one was recorded with
    assert paid(fresh(case)) == 100000
    assert wrong() == []


def test_a_correction_names_a_payment_says_something_else_and_repeats_no_other() -> None:
    case, office = accepted()
    first = pay(case, office, "20000.00")
    perform(case.pk, "record_fee", **_by(case, office), paid_on=NOW[:10], receipt="0002", amount="30000.00")
    for record, amount, other, field in (
        (case.acts.get(seq=1), "1.00", {}, "against"),
        (first, "1.005", {}, "amount"),
        (first, "20000", {}, "amount"),
        (first, "30000", {"receipt": "0002"}, "receipt"),
        (first, "10000", {"rest": True}, "rest"),
        (first, "10000", {"on": "2020-01-01"}, "on"),
    ):
        with pytest.raises(BadFacts) as bad:
            correct(case, office, record, amount, **other)
        assert bad.value.errors.keys() == {field}
    assert paid(fresh(case)) == 50000


def test_a_later_correction_mends_what_the_earlier_one_left_and_takes_nothing_of_it_back() -> None:
    case, office = accepted()
    record = pay(case, office, "500000.00")
    correct(case, office, record, "500000.00", on=fresh(case).received_on, receipt="0009")
    correct(case, office, record, "50000.00")
    (now,) = fees_paid(fresh(case))
    assert (now.amount, now.on, now.receipt) == (50000, fresh(case).received_on, "0009")
    (_none, (_code, label)) = form_of(ACTS["correct_payment"], fresh(case), None).fields["against"].choices
    assert "50,000.00" in label, "as it reads now"
    assert "0009" in label
    with pytest.raises(BadFacts) as bad:
        correct(case, office, record, "50000.00")
    assert bad.value.errors.keys() == {"amount"}


def test_no_more_reads_as_given_back_than_as_paid() -> None:
    case, office = accepted()
    payment = pay(case, office, "50000.00")
    perform(case.pk, "withdraw", by=office.clerk)
    record = give_back(case, office, "20000.00", rest=True)
    for about, other in ((payment, {}), (record, {"rest": True})):
        with pytest.raises(BadFacts) as bad:
            correct(case, office, about, "10000.00" if about is payment else "60000.00", **other)
        assert bad.value.errors.keys() == {"amount"}
    assert paid(fresh(case)) == 30000
    correct(case, office, record, "2000.00", rest=True)
    correct(case, office, payment, "10000.00")
    assert paid(fresh(case)) == 8000


def test_a_paper_tells_the_fee_as_it_was_recorded_when_it_was_decided() -> None:
    case, office = accepted()
    record = pay(case, office, "500000.00")
    decision = case.acts.latest("seq")
    assert use_of(fresh(case)).fee == use_of(fresh(case), _after(decision)).fee
    correct(case, office, record, "50000.00")
    assert "500,000.00元" in use_of(fresh(case), _after(decision)).fee
    assert "50,000.00元" in use_of(fresh(case)).fee


def _after(act: Act) -> Act:
    return Act(seq=act.seq + 1)


def _by(case: Application, office: Office) -> dict[str, Any]:
    mandate = the_mandate(fresh(case), Duty.FIRST_REVIEW)
    return {"by": office.officer(mandate), "mandate": mandate}


def test_what_was_given_back_is_owed_again_where_its_record_was_a_slip() -> None:
    case, office = accepted()
    pay(case, office, "50000.00")
    perform(case.pk, "withdraw", by=office.clerk)
    record = give_back(case, office)
    assert "is to be given back" not in next_of(case, office.clerk)
    correct(case, office, record, "20000.00", rest=True)
    told = next_of(case, office.clerk)
    assert "fee of 20,000.00 yuan was given back on" in told
    assert "The record was corrected on" in told
    assert "录入时多写一个零。" in told
    assert "30,000.00 yuan are still to be given back" in told


def test_who_recorded_a_payment_in_the_first_review_corrects_it_and_the_page_tells_what_was_struck_out() -> None:
    case, office = accepted()
    record = pay(case, office, "500000.00")
    desk = log_in(office.officer(the_mandate(fresh(case), Duty.FIRST_REVIEW)), english=True)
    address = f"/cases/{case.pk}/acts/correct_payment/"
    assert address in desk.get(f"/cases/{case.pk}/").text
    assert desk.post(address, {"against": record.seq, "amount": "0", "reason": "他案款项。"}).status_code == 302
    told = next_of(case, office.clerk)
    assert "The restoration fee of 500,000.00 yuan recorded as paid was not paid. The record was corrected on" in told
    assert "他案款项。" in told


@pytest.mark.parametrize(("amount", "left"), [("0", "0.00"), ("1.00", "1.00")])
def test_of_an_approved_case_the_page_tells_that_less_is_recorded_as_paid(
    at_the_desk: Any, amount: str, left: str
) -> None:
    case, office = approved(at_the_desk, told=left != "0.00")
    assert "answers for what is still to be paid" not in next_of(case, office.clerk)
    correct(case, office, case.acts.get(act="record_fee"), amount)
    told = next_of(case, office.clerk)
    assert f"after the correction {left} yuan of the restoration fee are recorded as paid" in told


def test_it_is_done_on_the_page_of_the_case_where_each_payment_is_named_in_words() -> None:
    case, office = accepted()
    record = pay(case, office, "500000.00")
    mandate = the_mandate(fresh(case), Duty.FINAL_REVIEW)
    desk = log_in(office.officer(mandate), english=True)
    address = f"/cases/{case.pk}/acts/correct_payment/"
    form = desk.get(address).context["form"]
    (_none, (code, label)) = form.fields["against"].choices
    assert (code, "500,000.00" in label, "0001" in label) == (str(record.seq), True, True)
    said = {"against": record.seq, "amount": "50000.00", "reason": "录入时多写一个零。"}
    assert desk.post(address, said).status_code == 302
    assert paid(fresh(case)) == 50000
    assert "recorded as paid: 50,000.00 yuan. The record was corrected on" in next_of(case, office.clerk)
    assert address not in log_in(office.clerk).get(f"/cases/{case.pk}/").text
