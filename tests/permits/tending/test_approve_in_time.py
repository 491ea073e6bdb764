"""A design is approved for the time of its work: once that is over nothing is left to approve."""

from __future__ import annotations

import pytest
import time_machine

from permits.errors import RuleViolated
from permits.models import Application, Permit
from permits.models.states import S
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_is_approved_to_the_last_day_of_its_work_and_not_after(cast: Cast) -> None:
    """Its permit would end before it begins."""
    late, last = cast.walk_to(S.AWAITING_DECISION), cast.walk_to(S.AWAITING_DECISION)
    with time_machine.travel("2027-01-31T23:50:00+08:00", tick=False):
        cast.do(last, "approve")
    granted = Permit.objects.get(pk=last.pk)
    assert granted.valid_from == granted.valid_to == late.tending.work_to
    with time_machine.travel("2027-02-01T00:10:00+08:00", tick=False):
        with pytest.raises(RuleViolated):
            cast.do(late, "approve")
        cast.do(late, "refuse")
    assert Application.objects.get(pk=late.pk).status == S.REFUSED
