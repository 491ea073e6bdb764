"""Which project may use which forest land: protection grade 林地保护等级, first-class public benefit (令35 art 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation, Parcel
from permits.occupation.rules.zones import OCCUPATION
from permits.occupation.vocabulary import GRADES, PROJECT_CLASSES
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE

HIGHEST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "state_council": "II",
        "provincial_infrastructure": "II",
        "national_defence": "II",
        "nature_area_plan": "II",
        "county_infrastructure": "II",
        "strategic_industry": "II",
        "exploration": "II",
        "large_mine": "II",
        "eco_tourism": "II",
        "town_plan": "II",
        "village_plan": "II",
        "linear_works_borrow": "II",
        "other_industry": "III",
        "commercial": "III",
        "other": "IV",
    }
)
FIRST_CLASS: Final = frozenset({"state_council", "provincial_infrastructure", "national_defence", "nature_area_plan"})
WOODED: Final = frozenset({"arbor", "bamboo"})


def effective_class(case: Occupation) -> str:
    """A nature area's project is one of its plan only inside that area; outside it is any other project."""
    outside = case.project.class_ == "nature_area_plan" and not case.project.in_plan_area
    return "other" if outside else case.project.class_


def allowed_grade(case: Occupation, parcel: Parcel) -> str:
    """The highest grade the project may use on that parcel. Borrow pits may not use grade II wooded land 有林地."""
    project_class = effective_class(case)
    if project_class == "linear_works_borrow" and parcel.land_class in WOODED:
        return "III"
    return HIGHEST[project_class]


def softened(case: Occupation) -> bool:
    """Art 4 speaks of occupation and temporary use; whether it binds forestry-service facilities was not found."""
    return case.tenure == "forestry_service"


@rule(
    "O-AD4-1",
    title=_("No project on grade I forest land"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.land_use_measures("第四条第一款第一项", "各类建设项目不得使用Ⅰ级保护林地。", "secondary"),),
)
def grade_one(case: Occupation, on: date) -> Iterator[Hit]:
    """Never, whatever the project; forestry-service facilities are referred."""
    for parcel in case.parcels:
        if parcel.grade == "I":
            yield hit(
                _("No construction project may use forest land of protection grade I."),
                where=parcel.where,
                severity="refer" if softened(case) else None,
            )


@rule(
    "O-AD4-2",
    title=_("Project class and protection grade"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(
        sources.land_use_measures(
            "第四条第一款第二项至第九项",
            "各类建设项目可以使用的林地保护等级（W1、W4 对照表，摘要）",
            "secondary",
        ),
    ),
)
def class_and_grade(case: Occupation, on: date) -> Iterator[Hit]:
    """The table of art 4; grade I has its own rule."""
    for parcel in case.parcels:
        allowed = allowed_grade(case, parcel)
        if parcel.grade != "I" and GRADES.index(parcel.grade) < GRADES.index(allowed):
            yield hit(
                _("%(project)s may use forest land of grade %(allowed)s and below; the parcel is of grade %(grade)s."),
                where=parcel.where,
                severity="refer" if softened(case) else None,
                allowed=allowed,
                grade=parcel.grade,
                project=PROJECT_CLASSES[effective_class(case)],
            )


@rule(
    "O-AD4-3",
    title=_("First-class national public-benefit forest"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(
        sources.land_use_measures(
            "第四条第一款",
            (
                "除国务院批准、省级批准的基础设施等项目，国防、外交项目和自然保护地规划内项目外，"
                "不得使用一级国家级公益林地（W4 对照表，摘要）"
            ),
            "secondary",
        ),
    ),
)
def first_class_forest(case: Occupation, on: date) -> Iterator[Hit]:
    """Borrow pits only for a main project of provincial level or above."""
    project_class = effective_class(case)
    by_main_project = project_class == "linear_works_borrow" and case.project.main_project_level in {
        "province",
        "state",
    }
    if project_class in FIRST_CLASS or by_main_project:
        return
    for parcel in case.parcels:
        if parcel.public_benefit == "national_1":
            yield hit(
                _("%(project)s may not use first-class national public-benefit forest."),
                where=parcel.where,
                severity="refer" if softened(case) else None,
                project=PROJECT_CLASSES[project_class],
            )
