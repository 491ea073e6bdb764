"""Watch-listed species: named by the Beijing plan of 2023, whose year is over; no later edition was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction, Species
from permits.introduction.rules import watch_list
from permits.introduction.rules.routes import INTRODUCTION
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE


def watched(case: Introduction) -> Iterator[tuple[Species, watch_list.Listed]]:
    """The case's species that stand on the watch list, by any of their names; a hybrid by each of its parents."""
    for one in case.species:
        for found in watch_list.matches(f"{one.chinese_name} {one.scientific_name}"):
            yield one, found


def named_by(case: Introduction, rule_id: str) -> Iterator[Hit]:
    """The findings for species that row of the plan names."""
    for one, found in watched(case):
        if found.rule == rule_id:
            yield hit(
                _(
                    "%(species)s is an invasive species under watch (plan of 2023, the last edition read): a "
                    "named official must decide."
                ),
                where=one.scientific_name,
                species=found.label,
            )


@rule(
    "W-05",
    title=_("Watch list: farmland and fishery waters"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    last_edition=True,
    since=date.min,
    citations=(sources.s4(128, "重点做好苹果蠹蛾、草地贪夜蛾、福寿螺等外来入侵物种的监测与综合治理。"),),
)
def watch_list_farmland(case: Introduction, on: date) -> Iterator[Hit]:
    """Beijing's plan; an invasive species there is none less so next door, so the list is used everywhere."""
    return named_by(case, "W-05")


@rule(
    "W-06",
    title=_("Watch list: forest, wetland and waters"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    last_edition=True,
    since=date.min,
    citations=(
        sources.s4(139, "重点做好松材线虫、美国白蛾、牛蛙等外来入侵物种的监测与综合治理。完成年度监测治理报告。"),
    ),
)
def watch_list_forest(case: Introduction, on: date) -> Iterator[Hit]:
    """As for W-05."""
    return named_by(case, "W-06")


@rule(
    "W-12",
    title=_("Joint control by Beijing, Tianjin and Hebei"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    last_edition=True,
    since=date.min,
    citations=(sources.s4(92, "开展京津冀鸟类等野生动物联合保护行动,协同防控美国白蛾、松材线虫等有害生物。"),),
)
def joint_control(case: Introduction, on: date) -> Iterator[Hit]:
    """The neighbours are told."""
    for one, found in watched(case):
        if found.joint_control:
            yield hit(
                _("%(species)s is under the joint control of Beijing, Tianjin and Hebei: the neighbours are told."),
                where=one.scientific_name,
                species=found.label,
            )
