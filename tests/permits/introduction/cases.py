"""What an introduction's tests apply for: one species for each legal route, and a complete draft."""

from __future__ import annotations

from typing import Any

from permits.acts.perform import open_draft
from permits.drafts.materials import add_file
from permits.introduction.kind import INTRODUCTION
from permits.kinds import kind_of
from permits.models import Application
from roles.models import Jurisdiction, OperatingUnit, Person
from tests.cast import fresh, pdf
from tests.permits.occupation.cases import MIYUN, Office, make_unit
from tests.prepared import walked_once

SPECIES: dict[str, dict[str, Any]] = {
    "A": {"scientific_name": "Equus quagga", "chinese_name": "平原斑马", "taxon": "terrestrial_animal",
        "source": "abroad"},
    "B": {"scientific_name": "Quercus rubra", "chinese_name": "北美红栎", "taxon": "forest_plant", "source": "abroad"},
    "D": {"scientific_name": "Cervus nippon", "chinese_name": "梅花鹿", "taxon": "terrestrial_animal",
        "source": "other_province"},
}  # fmt: skip


def head(**other: Any) -> dict[str, Any]:
    """A place outside every zone, with its safeguards."""
    return {
        "purpose": "breeding", "purpose_note": "人工繁育研究", "origin": "吉林省", "place": "密云区石城镇繁育场",
        "site_in": "none", "responsible": "赵堃", "escape_prevention": True, "escape_measures": "双层围栏，专人看管",
        "isolation_trial": True,
    } | other  # fmt: skip


def species(route: str, **other: Any) -> dict[str, Any]:
    """A species of that route."""
    common = {"first_introduction": False, "cites": False, "quantity": 12, "unit": "只", "material": "活体"}
    return common | SPECIES[route] | other


def draft(
    *rows: dict[str, Any], unit: tuple[OperatingUnit, Person] | None = None, where: str = MIYUN, **other: Any
) -> tuple[Application, Person]:
    """A complete draft filed with the district `where`, and the clerk who may hand it in."""
    firm, clerk = unit or make_unit("密云繁育中心", where)
    case = open_draft("introduction", firm, Jurisdiction.objects.get(pk=where), by=clerk)
    Application.objects.filter(pk=case.pk).update(title="引进物种")
    INTRODUCTION.book.change_head(case.pk, head(**other), version=1)
    for row in rows or (species("B"),):
        INTRODUCTION.book.add(case.pk, row)
    case = Application.objects.get(pk=case.pk)
    for entry in kind_of(case).requirements(case):
        if entry.required:
            add_file(case.pk, entry.slot, pdf(f"{entry.slot}.pdf", f"{entry.slot} {case.pk}"), by=clerk)
    return Application.objects.get(pk=case.pk), clerk


YES = {"outcome": "approve", "opinion": "符合条件，建议同意。"}
EXPERTS = {"held_on": "2026-11-20", "experts": "李龘、周喆", "conclusion": "风险可控，建议通过。"}
NOT_NEEDED = {"ground": "no_permit_needed", "reason": "境内调运，法律没有设定引进许可。"}


@walked_once("matrix")
def recommended(route: str, **other: Any) -> tuple[Application, Office]:
    """A case of that route with the final reviewer's agency: consultees and experts are asked."""
    case, clerk = draft(species(route), **other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    return fresh(case), office


def heard(case: Application, office: Office) -> None:
    """Every consultee answers, and the experts meet."""
    office.hear(case)
    office.do(case, "record_expert_review", **EXPERTS)
