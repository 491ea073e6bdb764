"""In whose name an act stands: no mandate and no step but its own, whoever names another at the door."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from permits.acts.perform import perform
from permits.errors import NotPermitted, WrongStatus
from permits.models import Application
from permits.models.states import S
from permits.verification.run import verify
from roles.models.mandates import Duty
from tests.cast import WORDS, Cast
from tests.permits.attempts import attempt

AFTER = "2026-11-28T00:30:00+08:00"


def problems(case: Application) -> list[str]:
    return [f"{one.check}: {one.what}" for one in verify(Application.objects.filter(pk=case.pk), installation=False)]


@pytest.mark.parametrize(("status", "act"), [(S.DRAFT, "submit"), (S.FINAL_REVIEW, "withdraw")])
def test_the_applicant_acts_under_no_agencys_mandate(cast: Cast, status: S, act: str) -> None:
    case = cast.case_at(status)
    attempt(case, act, NotPermitted, by=cast.clerk, mandate=cast.mandate(case, Duty.DECIDE), **WORDS[act])
    assert perform(case.pk, act, by=cast.clerk, **WORDS[act]).agency is None


def test_the_clock_acts_in_no_agencys_name_but_that_of_the_one_that_was_silent(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    said: dict[str, Any] = {"item": item.pk, "reason": "离岗"}
    attempt(case, "vacate", NotPermitted, by=None, mandate=cast.mandate(case, Duty.DECIDE), **said)
    with time_machine.travel(AFTER):
        attempt(case, "deem_accepted", NotPermitted, by=None, mandate=cast.mandate(case, Duty.DECIDE))
        assert perform(case.pk, "deem_accepted", by=None, mandate=item.mandate).agency == item.mandate.agency


@pytest.mark.parametrize("act", ["claim", "release", "reassign", "vacate", "recuse", "bar_person"])
def test_an_act_that_completes_no_step_names_none(cast: Cast, act: str) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.open_item(case) if act == "claim" else cast.take(case)
    by = cast.head if act in ("reassign", "vacate", "bar_person") else cast.reviewer
    said: dict[str, Any] = {
        "claim": {"item": item.pk},
        "release": {"item": item.pk},
        "reassign": {"item": item.pk, "to": cast.reviewer, "reason": "出差"},
        "vacate": {"item": item.pk, "reason": "离岗"},
        "recuse": {"reason": "利害关系"},
        "bar_person": {"person": cast.decider, "reason": "利害关系"},
    }[act]
    attempt(case, act, WrongStatus, by=by, mandate=item.mandate, work_item=item.pk, **said)
    perform(case.pk, act, by=by, mandate=item.mandate, **said)
    assert problems(case) == []
