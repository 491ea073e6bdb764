"""Natural forest and rare trees: what the local plans forbid, and the approved design that tending needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling, Stand
from permits.felling.rules.sources import tianjin_limits
from permits.felling.rules.words import FELLING, PURPOSES
from permits.rules import parameters, sources
from permits.rules.base import Citation, Hit, hit, rule
from permits.rules.names import listed_among
from permits.rules.places import BEIJING, JIZHOU, TIANJIN
from permits.rules.sources import DESIGN_ELSEWHERE, KEY_ZONE_JIZHOU

LAND_JIZHOU: Final = sources.s1(
    33, "严格控制天然林地转为其他用途，除国防建设、国家重大工程项目建设特殊需要外，禁止占用天然林地。"
)
CONSENTED: Final = _(
    "The land was consented to be built on, which the same plan excepts for national defence and national major "
    "projects only; of the felling on it the plan does not speak: a person must find that this is such a project."
)
HEALTH: Final = frozenset({"fire", "pest", "health"})
NATIONAL_PLAN_CONVERSION: Final = Citation(
    sources.NATIONAL_PLAN.source, "条号未查到", "严禁将天然林改造为人工林（凭记忆，未见原文）", "memory"
)


def natural(case: Felling) -> Iterator[Stand]:
    """The stands in natural forest."""
    return (stand for stand in case.stands if stand.natural)


def commercial(case: Felling) -> Iterator[Hit]:
    """Felling of natural forest for sale; final felling for another purpose is referred: it may be the same thing."""
    for stand in natural(case):
        if stand.purpose == "commercial":
            yield hit(_("Commercial felling of natural forest is forbidden."), where=stand.where)
        elif stand.felling_type == "final":
            yield hit(
                _("Final felling of natural forest: whether it is commercial must be decided."),
                where=stand.where,
                severity="refer",
            )


@rule(
    "F-S0-24",
    title=_("No commercial felling of natural forest (Beijing)"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    citations=(sources.s0(24, "对全市天然林实行全面禁止商业性采伐"),),
)
def commercial_beijing(case: Felling, on: date) -> Iterator[Hit]:
    """The whole city, without exception."""
    return commercial(case)


@rule(
    "F-S1-31-1",
    title=_("No commercial felling of natural forest (Jizhou)"),
    kinds=FELLING,
    places=(JIZHOU,),
    severity="refuse",
    also=("refer",),
    citations=(sources.s1(31, "全面停止天然林商业性采伐。"),),
)
def commercial_jizhou(case: Felling, on: date) -> Iterator[Hit]:
    """The whole district, without exception."""
    return commercial(case)


@rule(
    "F-FL32",
    title=_("Felling of natural forest is strictly limited"),
    kinds=FELLING,
    places=(TIANJIN,),
    severity="refer",
    citations=(
        sources.forest_law("第三十二条", "国家实行天然林全面保护制度，严格限制天然林采伐"),
        tianjin_limits("第一点", "禁止天然林商业性采伐"),
    ),
)
def commercial_elsewhere(case: Felling, on: date) -> Iterator[Hit]:
    """National law limits strictly but does not forbid; the notice that forbids was read in a copy and its term is
    over: a person decides."""
    for stand in natural(case):
        if stand.purpose == "commercial" or stand.felling_type == "final":
            yield hit(
                _(
                    "Felling of natural forest is strictly limited by law; the notice that forbids its commercial "
                    "felling in this place was for 2021 to 2025."
                ),
                where=stand.where,
            )


@rule(
    "F-S0-22-1",
    title=_("Key zone: closing and natural recovery come first"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="warn",
    citations=(
        sources.s0(
            22, "对纳入重点保护区域的天然林，以封育管理、自然修复为主，人工促进为辅或者采取综合抚育生态修复措施。"
        ),
    ),
)
def key_zone_beijing(case: Felling, on: date) -> Iterator[Hit]:
    """Felling is possible in the key zone, in this order of preference."""
    for stand in natural(case):
        if stand.zone in {"key", "core"}:
            yield hit(
                _(
                    "Natural forest in the key zone: closing and natural recovery come first; the papers must say why "
                    "felling is needed."
                ),
                where=stand.where,
            )


@rule(
    "F-S0-22-2",
    title=_("Core zone: no productive or business activity in natural forest"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    citations=(sources.T09,),
)
def core_natural_forest(case: Felling, on: date) -> Iterator[Hit]:
    """No exception is written. Where the land was consented to be built on, which a defence or national-major project
    alone can have been, the felling is referred as the occupation was (T-09)."""
    for stand in natural(case):
        if stand.zone == "core":
            yield hit(
                _(
                    "Natural forest in the core zone of a nature reserve: all productive and business activity is "
                    "forbidden."
                ),
                where=stand.where,
                severity="refer" if case.built_on(stand) else None,
            )


@rule(
    "F-S1-31-2",
    title=_("Jizhou key zone: only measures that keep the forest healthy"),
    kinds=FELLING,
    places=(JIZHOU,),
    severity="refuse",
    also=("refer",),
    exception=_("“and other measures that keep natural forest healthy”: the list of measures is open"),
    citations=(KEY_ZONE_JIZHOU, LAND_JIZHOU),
)
def key_zone_jizhou(case: Felling, on: date) -> Iterator[Hit]:
    """The purpose must be fire prevention, pest control or health. A reserve stand may lie in the key zone as well,
    which a case cannot say (it names one zone): a person finds out. So it does where the land was consented to be
    built on: the same plan excepts national defence and national major projects, whose trees need a licence of their
    own (实施条例 16(3))."""
    for stand in natural(case):
        if stand.purpose in HEALTH or stand.zone == "none":
            continue
        if case.built_on(stand):
            yield hit(CONSENTED, where=stand.where, severity="refer")
            continue
        both = stand.zone == "reserve"
        words = (
            _(
                "The reserve stand may also lie in the key zone, where %(purpose)s is no permitted purpose: "
                "the map decides."
            )
            if both
            else _(
                "In the key zone only fire prevention, pest control and other health measures are allowed; "
                "the felling is for %(purpose)s."
            )
        )
        yield hit(words, where=stand.where, severity="refer" if both else None, purpose=PURPOSES[stand.purpose])


def converted(case: Felling) -> Iterator[Stand]:
    """Natural forest that is to become plantation."""
    return (stand for stand in natural(case) if stand.converts_to_plantation)


@rule(
    "F-S1-24",
    title=_("Natural forest is not converted to plantation (Jizhou)"),
    kinds=FELLING,
    places=(JIZHOU,),
    severity="refuse",
    citations=(sources.s1(24, "禁止毁林开垦、将天然林改造为人工林以及其他破坏天然林及其生态环境的行为。"),),
)
def conversion_jizhou(case: Felling, on: date) -> Iterator[Hit]:
    """The sentence stands under “key zone”; it is read for all natural forest, and the doubt is shown."""
    for stand in converted(case):
        yield hit(
            _(
                "Natural forest may not be converted to plantation. The sentence stands under “key zone”; it is "
                "read here for all natural forest, which can be doubted."
            ),
            where=stand.where,
        )


@rule(
    "F-NP1",
    title=_("Natural forest is not converted to plantation (national plan)"),
    kinds=FELLING,
    places=(BEIJING, TIANJIN),
    severity="refer",
    citations=(
        sources.forest_law("第三十二条", "保护和修复天然林资源，逐步提高天然林生态功能"),
        NATIONAL_PLAN_CONVERSION,
    ),
)
def conversion_elsewhere(case: Felling, on: date) -> Iterator[Hit]:
    """The national ban is from memory: referred, never refused."""
    for stand in converted(case):
        yield hit(
            _("Natural forest is to become plantation; the national ban was not read in its text."), where=stand.where
        )


def without_design(case: Felling) -> Iterator[Hit]:
    """Tending felling of natural forest without an approved design, by its paper or its number."""
    if case.tending_design or "tending_approval" in case.documents:
        return
    for stand in natural(case):
        if stand.felling_type == "tending":
            yield hit(
                _("Natural forest is tended by an approved design only: name it, or hand in its approval."),
                where=stand.where,
            )


@rule(
    "F-S0-27",
    title=_("Approved tending design (Beijing)"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="incomplete",
    citations=(sources.s0(27, "开展天然林抚育作业的，必须编制作业设计，经市园林绿化主管部门审查批准后实施。"),),
)
def design_beijing(case: Felling, on: date) -> Iterator[Hit]:
    """The licence and the design are two approvals: work starts when both exist."""
    return without_design(case)


@rule(
    "F-S1-31-3",
    title=_("Approved tending design (Jizhou)"),
    kinds=FELLING,
    places=(JIZHOU,),
    severity="incomplete",
    citations=(sources.s1(31, "开展天然林抚育作业的，必须编制作业设计，经林业主管部门审查批准后实施。"),),
)
def design_jizhou(case: Felling, on: date) -> Iterator[Hit]:
    """The licence and the design are two approvals: work starts when both exist."""
    return without_design(case)


@rule(
    "F-DD7",
    title=_("Approved tending design (national rules)"),
    kinds=FELLING,
    places=(TIANJIN,),
    severity="incomplete",
    citations=(DESIGN_ELSEWHERE,),
)
def design_elsewhere(case: Felling, on: date) -> Iterator[Hit]:
    """Nationally, too, tending needs an approved design."""
    return without_design(case)


@rule(
    "F-BS12",
    title=_("Listed rare trees are not cut"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="refer",
    parameters=("protected_tree_germplasm",),
    citations=(sources.beijing_seed("第十二条第二款", "未经批准不得擅自采集或者采伐列入目录的天然种质资源"),),
)
def rare_trees(case: Felling, on: date) -> Iterator[Hit]:
    """Cutting a listed species needs an approval of its own. 7 of the 47 names are known: silence proves nothing."""
    listed = parameters.find("protected_tree_germplasm", on, case.jurisdiction)
    for stand in case.stands:
        found = listed_among(listed.value if listed else (), stand.species)
        if found and "rare_tree_approval" not in case.documents:
            yield hit(
                _(
                    "%(species)s is on the city's list of protected natural tree germplasm (7 of its 47 names are "
                    "known here): cutting needs an approval of its own."
                ),
                where=stand.where,
                species=found,
            )
