"""A hearing announced, and who takes part in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from permits.acts.perform import perform
from permits.models import Application
from permits.models.states import S
from roles.models.mandates import Duty
from tests.cast import Cast, fresh

ANNOUNCED = {"place": "会议室", "subject": "抚育作业"}
HELD = {"attending": "双方", "minutes": "双方陈述一致。"}
PARTY = {"party": "石塘路村", "interest": "林地承包"}


def decider(cast: Cast, case: Application) -> dict[str, Any]:
    return {"by": cast.decider, "mandate": cast.mandate(case, Duty.DECIDE)}


def announced_on_request(cast: Cast, clock: Any) -> tuple[Application, dict[str, Any]]:
    """The applicant and a village asked on Monday 23 November; the hearing is announced for 4 December."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    clock.move_to("2026-11-23T09:00:00+08:00")
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    clock.shift(timedelta(days=1))
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-24")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    return case, by


def request_of(case: Application, act: str = "record_hearing_request") -> int:
    return int(fresh(case).did(act)[-1].seq)
