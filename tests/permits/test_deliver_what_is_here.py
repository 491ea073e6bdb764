"""A decision is delivered once it is here: after it was made, and one of a higher authority after its paper came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from permits.acts.perform import perform
from permits.errors import BadFacts
from permits.models import Act, Application
from permits.models.states import S
from roles.models import Mandate
from roles.models.mandates import Duty
from tests.cast import NOW, Cast
from tests.permits.occupation.cases import Office
from tests.permits.test_record_higher_decision import fresh, record, reported
from workflows.mandates import the_mandate

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def deliver(case: Application, mandate: Mandate, by: Any, day: Any) -> Act:
    return perform(case.pk, "record_delivery", by=by, mandate=mandate, delivered_on=day, manner="当面",
                   receiver="经办员")  # fmt: skip


def test_a_refused_acceptance_is_delivered_after_it_was_made(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.SUBMITTED)
        traveller.shift(timedelta(days=3))
        cast.do(case, "refuse_acceptance")
        mandate = cast.mandate(case, Duty.ACCEPT)
        with pytest.raises(BadFacts) as bad:
            deliver(case, mandate, cast.acceptor, "2026-11-20")
        assert set(bad.value.errors) == {"delivered_on"}
        deliver(case, mandate, cast.acceptor, timezone.localdate())


def test_a_delivery_put_on_record_late_was_in_time_by_the_day_it_was_made(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=True) as traveller:
        case = cast.case_at(S.APPROVED)
        decided = fresh(case).decided_on
        traveller.shift(timedelta(days=40))
        record = deliver(case, cast.mandate(case, Duty.DECIDE), cast.decider, decided)
        assert [(entry.event, entry.on) for entry in record.clock_entries.all()] == [("stopped", decided)]


@pytest.mark.parametrize(("received", "too_early", "right"), [
    ("2026-12-10", "2026-12-09", "2026-12-10"), (None, "2026-12-14", "2026-12-15"),
])  # fmt: skip
def test_what_a_higher_authority_decided_is_delivered_after_it_came_here(
    clock: Any, received: str | None, too_early: str, right: str
) -> None:
    case, office = reported(clock)
    record(case, office, received=received)
    mandate = the_mandate(fresh(case), Duty.DECIDE)
    by = office.officer(mandate)
    with pytest.raises(BadFacts) as bad:
        deliver(case, mandate, by, too_early)
    assert set(bad.value.errors) == {"delivered_on"}
    deliver(case, mandate, by, right)
