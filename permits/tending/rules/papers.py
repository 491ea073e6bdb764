"""What a tending design must come with, and what its figures must not contradict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE, JIZHOU, TIANJIN
from permits.tending.facts import Tending
from permits.tending.rules.zones import TENDING, natural

NO_DESIGN = _("The operation design is missing: natural forest may only be tended by an approved design.")


def without_design(case: Tending) -> Iterator[Hit]:
    """The design itself is the application's core."""
    if "design" not in case.documents:
        yield hit(NO_DESIGN)


@rule(
    "T-01",
    title=_("Operation design (Beijing)"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="incomplete",
    citations=(sources.s0(27, "开展天然林抚育作业的，必须编制作业设计，经市园林绿化主管部门审查批准后实施。"),),
)
def design_beijing(case: Tending, on: date) -> Iterator[Hit]:
    """The design is mandatory and is approved by the municipal bureau."""
    return without_design(case)


@rule(
    "T-02",
    title=_("Operation design (Jizhou)"),
    kinds=TENDING,
    places=(JIZHOU,),
    severity="incomplete",
    citations=(sources.s1(31, "开展天然林抚育作业的，必须编制作业设计，经林业主管部门审查批准后实施。"),),
)
def design_jizhou(case: Tending, on: date) -> Iterator[Hit]:
    """The design is mandatory; who compiles it is not stated."""
    return without_design(case)


@rule(
    "T-02-level",
    title=_("Level of the approving authority (Jizhou)"),
    kinds=TENDING,
    places=(JIZHOU,),
    severity="info",
    citations=(
        sources.s1(
            31,
            (
                "经林业主管部门审查批准后实施。（区林业局牵头，区发展改革委、区政务服务办、区财政局参与，"
                "所涉乡镇及有林单位组织落实）"
            ),
        ),
    ),
)
def level_jizhou(case: Tending, on: date) -> Iterator[Hit]:
    """The document says 林业主管部门 without a level; the district forestry bureau leads that row."""
    if any(natural(case)):
        yield hit(
            _(
                "The document names “the forestry authority” without a level; the district forestry bureau is "
                "taken because it leads this task."
            )
        )


@rule(
    "T-DD7",
    title=_("Operation design (national rules)"),
    kinds=TENDING,
    places=(TIANJIN,),
    severity="incomplete",
    citations=(sources.DESIGN_ELSEWHERE,),
)
def design_elsewhere(case: Tending, on: date) -> Iterator[Hit]:
    """Nationally, too, tending needs an approved design."""
    return without_design(case)


@rule(
    "T-DD7-level",
    title=_("Level of the approving authority (not found)"),
    kinds=TENDING,
    places=(TIANJIN,),
    severity="warn",
    citations=(sources.design_rules("第七条", "批准权限由省级林业主管部门规定（摘要）"),),
)
def level_elsewhere(case: Tending, on: date) -> Iterator[Hit]:
    """The province fixes the level; Tianjin's answer was not found."""
    yield hit(_("Which level approves the design in this place was not found: the province fixes it."))


@rule(
    "T-DD-scope",
    title=_("Plot outside natural forest"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.design_rules("第七条", "抚育作业设计经林业主管部门批准后方可实施（摘要）"),),
)
def not_natural(case: Tending, on: date) -> Iterator[Hit]:
    """The approval of the local plans is for natural forest; planted forest goes by the national rules alone."""
    for plot in case.plots:
        if not plot.natural:
            yield hit(
                _(
                    "The plot is not natural forest: this approval does not cover it; planted forest follows the "
                    "national design rules."
                ),
                where=plot.plot,
            )


@rule(
    "T-DD5",
    title=_("Figures that contradict one another"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(sources.design_rules("第五条", "抚育作业设计应当进行现地调查和设计（摘要）"),),
)
def inconsistent_figures(case: Tending, on: date) -> Iterator[Hit]:
    """A design surveyed on site cannot fell trees without felling, nor open the canopy and close it at once."""
    for plot in case.plots:
        if plot.felled and not case.work.felling:
            yield hit(_("The plot's measure fells trees, but the work is declared without felling."), where=plot.plot)
        if plot.felled and plot.canopy_after > plot.canopy_before:
            yield hit(
                _("Canopy closure cannot rise from %(before)s to %(after)s by felling."),
                where=plot.plot,
                before=plot.canopy_before,
                after=plot.canopy_after,
            )


@rule(
    "T-04",
    title=_("Natural-forest management plan (Beijing)"),
    kinds=TENDING,
    places=(BEIJING,),
    severity="incomplete",
    citations=(sources.s0(27, "根据天然林不同林分、不同树种生物学特性，编制天然林经营方案，科学确定修复措施。"),),
)
def management_plan_beijing(case: Tending, on: date) -> Iterator[Hit]:
    """The document names the plan that the measures follow from."""
    if any(natural(case)) and "management_plan" not in case.documents:
        yield hit(_("The natural-forest management plan, from which the measures must follow, is missing."))


@rule(
    "T-FL53",
    title=_("Management plan of a state forest unit"),
    kinds=TENDING,
    places=(JIZHOU, TIANJIN),
    severity="warn",
    citations=(
        sources.forest_law(
            "第五十三条第一款",
            (
                "国有林业企业事业单位应当编制森林经营方案，明确森林培育和管护的经营措施，"
                "报县级以上人民政府林业主管部门批准后实施。"
            ),
        ),
    ),
)
def management_plan_state(case: Tending, on: date) -> Iterator[Hit]:
    """State forest units must have an approved plan; the law does not make it a paper of this application."""
    if "management_plan" not in case.documents and any(plot.ownership == "state" for plot in case.plots):
        yield hit(_("A state forest unit must have an approved management plan; none is with the application."))
