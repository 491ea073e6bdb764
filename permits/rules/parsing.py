"""From a plain mapping (a case file, or what a permit kind builds from its rows) to typed facts: the one gate.

The mapping is the contract of a case file: every field shown there is required, conditional ones only where they
apply, and no other is known. All problems are collected, each with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from .base import Message
from .facts import Case, Introduction, Occupation, Parcel, Plot, Project, Species, Tending, Work
from .places import NAMES
from .reading import Fields, Problem, Problems, Reader, choice, day, flag, many, number, record, shown, text

TENURES: Final = ("permanent", "temporary", "forestry_service")
ZONES: Final = ("none", "key", "reserve", "core")
GRADES: Final = ("I", "II", "III", "IV")
ORIGINS: Final = ("natural", "planted", "none")
OWNERSHIPS: Final = ("state", "collective", "private")
PUBLIC_BENEFITS: Final = ("none", "local", "provincial", "national_2", "national_1")
LAND_CLASSES: Final = (
    "arbor",
    "bamboo",
    "nursery",
    "cutover",
    "burnt",
    "shrub",
    "sparse",
    "young",
    "suitable",
    "other",
)
STAND_PURPOSES: Final = ("protection", "special", "timber", "economic", "energy", "other")
CLASSES: Final = (
    "state_council", "provincial_infrastructure", "national_defence", "nature_area_plan", "county_infrastructure",
    "strategic_industry", "exploration", "large_mine", "eco_tourism", "town_plan", "village_plan",
    "linear_works_borrow", "other_industry", "commercial", "other",
)  # fmt: skip
MAIN_PROJECT_LEVELS: Final = ("county", "prefecture", "province", "state")
PRIOR_VIOLATIONS: Final = ("none", "unresolved", "punished")
TENDING_PURPOSES: Final = ("health", "fire", "pest", "quality", "commercial", "research")
STANDS: Final = ("arbor", "sparse", "shrub", "bamboo")
METHODS: Final = (
    "release", "ecological_thinning", "landscape_thinning", "growth_thinning", "sanitation", "planting", "weeding",
    "auxiliary",
)  # fmt: skip
TAXA: Final = ("terrestrial_animal", "aquatic_animal", "forest_plant", "other_plant", "microbe")
SOURCES: Final = ("abroad", "other_province", "same_province")
INTRODUCTION_PURPOSES: Final = ("breeding", "planting", "display", "research", "release")
SITES: Final = ("none", "core_zone", "nature_area", "drinking_water_zone", "central_city", "sub_centre")
LEVELS: Final = ("district", "municipal", "national")
DOCUMENTS: Final = (
    "feasibility_report", "project_approval", "design", "management_plan", "risk_report", "defence_proof",
    "national_major_proof", "expert_review", "impact_assessment", "village_notice", "out_of_season_approval",
    "felling_survey", "delegation_instrument",
)  # fmt: skip

AREA: Final = number("0", "10000000", places=4, above=True)
"""Hectares, four decimals (one square metre); ten million is more than all land of Beijing and Tianjin."""
AREA_OR_NONE: Final = number("0", "10000000", places=4)
CANOPY: Final = number("0", "1", places=4)
PERCENT: Final = number("0", "100", places=4)
DIAMETER: Final = number("0", "1000", places=4)


class BadCase(ValueError):
    """The mapping is no case. `problems` lists every (path, what is wrong); nothing was evaluated."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems: list[Problem] = list(problems)

    def __str__(self) -> str:
        return "; ".join(f"{path}: {message}" if path else str(message) for path, message in self.problems)

    def as_list(self) -> list[dict[str, str]]:
        """Plain JSON, in the active language."""
        return [{"path": path, "problem": str(message)} for path, message in self.problems]


def _project_fields(project: Mapping[str, Any]) -> Fields:
    fields: dict[str, Reader] = {"name": text, "class": choice(*CLASSES)}
    if project.get("class") == "linear_works_borrow":
        fields["main_project_level"] = choice(*MAIN_PROJECT_LEVELS)
    if project.get("class") == "nature_area_plan":
        fields["in_plan_area"] = flag
    return fields


COMMON: Final[Fields] = MappingProxyType(
    {
        "kind": choice("occupation", "tending", "introduction"),
        "jurisdiction": choice(*NAMES),
        "date": day,
        "documents": many(choice(*DOCUMENTS)),
    }
)
PARCEL: Final[Fields] = MappingProxyType(
    {
        "area_ha": AREA,
        "land_class": choice(*LAND_CLASSES),
        "stand_purpose": choice(*STAND_PURPOSES),
        "origin": choice(*ORIGINS),
        "zone": choice(*ZONES),
        "red_line": flag,
        "grade": choice(*GRADES),
        "public_benefit": choice(*PUBLIC_BENEFITS),
        "ownership": choice(*OWNERSHIPS),
        "urban_planning_area": flag,
    }
)
PLOT: Final[Fields] = MappingProxyType(
    {
        "plot": text,
        "area_ha": AREA,
        "origin": choice(*ORIGINS),
        "stand": choice(*STANDS),
        "stand_purpose": choice(*STAND_PURPOSES),
        "zone": choice(*ZONES),
        "public_benefit": choice(*PUBLIC_BENEFITS),
        "ownership": choice(*OWNERSHIPS),
        "purpose": choice(*TENDING_PURPOSES),
        "method": choice(*METHODS),
        "first_thinning": flag,
        "canopy_before": CANOPY,
        "canopy_after": CANOPY,
        "mean_dbh_before_cm": DIAMETER,
        "mean_dbh_after_cm": DIAMETER,
        "stem_intensity_pct": PERCENT,
        "volume_intensity_pct": PERCENT,
        "target_share_before_pct": PERCENT,
        "target_share_after_pct": PERCENT,
        "species_cut": many(text),
        "converts_to_plantation": flag,
    }
)
WORK: Final[Fields] = MappingProxyType({"from": day, "to": day, "felling": flag})
SPECIES: Final[Fields] = MappingProxyType(
    {
        "scientific_name": text,
        "taxon": choice(*TAXA),
        "from": choice(*SOURCES),
        "first_introduction": flag,
        "cites": flag,
    }
)


