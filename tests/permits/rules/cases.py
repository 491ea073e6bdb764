"""Whole cases to vary in tests: each is granted as it stands."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from permits.rules.case_file import documents

PLAIN = """
kind: occupation
jurisdiction: "110118"
date: 2026-11-20
project: {name: 县道改建工程, class: county_infrastructure}
tenure: permanent
parcels:
  - {area_ha: "0.5000", land_class: arbor, stand_purpose: timber, origin: planted, zone: none, red_line: false,
     grade: IV, public_benefit: none, ownership: collective, urban_planning_area: false}
quota_left_ha: "100000"
same_project_area_ha: "0"
prior_violation: none
documents: [feasibility_report, project_approval]
---
kind: tending
jurisdiction: "110118"
date: 2026-11-20
plots:
  - {plot: 12林班3小班, area_ha: "12.50", origin: natural, stand: arbor, stand_purpose: protection, zone: none,
     public_benefit: provincial, ownership: state, purpose: health, method: growth_thinning, first_thinning: true,
     canopy_before: 0.85, canopy_after: 0.68, mean_dbh_before_cm: 14.2, mean_dbh_after_cm: 14.9,
     stem_intensity_pct: 18, volume_intensity_pct: 12, target_share_before_pct: 60, target_share_after_pct: 68,
     species_cut: [刺槐], converts_to_plantation: false}
work: {from: 2026-11-25, to: 2027-01-31, felling: true}
documents: [design, management_plan]
---
kind: introduction
jurisdiction: "110118"
date: 2026-11-20
species:
  - {scientific_name: Ara ararauna, taxon: terrestrial_animal, from: abroad, first_introduction: true, cites: false}
purpose: display
site: {in: none}
plans: {isolation_trial: true, escape_prevention: true}
documents: [risk_report]
filed_with: national
"""
_OCCUPATION, _TENDING, _INTRODUCTION = documents(PLAIN)


def occupation(**changes: Any) -> dict[str, Any]:
    """An occupation; `parcel` changes its one parcel, `project` its project."""
    return _changed(_OCCUPATION, "parcels", changes.pop("parcel", {}), changes)


def tending(**changes: Any) -> dict[str, Any]:
    """A tending design; `plot` changes its one plot."""
    return _changed(_TENDING, "plots", changes.pop("plot", {}), changes)


def introduction(**changes: Any) -> dict[str, Any]:
    """An introduction; `one` changes its one species."""
    return _changed(_INTRODUCTION, "species", changes.pop("one", {}), changes)


def _changed(case: dict[str, Any], rows: str, row: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(case)
    changed[rows][0] |= row
    for name, change in changes.items():
        inside = isinstance(change, dict) and isinstance(changed.get(name), dict)
        changed[name] = changed[name] | change if inside else change
    return changed
