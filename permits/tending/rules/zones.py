"""Tending by zone and stand: what each place forbids in natural forest, and which measure fits which stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.rules import parameters, sources
from permits.rules.base import Citation, Hit, hit, rule
from permits.rules.names import listed_among
from permits.rules.places import BEIJING, EVERYWHERE, JIZHOU, TIANJIN
from permits.tables.forest import STANDS
from permits.tending.facts import Plot, Tending
from permits.tending.vocabulary import METHODS, TENDING_PURPOSES

TENDING: Final = ("tending",)
HEALTH_MEASURES: Final = frozenset({"fire", "pest", "health"})
SHRUB_MEASURES: Final = frozenset({"planting", "auxiliary", "sanitation"})
SPARSE_MEASURES: Final = frozenset({"planting", "auxiliary", "sanitation", "weeding"})
NATIONAL_PLAN_CONVERSION: Final = Citation(
    sources.NATIONAL_PLAN.source, "条号未查到", "严禁将天然林改造为人工林（凭记忆，未见原文）", "memory"
)


def natural(case: Tending) -> Iterator[Plot]:
    """The plots in natural forest."""
    return (plot for plot in case.plots if plot.natural)


@rule(
    "T-08",
    title=_("Key zone: closing and natural recovery come first"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="warn",
    citations=(
        sources.s0(
            22, ("对纳入重点保护区域的天然林，以封育管理、自然修复为主，人工促进为辅或者采取综合抚育生态修复措施。")
        ),
    ),
)
def key_zone_preference(case: Tending, on: date) -> Iterator[Hit]:
    """Tending is possible in the key zone, in this order of preference; the design must say why more is needed."""
    for plot in natural(case):
        if plot.zone in {"key", "core"} and plot.method != "auxiliary":
            yield hit(
                _(
                    "Natural forest in the key zone: closing and natural recovery come first; the design must say "
                    "why %(method)s is needed."
                ),
                where=plot.plot,
                method=METHODS[plot.method],
            )


@rule(
    "T-10",
    title=_("Jizhou key zone: only measures that keep the forest healthy"),
    kinds=TENDING,
    places=(JIZHOU,),
    severity="refuse",
    also=("refer",),
    exception=_("“and other measures that keep natural forest healthy”: the list of measures is open"),
    citations=(sources.KEY_ZONE_JIZHOU,),
)
def jizhou_key_zone(case: Tending, on: date) -> Iterator[Hit]:
    """The purpose must be fire prevention, pest control or health. A reserve plot may lie in the key zone as well,
    which a case file cannot say (it names one zone): a person finds out."""
    for plot in natural(case):
        if plot.purpose in HEALTH_MEASURES or plot.zone == "none":
            continue
        if plot.zone == "reserve":
            yield hit(
                _(
                    "The reserve plot may also lie in the key zone, where %(purpose)s is no permitted purpose: "
                    "the map decides."
                ),
                where=plot.plot,
                severity="refer",
                purpose=TENDING_PURPOSES[plot.purpose],
            )
        else:
            yield hit(
                _(
                    "In the key zone only fire prevention, pest control and other health measures are allowed; "
                    "the purpose is %(purpose)s."
                ),
                where=plot.plot,
                purpose=TENDING_PURPOSES[plot.purpose],
            )


def commercial(case: Tending) -> Iterator[Hit]:
    """Commercial felling of natural forest."""
    for plot in natural(case):
        if plot.purpose == "commercial":
            yield hit(_("Commercial felling of natural forest is forbidden."), where=plot.plot)


@rule(
    "T-11",
    title=_("No commercial felling of natural forest (Beijing)"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="refuse",
    citations=(sources.s0(24, "对全市天然林实行全面禁止商业性采伐"),),
)
def commercial_beijing(case: Tending, on: date) -> Iterator[Hit]:
    """The whole city, without exception."""
    return commercial(case)


@rule(
    "T-12",
    title=_("No commercial felling of natural forest (Jizhou)"),
    kinds=TENDING,
    places=(JIZHOU,),
    severity="refuse",
    citations=(sources.s1(31, "全面停止天然林商业性采伐。"),),
)
def commercial_jizhou(case: Tending, on: date) -> Iterator[Hit]:
    """The whole district, without exception."""
    return commercial(case)


@rule(
    "T-FL32",
    title=_("Felling of natural forest is strictly limited"),
    kinds=TENDING,
    places=(TIANJIN,),
    severity="refer",
    citations=(sources.forest_law("第三十二条", "国家实行天然林全面保护制度，严格限制天然林采伐"),),
)
def commercial_elsewhere(case: Tending, on: date) -> Iterator[Hit]:
    """Where no local document was read, national law limits strictly but does not forbid: a person decides."""
    for plot in natural(case):
        if plot.purpose == "commercial":
            yield hit(
                _("Felling of natural forest is strictly limited by law; no local document was read for this place."),
                where=plot.plot,
            )


@rule(
    "T-13",
    title=_("Natural forest is not converted to plantation (Jizhou)"),
    kinds=TENDING,
    places=(JIZHOU,),
    severity="refuse",
    citations=(sources.s1(24, "禁止毁林开垦、将天然林改造为人工林以及其他破坏天然林及其生态环境的行为。"),),
)
def conversion_jizhou(case: Tending, on: date) -> Iterator[Hit]:
    """Whether the sentence speaks of the key zone only is not clear from its place: applied to all natural forest,
    and the doubt is shown."""
    for plot in natural(case):
        if plot.converts_to_plantation:
            yield hit(
                _(
                    "Natural forest may not be converted to plantation. The sentence stands under “key zone”; it is "
                    "read here for all natural forest, which can be doubted."
                ),
                where=plot.plot,
            )


@rule(
    "T-NP1",
    title=_("Natural forest is not converted to plantation (national plan)"),
    kinds=TENDING,
    places=(BEIJING, TIANJIN),
    severity="refer",
    citations=(
        sources.forest_law("第三十二条", "保护和修复天然林资源，逐步提高天然林生态功能"),
        NATIONAL_PLAN_CONVERSION,
    ),
)
def conversion_elsewhere(case: Tending, on: date) -> Iterator[Hit]:
    """The national ban is from memory: referred, never refused."""
    for plot in natural(case):
        if plot.converts_to_plantation:
            yield hit(
                _("The design converts natural forest to plantation; the national ban was not read in its text."),
                where=plot.plot,
            )


@rule(
    "T-NR1",
    title=_("Core protection zone of a nature reserve"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.CORE_ZONE,),
)
def core_zone(case: Tending, on: date) -> Iterator[Hit]:
    """Human activity is in principle forbidden. Fire prevention and pest control, which 森林法 art 55 excepts from the
    felling ban in reserves, are referred; nothing else passes."""
    for plot in case.plots:
        if plot.zone == "core":
            yield hit(
                _("The plot lies in a core protection zone, where human activity is in principle forbidden."),
                where=plot.plot,
                severity="refer" if plot.purpose in {"fire", "pest"} else None,
            )


@rule(
    "T-NR2",
    title=_("General control zone of a nature reserve"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.CONTROL_ZONE,),
)
def control_zone(case: Tending, on: date) -> Iterator[Hit]:
    """Human activity is strictly limited, not forbidden."""
    for plot in case.plots:
        if plot.zone == "reserve":
            yield hit(
                _("The plot lies in a reserve's general control zone, where human activity is strictly limited."),
                where=plot.plot,
            )


@rule(
    "T-NR27",
    title=_("Core and buffer zone of a nature reserve (until 14 March 2026)"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.OLD_CORE_ZONE, sources.OLD_BUFFER_ZONE, sources.OLD_BANS),
)
def old_core_zone(case: Tending, on: date) -> Iterator[Hit]:
    """Nobody enters the core zone, nobody does business in the buffer zone, nothing is felled. Fire prevention and pest
    control, which 森林法 art 55 excepts, are referred, as under the later regulation (T-NR1)."""
    for plot in case.plots:
        if plot.zone == "core":
            yield hit(
                _(
                    "The plot lies in the core or buffer zone of a reserve, which the regulation in force until "
                    "14 March 2026 closed."
                ),
                where=plot.plot,
                severity="refer" if plot.purpose in {"fire", "pest"} else None,
            )


@rule(
    "T-NR26",
    title=_("Experimental zone of a nature reserve (until 14 March 2026)"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.OLD_BANS, sources.OLD_ZONES),
)
def old_experimental_zone(case: Tending, on: date) -> Iterator[Hit]:
    """Felling is the matter of T-FL55-3; other measures are not among the activities art 18 names, nor forbidden."""
    for plot in case.plots:
        if plot.zone == "reserve":
            yield hit(
                _(
                    "The plot lies in a reserve's experimental zone, where the regulation in force until 14 March 2026 "
                    "forbade felling but for what other laws except."
                ),
                where=plot.plot,
            )


def unfit(plots: Iterator[Plot], stand: str, allowed: frozenset[str]) -> Iterator[Hit]:
    """The plots of that stand whose measure is not among those the document names (its lists are open: “等”)."""
    for plot in plots:
        if plot.stand == stand and plot.method not in allowed:
            yield hit(
                _("%(method)s is not among the measures named for %(stand)s."),
                where=plot.plot,
                method=METHODS[plot.method],
                stand=STANDS[stand],
            )


@rule(
    "T-05",
    title=_("Measure by stand (Beijing)"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="refer",
    citations=(
        sources.s0(
            27,
            (
                "对密度过大的林分，加强中幼林抚育，对退化的次生林，实施人工促进天然更新，对天然灌木林地，"
                "通过封禁、改造、人工促进更新等方式，促进升级，加快植被演替。"
            ),
        ),
    ),
)
def measure_beijing(case: Tending, on: date) -> Iterator[Hit]:
    """Natural shrub land: closing, conversion, assisted regeneration “and so on”; a thinning is referred."""
    return unfit(natural(case), "shrub", SHRUB_MEASURES)


@rule(
    "T-06",
    title=_("Measure by stand (Jizhou)"),
    kinds=TENDING,
    places=(JIZHOU,),
    severity="refer",
    citations=(
        sources.s1(
            36,
            (
                "对天然乔木林，密度过大的加强中幼林抚育，退化的实行人工促进、天然更新，逐步提高森林质量；"
                "对天然疏林地，采取补植补造、引针入阔等措施，加快森林正向演替，逐步恢复生态系统；对天然灌木林，"
                "以封禁为主、人工促进为辅，不断提高生态功能。"
            ),
        ),
    ),
)
def measure_jizhou(case: Tending, on: date) -> Iterator[Hit]:
    """Sparse forest: planting; shrub: closing first. Other measures are referred."""
    yield from unfit(natural(case), "sparse", SPARSE_MEASURES)
    yield from unfit(natural(case), "shrub", SHRUB_MEASURES)


@rule(
    "T-07",
    title=_("Listed rare trees are not cut"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="refer",
    parameters=("protected_tree_germplasm",),
    citations=(
        sources.s0(27, "对有珍稀植物分布的区域，强化对珍稀植物群落的保护。"),
        sources.beijing_seed("第十二条第二款", "未经批准不得擅自采集或者采伐列入目录的天然种质资源"),
    ),
)
def rare_trees(case: Tending, on: date) -> Iterator[Hit]:
    """Cutting a listed species needs an approval of its own. 7 of the 47 names are known: silence proves nothing."""
    listed = parameters.find("protected_tree_germplasm", on, case.jurisdiction)
    for plot in case.plots:
        if found := listed_among(listed.value if listed else (), plot.species_cut):
            yield hit(
                _(
                    "%(species)s is on the city's list of protected natural tree germplasm (7 of its 47 names are "
                    "known here): cutting needs an approval of its own."
                ),
                where=plot.plot,
                species=found,
            )


@rule(
    "T-14",
    title=_("Native species when planting"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="info",
    citations=(
        sources.s0(7, "以自然恢复为主、人工促进为辅，保育并举，改善天然林分结构，注重培育乡土树种，提高森林质量。"),
        sources.forest_law("第四十五条第一款", "鼓励使用乡土树种和林木良种"),
    ),
)
def native_species(case: Tending, on: date) -> Iterator[Hit]:
    """What is planted is not a fact of the case file: the reminder goes to every planting in natural forest."""
    for plot in natural(case):
        if plot.method == "planting":
            yield hit(
                _("Supplementary planting in natural forest should use native species; name them in the design."),
                where=plot.plot,
            )
