"""A case reported up, and what the higher authority decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from permits.models import Act, Application
from permits.models.material import current_files
from tests.cast import fresh
from tests.permits.occupation.cases import MIYUN, Office, draft, parcel
from tests.prepared import walked_once

LATER = "2026-12-15T10:00:00+08:00"
YES = {"outcome": "approve", "opinion": "符合条件。"}


def reported(clock: Any) -> tuple[Application, Office]:
    case, office = _reported()
    clock.move_to(LATER)
    return case, office


@walked_once("matrix")
def _reported() -> tuple[Application, Office]:
    big = {"area_ha": Decimal("12"), "stand_purpose": "protection"}
    case, clerk = draft(MIYUN, parcel(**big), total_ha=Decimal("12"))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    office.hear(case)
    office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")
    return fresh(case), office


def record(case: Application, office: Office, **other: Any) -> Act:
    said = {"outcome": "approve", "decided_on": "2026-12-01", "number": "林资许准〔2026〕88号",
            "document": current_files(case).first()} | other  # fmt: skip
    return office.do(case, "record_higher_decision", **said)
