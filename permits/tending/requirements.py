"""The closed list of materials of a tending design (许可法 31, by analogy): nothing else may be asked for."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from permits.contract.kind import Requirement
from permits.rules.named import BEIJING_FOREST, DESIGN_MODEL, DESIGN_RULES, FOREST_LAW, S0, S1
from permits.rules.places import JIZHOU, place_of
from permits.tables.materials import CLASS_ONE_DOCUMENTS, FIRE_PLAN, OUT_OF_SEASON, class_one, local

BEIJING = "11"

DESIGN = Requirement(
    slot="design",
    label=_("Tending-operation design (text)"),
    source=DESIGN_RULES.article(2, 7) + DESIGN_MODEL,
    document="design",
    accepts=("pdf", "docx"),
    note=_("Cover with the compiler and its people; overview, aims, layout, technical design, quantities, estimate, "
           "benefits, safeguards. The summary tables are made from the sub-compartments."),
)  # fmt: skip
MAPS = Requirement(
    slot="maps",
    label=_("Location map and design map"),
    source=DESIGN_MODEL,
    accepts=("pdf", "png", "jpg", "zip", "geojson"),
)
SURVEY = Requirement(
    slot="survey",
    label=_("Field survey of the sub-compartments and tally of the sample plots"),
    source=DESIGN_RULES.article(5) + DESIGN_MODEL,
    accepts=("xlsx", "pdf"),
    note=_("Local practice asks for sample plots of three per cent of natural forest; no rule found says so."),
)
QUALIFICATION = Requirement(
    slot="qualification",
    label=_("Copy of the compiler's qualification"),
    source=DESIGN_RULES.article(3),
    required=False,
    note=_("If it holds one. Whether the state still grants it is open: nothing is refused for want of it."),
)
FELLING_SURVEY = Requirement(
    slot="felling_survey",
    label=_("Survey and design of the felling area"),
    source=FOREST_LAW.article(58),
    required=False,
    document="felling_survey",
    note=_("Where trees are felled and the felling licence will need it."),
)


def requirements(place: str, head: Any, rows: Sequence[Any]) -> Sequence[Requirement]:
    """What a design in `place` must and may be handed in with, by what its head and its rows say. The law of another
    place is neither asked by nor named: Beijing's seasons are Beijing's."""
    design = local(DESIGN, place, beijing=S0.line(27), jizhou=S1.line(31))
    listed = [design, MAPS, SURVEY, management_plan(place), QUALIFICATION]
    if head.felling is not False:
        listed.append(local(FELLING_SURVEY, place, beijing=BEIJING_FOREST.article(34)))
        listed += [OUT_OF_SEASON, FIRE_PLAN] if place.startswith(BEIJING) else []
    return tuple(listed + class_one(rows))


def management_plan(place: str) -> Requirement:
    """Beijing's plan says that designs follow one (S0 L27, T-04); elsewhere it may be handed in. Jizhou's speaks of the
    one the municipal bureau makes (S1 L36), national law of that of state units."""
    elsewhere = S1.line(36) + FOREST_LAW.article(53) if place_of(place) == JIZHOU else FOREST_LAW.article(53)
    return Requirement(
        slot="management_plan",
        label=_("Management plan of natural forest the design follows"),
        source=S0.line(27) if place.startswith(BEIJING) else elsewhere,
        required=place.startswith(BEIJING),
        document="management_plan",
        accepts=("pdf", "docx"),
        note=_("The plan, or the part of it that covers these sub-compartments."),
    )


FORMER = {one.slot: one.label for one in (OUT_OF_SEASON, FIRE_PLAN)}
"""Once offered outside Beijing, too: a case handed in then may hold them."""
DOCUMENTS = {
    "design": DESIGN.label,
    "felling_survey": FELLING_SURVEY.label,
    "out_of_season_approval": OUT_OF_SEASON.label,
    **CLASS_ONE_DOCUMENTS,
    "management_plan": management_plan("").label,
}
"""Codes of this list that the rules know, and what each is called."""
