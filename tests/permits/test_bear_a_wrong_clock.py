"""A server whose clock is set back, or ran ahead for a while: what an act brings about bears the act's own moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from permits.models.states import S
from permits.verification.run import verify
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("hours", [-2, 3, 30])
def test_a_case_acted_in_while_the_clock_was_wrong_stays_whole(cast: Cast, now: None, hours: int) -> None:
    """Its steps and its paper bore another time than their acts, and the record was told as changed for ever."""
    case, right = cast.case_at(S.SUBMITTED), timezone.now()
    with time_machine.travel(right + timedelta(hours=hours)):
        cast.do(case, "accept")
    with time_machine.travel(right + timedelta(minutes=30)):
        cast.do(case, "recommend", outcome="approve", opinion="同意。")
        wrong = list(verify(type(case).objects.filter(pk=case.pk), installation=False))
    assert wrong == []
