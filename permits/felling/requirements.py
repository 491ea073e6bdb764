"""The closed list of materials of a felling licence (许可法 31; 森林法 58): nothing else may be asked for.

What the law wants the materials to say (place, purpose, species, area, volume, manner, regeneration) is said in the
table; the files below prove it or are asked for beside it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permits.contract.kind import Requirement
from permits.rules.named import (
    BEIJING_FOREST,
    BEIJING_SEED,
    DESIGN_RULES,
    FOREST_LAW,
    LICENSING_LAW,
    S0,
    S1,
    in_both,
    known,
)
from permits.tables.materials import CLASS_ONE_DOCUMENTS, FIRE_PLAN, OUT_OF_SEASON, class_one, local

FOREST_RULES: Final = known("森林法实施条例")
FELLING_MEASURES: Final = known("森林采伐更新管理办法")
BEIJING_ORDER: Final = in_both("北京市人民政府令第133号", "Order 133 of Beijing's government")
PRACTICE: Final = in_both("采伐设计实务", "practice of felling designs")
BEIJING = "11"
STATE_FORESTRY_UNITS = ("municipal_farm", "county_farm")

_proof = partial(Requirement, required=False, accepts=("pdf", "png", "jpg"))


RIGHTS = Requirement(
    slot="ownership_certificate",
    label=_("Certificate of ownership or use of the trees"),
    source=FOREST_LAW.article(58) + FOREST_RULES.article(30),
    document="ownership_certificate",
    accepts=("pdf", "png", "jpg"),
    note=_("Certificate of forest rights or of real estate; without one, the proof the owner of the land gives."),
)
AUTHORISATION = _proof(
    slot="authorisation",
    label=_("Contract or authorisation of the owner"),
    source=LICENSING_LAW.article(29) + FOREST_LAW.article(58),
    note=_("Where the applicant is not the owner of the trees, or somebody acts for the applicant."),
)
MAPS = Requirement(
    slot="maps",
    label=_("Location map and map of the felling area"),
    source=PRACTICE,
    required=False,
    accepts=("pdf", "png", "jpg", "zip", "geojson"),
    note=_("Part of the survey where there is one."),
)
REGENERATION_PLAN = Requirement(
    slot="regeneration_plan",
    label=_("Regeneration plan"),
    source=FOREST_LAW.article(58, 61) + FELLING_MEASURES.article(14),
    required=False,
    accepts=("pdf", "docx"),
    note=_("The measures stand in the table; a plan of its own may explain them."),
)
ACCEPTANCE = Requirement(
    slot="regeneration_acceptance",
    label=_("Certificate that last year's regeneration was accepted"),
    source=FELLING_MEASURES.article(5) + FOREST_RULES.article(30) + FOREST_LAW.article(60),
    document="regeneration_acceptance",
)
MEASURES = _proof(
    slot="measures",
    label=_("Proof of the measures after last year's grave event"),
    source=FOREST_LAW.article(60),
)
TENDING_APPROVAL = Requirement(
    slot="tending_approval",
    label=_("Approval of the tending design of the natural forest"),
    source=DESIGN_RULES.article(7),
    document="tending_approval",
    note=_("Not needed where the approval was given here and its number is named."),
)
OCCUPATION_CONSENT = Requirement(
    slot="occupation_consent",
    label=_("Consent to the use of the forest land"),
    source=FOREST_RULES.article(16) + FOREST_LAW.article(37),
    document="occupation_consent",
    note=_("Where trees are felled for a construction project."),
)
CONSTRUCTION_PAPERS = Requirement(
    slot="construction_papers",
    label=_("Project approval, forest-land map, design, compensation agreement and greening plan"),
    source=BEIJING_ORDER.article(6).in_a_copy,
    required=False,
    accepts=("pdf", "zip"),
    note=_("Named by an order of 2003 that was read in a copy; nothing is refused for want of them."),
)
RARE_TREES = _proof(
    slot="rare_tree_approval",
    label=_("Approval of felling listed rare trees"),
    source=BEIJING_SEED.article(12),
    document="rare_tree_approval",
    note=_("Where a species of the city's list of protected natural tree germplasm is felled."),
)
PHOTOS = Requirement(
    slot="photos",
    label=_("Photographs of the stands"),
    source=PRACTICE,
    required=False,
    accepts=("jpg", "png", "zip"),
)


def requirements(place: str, head: Any, rows: Sequence[Any]) -> Sequence[Requirement]:
    """What an application in `place` must and may be handed in with, by what its head and its rows say."""
    papers = BEIJING_FOREST.article(34)
    listed = [local(RIGHTS, place, beijing=papers), AUTHORISATION, local(survey(head), place, beijing=papers)]
    listed += [MAPS, REGENERATION_PLAN]
    if head.last_regeneration == "done":
        listed.append(ACCEPTANCE)
    if head.last_year_event == "remedied":
        listed.append(MEASURES)
    if not head.tending_design and any(row.origin == "natural" and row.felling_type == "tending" for row in rows):
        listed.append(local(TENDING_APPROVAL, place, beijing=S0.line(27), jizhou=S1.line(31)))
    if any(stand.purpose == "construction" for stand in rows):
        listed += [OCCUPATION_CONSENT] + ([CONSTRUCTION_PAPERS] if place.startswith(BEIJING) else [])
    listed += class_one(rows)
    if place.startswith(BEIJING):
        listed += [OUT_OF_SEASON, RARE_TREES, FIRE_PLAN]
    return (*listed, PHOTOS)


def survey(head: Any) -> Requirement:
    """State forestry units hand it in at any size; others above a size of the province, which was not found."""
    return Requirement(
        slot="felling_survey",
        label=_("Survey and design of the felling area"),
        source=FOREST_LAW.article(58) + FOREST_RULES.article(30),
        required=head.applicant in STATE_FORESTRY_UNITS,
        document="felling_survey",
        accepts=("pdf", "docx", "zip"),
        note=_(
            "State forestry units always; others above the area or volume the province sets, which was not found: "
            "without it the case goes to an official."
        ),
    )


DOCUMENTS = {
    "felling_survey": _("Survey and design of the felling area"),
    "ownership_certificate": RIGHTS.label,
    "tending_approval": TENDING_APPROVAL.label,
    "occupation_consent": OCCUPATION_CONSENT.label,
    "regeneration_acceptance": ACCEPTANCE.label,
    "out_of_season_approval": OUT_OF_SEASON.label,
    "rare_tree_approval": RARE_TREES.label,
    **CLASS_ONE_DOCUMENTS,
}
"""Codes of this list that the rules know, and what each is called."""
