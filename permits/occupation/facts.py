"""The facts of an occupation of forest land, typed, and how a case file tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from permits.occupation import vocabulary as v
from permits.rules.base import Message
from permits.rules.facts import AREA, AREA_OR_NONE, PIECE, Common, common_of, one_of
from permits.rules.reading import Fields, Reader, flag, many, number, record, text

DEFENCE: Final = "national_defence"
YEARS: Final = number("0", "100", places=4, above=True)


class Parcel(Struct, frozen=True, kw_only=True):
    """A parcel of forest land asked for (occupation). `area_ha` in hectares, four decimals."""

    number: int
    area_ha: Decimal
    land_class: str
    stand_purpose: str
    origin: str
    zone: str
    red_line: bool
    grade: str
    public_benefit: str
    ownership: str
    urban_planning_area: bool

    @property
    def where(self) -> Message:
        """Parcels have no name in a case file: they are named by their place in the list, from one."""
        return Message(PIECE, {"number": self.number})

    @property
    def natural(self) -> bool:
        """Whether it is natural forest land."""
        return self.origin == "natural"


class Project(Struct, frozen=True, kw_only=True):
    """The project that asks for the land."""

    name: str
    class_: str
    national_major: bool = False
    main_project_level: str | None = None
    in_plan_area: bool | None = None


class Occupation(Common, frozen=True, kw_only=True):
    """Occupation of forest land."""

    kind = "occupation"
    law_since = date(2020, 7, 1)  # 森林法 2019
    project: Project
    tenure: str
    parcels: tuple[Parcel, ...]
    same_project_area_ha: Decimal
    prior_violation: str
    quota_left_ha: Decimal | None = None
    """What is left of the year's quota; None where no organ stated it."""
    years: Decimal | None = None
    """How long the land is used, and whether something permanent is built on it; None unless the use is temporary."""
    permanent_building: bool | None = None
    renewal_of: str = ""
    """The number of the consent that a temporary use is to renew; empty for a first one."""
    years_before: Decimal = Decimal(0)
    """The years consented to before."""
    same_parcels: bool | None = None
    """Whether the parcels are those of that consent; None where no organ compared them."""

    @property
    def land(self) -> tuple[Parcel, ...]:
        """Its parcels."""
        return self.parcels

    @property
    def area_ha(self) -> Decimal:
        """Area asked for, in hectares."""
        return sum((parcel.area_ha for parcel in self.parcels), Decimal(0))

    @property
    def exempt(self) -> bool:
        """Whether national defence or a national major project is claimed."""
        return self.project.class_ == DEFENCE or self.project.national_major

    @property
    def exempt_with_proof(self) -> bool:  # type: ignore[override]  # here it depends on the case
        """Whether that claim comes with its document."""
        defence = self.project.class_ == DEFENCE and "defence_proof" in self.documents
        return defence or (self.project.national_major and "national_major_proof" in self.documents)


PARCEL: Final[Fields] = MappingProxyType(
    {
        "area_ha": AREA,
        "land_class": one_of(v.LAND_CLASS),
        "stand_purpose": one_of(v.STAND_PURPOSE),
        "origin": one_of(v.ORIGIN),
        "zone": one_of(v.ZONE),
        "red_line": flag,
        "grade": one_of(v.GRADE),
        "public_benefit": one_of(v.PUBLIC_BENEFIT),
        "ownership": one_of(v.OWNERSHIP),
        "urban_planning_area": flag,
    }
)


def _project_fields(project: Mapping[str, Any]) -> Fields:
    fields: dict[str, Reader] = {"name": text, "class": one_of(v.PROJECT_CLASS)}
    if project.get("class") == "linear_works_borrow":
        fields["main_project_level"] = one_of(v.MAIN_LEVEL)
    if project.get("class") == "nature_area_plan":
        fields["in_plan_area"] = flag
    return fields


def fields(case: Mapping[str, Any]) -> Fields:
    """The fields of an occupation; years and buildings are asked for temporary use only."""
    fields: dict[str, Reader] = {
        "project": record(_project_fields, optional={"national_major": flag}),
        "tenure": one_of(v.TENURE),
        "parcels": many(record(PARCEL), least=1),
        "same_project_area_ha": AREA_OR_NONE,
        "prior_violation": one_of(v.PRIOR),
    }
    if case.get("tenure") == "temporary":
        fields |= {"years": YEARS, "permanent_building": flag}
        if "renewal_of" in case:
            fields |= {"renewal_of": text, "years_before": YEARS}
            fields |= {"same_parcels": flag} if "same_parcels" in case else {}  # an organ knows it, or nobody
    if "quota_left_ha" in case:  # an organ knows it, or nobody
        fields["quota_left_ha"] = AREA_OR_NONE
    return fields


def build(values: Mapping[str, Any]) -> Occupation:
    """The occupation of the values read."""
    project = values["project"]
    return Occupation(
        **common_of(values),
        project=Project(
            name=project["name"],
            class_=project["class"],
            national_major=project.get("national_major", False),
            main_project_level=project.get("main_project_level"),
            in_plan_area=project.get("in_plan_area"),
        ),
        tenure=values["tenure"],
        parcels=tuple(Parcel(number=index, **parcel) for index, parcel in enumerate(values["parcels"], start=1)),
        quota_left_ha=values.get("quota_left_ha"),
        same_project_area_ha=values["same_project_area_ha"],
        prior_violation=values["prior_violation"],
        years=values.get("years"),
        permanent_building=values.get("permanent_building"),
        renewal_of=values.get("renewal_of", ""),
        years_before=values.get("years_before", Decimal(0)),
        same_parcels=values.get("same_parcels"),
    )
