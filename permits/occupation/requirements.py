"""The closed list of materials of an occupation (许可法 31): nothing else may be asked for.

Source: 令35号 art 7 (facts 2.3, secondary: quoted by a county guide).
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from permits.contract.kind import Requirement
from permits.rules.named import FOREST_LAW, LAND_USE, LAND_USE_RULES, LOCAL_GUIDE, NATIONAL_PLAN, S0, S1
from permits.rules.places import BEIJING, place_of
from permits.tables.materials import local

ARTICLE_7 = LAND_USE.article(7).in_a_copy
_paper = partial(Requirement, source=ARTICLE_7, accepts=("pdf", "docx"))
_proof = partial(Requirement, required=False, accepts=("pdf",))

IDENTITY = _paper(slot="identity", label=_("Identity or qualification of the user"))
APPROVAL = _paper(
    slot="project_approval",
    label=_("Approval of the project"),
    document="project_approval",
    note=_(
        "Approval of the feasibility study, ratification or record; first design, pre-examination of the land, "
        "mining or exploration licence where they apply."
    ),
)
FEASIBILITY = _paper(
    slot="feasibility_report",
    label=_("Feasibility report on the use of forest land, or survey of its present state"),
    document="feasibility_report",
    accepts=("pdf", "docx", "zip"),
)
RIGHTS = _paper(
    slot="land_rights",
    label=_("Papers of the rights in the land"),
    note=_("Certificate, list or proof; of a state forest farm its authority's opinion and the agreement."),
)
COMPENSATION = _paper(slot="compensation", label=_("Compensation agreement"))
PARCEL_MAP = _paper(
    slot="map", label=_("Map of the forest land used"), required=False, accepts=("pdf", "zip", "geojson")
)
NATURE_AREA = _paper(
    slot="nature_area_opinion", label=_("Proof of the nature area's plan and its management's opinion")
)
RESTORATION = _paper(
    slot="restoration_plan",
    label=_("Plan of restoring vegetation after the temporary use"),
    source=FOREST_LAW.article(38),
    required=False,
)
DESIGN = _paper(
    slot="facility_design",
    label=_("Design of the facility with its bounds"),
    source=LOCAL_GUIDE.in_a_copy,
    note=_("Asked for by a guide of a district of Beijing; for other places nothing was found that demands it."),
)
DEFENCE = _proof(
    slot="defence_proof",
    label=_("Proof of a national-defence project"),
    source=NATIONAL_PLAN.in_a_copy,
    document="defence_proof",
)
MAJOR = _proof(
    slot="national_major_proof",
    label=_("Proof of a national major project"),
    source=NATIONAL_PLAN.in_a_copy,
    document="national_major_proof",
)
PUNISHMENT = _proof(
    slot="punishment",
    label=_("Decision by which earlier illegal use was punished"),
    source=LAND_USE_RULES,
    required=True,
)


def requirements(place: str, head: Any, rows: Sequence[Any]) -> Sequence[Requirement]:
    """What an occupation in `place` must and may be handed in with, by what its head and its parcels say."""
    listed, design = [IDENTITY], replace(DESIGN, required=place_of(place) == BEIJING)
    exception = partial(local, place=place, beijing=S0.line(24), jizhou=S1.line(33))
    listed += [design] if head.tenure == "forestry_service" else [APPROVAL, FEASIBILITY]
    listed += [RIGHTS, PARCEL_MAP]
    if head.tenure == "temporary":
        listed += [COMPENSATION, RESTORATION]
    if any(one.zone in ("reserve", "core") for one in rows) or head.project_class == "nature_area_plan":
        listed.append(NATURE_AREA)
    if head.project_class == "national_defence":
        listed.append(exception(DEFENCE))
    if head.national_major:
        listed.append(exception(MAJOR))
    if head.prior_violation == "punished":
        listed.append(PUNISHMENT)
    return tuple(listed)


FORMER = {"form": _("Application form for the use of forest land")}
"""The form that art 7 asks for is made from what is typed in (permits/documents/application_form.py): nobody types it
twice. Cases handed in before still hold a file of it."""
DOCUMENTS = {
    "project_approval": APPROVAL.label,
    "feasibility_report": FEASIBILITY.label,
    "defence_proof": DEFENCE.label,
    "national_major_proof": MAJOR.label,
    "delegation_instrument": _("Instrument of delegation"),
    "expert_review": _("Expert review of a project in a nature area"),
}
"""Codes of materials that the rules know. An instrument of delegation is the organs' own: no applicant is asked for it,
an organ that has one finds it. What experts reviewed is read of a case file although no slot is called so (O-FL49)."""
