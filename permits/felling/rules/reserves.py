"""Nature reserves (森林法 art 55, 自然保护区条例) and first-class national public-benefit forest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling, Stand
from permits.felling.rules.words import FELLING, PURPOSES
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE
from permits.rules.sources import FIRST_CLASS_OTHERS, FIRST_CLASS_STATE, RESERVE_TREES

EXCEPTED: Final = frozenset({"pest", "fire", "habitat", "disaster"})
"""防治林业有害生物、森林防火、维护主要保护对象生存环境、遭受自然灾害 (森林法 art 55)."""
DISASTER_OR_RESEARCH: Final = frozenset({"research", "fire", "pest", "disaster"})


def in_reserve(case: Felling) -> list[Stand]:
    """The stands in a nature reserve."""
    return [stand for stand in case.stands if stand.reserved]


@rule(
    "F-FL55-3",
    title=_("Nature reserve: no felling"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    exception=_("“and other special circumstances”: the list of exceptions is open"),
    citations=(RESERVE_TREES,),
)
def felling_in_reserve(case: Felling, on: date) -> Iterator[Hit]:
    """The four named circumstances pass. Forest health may serve what the reserve protects, and bamboo of the former
    experimental zone is excepted, which today's zones no longer tell apart from the control zone: a person finds it.
    The list of circumstances ends in “等特殊情况”: a named official may find another."""
    for stand in in_reserve(case):
        if stand.purpose in EXCEPTED:
            continue
        bamboo = stand.stand == "bamboo" and stand.zone == "reserve"
        yield hit(
            _("Trees in a nature reserve may not be felled for %(purpose)s."),
            where=stand.where,
            severity="refer" if bamboo or stand.purpose == "health" else None,
            purpose=PURPOSES[stand.purpose],
        )


@rule(
    "F-BF33-3",
    title=_("Nature reserve: Beijing forbids felling without exception"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="refer",
    citations=(
        sources.beijing_forest(
            "第三十三条第一款第三项", "特种用途林中的名胜古迹和革命纪念地的林木、自然保护区的森林，禁止采伐。"
        ),
    ),
)
def felling_in_reserve_beijing(case: Felling, on: date) -> Iterator[Hit]:
    """The city's text has no exception, the later national law has: which prevails is for a person."""
    for stand in in_reserve(case):
        yield hit(
            _(
                "The city's regulation forbids felling in nature reserves without exception; the later "
                "national law has exceptions."
            ),
            where=stand.where,
        )


@rule(
    "F-NR1",
    title=_("Core protection zone of a nature reserve"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.CORE_ZONE,),
)
def core_zone(case: Felling, on: date) -> Iterator[Hit]:
    """Human activity is in principle forbidden; what 森林法 art 55 excepts from the felling ban is referred, and what
    is felled on land that was consented to be built on."""
    for stand in case.stands:
        if stand.zone == "core":
            yield hit(
                _("The stand lies in a core protection zone, where human activity is in principle forbidden."),
                where=stand.where,
                severity="refer" if stand.purpose in EXCEPTED or case.built_on(stand) else None,
            )


@rule(
    "F-NR2",
    title=_("General control zone of a nature reserve"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.CONTROL_ZONE,),
)
def control_zone(case: Felling, on: date) -> Iterator[Hit]:
    """Human activity is strictly limited, not forbidden."""
    for stand in case.stands:
        if stand.zone == "reserve":
            yield hit(
                _("The stand lies in a reserve's general control zone, where human activity is strictly limited."),
                where=stand.where,
            )


@rule(
    "F-NR27",
    title=_("Core and buffer zone of a nature reserve (until 14 March 2026)"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.OLD_BANS, sources.OLD_CORE_ZONE, sources.OLD_BUFFER_ZONE),
)
def old_core_zone(case: Felling, on: date) -> Iterator[Hit]:
    """Nobody enters, nothing is felled “unless laws or administrative regulations provide otherwise”: what 森林法 art
    55 excepts is referred, and what is felled on land that was consented to be built on. Felling in the experimental
    zone is the matter of F-FL55-3."""
    for stand in case.stands:
        if stand.zone == "core":
            yield hit(
                _(
                    "The stand lies in the core or buffer zone of a reserve, which the regulation in force until "
                    "14 March 2026 closed."
                ),
                where=stand.where,
                severity="refer" if stand.purpose in EXCEPTED or case.built_on(stand) else None,
            )


def first_class(case: Felling, *, state: bool) -> Iterator[Stand]:
    """First-class stands owned by the state, or by others."""
    return (
        stand for stand in case.stands if stand.public_benefit == "national_1" and (stand.ownership == "state") is state
    )


@rule(
    "F-PL12-1",
    title=_("First-class public-benefit forest of the state: no productive activity"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("incomplete",),
    citations=(FIRST_CLASS_STATE,),
)
def first_class_state(case: Felling, on: date) -> Iterator[Hit]:
    """Felling is possible for research and after serious fire, pest or disaster, with an expert ecological review."""
    for stand in first_class(case, state=True):
        if stand.purpose not in DISASTER_OR_RESEARCH:
            yield hit(
                _(
                    "First-class public-benefit forest of the state: felling is possible for research and after "
                    "serious fire, pest or disaster only."
                ),
                where=stand.where,
            )
        elif "expert_review" not in case.documents:
            yield hit(
                _("First-class public-benefit forest of the state: the experts' ecological-impact review is missing."),
                where=stand.where,
                severity="incomplete",
            )


@rule(
    "F-PL12-2",
    title=_("First-class public-benefit forest of collectives and persons"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(FIRST_CLASS_OTHERS,),
)
def first_class_others(case: Felling, on: date) -> Iterator[Hit]:
    """The design carries an ecological-impact assessment, and the village is told before the licence."""
    for stand in first_class(case, state=False):
        if "impact_assessment" not in case.documents:
            yield hit(
                _("First-class public-benefit forest: the ecological-impact assessment of the design is missing."),
                where=stand.where,
            )
        if "village_notice" not in case.documents:
            yield hit(
                _("First-class public-benefit forest: the proof of the public notice in the village is missing."),
                where=stand.where,
            )


@rule(
    "F-PL12-3",
    title=_("First-class public-benefit forest of the state: a serious event, after which trees are cleared"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    also=("warn",),
    citations=(FIRST_CLASS_STATE,),
)
def after_what_event(case: Felling, on: date) -> Iterator[Hit]:
    """The measures let trees be cleared after a serious fire or pest. Fire belts and facilities are not that, and are
    referred; pest control may be: whether the pest was serious is no fact of the case."""
    for stand in first_class(case, state=True):
        if stand.purpose in {"fire", "pest"}:
            yield hit(
                _(
                    "First-class public-benefit forest of the state: beside research, trees are only cleared that were "
                    "hit by a serious fire, pest or other disaster. That there was one must be found; prevention is "
                    "not named."
                ),
                where=stand.where,
                severity="warn" if stand.purpose == "pest" else None,
            )
