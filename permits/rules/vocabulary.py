"""The contract's codes in words, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from .base import Text

PROJECT_CLASSES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "state_council": _("project approved by the State Council"),
        "provincial_infrastructure": _("infrastructure approved at provincial level"),
        "national_defence": _("national defence or diplomacy"),
        "nature_area_plan": _("project of a nature area's plan"),
        "county_infrastructure": _("infrastructure approved by county or prefecture"),
        "strategic_industry": _("strategic emerging industry"),
        "exploration": _("exploration"),
        "large_mine": _("large or medium mine"),
        "eco_tourism": _("ecological tourism of a tourism plan"),
        "town_plan": _("project of a town plan"),
        "village_plan": _("project of a village plan"),
        "linear_works_borrow": _("quarry or borrow pit for linear or water works"),
        "other_industry": _("other industry, mining or storage"),
        "commercial": _("commercial project"),
        "other": _("other project"),
    }
)
STANDS: Final[Mapping[str, Text]] = MappingProxyType(
    {"arbor": _("arbor forest"), "sparse": _("sparse forest"), "shrub": _("shrub land"), "bamboo": _("bamboo forest")}
)
METHODS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "release": _("release felling"),
        "ecological_thinning": _("ecological thinning"),
        "landscape_thinning": _("landscape thinning"),
        "growth_thinning": _("growth thinning"),
        "sanitation": _("sanitation felling"),
        "planting": _("supplementary planting"),
        "weeding": _("shrub cutting and weeding"),
        "auxiliary": _("auxiliary measures"),
    }
)
TENDING_PURPOSES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "health": _("forest health"),
        "fire": _("fire prevention"),
        "pest": _("pest control"),
        "quality": _("stand quality"),
        "commercial": _("commercial felling"),
        "research": _("research"),
    }
)
LAND_PURPOSES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "protection": _("protection and special-purpose forest land"),
        "commercial": _("timber, economic and energy forest land with its cutover land"),
        "other": _("other forest land"),
    }
)
SITES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "core_zone": _("the core zone of a nature reserve"),
        "nature_area": _("a nature area"),
        "drinking_water_zone": _("a drinking-water source protection zone"),
        "central_city": _("the central city"),
        "sub_centre": _("the city sub-centre"),
    }
)
