"""First-class national public-benefit forest (一级国家级公益林). The measures were read in an altered copy only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE
from permits.tending.facts import Plot, Tending
from permits.tending.rules.zones import TENDING

DISASTER_OR_RESEARCH: Final = frozenset({"research", "fire", "pest"})

CLEARED_AFTER: Final = _(
    "First-class public-benefit forest of the state: beside research, trees are only cleared that were hit by a "
    "serious fire, pest or other disaster. That there was one must be found; prevention is not named."
)


def first_class(case: Tending, *, state: bool) -> list[Plot]:
    """First-class plots owned by the state, or by others."""
    return [plot for plot in case.plots if plot.public_benefit == "national_1" and (plot.ownership == "state") is state]


@rule(
    "T-PL12-1",
    title=_("First-class public-benefit forest of the state: no productive activity"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer", "incomplete"),
    citations=(sources.FIRST_CLASS_STATE,),
)
def first_class_state(case: Tending, on: date) -> Iterator[Hit]:
    """Felling is possible for research and after serious fire, pest or disaster, with an expert ecological review.
    Measures without felling are referred: whether they are “productive activity” is for a person."""
    for plot in first_class(case, state=True):
        if not plot.felled:
            if plot.purpose not in DISASTER_OR_RESEARCH:
                yield hit(
                    _(
                        "First-class public-benefit forest of the state: whether this measure is a forbidden "
                        "productive activity must be decided."
                    ),
                    where=plot.plot,
                    severity="refer",
                )
        elif plot.purpose not in DISASTER_OR_RESEARCH:
            yield hit(
                _(
                    "First-class public-benefit forest of the state: felling is possible for research and after "
                    "serious fire, pest or disaster only."
                ),
                where=plot.plot,
            )
        elif "expert_review" not in case.documents:
            yield hit(
                _("First-class public-benefit forest of the state: the experts' ecological-impact review is missing."),
                where=plot.plot,
                severity="incomplete",
            )


@rule(
    "T-PL12-2",
    title=_("First-class public-benefit forest of collectives and persons"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(sources.FIRST_CLASS_OTHERS,),
)
def first_class_others(case: Tending, on: date) -> Iterator[Hit]:
    """The design carries an ecological-impact assessment, and the village is told before the felling licence."""
    for plot in first_class(case, state=False):
        if "impact_assessment" not in case.documents:
            yield hit(
                _("First-class public-benefit forest: the ecological-impact assessment of the design is missing."),
                where=plot.plot,
            )
        if "village_notice" not in case.documents:
            yield hit(
                _("First-class public-benefit forest: the proof of the public notice in the village is missing."),
                where=plot.plot,
            )


@rule(
    "T-PL12-3",
    title=_("First-class public-benefit forest of the state: a serious event, after which trees are cleared"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    also=("warn",),
    citations=(sources.FIRST_CLASS_STATE,),
)
def after_what_event(case: Tending, on: date) -> Iterator[Hit]:
    """The measures let trees be cleared after a serious fire or pest. Prevention of fire is not that, and is referred;
    pest control may be: whether the pest was serious is no fact of the case."""
    for plot in first_class(case, state=True):
        if plot.felled and plot.purpose in {"fire", "pest"}:
            yield hit(CLEARED_AFTER, where=plot.plot, severity="warn" if plot.purpose == "pest" else None)
