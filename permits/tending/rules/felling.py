"""When and where trees may be felled: seasons, reserves, protection forest; the licence that felling needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.rules import parameters, seasons, sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE
from permits.tending.facts import Tending
from permits.tending.rules.zones import TENDING
from permits.tending.vocabulary import TENDING_PURPOSES


@rule(
    "T-FL55-1",
    title=_("Public-benefit forest: tending, regeneration and improvement only"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(sources.forest_law("第五十五条第一款第一项", "公益林只能进行抚育、更新和低质低效林改造性质的采伐。"),),
)
def public_benefit_felling(case: Tending, on: date) -> Iterator[Hit]:
    """Felling for sale is none of these."""
    for plot in case.plots:
        if plot.public_benefit != "none" and plot.purpose == "commercial":
            yield hit(
                _("Public-benefit forest may only be felled for tending, regeneration or improvement."), where=plot.plot
            )


@rule(
    "T-FL55-3",
    title=_("Nature reserve: no felling"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    exception=_("“and other special circumstances”: the list of exceptions is open"),
    citations=(sources.RESERVE_TREES,),
)
def reserve_felling(case: Tending, on: date) -> Iterator[Hit]:
    """Pest control and fire prevention are excepted. Health may serve the main protected object: a person finds it. The
    list of circumstances ends in “等特殊情况”: a named official may find another."""
    for plot in case.plots:
        if plot.zone in {"reserve", "core"} and plot.felled and plot.purpose not in {"pest", "fire"}:
            yield hit(
                _("Trees in a nature reserve may not be felled for %(purpose)s."),
                where=plot.plot,
                severity="refer" if plot.purpose == "health" else None,
                purpose=TENDING_PURPOSES[plot.purpose],
            )


@rule(
    "T-BF33-3",
    title=_("Nature reserve: Beijing forbids felling without exception"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="refer",
    citations=(
        sources.beijing_forest(
            "第三十三条第一款第三项", "特种用途林中的名胜古迹和革命纪念地的林木、自然保护区的森林，禁止采伐。"
        ),
    ),
)
def reserve_felling_beijing(case: Tending, on: date) -> Iterator[Hit]:
    """The city's text has no exception, the later national law has: which prevails is for a person."""
    for plot in case.plots:
        if plot.zone in {"reserve", "core"} and plot.felled:
            yield hit(
                _(
                    "The city's regulation forbids felling in nature reserves without exception; the later "
                    "national law has exceptions."
                ),
                where=plot.plot,
            )


@rule(
    "T-BF33-2",
    title=_("Protection and special-purpose forest: tending and regeneration only"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    citations=(
        sources.beijing_forest(
            "第三十三条第一款第二项",
            ("防护林和特种用途林中的国防林、母树林、环境保护林、风景林、实验林，只准进行抚育和更新性质的采伐"),
        ),
    ),
)
def protection_forest_felling(case: Tending, on: date) -> Iterator[Hit]:
    """Of the special-purpose forests only five sorts are named, and the case does not tell the sort: referred."""
    for plot in case.plots:
        if plot.purpose == "commercial" and plot.stand_purpose in {"protection", "special"}:
            yield hit(
                _(
                    "Protection forest and the named special-purpose forests may only be felled for tending or "
                    "regeneration."
                ),
                where=plot.plot,
                severity="refer" if plot.stand_purpose == "special" else None,
            )


@rule(
    "T-BF33-1",
    title=_("Felling season"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="incomplete",
    parameters=("felling_season",),
    citations=(sources.OUT_OF_SEASON,),
)
def felling_season(case: Tending, on: date) -> Iterator[Hit]:
    """Outside 15 October to 31 March felling needs the municipal authority's approval, a paper to be added."""
    season = parameters.find("felling_season", on, case.jurisdiction)
    outside = season is not None and not seasons.within(season.value, case.work.start, case.work.end)
    if outside and case.felling and "out_of_season_approval" not in case.documents:
        yield hit(
            _(
                "Felling from %(start)s to %(end)s is not wholly within the felling season (15 October to 31 "
                "March): the municipal approval for felling out of season is missing."
            ),
            start=case.work.start,
            end=case.work.end,
        )


@rule(
    "T-BF22",
    title=_("Fire season"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="warn",
    parameters=("fire_season",),
    citations=(sources.FIRE_USED,),
)
def fire_season(case: Tending, on: date) -> Iterator[Hit]:
    """The felling season lies mostly within the fire season. A fire plan is optional: of art 22 and 23 the seasons and
    the ban on fire were read, and no duty to hand one in (许可法 31)."""
    season = parameters.find("fire_season", on, case.jurisdiction)
    if season and seasons.overlaps(season.value, case.work.start, case.work.end):
        yield hit(
            _(
                "The work falls into the fire season (1 November to 31 May), as most of the felling season does. "
                "A plan of fire prevention may be handed in; no article found demands one. Fire used against pests "
                "needs the approval of the district's government."
            )
        )


@rule(
    "T-BF23",
    title=_("Strict fire period"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="warn",
    parameters=("strict_fire_period",),
)
def strict_fire_period(case: Tending, on: date) -> Iterator[Hit]:
    """No open fire at all, and nothing that makes fire is carried into the forest."""
    season = parameters.find("strict_fire_period", on, case.jurisdiction)
    if season and seasons.overlaps(season.value, case.work.start, case.work.end):
        yield hit(
            _(
                "The work falls into the strict fire period (15 March to 15 April): no open fire, and no "
                "source of fire is taken into the forest."
            )
        )


@rule(
    "T-FL56",
    title=_("Felling licence"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.forest_law("第五十六条第一款", "采伐林地上的林木应当申请采伐许可证，并按照采伐许可证的规定进行采伐"),
        sources.forest_law(
            "第五十八条", "超过省级以上人民政府林业主管部门规定面积或者蓄积量的，还应当提交伐区调查设计材料。"
        ),
    ),
)
def felling_licence(case: Tending, on: date) -> Iterator[Hit]:
    """The design is no felling licence: work starts when both exist."""
    if case.felling:
        yield hit(_("Felling needs a felling licence as well; work may start only when both exist."))


@rule(
    "T-SW22",
    title=_("Soil and water conservation in the plan of a felling"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="info",
    citations=(sources.FELLING_PLAN,),
)
def soil_and_water(case: Tending, on: date) -> Iterator[Hit]:
    """Whether the design says it is no fact of the case: the reviewer looks."""
    if case.felling:
        yield hit(
            _(
                "A plan of felling must contain measures of water and soil conservation; the water authority "
                "supervises the work beside the forestry authority."
            )
        )
