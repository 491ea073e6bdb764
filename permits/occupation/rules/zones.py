"""Where forest land may not be occupied: natural forest, key zone, reserve, red line. Beijing and Jizhou apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation, Parcel
from permits.occupation.vocabulary import PROJECT_CLASSES
from permits.rules import parameters, sources
from permits.rules.base import Citation, Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE, JIZHOU, TIANJIN

OCCUPATION: Final = ("occupation",)
PROOF_MISSING: Final = _(
    "National defence or a national major project is claimed; the document that proves it is missing."
)
PROOF_TO_JUDGE: Final = _(
    "National defence or a national major project is claimed with a document. “National major project” is defined "
    "nowhere: a named official must find, with reasons, whether the exception applies."
)
DEVELOPMENT: Final = frozenset(
    {"strategic_industry", "large_mine", "town_plan", "linear_works_borrow", "other_industry", "commercial"}
)
RED_LINE_NOTICE: Final = Citation(
    "关于加强生态保护红线管理的通知（自然资发〔2022〕142号）",
    "条号未查到",
    "生态保护红线内仅允许有限人为活动和国家重大项目（凭记忆，未见原文）",
    "memory",
)


def natural(case: Occupation) -> Iterator[Parcel]:
    """The parcels of natural forest land."""
    return (parcel for parcel in case.parcels if parcel.natural)


def claimed(case: Occupation, parcel: Parcel) -> Hit:
    """What a claimed exception comes to: with its document a person judges it, without it the document is asked for."""
    if case.exempt_with_proof:
        return hit(PROOF_TO_JUDGE, where=parcel.where, severity="refer")
    return hit(PROOF_MISSING, where=parcel.where, severity="incomplete")


def belongs(case: Occupation, on: date, share: str) -> bool:
    """Whether the case's district lies in the ecological conservation area 生态涵养区: `whole`, or in `part`."""
    area = parameters.find("conservation_area_districts", on, case.jurisdiction)
    return area is not None and case.jurisdiction in area.value[share]


