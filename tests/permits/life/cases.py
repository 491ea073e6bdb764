"""A permit to live with: granted, its papers printed, and who decides on it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.test import override_settings
from django.utils import timezone

from permits.acts.perform import perform
from permits.documents.printing import render_pending
from permits.models import Act, Application, Document, Permit
from permits.models.states import S
from permits.verification.run import verify
from roles.models import Person
from roles.models.mandates import Duty
from tests.cast import Cast, fresh
from tests.permits.occupation.cases import MIYUN, Office, draft, parcel
from tests.prepared import walked_once
from tests.seal import real_seal
from workflows.mandates import the_mandate

YES = {"outcome": "approve", "opinion": "建议同意。"}
BARE = {"land_class": "nursery", "stand_purpose": "other", "origin": "none"}
WITHDRAWN = {
    "ground": "law_changed", "reasons": "所依据的规定已经废止。", "interest": "保护水源地的需要。",
    "compensation": "按评估结果补偿施工准备费用。", "heard": "2026年11月18日书面告知，持有人未提出意见。",
}  # fmt: skip
REVOKED = {
    "ground": "procedure", "reasons": "未按规定公示。", "harm": "no", "compensation": "未开工，无损失。",
    "heard": "2026年11月18日书面告知，持有人未提出意见。",
}  # fmt: skip


NOTICED = timedelta(days=12)
"""From the application to the decision, which waits for the end of the public notice."""


def permit(case: Application) -> Permit:
    return Permit.objects.get(pk=case.pk)


def print_papers(case: Application) -> None:
    """Print and seal what was reserved."""
    with override_settings(SEAL_DIR=real_seal()):
        for paper in Document.objects.filter(application=case, status="pending").order_by("pk"):
            render_pending(paper.pk)


class Desk:
    """Who decides on one permit, and the holder's clerk."""

    def __init__(self, case: Application, clerk: Person, decider: Person) -> None:
        self.case, self.clerk, self.decider = case, clerk, decider

    @classmethod
    def of_tending(cls, cast: Cast) -> Desk:
        """A tending design consented to, for 1 December 2026 to 31 January 2027."""
        case = cast.printed_case()
        return cls(case, cast.clerk, cast.decider)

    @classmethod
    def of_temporary_use(cls, traveller: Any, conditions: str = "") -> Desk:
        """A temporary use of land granted for a year, counted from the day it is decided."""
        if not conditions:
            desk = _used_land()
            traveller.shift(NOTICED)
            return desk
        case, clerk = _proposed_land()  # what comes of each condition is asked once: only the decision is walked there
        traveller.shift(NOTICED)
        return _granted(case, clerk, conditions=conditions)

    def ask(self, act: str, **facts: Any) -> Act:
        """The holder asks."""
        return perform(self.case.pk, act, by=self.clerk, key=uuid.uuid4(), **facts)

    def decide(self, act: str, **facts: Any) -> Act:
        """The agency decides, and its papers are printed."""
        mandate = the_mandate(fresh(self.case), Duty.DECIDE)
        record = perform(self.case.pk, act, by=self.decider, mandate=mandate, **facts)
        print_papers(self.case)
        return record


@walked_once("matrix")
def _used_land() -> Desk:
    case, clerk = _proposed_land()
    with time_machine.travel(timezone.now() + NOTICED, tick=True):
        return _granted(case, clerk)


@walked_once("matrix")
def _proposed_land() -> tuple[Application, Person]:
    """A use of land whose approval is proposed NOTICED from now."""
    case, clerk = draft(MIYUN, parcel(**BARE), tenure="temporary", years=Decimal(1), permanent_building=False)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.check_site(fresh(case))
    office.post_notice(fresh(case))
    with time_machine.travel(timezone.now() + NOTICED, tick=True):
        office.do(case, "recommend", **YES)
        office.hear(case)
        office.do(case, "propose", **YES)
    return fresh(case), clerk


def _granted(case: Application, clerk: Person, **said: str) -> Desk:
    office = Office(clerk)
    office.do(case, "approve", opinion="同意。", **said)
    case = fresh(case)
    assert case.status == S.APPROVED
    print_papers(case)
    return Desk(case, clerk, office.officer(the_mandate(case, Duty.DECIDE)))


def wrong() -> list[str]:
    """What the verification finds wrong with chain, derived rows, papers and tokens of any case."""
    asked = {"chain", "derived", "papers", "tokens", "clocks", "files"}
    found = verify(installation=False)  # its checks are none of those asked
    return [f"{problem.check} {problem.where}: {problem.what}" for problem in found if problem.check in asked]
