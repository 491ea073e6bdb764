"""What a decision that ended a permit told of compensation, on the permit's page, and what a remedy made of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk
from tests.permits.life.compensated import TAKEN, read, remedied


@pytest.mark.parametrize(
    ("act", "said", "label"),
    [("withdraw_permit", WITHDRAWN, "对持有人损失的补偿"), ("revoke_permit", REVOKED, "对合法权益损害的赔偿")],
)
def test_holder_and_decider_read_what_becomes_of_it_once_the_end_is_annulled(
    desk: Desk, act: str, said: dict[str, Any], label: str
) -> None:
    assert read(desk, desk.clerk) == ""
    decision = desk.decide(act, **said)
    for person in (desk.clerk, desk.decider):
        text = read(desk, person)
        assert said["compensation"] in text
        assert label in text
        assert "尚未登记支付" in text
        assert TAKEN not in text
    remedied(desk, decision, "annulled")
    for person in (desk.clerk, desk.decider):
        text = read(desk, person)
        assert said["compensation"] in text
        assert "京政复〔2026〕12号" in text
        assert TAKEN in text


def test_of_a_decision_that_was_changed_what_the_outcome_says_counts(desk: Desk) -> None:
    remedied(desk, desk.decide("withdraw_permit", **WITHDRAWN), "changed")
    text = read(desk, desk.clerk)
    assert "以其内容为准" in text
    assert TAKEN not in text


def test_a_revocation_on_fraud_tells_of_none(desk: Desk) -> None:
    desk.decide("revoke_permit", **REVOKED | {"ground": "fraud", "compensation": ""})
    assert read(desk, desk.clerk) == ""
