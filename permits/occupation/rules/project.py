"""The project as a whole: quota, splitting, earlier violations, papers, and what kind of use it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation
from permits.occupation.rules.fee import COMMERCIAL
from permits.occupation.rules.level import reaches_national
from permits.occupation.rules.reserves import MINING
from permits.occupation.rules.zones import OCCUPATION
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE, JIZHOU


@rule(
    "O-FL36",
    title=_("Quota of forest land"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(
        sources.forest_law("第三十六条", "各类建设项目占用林地不得超过本行政区域的占用林地总量控制指标。"),
        sources.land_use_rules("年度占用林地定额不得突破（摘要）"),
    ),
)
def quota(case: Occupation, on: date) -> Iterator[Hit]:
    """The area may not exceed what is left. Whether temporary use and forestry-service facilities draw on the quota was
    not found: referred; so is a quota of which nobody stated what is left."""
    if case.quota_left_ha is None:
        yield hit(
            _("What is left of the year's quota of forest land is not stated: an organ must find it."),
            severity="refer",
        )
    elif case.area_ha > case.quota_left_ha:
        yield hit(
            _("The area asked for, %(area)s ha, is %(over)s ha more than the quota left (%(left)s ha)."),
            severity=None if case.tenure == "permanent" else "refer",
            area=case.area_ha,
            left=case.quota_left_ha,
            over=case.area_ha - case.quota_left_ha,
        )


@rule(
    "O-AD16",
    title=_("One application for a project, no splitting"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refer",
    also=("warn",),
    citations=(
        sources.land_use_measures(
            "第十六条（条号凭记忆）",
            "建设项目需要使用林地的，用地单位或者个人应当一次申请。严禁化整为零、规避林地使用审核审批。",
        ),
    ),
)
def splitting(case: Occupation, on: date) -> Iterator[Hit]:
    """The same project's cases are summed. When only the sum reaches the national threshold the case is referred;
    staged projects may apply in parts (from memory), so that an earlier case alone is a warning."""
    if not case.same_project_area_ha:
        return
    alone = reaches_national(case, on, with_earlier=False)
    crosses = case.tenure == "permanent" and bool(reaches_national(case, on)) and not alone
    earlier, total = case.same_project_area_ha, case.same_project_area_ha + case.area_ha
    if crosses:
        yield hit(
            _(
                "With %(earlier)s ha of the same project's earlier cases the sum of %(sum)s ha reaches the "
                "national level: a project may not be split to stay below."
            ),
            earlier=earlier,
            sum=total,
        )
    else:
        yield hit(
            _(
                "The same project already has %(earlier)s ha (sum %(sum)s ha): a project applies once, unless "
                "it is a staged one."
            ),
            severity="warn",
            earlier=earlier,
            sum=total,
        )


@rule(
    "O-N5-1",
    title=_("Earlier illegal use"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("warn",),
    citations=(
        sources.land_use_rules("存在违法使用林地的，应当先依法查处，初审意见应当说明违法情况和查处情况（摘要）"),
    ),
)
def prior_violation(case: Occupation, on: date) -> Iterator[Hit]:
    """Illegal use is punished first; once it is, the first opinion must say how it was dealt with."""
    if case.prior_violation == "unresolved":
        yield hit(
            _(
                "Earlier illegal use of forest land has not been dealt with: it must be punished before the "
                "application can be granted."
            )
        )
    elif case.prior_violation == "punished":
        yield hit(
            _(
                "Earlier illegal use was punished: the first opinion must state the violation and how it was "
                "dealt with."
            ),
            severity="warn",
        )


@rule(
    "O-AD7",
    title=_("Papers of an application"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(
        sources.land_use_measures(
            "第七条", "建设项目有关批准文件；建设项目使用林地可行性报告或者林地现状调查表（摘要）", "secondary"
        ),
    ),
)
def papers(case: Occupation, on: date) -> Iterator[Hit]:
    """The feasibility report (or the survey form that may take its place) and the project's approval."""
    if case.tenure == "forestry_service":
        return
    if "project_approval" not in case.documents:
        yield hit(_("The project's approval document is missing."))
    if "feasibility_report" not in case.documents:
        yield hit(
            _("The feasibility report on the use of forest land (or the survey of its present state) is missing.")
        )


@rule(
    "O-AD3-2",
    title=_("Commercial projects are restricted"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.land_use_measures("第三条第三款", "限制经营性建设项目使用林地"),),
)
def commercial_restricted(case: Occupation, on: date) -> Iterator[Hit]:
    """Restricted, not forbidden; which classes are 经营性 follows the practice of the fee."""
    if case.project.class_ in COMMERCIAL:
        yield hit(
            _("Use of forest land by commercial projects is restricted: the application must show why it is needed.")
        )


@rule(
    "O-FL49",
    title=_("Tourism in public-benefit forest"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.forest_law(
            "第四十九条第三款",
            (
                "在符合公益林生态区位保护要求和不影响公益林生态功能的前提下，经科学论证，"
                "可以合理利用公益林林地资源和森林景观资源，适度开展林下经济、森林旅游等。"
            ),
        ),
    ),
)
def tourism_in_public_benefit(case: Occupation, on: date) -> Iterator[Hit]:
    """Moderate use after a scientific argument, which is a condition of the use, not a paper of this permit."""
    if case.project.class_ == "eco_tourism" and "expert_review" not in case.documents:
        for parcel in case.parcels:
            if parcel.public_benefit != "none":
                yield hit(
                    _("Tourism in public-benefit forest needs a scientific argument; none is with the application."),
                    where=parcel.where,
                )


