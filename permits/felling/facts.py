"""The facts of a felling licence, typed, and the readers that make them from a plain mapping.

Every field of the contract is required; those that follow from another field are asked only where they apply. Two
fields of the case may be left out, because the applicant cannot know them or has none: what is left of the year's
felling limit, and the number of an approved tending design.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from permits.felling import vocabulary as v
from permits.rules.facts import AREA, CANOPY, PERCENT, Common, common_of, one_of
from permits.rules.reading import Fields, Reader, day, flag, many, number, record, text

VOLUME: Final = number("0", "10000000", places=4)
"""Cubic metres of standing timber."""
WITH_TIMBER: Final = frozenset({"arbor", "sparse"})
THINS: Final = frozenset({"thinning", "selective"})


class Stand(Struct, frozen=True, kw_only=True):
    """A sub-compartment 小班 in which trees are felled. Hectares, cubic metres, per cent, canopy closure 0 to 1.

    None where the field does not apply: `age_group` and `stock_m3` outside arbor and sparse forest,
    `volume_intensity_pct` and `canopy_after` unless the stand is thinned or cut selectively, `regeneration_*` where
    nothing is regenerated, `converts_to_plantation` outside natural forest.
    """

    where: str
    site: str
    area_ha: Decimal
    origin: str
    stand: str
    stand_purpose: str
    zone: str
    public_benefit: str
    ownership: str
    closed: bool
    special_place: str
    species: tuple[str, ...]
    purpose: str
    felling_type: str
    manner: str
    volume_m3: Decimal
    stems: Decimal
    age_group: str | None = None
    stock_m3: Decimal | None = None
    volume_intensity_pct: Decimal | None = None
    canopy_after: Decimal | None = None
    regeneration_method: str | None = None
    regeneration_area_ha: Decimal | None = None
    regeneration_until: date | None = None
    converts_to_plantation: bool | None = None

    @property
    def natural(self) -> bool:
        """Whether it is natural forest."""
        return self.origin == "natural"

    @property
    def public(self) -> bool:
        """Whether it is public-benefit forest; all other forest is commodity forest (森林法 47)."""
        return self.public_benefit != "none"

    @property
    def reserved(self) -> bool:
        """Whether it lies in a nature reserve."""
        return self.zone in {"reserve", "core"}

    @property
    def regenerates(self) -> bool:
        """Whether new forest must follow on the same land."""
        return to_regenerate(self.felling_type, self.purpose)


class Felling(Common, frozen=True, kw_only=True):
    """An application for a felling licence."""

    kind = "felling"
    law_since = date(2020, 7, 1)  # 森林法 2019 art 84
    applicant: str
    stands: tuple[Stand, ...]
    start: date
    """The first and the last day of the work, both included."""
    end: date
    last_regeneration: str
    last_year_event: str
    limit_left_m3: Decimal | None = None
    """What is left of the year's limit for this place before the felling; None where nobody said it."""
    tending_design: str = ""
    """The number of an approved tending design; empty where none is named."""
    regeneration_owed: tuple[str, ...] = ()
    """The applicant's earlier licences whose regeneration the register here has as overdue or broken."""
    felled_last_year: tuple[str, ...] = ()
    """Those that let it fell in the year before, and after which something is to be regenerated."""

    @property
    def areas(self) -> tuple[tuple[str, Decimal], ...]:
        """Each stand with its hectares."""
        return tuple((stand.where, stand.area_ha) for stand in self.stands)

    def built_on(self, stand: Stand) -> bool:
        """Whether the stand makes way for works to whose occupation of the land there is a consent."""
        return stand.purpose == "construction" and "occupation_consent" in self.documents

    @property
    def volume_m3(self) -> Decimal:
        """Standing volume to be felled, in cubic metres."""
        return sum((stand.volume_m3 for stand in self.stands), Decimal(0))


def to_regenerate(felling_type: object, purpose: object) -> bool:
    """Whether new forest must follow: not where a stand is only thinned out, nor on land that is being built on."""
    return felling_type != "tending" and purpose != "construction"


def stand_fields(stand: Mapping[str, Any]) -> Fields:
    """The fields of one stand, by what it says of itself."""
    return MappingProxyType({**STAND, **_of_timber(stand), **_of_regeneration(stand)})


def _of_timber(stand: Mapping[str, Any]) -> dict[str, Reader]:
    fields: dict[str, Reader] = {}
    if stand.get("stand") in WITH_TIMBER:
        fields |= {"age_group": one_of(v.AGE_GROUP), "stock_m3": VOLUME}
    if stand.get("manner") in THINS:
        fields |= {"volume_intensity_pct": PERCENT, "canopy_after": CANOPY}
    if stand.get("origin") == "natural":
        fields["converts_to_plantation"] = flag
    return fields


def _of_regeneration(stand: Mapping[str, Any]) -> dict[str, Reader]:
    if not to_regenerate(stand.get("felling_type"), stand.get("purpose")):
        return {}
    fields: dict[str, Reader] = {"regeneration_method": one_of(v.REGENERATION_METHOD)}
    if stand.get("regeneration_method") != "none":
        fields |= {"regeneration_area_ha": AREA, "regeneration_until": day}
    return fields


STAND: Final[Fields] = MappingProxyType(
    {
        "where": text,
        "site": one_of(v.SITE),
        "area_ha": AREA,
        "origin": one_of(v.ORIGIN),
        "stand": one_of(v.STAND),
        "stand_purpose": one_of(v.STAND_PURPOSE),
        "zone": one_of(v.ZONE),
        "public_benefit": one_of(v.PUBLIC_BENEFIT),
        "ownership": one_of(v.OWNERSHIP),
        "closed": flag,
        "special_place": one_of(v.SPECIAL_PLACE),
        "species": many(text, least=1),
        "purpose": one_of(v.PURPOSE),
        "felling_type": one_of(v.FELLING_TYPE),
        "manner": one_of(v.MANNER),
        "volume_m3": VOLUME,
        "stems": number("0", "100000000", places=0),
    }
)
FELLING: Final[Fields] = MappingProxyType(
    {
        "applicant": one_of(v.APPLICANT),
        "stands": many(record(stand_fields), least=1),
        "work": record({"from": day, "to": day}),
        "last_regeneration": one_of(v.LAST_REGENERATION),
        "last_year_event": one_of(v.LAST_YEAR_EVENT),
    }
)
MAY_BE_LEFT_OUT: Final[Fields] = MappingProxyType(
    {
        "limit_left_m3": VOLUME,
        "tending_design": text,
        "regeneration_owed": many(text, least=1),
        "felled_last_year": many(text, least=1),
    }
)


def fields(case: Mapping[str, Any]) -> Fields:
    """All of FELLING, and of those that may be left out the ones the case has."""
    given = {name: reader for name, reader in MAY_BE_LEFT_OUT.items() if name in case}
    return MappingProxyType({**FELLING, **given})


def build(values: Mapping[str, Any]) -> Felling:
    """The typed case of values that were read without a problem."""
    return Felling(
        **common_of(values),
        applicant=values["applicant"],
        stands=tuple(Stand(**{**stand, "species": tuple(stand["species"])}) for stand in values["stands"]),
        start=values["work"]["from"],
        end=values["work"]["to"],
        last_regeneration=values["last_regeneration"],
        last_year_event=values["last_year_event"],
        limit_left_m3=values.get("limit_left_m3"),
        tending_design=values.get("tending_design", ""),
        regeneration_owed=tuple(values.get("regeneration_owed", ())),
        felled_last_year=tuple(values.get("felled_last_year", ())),
    )
