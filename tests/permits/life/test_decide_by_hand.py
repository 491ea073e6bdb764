"""Where acts rest on an outcome that was annulled since, a person decides: so the acts for it are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from permits.acts.reopening import owed, to_judge
from permits.acts.requests import open_request
from permits.models.permit import P
from tests.cast import fresh
from tests.permits.life.cases import Desk, permit
from tests.permits.life.remedied import MORE, problems, restored, reviewed
from workflows.sweep import tick


@pytest.mark.parametrize("meanwhile", ["another change", "the end of the term"])
def test_an_extension_that_nobody_can_bring_back_by_itself_is_granted_again(traveller: Any, meanwhile: str) -> None:
    desk = Desk.of_temporary_use(traveller)
    last = permit(desk.case).valid_to
    desk.ask("ask_extension", until=last + MORE, reason="工程未完。")
    remedy = reviewed(desk, desk.decide("grant_extension", until=last + MORE).seq)
    if meanwhile == "another change":
        desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
        desk.decide("grant_change")
    else:
        traveller.shift(timedelta(days=800))
        tick()
        assert permit(desk.case).status == P.EXPIRED
    restored(desk, remedy.seq)
    tick()
    assert permit(desk.case).valid_to == last, "nothing moves by itself"
    assert [one.open for one in to_judge(fresh(desk.case))] == [False]
    assert open_request(fresh(desk.case), "ask_extension") is not None
    assert owed(fresh(desk.case))
    desk.decide("grant_extension", until=last + MORE)
    assert (permit(desk.case).status, permit(desk.case).valid_to) == (P.VALID, last + MORE)
    assert to_judge(fresh(desk.case)) == []
    assert not owed(fresh(desk.case))
    assert problems() == []


def test_a_change_is_refused_again_on_the_same_reasons(desk: Desk) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    remedy = reviewed(desk, desk.decide("refuse_change", reasons="材料不足。").seq)
    desk.ask("ask_reissue", statement="不慎遗失")
    desk.decide("reissue_permit")
    restored(desk, remedy.seq)
    assert owed(fresh(desk.case))
    desk.decide("refuse_change", reasons="材料不足。")
    assert open_request(fresh(desk.case), "ask_change") is None
    assert to_judge(fresh(desk.case)) == []
    assert problems() == []