@rule(
    "O-01",
    title=_("Natural forest land in the key zone (Beijing)"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="refuse",
    also=("refer", "incomplete"),
    exception=_("“and other special circumstances”: the list of exceptions is open"),
    citations=(sources.KEY_ZONE_BEIJING,),
)
def key_zone_beijing(case: Occupation, on: date) -> Iterator[Hit]:
    """Every class but defence and national-major is refused. A reserve parcel may lie in the key zone as well, which a
    case file cannot say (it names one zone): it is referred, else `reserve` would be a way round the ban."""
    for parcel in natural(case):
        if parcel.zone == "none":
            continue
        if case.exempt:
            yield claimed(case, parcel)
        elif parcel.zone == "reserve":
            yield hit(
                _(
                    "The reserve parcel may also lie in the key zone of natural forest, where this project is "
                    "barred: the map decides."
                ),
                where=parcel.where,
                severity="refer",
            )
        else:
            yield hit(
                _(
                    "Natural forest land in the key zone may not be occupied for: %(project)s. Only national "
                    "defence, national major projects and other special circumstances are excepted."
                ),
                where=parcel.where,
                project=PROJECT_CLASSES[case.project.class_],
            )


@rule(
    "O-02",
    title=_("Natural forest land (Jizhou)"),
    kinds=OCCUPATION,
    places=(JIZHOU,),
    severity="refuse",
    also=("refer", "incomplete"),
    citations=(
        sources.s1(33, "严格控制天然林地转为其他用途，除国防建设、国家重大工程项目建设特殊需要外，禁止占用天然林地。"),
    ),
)
def natural_forest_jizhou(case: Occupation, on: date) -> Iterator[Hit]:
    """All natural forest land, two exceptions, a closed list. Facilities serving forestry are foreseen by the same
    document (L43), so that they are referred."""
    for parcel in natural(case):
        if case.exempt:
            yield claimed(case, parcel)
        elif case.tenure == "forestry_service":
            yield hit(
                _(
                    "Natural forest land may not be occupied, yet the same document foresees forestry-service "
                    "facilities: a person must decide."
                ),
                where=parcel.where,
                severity="refer",
            )
        else:
            yield hit(
                _(
                    "Natural forest land may not be occupied for: %(project)s. Only national defence and national "
                    "major projects are excepted."
                ),
                where=parcel.where,
                project=PROJECT_CLASSES[case.project.class_],
            )


@rule(
    "O-NP1",
    title=_("Natural forest land in the key zone (national plan)"),
    kinds=OCCUPATION,
    places=(TIANJIN,),
    severity="refer",
    also=("incomplete",),
    citations=(sources.NATIONAL_PLAN,),
)
def key_zone_elsewhere(case: Occupation, on: date) -> Iterator[Hit]:
    """Only a summary of the national plan was read: referred, never refused."""
    for parcel in natural(case):
        if parcel.zone == "none":
            continue
        if case.exempt:
            yield claimed(case, parcel)
        else:
            yield hit(
                _(
                    "Natural forest land of a protected zone: the national plan is reported to bar it; no local "
                    "document was read."
                ),
                where=parcel.where,
            )


@rule(
    "O-03",
    title=_("Green industries must not harm biodiversity (Beijing)"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="warn",
    citations=(sources.s0(24, "在不影响生物多样性保护前提下，可适度发展生态旅游、休闲康养等绿色产业。"),),
)
def green_industry_beijing(case: Occupation, on: date) -> Iterator[Hit]:
    """Allowed with moderation, on a condition a person must find."""
    if case.project.class_ == "eco_tourism":
        for parcel in natural(case):
            yield hit(
                _(
                    "Ecological tourism on natural forest land is allowed with moderation, and only where "
                    "biodiversity is not harmed."
                ),
                where=parcel.where,
            )


@rule(
    "O-04",
    title=_("Green industries must harm neither ground cover nor biodiversity (Jizhou)"),
    kinds=OCCUPATION,
    places=(JIZHOU,),
    severity="warn",
    citations=(
        sources.s1(33, "在不破坏地表植被、不影响生物多样性保护前提下，适度在天然林地发展生态旅游、森林康养等产业。"),
    ),
)
def green_industry_jizhou(case: Occupation, on: date) -> Iterator[Hit]:
    """Stricter than Beijing: what breaks the ground cover is not covered, so an occupation hardly ever is."""
    if case.project.class_ == "eco_tourism":
        for parcel in natural(case):
            yield hit(
                _(
                    "Tourism on natural forest land is allowed only without damage to ground cover and "
                    "biodiversity; that does not lift the ban on occupying it."
                ),
                where=parcel.where,
            )


@rule(
    "O-BE15",
    title=_("Ecological red line in the conservation area (Beijing)"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    parameters=("conservation_area_districts",),
    citations=(
        sources.beijing_conservation_area(
            "第十五条第二款",
            (
                "严格禁止开发性、生产性建设活动；在符合现行法律法规前提下，除国家重大战略项目外，"
                "仅允许开展国家规定的下列对生态功能不造成破坏的有限人为活动"
            ),
        ),
    ),
)
def red_line_conservation_area(case: Occupation, on: date) -> Iterator[Hit]:
    """Development and production are refused; whether anything else is one of the four listed activities is for a
    person. In 房山 and 昌平 only the mountain townships belong to the area, which the case does not tell: referred."""
    whole = belongs(case, on, "whole")
    if not whole and not belongs(case, on, "part"):
        return
    develops = case.project.class_ in DEVELOPMENT and case.tenure != "forestry_service" and not case.exempt_with_proof
    for parcel in case.parcels:
        if parcel.red_line and develops and whole:
            yield hit(
                _("Within the ecological red line development and production works are forbidden: %(project)s."),
                where=parcel.where,
                project=PROJECT_CLASSES[case.project.class_],
            )
        elif parcel.red_line:
            yield hit(
                _(
                    "Within the ecological red line only the listed limited activities and national major "
                    "strategic projects are allowed: a person must find that this is one."
                ),
                where=parcel.where,
                severity="refer",
            )


@rule(
    "O-RL1",
    title=_("Ecological red line elsewhere"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refer",
    citations=(RED_LINE_NOTICE,),
)
def red_line_elsewhere(case: Occupation, on: date) -> Iterator[Hit]:
    """The national notice is from memory: referred."""
    if belongs(case, on, "whole") or belongs(case, on, "part"):
        return
    for parcel in case.parcels:
        if parcel.red_line:
            yield hit(
                _(
                    "The parcel lies within the ecological red line, where only limited activities are believed "
                    "to be allowed: a person must decide."
                ),
                where=parcel.where,
            )


@rule(
    "O-12",
    title=_("Auxiliary farm facilities stay outside the red line"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="warn",
    parameters=("conservation_area_districts",),
    citations=(
        sources.s2(
            113,
            (
                "在生态保护红线、永久基本农田以外区域，允许符合条件的农产品初加工及存储、"
                "管理用房和内部道路等辅助设施就近就地建设。"
            ),
        ),
    ),
)
def farm_facilities(case: Occupation, on: date) -> Iterator[Hit]:
    """Point-like facilities of a village are allowed outside the red line only; permanent farmland is no fact here.
    The plan speaks of the ecological conservation area; of 房山 and 昌平 only the mountains belong to it, which the
    case does not tell: warned all the same."""
    if case.project.class_ == "village_plan" and (belongs(case, on, "whole") or belongs(case, on, "part")):
        for parcel in case.parcels:
            if parcel.red_line:
                yield hit(
                    _("Auxiliary farm facilities are foreseen only outside the red line and permanent farmland."),
                    where=parcel.where,
                )


@rule(
    "O-AD3-1",
    title=_("Use of natural forest is restricted"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.land_use_measures("第三条第三款", "限制使用天然林和单位面积蓄积量高的林地"),),
)
def natural_forest_restricted(case: Occupation, on: date) -> Iterator[Hit]:
    """“Restrict” and “严格控制” are no ban: a warning."""
    for parcel in natural(case):
        yield hit(
            _("Use of natural forest land is restricted: the application must show that it cannot be avoided."),
            where=parcel.where,
        )
