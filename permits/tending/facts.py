"""The facts of a tending design, typed, and how a case file tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from permits.rules.facts import AREA, CANOPY, DIAMETER, PERCENT, Common, common_of, one_of
from permits.rules.reading import Fields, day, flag, many, record, text
from permits.tending import vocabulary as v


class Plot(Struct, frozen=True, kw_only=True):
    """A plot 小班 of a tending design. Shares and intensities in per cent, canopy closure 0 to 1, DBH in cm."""

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
    def where(self) -> str:
        """How a finding names it."""
        return self.plot

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


class Work(Struct, frozen=True, kw_only=True):
    """When the work is done, both days included, and whether trees are felled."""

    start: date
    end: date
    felling: bool


class Tending(Common, frozen=True, kw_only=True):
    """A tending-operation design."""

    kind = "tending"
    law_since = date(2020, 7, 1)  # 森林法 2019
    plots: tuple[Plot, ...]
    work: Work

    @property
    def land(self) -> tuple[Plot, ...]:
        """Its plots."""
        return self.plots

    @property
    def felling(self) -> bool:
        """Whether any tree is felled, said by the case or following from a plot's method."""
        return self.work.felling or any(plot.felled for plot in self.plots)


PLOT: Final[Fields] = MappingProxyType(
    {
        "plot": text,
        "area_ha": AREA,
        "origin": one_of(v.ORIGIN),
        "stand": one_of(v.STAND),
        "stand_purpose": one_of(v.STAND_PURPOSE),
        "zone": one_of(v.ZONE),
        "public_benefit": one_of(v.PUBLIC_BENEFIT),
        "ownership": one_of(v.OWNERSHIP),
        "purpose": one_of(v.PURPOSE),
        "method": one_of(v.METHOD),
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


def fields(case: Mapping[str, Any]) -> Fields:
    """The fields of a design."""
    return {"plots": many(record(PLOT), least=1), "work": record(WORK)}


def build(values: Mapping[str, Any]) -> Tending:
    """The design of the values read."""
    work = values["work"]
    return Tending(
        **common_of(values),
        plots=tuple(Plot(**{**plot, "species_cut": tuple(plot["species_cut"])}) for plot in values["plots"]),
        work=Work(start=work["from"], end=work["to"], felling=work["felling"]),
    )
