"""The applicant among the parties of a hearing, by whichever of its names an officer recorded it: it may be renamed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from permits.acts.hearings import fallen_away
from permits.acts.perform import perform
from permits.documents.printing import paper_of
from permits.errors import WrongStatus
from permits.models import Act, Application
from permits.models.states import S
from roles.bodies import change_body
from roles.models import OperatingUnit
from tests.cast import NOW, Cast, fresh
from tests.permits.hearings import ANNOUNCED, PARTY, decider

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(cast: Cast) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def given_up(cast: Cast, clock: Any) -> Application:
    """The unit's own request was recorded under its name and given up; now the unit is called otherwise."""
    case = cast.case_at(S.AWAITING_DECISION)
    by, own = decider(cast, case), case.unit.name
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": own})
    request = perform(case.pk, "record_hearing_request", **by, party=own, received="2026-11-20")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    gone = {"request": request.seq, "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-20"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    change_body(OperatingUnit.objects.get(pk=case.unit_id), name="改名后的单位")
    return fresh(case)


def test_who_gave_a_hearing_up_under_a_former_name_asks_for_no_other(
    cast: Cast, clock: Any, given_up: Application
) -> None:
    clock.shift(timedelta(days=10))
    with pytest.raises(WrongStatus, match="已经放弃"):
        perform(given_up.pk, "ask_hearing", by=cast.clerk, reason="再听一次。")


def test_under_a_former_name_it_is_no_other_party(cast: Cast, clock: Any, given_up: Application) -> None:
    off = fallen_away(given_up)
    assert off is not None
    assert off.others == ()
    assert off.letter is not None
    assert paper_of(off.letter).addressee == cast.farm.name != fresh(given_up).unit.name
    clock.shift(timedelta(days=17))
    decision = cast.do(given_up, "approve", opinion="同意。")
    told = repr(paper_of(Act.objects.get(pk=decision.pk).documents.get(kind="tending_approval")))
    assert "你单位要求听证，后于2026年11月20日撤回听证要求。" in told
