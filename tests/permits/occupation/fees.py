"""A use of land that was accepted, whose fee is paid and given back."""

from __future__ import annotations

from typing import Any

from permits.acts.assessment import fee_due
from permits.acts.perform import perform
from permits.models import Act, Application
from roles.models import Mandate
from roles.models.mandates import Duty
from tests.cast import NOW, log_in
from tests.permits.life.cases import NOTICED, YES, fresh, print_papers
from tests.permits.occupation.cases import Office, draft
from tests.prepared import walked_once
from workflows.mandates import the_mandate

SAID = {"payee": "北京市财政局非税收入专户（示例）", "until": "2026-12-04"}


@walked_once("matrix")
def accepted(**other: Any) -> tuple[Application, Office]:
    case, clerk = draft(**other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def reviewer_of(case: Application, office: Office) -> tuple[Any, Mandate]:
    mandate = office.items(case, "recommend")[0].mandate
    assert mandate is not None
    return office.officer(mandate), mandate


def tell(case: Application, office: Office, **other: Any) -> Act:
    person, mandate = reviewer_of(case, office)
    facts = SAID | {"amount": f"{fee_due(case):.2f}"} | other
    return perform(case.pk, "tell_fee_due", by=person, mandate=mandate, **facts)


def pay(case: Application, office: Office, amount: str) -> Act:
    person, mandate = reviewer_of(case, office)
    return perform(case.pk, "record_fee", by=person, mandate=mandate, paid_on=NOW[:10], receipt="0001", amount=amount)


def approved(now: Any, *, told: bool = False) -> tuple[Application, Office]:
    """Permanent use, its fee paid, where it was `told` on its notice, granted with its papers."""
    case, office = accepted()
    office.check_site(case)
    office.post_notice(case)
    if told:
        tell(case, office)
    pay(case, office, f"{fee_due(case):.2f}")
    now.shift(NOTICED)
    office.do(case, "recommend", **YES)
    office.hear(case)
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    print_papers(case)
    return fresh(case), office


def next_of(case: Application, person: Any) -> str:
    """The part of the case's page that says what comes next, as `person` reads it."""
    page = log_in(person, english=True).get(f"/cases/{case.pk}/").text
    return " ".join(page[page.index('id="next"') :].split("</section>")[0].split())


def give_back(case: Application, office: Office, amount: str = "50000.00", **other: Any) -> Act:
    mandate = the_mandate(Application.objects.get(pk=case.pk), Duty.FINAL_REVIEW)
    return perform(case.pk, "record_refund", by=office.officer(mandate), mandate=mandate, returned_on=NOW[:10],
                   receipt="退0001", amount=amount, **other)  # fmt: skip
