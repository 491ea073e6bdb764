"""Every published case can be entered, checked by the rules, and printed with its areas to the square metre."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.db import transaction

from permits.acts.assessment import verdict
from permits.documents.numbering import reserve
from permits.documents.rendering import render
from permits.models import Application
from permits.occupation.kind import OCCUPATION
from roles.models import Agency
from tests.permits.documents.reading import text_of
from tests.permits.occupation.cases import Office, draft, make_unit, parcel

pytestmark = pytest.mark.django_db
CASES = yaml.safe_load((Path(__file__).parent / "real_cases.yaml").read_text(encoding="utf-8"))
DECIMALS = ("area_ha", "total_ha", "years", "stock_m3")


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Iterator[None]:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True):
        Office.enter()
        yield


def exact(values: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if name in DECIMALS else value for name, value in values.items()}


def entered(case: dict[str, Any]) -> tuple[Application, Office]:
    bare = parcel(district=case["place"], township="", village="", compartment="", sub_compartment="")
    rows = [bare | exact(row) for row in case["parcels"]]
    unit = make_unit(case["applicant"], case["place"])
    application, clerk = draft(case["place"], *rows, unit=unit, **exact(case["head"]))
    return application, Office(clerk)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_published_case_is_entered_checked_and_printed(case: dict[str, Any]) -> None:
    application, office = entered(case)
    record = office.do(application, "submit", statement=True)
    assert verdict(application).outcome in {"proceed", "refer", "refuse", "not_competent"}
    temporary = case["head"]["tenure"] == "temporary"
    agency = Agency.objects.get(slug="bj-forestry")
    with transaction.atomic():
        decision = reserve(record, kind="occupation_approval", agency=agency)
        consent = reserve(record, kind="temporary_consent" if temporary else "occupation_consent", agency=agency)
    for document in (decision, consent):
        text = text_of(render(OCCUPATION.paper(document))).replace("\n", "")
        assert f"{case['head']['total_ha']}公顷" in text
        assert case["head"]["project_name"][:8] in text
        for row in case["parcels"]:
            assert row["area_ha"] in text
    for grade, area in case.get("by_grade", {}).items():
        assert grade in text
        assert area in text
