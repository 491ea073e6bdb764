"""Occupation in Jizhou through the door: who is consulted, what the papers rest on, the fee of temporary use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from permits.acts.perform import perform
from permits.documents.printing import paper_of
from permits.errors import RuleViolated
from permits.kinds import kind_of
from permits.models import Application
from tests.cast import NOW, fresh
from tests.permits.occupation.cases import JIZHOU, Office, draft, parcel

pytestmark = pytest.mark.django_db
YES = {"outcome": "approve", "opinion": "符合条件，建议同意。"}
NO = {"outcome": "refuse", "opinion": "拟不同意。"}
TOLD = {"amount": "30000.00", "payee": "区财政局非税收入专户（示例）", "until": "2026-12-04"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def accepted(land: dict[str, Any], **other: Any) -> tuple[Application, Office]:
    case, clerk = draft(JIZHOU, land, **other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return fresh(case), office


def temporary(**other: Any) -> tuple[Application, Office]:
    land = parcel(district=JIZHOU, zone="key", land_class="shrub", **other)
    return accepted(land, tenure="temporary", years=Decimal(1), permanent_building=False)


@pytest.mark.parametrize("instrument", [False, True])
def test_the_service_office_is_consulted_where_it_takes_part_and_does_not_decide(instrument: bool) -> None:
    """S1 L33 names it among who takes part; L61 lets it decide, permanent use by an instrument only."""
    case, clerk = draft(JIZHOU, parcel(district=JIZHOU, zone="key"))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    if instrument:
        office.determine(case, "accept", "documents.delegation_instrument", "yes")
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    asked = {item.mandate.agency.slug for item in office.items(fresh(case), "give_opinion") if item.mandate}
    assert ("tj-jizhou-service" in asked) is not instrument
    assert asked - {"tj-jizhou-service"} == {"tj-jizhou-reform", "tj-jizhou-culture", "tj-jizhou-planning"}


def test_a_decision_of_the_service_office_names_the_plan_that_gives_it_its_power() -> None:
    case, office = temporary()
    office.do(case, "recommend", **NO)
    office.hear(case)
    office.do(case, "propose", **NO)
    office.do(case, "refuse", reasons="不符合规定。")
    (refusal,) = fresh(case).documents.filter(kind="occupation_refusal")
    assert "《蓟州区落实天然林保护修复制度实施方案》" in str(paper_of(refusal))


def test_a_notice_tells_the_years_of_temporary_use_as_they_are_spoken() -> None:
    case, office = temporary()
    office.post_notice(case)
    (notice,) = fresh(case).documents.filter(kind="public_notice")
    assert "1年" in str(paper_of(notice))
    assert "1.00年" not in str(paper_of(notice))


def test_the_fee_of_temporary_use_is_told_by_who_finds_it_due_and_then_the_approval_waits_for_it(now: Any) -> None:
    case, office = temporary()
    assert not kind_of(case).charges(case)  # no text that was read says that it is owed
    mandate = office.items(case, "recommend")[0].mandate
    assert mandate is not None
    perform(case.pk, "tell_fee_due", by=office.officer(mandate), mandate=mandate, **TOLD)
    assert kind_of(fresh(case)).charges(fresh(case))
    office.check_site(case)
    office.post_notice(case)
    now.move_to("2026-12-01T10:00:00+08:00")
    office.do(case, "recommend", **YES)
    office.hear(case)
    office.do(case, "propose", **YES)
    with pytest.raises(RuleViolated, match="fee was not recorded"), override("en"):
        office.do(case, "approve", opinion="同意。")
    office.do(case, "record_fee", paid_on="2026-12-01", receipt="0001", amount="30000.00")
    office.do(case, "approve", opinion="同意。")
    assert fresh(case).documents.filter(kind="temporary_consent").exists()
