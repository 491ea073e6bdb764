"""What an application for a licence must come with (森林法 art 58), and figures that cannot both be meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling, Stand
from permits.felling.rules.sources import PAPERS, beijing_order, felling_measures
from permits.felling.rules.words import FELLING
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE
from permits.rules.sources import FELLING_PLAN, forest_regulation

STATE_FORESTRY_UNITS: Final = frozenset({"municipal_farm", "county_farm"})
ROUNDING_PCT: Final = Decimal(1)
"""How far the intensity may lie from volume by stock before the two contradict each other, in points."""


@rule(
    "F-FL58-1",
    title=_("Proof of the rights in the trees"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(
        PAPERS,
        forest_regulation(
            "第三十条第一款",
            (
                "申请林木采伐许可证，除应当提交申请采伐林木的所有权证书或者使用权证书外，"
                "还应当按照下列规定提交其他有关证明文件"
            ),
        ),
    ),
)
def ownership(case: Felling, on: date) -> Iterator[Hit]:
    """The certificate of ownership or use of the trees to be felled."""
    if "ownership_certificate" not in case.documents:
        yield hit(_("The certificate of ownership or use of the trees is missing."))


@rule(
    "F-IR30",
    title=_("Felling-area survey of state forestry units"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(
        forest_regulation(
            "第三十条第一款第一项", "国有林业企业事业单位还应当提交采伐区调查设计文件和上年度采伐更新验收证明"
        ),
    ),
)
def state_survey(case: Felling, on: date) -> Iterator[Hit]:
    """At any size, unlike other applicants. The proof of last year's regeneration has a rule of its own."""
    if case.applicant in STATE_FORESTRY_UNITS and "felling_survey" not in case.documents:
        yield hit(_("A state forestry unit hands in the survey and design of the felling area: it is missing."))


@rule(
    "F-FL58-3",
    title=_("Felling-area survey above the province's size"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    citations=(PAPERS,),
)
def survey(case: Felling, on: date) -> Iterator[Hit]:
    """From which area or volume it is asked was found neither for Beijing nor for Tianjin: whether it may be done
    without is for a person."""
    if case.applicant not in STATE_FORESTRY_UNITS and "felling_survey" not in case.documents:
        yield hit(
            _(
                "No survey and design of the felling area is with the application; from which size this place asks "
                "for it was not found. %(area)s ha and %(volume)s m³ are to be felled."
            ),
            area=sum((stand.area_ha for stand in case.stands), Decimal(0)),
            volume=case.volume_m3,
        )


@rule(
    "F-FR5",
    title=_("Acceptance of last year's regeneration"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(felling_measures("第五条", "上年度进行采伐的，应当提交上年度的更新验收合格证。"),),
)
def regeneration_acceptance(case: Felling, on: date) -> Iterator[Hit]:
    """Asked of whoever felled the year before and says that regeneration was done. The production plan and the quota
    the article names beside it belong to a law no longer in force and are not asked for."""
    if case.last_regeneration == "done" and "regeneration_acceptance" not in case.documents:
        yield hit(_("The certificate that last year's regeneration was accepted is missing."))


@rule(
    "F-IR16",
    title=_("Construction: consent to the occupation of the land"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(
        forest_regulation(
            "第十六条第三项",
            (
                "用地单位需要采伐已经批准占用或者征收、征用的林地上的林木时，应当向林地所在地的县级以上地方人民政府林业主管部门"
                "或者国务院林业主管部门申请林木采伐许可证。"
            ),
        ),
    ),
)
def occupation_consent(case: Felling, on: date) -> Iterator[Hit]:
    """Trees on land for building are felled once its occupation was consented to."""
    if "occupation_consent" not in case.documents:
        for stand in building(case):
            yield hit(
                _("The trees are felled for construction: the consent to the occupation of the land is missing."),
                where=stand.where,
            )


@rule(
    "F-BD6",
    title=_("Construction: further papers in Beijing"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="info",
    citations=(
        beijing_order(
            "第六条",
            (
                "因工程建设需要申请林木采伐许可证的，应当……提交工程建设批准文件、林地现状图、工程规划设计方案、"
                "补偿协议、绿化方案等资料。"
            ),
        ),
    ),
)
def construction_papers(case: Felling, on: date) -> Iterator[Hit]:
    """An order of 2003 read in a copy, which cites a law since replaced: shown, not demanded."""
    if any(building(case)):
        yield hit(
            _(
                "The city's order of 2003 asks for the project's approval, a map of the forest land, the design, the "
                "compensation agreement and a greening plan."
            )
        )


def building(case: Felling) -> Iterator[Stand]:
    """The stands felled for construction."""
    return (stand for stand in case.stands if stand.purpose == "construction")


@rule(
    "F-FL58-4",
    title=_("Figures that contradict one another"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(PAPERS,),
)
def inconsistent_figures(case: Felling, on: date) -> Iterator[Hit]:
    """No more can be felled than stands, and the intensity is the volume felled by the stock. A volume may be 0, that
    of trees too thin to be measured; stems are counted."""
    for stand in case.stands:
        if stand.stems == 0:
            yield hit(_("No stem is felled."), where=stand.where)
        stock, intensity = stand.stock_m3, stand.volume_intensity_pct
        if stock is None:
            continue
        if stand.volume_m3 > stock:
            yield hit(
                _("%(volume)s m³ are to be felled, but only %(stock)s m³ stand there."),
                where=stand.where,
                volume=stand.volume_m3,
                stock=stock,
            )
        elif stock and intensity is not None and abs(stand.volume_m3 / stock * 100 - intensity) > ROUNDING_PCT:
            yield hit(
                _("An intensity of %(intensity)s %% does not fit %(volume)s m³ of %(stock)s m³."),
                where=stand.where,
                intensity=intensity,
                volume=stand.volume_m3,
                stock=stock,
            )


@rule(
    "F-SW22-2",
    title=_("Soil and water conservation in the plan of a felling"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="info",
    citations=(FELLING_PLAN,),
)
def soil_and_water(case: Felling, on: date) -> Iterator[Hit]:
    """“In forest areas 林区”, which no source draws: not beside houses and on private plots alone. Whether the survey
    says it is no fact of the case."""
    if any(stand.site not in {"private_plot", "house_side", "non_forest"} for stand in case.stands):
        yield hit(
            _(
                "A plan of felling must contain measures of water and soil conservation; the water authority "
                "supervises the work beside the forestry authority."
            )
        )
