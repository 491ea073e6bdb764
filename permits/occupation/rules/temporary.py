"""Temporary use of forest land 临时使用林地."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation
from permits.occupation.rules.reserves import INDUSTRY, MINING
from permits.occupation.rules.zones import OCCUPATION
from permits.rules import parameters, sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE


@rule(
    "O-FL38-1",
    title=_("Temporary use: two years"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    parameters=("temporary_years_most",),
    exception=_("“generally” not more than two years (Forest Law art 38): a longer term is not wholly excluded"),
    citations=(sources.forest_regulation("第十七条第二款", "临时占用林地的期限不得超过两年"),),
)
def years(case: Occupation, on: date) -> Iterator[Hit]:
    """The regulation of 2018 says “may not exceed”, the later law “generally”: refused, with that as exception."""
    most = parameters.find("temporary_years_most", on, case.jurisdiction)
    limit = Decimal(most.value) if most else Decimal(2)
    if case.years is not None and case.years > limit:
        yield hit(_("Temporary use for %(years)s years is longer than %(most)s years."), years=case.years, most=limit)


@rule(
    "O-FL38-2",
    title=_("Temporary use: no permanent building"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    citations=(
        sources.forest_law("第三十八条第一款", "并不得在临时使用的林地上修建永久性建筑物"),
        sources.land_use_rules("不得以临时用地名义修建永久性建筑物（摘要）"),
    ),
)
def permanent_building(case: Occupation, on: date) -> Iterator[Hit]:
    """Without exception."""
    if case.permanent_building:
        yield hit(_("No permanent building may be put up on forest land used temporarily."))


@rule(
    "O-FL38-3",
    title=_("Temporary use: restore within one year"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.forest_law(
            "第三十八条第二款", "临时使用林地期满后一年内，用地单位或者个人应当恢复植被和林业生产条件。"
        ),
    ),
)
def restore(case: Occupation, on: date) -> Iterator[Hit]:
    """A condition of the decision."""
    if case.tenure == "temporary":
        yield hit(_("Vegetation and growing conditions must be restored within one year after the term ends."))


@rule(
    "O-N5-2",
    title=_("Temporary use: in principle not on arbor forest land"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.land_use_rules("临时使用林地原则上不得使用乔木林地；确需使用且无法避让的除外（摘要）"),),
)
def arbor_forest(case: Occupation, on: date) -> Iterator[Hit]:
    """Unless needed and unavoidable, which a person must find."""
    if case.tenure == "temporary":
        for parcel in case.parcels:
            if parcel.land_class == "arbor":
                yield hit(
                    _(
                        "Temporary use may in principle not take arbor forest land: a person must find that it is "
                        "needed and cannot be avoided."
                    ),
                    where=parcel.where,
                )


@rule(
    "O-N5-3",
    title=_("Temporary use: no quarrying in nature areas"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(
        sources.land_use_rules("不得在自然保护地和易发生滑坡等地质灾害区域以临时使用林地方式采石、挖沙、取土（摘要）"),
    ),
)
def quarry_in_nature_area(case: Occupation, on: date) -> Iterator[Hit]:
    """Landslide-prone places and the name of restoration are no facts of the case. A small quarry or mine is “other
    industry”, which has works that dig nothing, too: a person finds out."""
    if case.tenure == "temporary" and case.project.class_ in INDUSTRY:
        for parcel in case.parcels:
            if parcel.zone in {"reserve", "core"}:
                yield hit(
                    _("Temporary use for quarrying, sand or borrow pits is forbidden in nature areas."),
                    where=parcel.where,
                    severity=None if case.project.class_ in MINING else "refer",
                )