def _occupation_fields(case: Mapping[str, Any]) -> Fields:
    fields: dict[str, Reader] = {
        **COMMON,
        "project": record(_project_fields, optional={"national_major": flag}),
        "tenure": choice(*TENURES),
        "parcels": many(record(PARCEL), least=1),
        "quota_left_ha": AREA_OR_NONE,
        "same_project_area_ha": AREA_OR_NONE,
        "prior_violation": choice(*PRIOR_VIOLATIONS),
    }
    if case.get("tenure") == "temporary":
        fields |= {"years": number("0", "100", places=4, above=True), "permanent_building": flag}
    return fields


TENDING: Final[Fields] = MappingProxyType({**COMMON, "plots": many(record(PLOT), least=1), "work": record(WORK)})
INTRODUCTION: Final[Fields] = MappingProxyType(
    {
        **COMMON,
        "species": many(record(SPECIES), least=1),
        "purpose": choice(*INTRODUCTION_PURPOSES),
        "site": record({"in": choice(*SITES)}),
        "plans": record({"isolation_trial": flag, "escape_prevention": flag}),
        "filed_with": choice(*LEVELS),
    }
)


def parse(mapping: object) -> Case:
    """The typed facts of a case written in the contract of a case file.

    Raises BadCase with every problem found: a missing or unknown field, a wrong type, an impossible value.
    """
    problems = Problems()
    kind = mapping.get("kind") if isinstance(mapping, Mapping) else None
    if not isinstance(mapping, Mapping):
        problems.note("", _("a case must be a mapping of fields"))
    elif "kind" not in mapping:
        problems.note("kind", _("is missing"))
    elif not isinstance(kind, str) or kind not in BUILDERS:
        known = ", ".join(BUILDERS)
        problems.note("kind", _("“%(value)s” is not one of: %(allowed)s"), value=shown(kind), allowed=known)
    if problems or not isinstance(kind, str):
        raise BadCase(problems)
    fields, build = BUILDERS[kind]
    values = record(fields)(mapping, "", problems)
    if kind == "tending":
        _check_work(values.get("work"), problems)
    if problems:
        raise BadCase(problems)
    return build(values)


def _check_work(work: object, problems: Problems) -> None:
    known = {path for path, _problem in problems}
    if (
        isinstance(work, dict)
        and {"from", "to"} <= work.keys()
        and not {"work.from", "work.to"} & known
        and work["to"] < work["from"]
    ):
        problems.append(
            ("work.to", Message(_("%(to)s is before work.from (%(from)s)"), {"to": work["to"], "from": work["from"]}))
        )


def _common(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "jurisdiction": values["jurisdiction"],
        "date": values["date"],
        "documents": frozenset(values["documents"]),
    }


def _occupation(values: dict[str, Any]) -> Occupation:
    project = values["project"]
    return Occupation(
        **_common(values),
        project=Project(
            name=project["name"],
            class_=project["class"],
            national_major=project.get("national_major", False),
            main_project_level=project.get("main_project_level"),
            in_plan_area=project.get("in_plan_area"),
        ),
        tenure=values["tenure"],
        parcels=tuple(Parcel(number=index, **parcel) for index, parcel in enumerate(values["parcels"], start=1)),
        quota_left_ha=values["quota_left_ha"],
        same_project_area_ha=values["same_project_area_ha"],
        prior_violation=values["prior_violation"],
        years=values.get("years"),
        permanent_building=values.get("permanent_building"),
    )


def _tending(values: dict[str, Any]) -> Tending:
    work = values["work"]
    return Tending(
        **_common(values),
        plots=tuple(Plot(**{**plot, "species_cut": tuple(plot["species_cut"])}) for plot in values["plots"]),
        work=Work(start=work["from"], end=work["to"], felling=work["felling"]),
    )


def _introduction(values: dict[str, Any]) -> Introduction:
    return Introduction(
        **_common(values),
        species=tuple(
            Species(**{name: value for name, value in one.items() if name != "from"}, source=one["from"])
            for one in values["species"]
        ),
        purpose=values["purpose"],
        site=values["site"]["in"],
        isolation_trial=values["plans"]["isolation_trial"],
        escape_prevention=values["plans"]["escape_prevention"],
        filed_with=values["filed_with"],
    )


BUILDERS: Final[Mapping[str, tuple[Any, Callable[[dict[str, Any]], Case]]]] = MappingProxyType(
    {
        "occupation": (_occupation_fields, _occupation),
        "tending": (TENDING, _tending),
        "introduction": (INTRODUCTION, _introduction),
    }
)
