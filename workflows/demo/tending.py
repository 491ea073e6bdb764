"""Example tending designs, and the ways they went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from permits.acts import open_draft
from permits.kinds import kind_of
from permits.materials import add_file
from permits.tending import edit
from roles.models import Jurisdiction, OperatingUnit, Person

from .files import pdf
from .walk import Walker

Story = Callable[[Walker], None]

METHODS = ("growth_thinning", "ecological_thinning", "release", "sanitation")
COMPOSITIONS = ("7油松3栎", "6侧柏3山杏1栾", "5栓皮栎3油松2椴", "8刺槐2榆")
PLACES = ("雾灵沟", "云蒙岭", "白龙潭", "石城峪", "司马台", "清水河", "黑龙潭", "四合堂")


def plot(number: int, *, township: str = "石城镇", **other: Any) -> dict[str, Any]:
    """A sub-compartment within every threshold; `other` changes fields."""
    thins = METHODS[number % 2]
    row: dict[str, Any] = {
        "township": township, "compartment": f"{10 + number // 6}林班", "number": str(number),
        "longitude": Decimal("117.10000") + Decimal(number) / 1000, "latitude": Decimal("40.55000"),
        "area_ha": Decimal("6.2500") + Decimal(number % 7), "ownership": "state", "origin": "natural", "stand": "arbor",
        "stand_purpose": "protection", "forest_category": "", "public_benefit": "provincial", "zone": "none",
        "natural_forest_project": True, "species_composition": COMPOSITIONS[number % 4], "age_group": "middle",
        "stand_age": 32 + number % 9, "mean_height_m": Decimal("9.5"), "rare_plants": False, "rare_plant_measures": "",
        "purpose": "health", "method": thins, "first_thinning": True, "felling_type": "", "felling_manner": "",
        "species_cut": "刺槐", "canopy_before": Decimal("0.85"), "canopy_after": Decimal("0.70"),
        "mean_dbh_before_cm": Decimal("14.2"), "mean_dbh_after_cm": Decimal("14.9"), "stems_kept": 1050,
        "stem_intensity_pct": Decimal("18"), "volume_intensity_pct": Decimal("12"),
        "target_share_before_pct": Decimal("60"), "target_share_after_pct": Decimal("68"),
        "converts_to_plantation": False, "weeding": True, "residue_treated": True,
        "task_reference": "", "remark": "",
    }  # fmt: skip
    return row | other


def head(work_from: date, place: str, drafted: date) -> dict[str, Any]:
    """The head of a design for work of two months from `work_from`, surveyed six weeks before it was drafted."""
    return {
        "compiler": "京北林业调查规划设计院（示例）", "qualification": "林业调查规划设计丙级", "lead_designer": "赵堃",
        "staff": "赵堃、钱龘、孙喆", "surveyed_on": drafted - timedelta(days=42),
            "management_plan": f"{place}天然林经营方案（2021—2030年）",
        "standards": "GB/T 15781-2015、LY/T 1646、DB11/T 290",
            "purpose": f"调整{place}天然次生林密度，促进目的树种生长，培育乡土树种，维护森林健康。",
        "funding": "subsidy", "funding_note": "", "cost_yuan": Decimal("186000.00"), "labour_days": 620,
        "supplies": "油锯、割灌机、风力灭火机", "work_from": work_from, "work_to": work_from + timedelta(days=60),
            "felling": True,
    }  # fmt: skip


def draft(walker: Walker, login: str, district: str, title: str, *, plots: int = 6, **other: Any) -> None:
    """A complete design, ready to be handed in."""
    person = walker.people[login]
    with walker.now():
        unit = OperatingUnit.objects.get(posts__memberships__person=person)
        walker.application = open_draft("tending", unit, Jurisdiction.objects.get(pk=district), by=person)
        walker.application.title = title
        walker.application.save(update_fields=["title"])
        edit.change_head(walker.application.pk, head(_season(walker), title[:3], walker.moment.date()), version=1)
        for number in range(1, plots + 1):
            edit.add_plot(walker.application.pk, plot(number, **other))
    with walker.now():
        hand_in_materials(walker, person)


def _season(walker: Walker) -> date:
    """The first 20 November that leaves time for the procedure: felling is allowed from 15 October to 31 March."""
    day = walker.moment.date() + timedelta(days=75)
    year = day.year if day <= date(day.year, 11, 20) else day.year + 1
    return date(year, 11, 20)


def hand_in_materials(walker: Walker, person: Person) -> None:
    """A file for every required material."""
    for entry in kind_of(walker.application).requirements(walker.application):
        if entry.required:
            add_file(walker.application.pk, entry.slot, pdf(f"{entry.slot}.pdf", walker.application.title), by=person)
