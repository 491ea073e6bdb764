"""Whole rows, cases and drafts of a felling to vary in tests: each is granted as it stands."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from permits.acts.perform import open_draft
from permits.drafts.materials import add_file
from permits.felling.kind import FELLING
from permits.kinds import kind_of
from permits.models import Application
from roles.models import Jurisdiction, OperatingUnit, Person
from tests.cast import pdf
from tests.permits.occupation.cases import MIYUN, make_unit
from tests.quotas import stock

ROW: dict[str, Any] = {
    "township": "雾灵山林场", "compartment": "12林班", "number": "3", "site": "forest_land", "special_place": "none",
    "zone": "none", "closed": False, "area_ha": Decimal("4.0000"), "ownership": "collective", "origin": "planted",
    "stand": "arbor", "stand_purpose": "timber", "public_benefit": "none", "species_composition": "10刺槐",
    "age_group": "mature", "stock_m3": Decimal("320"), "purpose": "commercial", "felling_type": "final",
    "manner": "clear", "species": "刺槐", "volume_m3": Decimal("320"), "stems": 2400,
    "regeneration_method": "planting", "regeneration_area_ha": Decimal("4.0000"), "regeneration_year": 2028,
}  # fmt: skip
STAND: dict[str, Any] = {
    "where": "雾灵山林场12林班3小班", "site": "forest_land", "area_ha": "4.0000", "origin": "planted",
    "stand": "arbor", "stand_purpose": "timber", "zone": "none", "public_benefit": "none", "ownership": "collective",
    "closed": False, "special_place": "none", "species": ["刺槐"], "purpose": "commercial", "felling_type": "final",
    "manner": "clear", "volume_m3": "320", "stems": 2400, "age_group": "mature", "stock_m3": "320",
    "regeneration_method": "planting", "regeneration_area_ha": "4.0000", "regeneration_until": "2028-12-31",
}  # fmt: skip
CASE: dict[str, Any] = {
    "kind": "felling", "jurisdiction": "110118", "date": "2026-11-21", "applicant": "organisation", "stands": [STAND],
    "work": {"from": "2026-11-25", "to": "2027-01-31"}, "last_regeneration": "none_due", "last_year_event": "none",
    "limit_left_m3": "1000", "documents": ["felling_survey", "ownership_certificate"],
}  # fmt: skip


def felling(*, stand: dict[str, Any] | None = None, without: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """A case; `stand` changes its one stand, `without` names fields of it that are left out."""
    case = deepcopy(CASE) | changes
    if case["stands"]:
        kept = {**case["stands"][0], **(stand or {})}
        case["stands"][0] = {name: value for name, value in kept.items() if name not in without}
    return case


def head(**other: Any) -> dict[str, Any]:
    """An organisation's felling in the season."""
    return {
        "applicant": "organisation", "work_from": date(2026, 11, 25), "work_to": date(2027, 1, 31),
        "last_regeneration": "none_due", "last_year_event": "none",
    } | other  # fmt: skip


def draft(
    place: str = MIYUN,
    *rows: dict[str, Any],
    unit: tuple[OperatingUnit, Person] | None = None,
    left: str = "1000",
    **other: Any,
) -> tuple[Application, Person]:
    """A complete draft, filed with `place`, and the clerk who may hand it in. `left`: of the limit, in cubic metres."""
    stock("felling", place, left)
    firm, clerk = unit or make_unit(f"石塘林业公司{OperatingUnit.objects.count()}", place)
    case = open_draft("felling", firm, Jurisdiction.objects.get(pk=place), by=clerk)
    Application.objects.filter(pk=case.pk).update(title="石塘林业公司用材林主伐")
    FELLING.book.change_head(case.pk, head(**other), version=1)
    for row in rows or (ROW,):
        FELLING.book.add(case.pk, row)
    case = Application.objects.get(pk=case.pk)
    for entry in kind_of(case).requirements(case):
        if entry.required or entry.slot == "felling_survey":
            add_file(case.pk, entry.slot, pdf(f"{entry.slot}.pdf", f"{entry.slot} {case.pk}"), by=clerk)
    return Application.objects.get(pk=case.pk), clerk
