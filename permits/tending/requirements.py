"""The closed list of materials of a tending design (许可法 31, by analogy): nothing else may be asked for."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from permits.kinds import Requirement
from permits.models import Application
from permits.tending.models import TendingDesign

BEIJING = "11"

DESIGN = Requirement(
    slot="design",
    label=_("Tending-operation design (text)"),
    source="S0 L27, S1 L31; 林造发〔2012〕191号 art 2, 7; W11",
    document="design",
    accepts=("pdf", "docx"),
    note=_("Cover with the compiler and its people; overview, aims, layout, technical design, quantities, estimate, "
           "benefits, safeguards. The summary tables are made from the sub-compartments."),
)  # fmt: skip
MAPS = Requirement(
    slot="maps",
    label=_("Location map and design map"),
    source="W11",
    accepts=("pdf", "png", "jpg", "zip", "geojson"),
)
SURVEY = Requirement(
    slot="survey",
    label=_("Field survey of the sub-compartments and tally of the sample plots"),
    source="林造发〔2012〕191号 art 5; W11",
    accepts=("xlsx", "pdf"),
    note=_("Local practice asks for sample plots of three per cent of natural forest; no rule found says so."),
)
QUALIFICATION = Requirement(
    slot="qualification",
    label=_("Copy of the compiler's qualification"),
    source="林造发〔2012〕191号 art 3",
    required=False,
    note=_("If it holds one. Whether the state still grants it is open: nothing is refused for want of it."),
)
FELLING_SURVEY = Requirement(
    slot="felling_survey",
    label=_("Survey and design of the felling area"),
    source="森林法 58; 北京市森林资源保护管理条例 34",
    required=False,
    document="felling_survey",
    note=_("Where trees are felled and the felling licence will need it."),
)
OUT_OF_SEASON = Requirement(
    slot="out_of_season_approval",
    label=_("Approval of felling out of season"),
    source="北京市森林资源保护管理条例 33",
    required=False,
    document="out_of_season_approval",
    note=_("Where trees are felled outside the season the local rules set."),
)
FIRE_PLAN = Requirement(
    slot="fire_plan",
    label=_("Plan of fire prevention during the work"),
    source="北京市森林资源保护管理条例 22, 23, 33",
    required=False,
    note=_("The felling season (15 October to 31 March) lies within the fire season (1 November to 31 May)."),
)
EXPERT_REVIEW = Requirement(
    slot="expert_review",
    label=_("Expert review of the ecological impact"),
    source="国家级公益林管理办法 art 12 (W27, secondary)",
    document="expert_review",
    note=_("State-owned national public-benefit forest of class 1."),
)
IMPACT_ASSESSMENT = Requirement(
    slot="impact_assessment",
    label=_("Assessment of the ecological impact"),
    source="国家级公益林管理办法 art 12 (W27, secondary)",
    document="impact_assessment",
    note=_("Collective or private national public-benefit forest of class 1."),
)
VILLAGE_NOTICE = Requirement(
    slot="village_notice",
    label=_("Proof of the public notice in the village"),
    source="国家级公益林管理办法 art 12 (W27, secondary)",
    document="village_notice",
    note=_("Collective or private national public-benefit forest of class 1."),
    accepts=("pdf", "png", "jpg"),
)


def requirements(application: Application) -> Sequence[Requirement]:
    """What this design must and may be handed in with, by its place and what its rows say."""
    design = application.tending
    listed = [DESIGN, MAPS, SURVEY, management_plan(application), QUALIFICATION]
    if design.felling is not False:
        listed += [FELLING_SURVEY, OUT_OF_SEASON, FIRE_PLAN]
    return tuple(listed + _class_one(design))


def management_plan(application: Application) -> Requirement:
    """Beijing's plan says that designs follow one (S0 L27, T-04); elsewhere it may be handed in."""
    return Requirement(
        slot="management_plan",
        label=_("Management plan of natural forest the design follows"),
        source="S0 L27 (T-04)",
        required=application.jurisdiction_id.startswith(BEIJING),
        document="management_plan",
        accepts=("pdf", "docx"),
        note=_("The plan, or the part of it that covers these sub-compartments."),
    )


def _class_one(design: TendingDesign) -> list[Requirement]:
    """What class-1 national public-benefit forest needs, by who owns it."""
    owners = set(design.plots.filter(public_benefit="national_1").values_list("ownership", flat=True))
    listed = [EXPERT_REVIEW] if "state" in owners else []
    return listed + ([IMPACT_ASSESSMENT, VILLAGE_NOTICE] if owners & {"collective", "private"} else [])
