"""The contract's codes of a felling in words, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.rules.base import Text

FELLING: Final = ("felling",)
FELLING_TYPES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "tending": _("tending felling"),
        "regeneration": _("regeneration felling"),
        "improvement": _("felling to improve low-yield forest"),
        "final": _("final felling"),
        "other": _("other felling"),
    }
)
PURPOSES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "health": _("forest health"),
        "quality": _("stand quality"),
        "fire": _("fire prevention"),
        "pest": _("pest control"),
        "disaster": _("clearing after a disaster"),
        "research": _("research"),
        "habitat": _("the habitat of what the reserve protects"),
        "construction": _("construction"),
        "own_use": _("own use"),
        "commercial": _("commercial felling"),
    }
)
SPECIAL_PLACES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "reservoir": _("around a large reservoir or lake, or along a main canal"),
        "river": _("along a large river or its main tributary"),
        "railway": _("along a railway"),
        "road": _("along a trunk road"),
        "alpine": _("near the upper limit of high-mountain forest"),
        "steep_rocky": _("on steep slopes or bare rock"),
    }
)
