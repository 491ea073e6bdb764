"""When trees may be felled in Beijing: the felling season, the fire season, the strict fire period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling
from permits.felling.rules.words import FELLING
from permits.rules import parameters, seasons
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING
from permits.rules.sources import FIRE_USED, OUT_OF_SEASON


def falls_into(name: str, case: Felling, on: date) -> bool:
    """Whether any day of the work lies in that period of the year."""
    period = parameters.find(name, on, case.jurisdiction)
    return period is not None and seasons.overlaps(period.value, case.start, case.end)


@rule(
    "F-BF33-1",
    title=_("Felling season"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="incomplete",
    parameters=("felling_season",),
    citations=(OUT_OF_SEASON,),
)
def felling_season(case: Felling, on: date) -> Iterator[Hit]:
    """Outside 15 October to 31 March felling needs the municipal authority's approval, a paper to be added."""
    period = parameters.find("felling_season", on, case.jurisdiction)
    outside = period is not None and not seasons.within(period.value, case.start, case.end)
    if outside and "out_of_season_approval" not in case.documents:
        yield hit(
            _(
                "Felling from %(start)s to %(end)s is not wholly within the felling season (15 October to 31 "
                "March): the municipal approval for felling out of season is missing."
            ),
            start=case.start,
            end=case.end,
        )


@rule(
    "F-BF22",
    title=_("Fire season"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="warn",
    parameters=("fire_season",),
    citations=(FIRE_USED,),
)
def fire_season(case: Felling, on: date) -> Iterator[Hit]:
    """The felling season lies mostly within the fire season. A fire plan is optional: of art 22 and 23 the seasons and
    the ban on fire were read, and no duty to hand one in (许可法 31)."""
    if falls_into("fire_season", case, on):
        yield hit(
            _(
                "The work falls into the fire season (1 November to 31 May), as most of the felling season does. "
                "A plan of fire prevention may be handed in; no article found demands one. Fire used against pests "
                "needs the approval of the district's government."
            )
        )


@rule(
    "F-BF23",
    title=_("Strict fire period"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="warn",
    parameters=("strict_fire_period",),
)
def strict_fire_period(case: Felling, on: date) -> Iterator[Hit]:
    """No open fire at all, and nothing that makes fire is carried into the forest."""
    if falls_into("strict_fire_period", case, on):
        yield hit(
            _(
                "The work falls into the strict fire period (15 March to 15 April): no open fire, and no "
                "source of fire is taken into the forest."
            )
        )
