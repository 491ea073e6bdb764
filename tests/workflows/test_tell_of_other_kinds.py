"""Who is told of what not every kind knows: advice, fees, what is found, the higher authority, refusal in review."""

from __future__ import annotations

import pytest

from tests.permits.occupation.cases import Office
from tests.workflows.elsewhere import ELSEWHERE
from workflows.models import Notification
from workflows.notifications import making


@pytest.mark.parametrize("row", ELSEWHERE)
def test_an_act_of_another_kind_tells_whom_it_concerns_and_not_who_did_it(now: None, db: None, row: str) -> None:
    Office.enter()
    walk, events = ELSEWHERE[row]
    record = walk()
    making.make(record.pk)
    news = Notification.objects.filter(act=record)
    assert {one.event for one in news} == events
    assert record.person_id not in {one.person_id for one in news}
    if row in ("determine", "refuse_acceptance in review"):
        assert news.filter(event__in=("holders", "ended")).get().person.username == "second"
