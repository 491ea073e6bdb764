"""The closed list of materials of an occupation (许可法 31): nothing else may be asked for.

Source: 令35号 art 7 (facts 2.3, secondary: quoted by a county guide).
"""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext_lazy as _

from permits.kinds import Requirement
from permits.models import Application

ARTICLE_7 = "令35号 art 7 (secondary)"
_paper = partial(Requirement, source=ARTICLE_7, accepts=("pdf", "docx"))
_proof = partial(Requirement, required=False, accepts=("pdf",))

FORM = _paper(slot="form", label=_("Application form for the use of forest land"))
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
    source="森林法 38",
    required=False,
)
DESIGN = _paper(slot="facility_design", label=_("Design of the facility with its bounds"), source="W20 (secondary)")
DEFENCE = _proof(
    slot="defence_proof",
    label=_("Proof of a national-defence project"),
    source="S0 L24, S1 L33 (O-01, O-02)",
    document="defence_proof",
)
MAJOR = _proof(
    slot="national_major_proof",
    label=_("Proof of a national major project"),
    source="S0 L24, S1 L33 (O-01, O-02)",
    document="national_major_proof",
)
DELEGATION = _proof(
    slot="delegation_instrument",
    label=_("Instrument of delegation"),
    source="S1 L61 (O-05); 许可法 24, 25",
    document="delegation_instrument",
    note=_("If the applicant holds a copy. The agency knows its own powers; nothing is refused for want of it here."),
)
PUNISHMENT = _proof(
    slot="punishment",
    label=_("Decision by which earlier illegal use was punished"),
    source="林资规〔2021〕5号",
    required=True,
)


def requirements(application: Application) -> Sequence[Requirement]:
    """What this application must and may be handed in with."""
    row = application.occupation
    listed = [FORM, IDENTITY]
    listed += [DESIGN] if row.tenure == "forestry_service" else [APPROVAL, FEASIBILITY]
    listed += [RIGHTS, PARCEL_MAP]
    if row.tenure == "temporary":
        listed += [COMPENSATION, RESTORATION]
    if row.parcels.filter(zone__in=("reserve", "core")).exists() or row.project_class == "nature_area_plan":
        listed.append(NATURE_AREA)
    if row.project_class == "national_defence":
        listed.append(DEFENCE)
    if row.national_major:
        listed.append(MAJOR)
    if row.prior_violation == "punished":
        listed.append(PUNISHMENT)
    if row.protection_area and application.jurisdiction_id == "120119":
        listed.append(DELEGATION)
    return tuple(listed)
