"""Materials that several kinds of work in the forest are asked for."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from permits.contract.kind import Requirement
from permits.rules.named import BEIJING_FOREST, PUBLIC_BENEFIT, Source
from permits.rules.places import BEIJING, JIZHOU, place_of

OUT_OF_SEASON = Requirement(
    slot="out_of_season_approval",
    label=_("Approval of felling out of season"),
    source=BEIJING_FOREST.article(33),
    required=False,
    document="out_of_season_approval",
    note=_("Where trees are felled outside the season the local rules set."),
)
FIRE_PLAN = Requirement(
    slot="fire_plan",
    label=_("Plan of fire prevention during the work"),
    source=BEIJING_FOREST.article(22, 23, 33),
    required=False,
    note=_("Of use where the work lies in the fire season (1 November to 31 May); no article found demands it."),
)
EXPERT_REVIEW = Requirement(
    slot="expert_review",
    label=_("Expert review of the ecological impact"),
    source=PUBLIC_BENEFIT.article(12).in_a_copy,
    document="expert_review",
    note=_("State-owned national public-benefit forest of class 1."),
)
IMPACT_ASSESSMENT = Requirement(
    slot="impact_assessment",
    label=_("Assessment of the ecological impact"),
    source=PUBLIC_BENEFIT.article(12).in_a_copy,
    document="impact_assessment",
    note=_("Collective or private national public-benefit forest of class 1."),
)
VILLAGE_NOTICE = Requirement(
    slot="village_notice",
    label=_("Proof of the public notice in the village"),
    source=PUBLIC_BENEFIT.article(12).in_a_copy,
    document="village_notice",
    note=_("Collective or private national public-benefit forest of class 1."),
    accepts=("pdf", "png", "jpg"),
)
CLASS_ONE_DOCUMENTS = {
    one.document: one.label for one in (EXPERT_REVIEW, IMPACT_ASSESSMENT, VILLAGE_NOTICE)
}  # fmt: skip
"""Codes by which the rules know them, and what each is called."""


def class_one(rows: Iterable[Any]) -> list[Requirement]:
    """What class-1 national public-benefit forest needs, by who owns it."""
    owners = {row.ownership for row in rows if row.public_benefit == "national_1"}
    listed = [EXPERT_REVIEW] if "state" in owners else []
    return listed + ([IMPACT_ASSESSMENT, VILLAGE_NOTICE] if owners & {"collective", "private"} else [])


def local(asked: Requirement, place: str, *, beijing: Source, jizhou: Source | None = None) -> Requirement:
    """`asked` in the district `place`, resting also on the local law there; that of the other place is not named."""
    own = {BEIJING: beijing, JIZHOU: jizhou}.get(place_of(place))
    return replace(asked, source=own + asked.source) if own and isinstance(asked.source, Source) else asked
