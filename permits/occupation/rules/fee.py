"""The forest-vegetation restoration fee 森林植被恢复费 (财税〔2015〕122号): area × base × 2 × 2 where they apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import prod
from typing import Final

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.occupation.facts import Occupation, Parcel
from permits.occupation.rules.zones import OCCUPATION
from permits.rules import parameters, sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE

SQUARE_METRES: Final = 10_000
COMMERCIAL: Final = frozenset({"commercial", "eco_tourism", "large_mine", "other_industry"})
"""Classes counted as 经营性: a practice, not a definition of the notice."""
FACTORS: Final = ("fee_public_benefit_factor", "fee_urban_factor", "fee_commercial_factor")


def due(case: Occupation) -> bool:
    """Forestry-service facilities pay none: they do not take the land out of forestry."""
    return case.tenure != "forestry_service"


class FeeLine(Struct, frozen=True):
    """What parcels of one land class cost that count alike: their area, the rate in yuan per square metre, and what
    multiplies it, by the names of the parameters."""

    land_class: str
    area_m2: Decimal
    rate: Decimal
    factors: tuple[tuple[str, Decimal], ...]

    @property
    def amount(self) -> Decimal:
        """In yuan, not rounded."""
        return self.area_m2 * prod((value for _name, value in self.factors), start=self.rate)


def fee(case: Occupation, on: date) -> Decimal | None:
    """The fee in yuan, two decimals; None where none is due or a parcel's land class has no rate."""
    lines = fee_lines(case, on)
    return sum((line.amount for line in lines), Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP) if lines else None


def fee_lines(case: Occupation, on: date) -> tuple[FeeLine, ...]:
    """How the fee is made up; empty where `fee` finds none."""
    if not due(case):
        return ()
    alike: dict[tuple[str, Decimal, tuple[tuple[str, Decimal], ...]], Decimal] = {}
    for parcel in case.parcels:
        rate = _rate(case, parcel, on)
        if rate is None:
            return ()
        same = parcel.land_class, rate, tuple(_factors(case, parcel, on))
        alike[same] = alike.get(same, Decimal(0)) + parcel.area_ha * SQUARE_METRES
    return tuple(FeeLine(land_class, area, rate, factors) for (land_class, rate, factors), area in alike.items())


def _rate(case: Occupation, parcel: Parcel, on: date) -> Decimal | None:
    """Yuan per square metre of the parcel's land class; None for one without a rate."""
    rates = parameters.find("fee_yuan_per_m2", on, case.jurisdiction)
    return Decimal(rates.value[parcel.land_class]) if rates and parcel.land_class in rates.value else None


def _factors(case: Occupation, parcel: Parcel, on: date) -> Iterator[tuple[str, Decimal]]:
    """What multiplies the rate: outside the urban planning area alone, that the project is a commercial one."""
    if parcel.public_benefit in {"provincial", "national_2", "national_1"}:
        yield _factor("fee_public_benefit_factor", case, on)
    if parcel.urban_planning_area:
        yield _factor("fee_urban_factor", case, on)
    elif case.project.class_ in COMMERCIAL:
        yield _factor("fee_commercial_factor", case, on)


def _factor(name: str, case: Occupation, on: date) -> tuple[str, Decimal]:
    return name, Decimal(parameters.value(name, on, case.jurisdiction))


@rule(
    "O-FEE",
    title=_("Restoration fee"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    parameters=("fee_yuan_per_m2", *FACTORS),
    citations=(sources.forest_law("第三十七条第二款", "占用林地的单位应当缴纳森林植被恢复费。"),),
)
def fee_due(case: Occupation, on: date) -> Iterator[Hit]:
    """Shows the fee the decision will name; of temporary use a sum only, for that it is owed was not read."""
    amount = fee(case, on)
    if amount is None:
        return
    told = f"{amount:,.2f}"
    if case.tenure == "temporary":
        yield hit(_("At the rates of an occupation the restoration fee comes to %(fee)s yuan."), fee=told)
    else:
        yield hit(_("The restoration fee is %(fee)s yuan, paid before the consent is handed over."), fee=told)


@rule(
    "O-FEE-min",
    title=_("Restoration fee: national minimum"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    parameters=("fee_yuan_per_m2",),
)
def national_minimum(case: Occupation, on: date) -> Iterator[Hit]:
    """Provinces may set higher rates; Beijing's and Tianjin's were not found."""
    rates = parameters.find("fee_yuan_per_m2", on, case.jurisdiction)
    if due(case) and rates is not None and rates.minimum:
        yield hit(
            _("The local fee rates were not found: the fee is computed with the national minimum and may be higher.")
        )


@rule(
    "O-FEE-none",
    title=_("Restoration fee: land class without a rate"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    parameters=("fee_yuan_per_m2",),
)
def no_rate(case: Occupation, on: date) -> Iterator[Hit]:
    """“Other forest land” is in no line of the notice: no fee is computed."""
    for parcel in case.parcels:
        if due(case) and _rate(case, parcel, on) is None:
            yield hit(
                _("The fee notice has no rate for this land class: the fee must be fixed by a person."),
                where=parcel.where,
            )


@rule(
    "O-FEE-temp",
    title=_("Restoration fee for temporary use"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.fee_notice("占用征收林地征收森林植被恢复费；是否含临时使用，所读副本未写明（摘要）"),),
)
def fee_for_temporary_use(case: Occupation, on: date) -> Iterator[Hit]:
    """Computed as for an occupation; that temporary use pays it was not read."""
    if case.tenure == "temporary":
        yield hit(
            _(
                "That temporary use pays the restoration fee was not read in the sources; it is computed as "
                "for an occupation. Whoever finds that it is due tells it by a notice: then the approval waits for it."
            )
        )


@rule(
    "O-FEE-free",
    title=_("Restoration fee: exemptions"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.fee_notice(
            "农村居民按标准建设住宅，农村集体经济组织修建乡村道路、学校、幼儿园、敬老院、福利院、"
            "卫生院等公益项目以及保障性安居工程，免征（摘要）"
        ),
    ),
)
def exemptions(case: Occupation, on: date) -> Iterator[Hit]:
    """Whether a village project is one of the exempt ones is not a fact of the case."""
    if case.project.class_ == "village_plan" and due(case):
        yield hit(
            _(
                "Homes within the standard and a village's public roads, schools, homes for the aged and "
                "clinics are exempt from the fee: check whether this project is one."
            )
        )
