"""Fellings that wait in a quota book or were licensed, and what they took of it."""

from __future__ import annotations

from decimal import Decimal

from permits.models import Application, QuotaMovement
from roles.models import Person
from roles.models.mandates import Duty
from tests.cast import fresh
from tests.permits.felling import cases as felling
from tests.permits.life.cases import YES, Desk, print_papers
from tests.permits.occupation.cases import MIYUN, Office
from workflows.mandates import the_mandate

Change = QuotaMovement.Change


def desk_of(case: Application, clerk: Person) -> Desk:
    case = fresh(case)
    return Desk(case, clerk, Office(clerk).officer(the_mandate(case, Duty.DECIDE)))


def moved(case: Application) -> list[tuple[str, Decimal]]:
    return list(QuotaMovement.objects.filter(application=case).order_by("pk").values_list("change", "amount"))


def felled(left: str = "400", volume: str = "320") -> tuple[Application, Person, Office]:
    """An accepted felling of so much in a book of so much."""
    row = felling.ROW | {"volume_m3": Decimal(volume), "stock_m3": Decimal(volume),
                         "number": str(Application.objects.count())}  # fmt: skip
    case, clerk = felling.draft(MIYUN, row, left=left)
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {})):
        office.do(case, act, **said)
    return fresh(case), clerk, office


def licensed(case: Application, clerk: Person, office: Office) -> Desk:
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    print_papers(case)
    return desk_of(case, clerk)
