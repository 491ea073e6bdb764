"""A hearing announced, and who takes part in it."""

from __future__ import annotations

from typing import Any

from permits.models import Application
from roles.models.mandates import Duty
from tests.cast import Cast

ANNOUNCED = {"place": "会议室", "subject": "抚育作业"}
PARTY = {"party": "石塘路村", "interest": "林地承包"}


def decider(cast: Cast, case: Application) -> dict[str, Any]:
    return {"by": cast.decider, "mandate": cast.mandate(case, Duty.DECIDE)}
