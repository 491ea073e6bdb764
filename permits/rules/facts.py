"""The facts of a case, typed: what the rules read. `permits.rules.parsing` makes them from a case file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .base import Message

DEFENCE = "national_defence"


@dataclass(frozen=True, kw_only=True)
class Parcel:
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
        return Message(_("parcel %(number)s"), {"number": self.number})

    @property
    def natural(self) -> bool:
        """Whether it is natural forest land."""
        return self.origin == "natural"


@dataclass(frozen=True, kw_only=True)
class Project:
    """The project that asks for the land."""

    name: str
    class_: str
    national_major: bool = False
    main_project_level: str | None = None
    in_plan_area: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every case says. `date` is the day whose law applies."""

    jurisdiction: str
    date: date
    documents: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Occupation(Common):
    """Occupation of forest land. `years` and `permanent_building` are None unless the use is temporary."""

    kind = "occupation"
    project: Project
    tenure: str
    parcels: tuple[Parcel, ...]
    quota_left_ha: Decimal
    same_project_area_ha: Decimal
    prior_violation: str
    years: Decimal | None = None
    permanent_building: bool | None = None

    @property
    def area_ha(self) -> Decimal:
        """Area asked for, in hectares."""
        return sum((parcel.area_ha for parcel in self.parcels), Decimal(0))

    @property
    def exempt(self) -> bool:
        """Whether national defence or a national major project is claimed."""
        return self.project.class_ == DEFENCE or self.project.national_major

    @property
    def exempt_with_proof(self) -> bool:
        """Whether that claim comes with its document."""
        defence = self.project.class_ == DEFENCE and "defence_proof" in self.documents
        return defence or (self.project.national_major and "national_major_proof" in self.documents)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A plot 小班 of a tending design. Shares and intensities in per cent, canopy density 0 to 1, DBH in cm."""

    plot: str
    area_ha: Decimal
    origin: str
    stand: str
    stand_purpose: str
    zone: str
    public_benefit: str
    ownership: str
    purpose: str
    method: str
    first_thinning: bool
    canopy_before: Decimal
    canopy_after: Decimal
    mean_dbh_before_cm: Decimal
    mean_dbh_after_cm: Decimal
    stem_intensity_pct: Decimal
    volume_intensity_pct: Decimal
    target_share_before_pct: Decimal
    target_share_after_pct: Decimal
    species_cut: tuple[str, ...]
    converts_to_plantation: bool

    @property
    def natural(self) -> bool:
        """Whether it is natural forest."""
        return self.origin == "natural"

    @property
    def thinned(self) -> bool:
        """透光伐、疏伐、生长伐: the fellings that shape the stand (sanitation felling is apart)."""
        return self.method in {"release", "ecological_thinning", "landscape_thinning", "growth_thinning"}

    @property
    def felled(self) -> bool:
        """Whether trees are cut on it."""
        return (
            self.thinned or self.method == "sanitation" or self.stem_intensity_pct > 0 or self.volume_intensity_pct > 0
        )


@dataclass(frozen=True, kw_only=True)
class Work:
    """When the work is done, both days included, and whether trees are felled."""

    start: date
    end: date
    felling: bool


@dataclass(frozen=True, kw_only=True)
class Tending(Common):
    """A tending-operation design."""

    kind = "tending"
    plots: tuple[Plot, ...]
    work: Work

    @property
    def felling(self) -> bool:
        """Whether any tree is felled, said by the case or following from a plot's method."""
        return self.work.felling or any(plot.felled for plot in self.plots)


@dataclass(frozen=True, kw_only=True)
class Species:
    """A species to be introduced. `source`: abroad, other_province or same_province."""

    scientific_name: str
    taxon: str
    source: str
    first_introduction: bool
    cites: bool


@dataclass(frozen=True, kw_only=True)
class Introduction(Common):
    """Introduction of alien or wild species. `site` is the protected place it lies in, or none."""

    kind = "introduction"
    species: tuple[Species, ...]
    purpose: str
    site: str
    isolation_trial: bool
    escape_prevention: bool
    filed_with: str


Case = Occupation | Tending | Introduction
