"""That compensation was paid, on the record: once for what is owed, in parts where more follows, told to the holder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.errors import BadFacts, WrongStatus
from permits.models import ACTS, Act
from tests.cast import log_in
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, wrong
from tests.permits.life.compensated import read, remedied
from workflows.models import Notification
from workflows.notifications import making
from workflows.notifications.words import headline

ACT, YESTERDAY = "record_compensation", "yesterday"


def pay(desk: Desk, decision: Act, amount: str = "50000.00", receipt: str = "支0001", **other: Any) -> Act:
    said = {"against": decision.seq, "amount": amount, "paid_on": timezone.localdate(), "receipt": receipt}
    return desk.decide(ACT, **(said | other))


def offered(desk: Desk) -> bool:
    """Whether the permit's page offers the act to who decides."""
    address = reverse("case-act", args=[desk.case.pk, ACT])
    return address in log_in(desk.decider).get(reverse("permit", args=[desk.case.pk])).text


def test_what_was_paid_is_recorded_once_and_told_on_the_pages_and_in_the_news(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.decide(ACT, against=1, amount="1.00", paid_on=timezone.localdate(), receipt="支0001")
    assert not offered(desk)
    decision = desk.decide("withdraw_permit", **WITHDRAWN)
    assert offered(desk)
    assert "尚未登记支付" in read(desk, desk.clerk)
    record = pay(desk, decision)
    for page in (read(desk, desk.clerk), case_page(desk)):
        assert WITHDRAWN["compensation"] in page
        assert "50,000.00" in page
        assert "支0001" in page
        assert "尚未登记支付" not in page
    making.make(record.pk)
    assert "已全部支付" in headline(Notification.objects.get(act=record, person=desk.clerk))
    assert not offered(desk)
    with pytest.raises(WrongStatus):
        pay(desk, decision, receipt="支0002")
    assert wrong() == []


def case_page(desk: Desk) -> str:
    text = log_in(desk.clerk).get(reverse("case", args=[desk.case.pk])).text
    return text.partition('id="next"')[2].partition("</section>")[0]


def test_the_page_of_the_case_tells_what_was_decided_before_it_is_paid(desk: Desk) -> None:
    assert "补偿" not in case_page(desk)
    desk.decide("withdraw_permit", **WITHDRAWN)
    assert WITHDRAWN["compensation"] in case_page(desk)
    assert "尚未登记支付" in case_page(desk)


def test_parts_are_recorded_each_by_its_own_voucher_until_nothing_more_follows(desk: Desk) -> None:
    decision = desk.decide("revoke_permit", **REVOKED)
    part = pay(desk, decision, "20000.00", rest=True)
    making.make(part.pk)
    assert "其余尚未付清" in headline(Notification.objects.get(act=part, person=desk.clerk))
    assert "其余尚未付清" in read(desk, desk.clerk)
    assert "已全部支付" not in read(desk, desk.clerk)
    with pytest.raises(BadFacts) as twice:
        pay(desk, decision, "20000.00")
    assert twice.value.errors.keys() == {"receipt"}
    pay(desk, decision, "30000.00", receipt="支0002")
    told = read(desk, desk.clerk)
    assert "20,000.00" in told
    assert "30,000.00" in told
    assert "其余尚未付清" not in told
    assert told.count("已全部支付") == 1
    with pytest.raises(WrongStatus):
        pay(desk, decision, receipt="支0003")


@pytest.mark.parametrize("act", ["withdraw_permit", "revoke_permit"])
def test_a_decision_that_says_nothing_is_paid_waits_for_no_payment_unless_it_was_changed(desk: Desk, act: str) -> None:
    said = (WITHDRAWN if act == "withdraw_permit" else REVOKED) | {"compensation": "未开工，无损失。"}
    decision = desk.decide(act, **said, nothing_owed=True)
    assert not offered(desk)
    for page in (read(desk, desk.clerk), case_page(desk)):
        assert "未开工，无损失。" in page
        assert "尚未登记支付" not in page
        assert "无需支付" in page
    with pytest.raises(WrongStatus):
        pay(desk, decision)
    remedied(desk, decision, "changed")
    assert offered(desk)
    pay(desk, decision)
    assert wrong() == []


def test_what_was_paid_before_an_outcome_changed_the_decision_settles_nothing(desk: Desk) -> None:
    decision = desk.decide("withdraw_permit", **WITHDRAWN)
    pay(desk, decision)
    remedied(desk, decision, "changed")
    assert offered(desk)
    assert "已全部支付" not in read(desk, desk.clerk)
    pay(desk, decision, "10000.00", receipt="支0002")
    assert "已全部支付" in read(desk, desk.clerk)
    assert not offered(desk)
    assert wrong() == []


def test_a_box_that_was_left_unmarked_is_not_told_beside_a_revocation_on_fraud(desk: Desk) -> None:
    desk.decide("revoke_permit", **REVOKED | {"ground": "fraud", "compensation": "", "nothing_owed": False})
    told = log_in(desk.clerk).get(reverse("permit", args=[desk.case.pk])).text
    assert "以欺骗、贿赂等不正当手段取得" in told
    assert "无需支付" not in told


@pytest.mark.parametrize(
    ("other", "wrong_fact"),
    [({"amount": "五万元"}, "amount"), ({"amount": "0"}, "amount"), ({"against": 1}, "against"),
     ({"paid_on": YESTERDAY}, "paid_on")],
)  # fmt: skip
def test_a_sum_that_is_none_another_decision_and_a_day_before_it_are_refused(
    desk: Desk, other: dict[str, Any], wrong_fact: str
) -> None:
    decision = desk.decide("withdraw_permit", **WITHDRAWN)
    if other.get("paid_on") == YESTERDAY:
        other = {"paid_on": timezone.localdate() - timedelta(days=1)}
    with pytest.raises(BadFacts) as bad:
        pay(desk, decision, **other)
    assert bad.value.errors.keys() == {wrong_fact}


def test_what_was_recorded_as_whole_by_a_slip_is_corrected_and_the_rest_can_be_recorded(desk: Desk) -> None:
    decision = desk.decide("withdraw_permit", **WITHDRAWN)
    record = pay(desk, decision, "20000.00")
    assert not offered(desk)
    early = decision.decided_on - timedelta(days=1)
    with pytest.raises(BadFacts) as bad:
        desk.decide("correct_payment", against=record.seq, amount="20000.00", on=early, reason="日期有误。")
    assert bad.value.errors.keys() == {"on"}
    desk.decide("correct_payment", against=record.seq, amount="20000.00", rest=True, reason="只付了第一期。")
    told = read(desk, desk.clerk)
    assert "其余尚未付清" in told
    assert "只付了第一期。" in told
    assert offered(desk)
    second = pay(desk, decision, "30000.00", receipt="支0002")
    with pytest.raises(BadFacts) as bad:
        desk.decide("correct_payment", against=second.seq, amount="30000.00", receipt="支0001", reason="凭证号有误。")
    assert bad.value.errors.keys() == {"receipt"}, "as where it is recorded"
    desk.decide("correct_payment", against=second.seq, amount="0", reason="汇款被退回。")
    assert "支0002" not in read(desk, desk.clerk)
    assert offered(desk)
    assert wrong() == []


def test_nothing_is_owed_on_fraud_nor_once_the_decision_was_annulled(desk: Desk) -> None:
    decision = desk.decide("withdraw_permit", **WITHDRAWN)
    pay(desk, decision, rest=True)
    remedied(desk, decision, "annulled")
    assert not offered(desk)
    with pytest.raises(WrongStatus):
        pay(desk, decision, receipt="支0002")
    told = read(desk, desk.clerk)
    assert "50,000.00" in told  # what was paid stays told
    assert "其余尚未付清" not in told
    desk.decide("revoke_permit", **REVOKED | {"ground": "fraud", "compensation": ""})
    assert not offered(desk)


def test_the_holder_records_no_payment_and_reads_beside_the_form_what_is_owed_who_does(desk: Desk) -> None:
    decision = desk.decide("withdraw_permit", **WITHDRAWN)
    address = reverse("case-act", args=[desk.case.pk, ACT])
    assert log_in(desk.clerk).get(address).status_code == 403
    page = log_in(desk.decider).get(address)
    assert page.context["form"]["against"].value() == str(decision.seq)
    assert WITHDRAWN["compensation"] in page.text


def test_who_pays_is_not_asked_as_who_pays_a_fee_is() -> None:
    with override("zh-hans"):
        assert str(ACTS[ACT].label) == "登记补偿、赔偿支付"
        assert str(ACTS[ACT].facts["paid_on"].label) == "支付日期"