@rule(
    "O-BF16",
    title=_("Tourism using forest resources (Beijing)"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="info",
    citations=(
        sources.beijing_forest(
            "第十六条",
            (
                "利用森林资源开发旅游项目的，应当持林权证书、开发规划、"
                "保护森林资源方案及其评估意见和其他有关文件，向市或者区、县林业行政主管部门提出申请，经批准后，"
                "方可办理其他手续。"
            ),
        ),
    ),
)
def tourism_beijing(case: Occupation, on: date) -> Iterator[Hit]:
    """An approval of its own, before all other procedures."""
    if case.project.class_ == "eco_tourism":
        yield hit(
            _("A tourism project that uses forest resources first needs its own approval by the forestry authority.")
        )


@rule(
    "O-FL52",
    title=_("Facilities serving forestry"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.forest_law(
            "第五十二条",
            (
                "在林地上修筑下列直接为林业生产经营服务的工程设施，符合国家有关部门规定的标准的，"
                "由县级以上人民政府林业主管部门批准，不需要办理建设用地审批手续"
            ),
        ),
    ),
)
def facilities(case: Occupation, on: date) -> Iterator[Hit]:
    """Only the facilities listed, and within the standard."""
    if case.tenure == "forestry_service":
        yield hit(
            _(
                "Only facilities of the legal list, within the national standard, are approved this way; "
                "beyond it construction-land approval is needed."
            )
        )


@rule(
    "O-14",
    title=_("Forestry facilities are foreseen (Beijing)"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="info",
    citations=(sources.s0(33, "统筹实施道路、管护用房等基础设施建设，合理安排森林防灭火、林保通讯等基础设施建设"),),
)
def facilities_beijing(case: Occupation, on: date) -> Iterator[Hit]:
    """Roads, ranger houses, fire and communication facilities."""
    if case.tenure == "forestry_service":
        yield hit(
            _("Roads, ranger houses, fire-fighting and communication facilities are foreseen by the city's plan.")
        )


@rule(
    "O-15",
    title=_("Forestry facilities are foreseen (Jizhou)"),
    kinds=OCCUPATION,
    places=(JIZHOU,),
    severity="info",
    citations=(
        sources.s1(43, "统筹安排国有林场和天然林监测站点的道路、供电、饮水、管护用房、通讯等基础设施建设和装备建设"),
    ),
)
def facilities_jizhou(case: Occupation, on: date) -> Iterator[Hit]:
    """For state forest farms and monitoring points."""
    if case.tenure == "forestry_service":
        yield hit(
            _(
                "Roads, power, water, ranger houses and communication of state forest farms and monitoring "
                "points are foreseen by the district's plan."
            )
        )


@rule(
    "O-SW25",
    title=_("Plan of water and soil conservation"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.soil_and_water(
            "第二十五条第一款",
            (
                "在山区、丘陵区、风沙区以及水土保持规划确定的容易发生水土流失的其他区域开办可能造成水土流失的生产建设项目，"
                "生产建设单位应当编制水土保持方案，报县级以上人民政府水行政主管部门审批"
            ),
        ),
        sources.soil_and_water(
            "第二十六条",
            (
                "依法应当编制水土保持方案的生产建设项目，生产建设单位未编制水土保持方案或者水土保持方案"
                "未经水行政主管部门批准的，生产建设项目不得开工建设。"
            ),
        ),
    ),
)
def conservation_plan(case: Occupation, on: date) -> Iterator[Hit]:
    """Another organ's approval, before the works begin and not before this consent: it is no paper of this application
    (许可法 31). Whether the land is hilly the case does not tell."""
    yield hit(
        _(
            "In mountains, hills and other places that erode, works begin only after the water authority approved a "
            "plan of water and soil conservation; it is no paper of this application."
        )
    )


@rule(
    "O-SW17",
    title=_("No quarrying, sand or borrow pits where land slides"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.soil_and_water(
            "第十七条第二款",
            "禁止在崩塌、滑坡危险区和泥石流易发区从事取土、挖砂、采石等可能造成水土流失的活动。",
        ),
    ),
)
def where_land_slides(case: Occupation, on: date) -> Iterator[Hit]:
    """Whatever the tenure. The county publishes where that is; whether a parcel lies there is no fact of the case."""
    if case.project.class_ in MINING:
        yield hit(
            _(
                "Quarrying, digging sand and borrow pits are forbidden where rock falls, land slides or mud flows; the "
                "county draws these places, and whether the land lies in one must be looked up."
            )
        )


WITH_FACILITIES: Final = frozenset({"large_mine", "other_industry", "eco_tourism"})
"""Classes of 工矿企业 and 旅游区; a borrow pit of a road is neither."""


@rule(
    "O-FF18",
    title=_("Fire-prevention facilities of works in forest"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.forest_fires(
            "第十八条",
            (
                "在林区依法开办工矿企业、设立旅游区或者新建开发区的，其森林防火设施应当与该建设项目"
                "同步规划、同步设计、同步施工、同步验收"
            ),
        ),
    ),
)
def fire_facilities(case: Occupation, on: date) -> Iterator[Hit]:
    """Factories, mines, tourism and development zones. What is wanted of them is not in the article."""
    if case.project.class_ in WITH_FACILITIES and case.tenure != "forestry_service":
        yield hit(
            _(
                "Factories, mines and tourism in forest plan, build and hand over their fire-prevention facilities "
                "together with the works."
            )
        )
