"""What must grow again: no less than was felled, and in time (森林法 arts 58 and 61, 采伐办法 art 14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling, Stand
from permits.felling.rules.sources import PAPERS, felling_measures
from permits.felling.rules.words import FELLING
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE
from permits.rules.sources import forest_law


def regenerating(case: Felling) -> list[Stand]:
    """The stands that must be regenerated and say how."""
    return [stand for stand in case.stands if stand.regenerates and stand.regeneration_method not in (None, "none")]


@rule(
    "F-FL58-2",
    title=_("Regeneration measures"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(PAPERS,),
)
def no_measures(case: Felling, on: date) -> Iterator[Hit]:
    """The materials must name them. A tending felling leaves the stand; land that is built on is not replanted."""
    for stand in case.stands:
        if stand.regenerates and stand.regeneration_method == "none":
            yield hit(_("The regeneration measures are missing."), where=stand.where)


@rule(
    "F-FL61",
    title=_("Regeneration no smaller than the felling"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(
        forest_law(
            "第六十一条",
            (
                "采伐林木的组织和个人应当按照有关规定完成更新造林。更新造林的面积不得少于采伐的面积，"
                "更新造林应当达到相关技术规程规定的标准。"
            ),
        ),
    ),
)
def too_small(case: Felling, on: date) -> Iterator[Hit]:
    """Over the whole application: one stand may make up for another. Stands that name no measures are for the
    correction list, and tending fellings and construction land are left out."""
    stands = regenerating(case)
    felled = sum((stand.area_ha for stand in stands), Decimal(0))
    planned = sum((stand.regeneration_area_ha or Decimal(0) for stand in stands), Decimal(0))
    if planned < felled:
        yield hit(
            _("%(planned)s ha are to be regenerated for %(felled)s ha of felling: it must not be less."),
            planned=planned,
            felled=felled,
        )


@rule(
    "F-FR14",
    title=_("Regeneration in the year of felling or the next"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(
        felling_measures(
            "第十四条",
            (
                "采伐林木的单位和个人，应当按照优先发展人工更新，人工更新、人工促进天然更新、天然更新相结合的原则，"
                "在采伐后的当年或者次年内必须完成更新造林任务。"
            ),
        ),
    ),
)
def too_late(case: Felling, on: date) -> Iterator[Hit]:
    """The year is read as the calendar year in which the work ends; the next one ends on 31 December."""
    for stand in regenerating(case):
        until = stand.regeneration_until
        if until is not None and until.year > case.end.year + 1:
            yield hit(
                _("Regeneration is to be finished on %(until)s; it must be in the year of felling or the next."),
                where=stand.where,
                until=until,
            )


@rule(
    "F-FL61-land",
    title=_("Land that is built on: what stands in for regeneration"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="info",
    citations=(
        forest_law("第六十一条", "采伐林木的组织和个人应当按照有关规定完成更新造林。"),
        forest_law(
            "第三十七条",
            (
                "占用林地的单位应当缴纳森林植被恢复费。……县级以上人民政府林业主管部门应当按照规定安排植树造林，"
                "恢复森林植被，植树造林面积不得少于因占用林地而减少的森林植被面积。"
            ),
        ),
    ),
)
def built_on(case: Felling, on: date) -> Iterator[Hit]:
    """The occupier pays a fee and the authority plants (art 37); that this takes the place of art 61 is not said."""
    for stand in case.stands:
        if stand.purpose == "construction":
            yield hit(
                _(
                    "The land is to be built on: whether the restoration fee of the occupation stands in for "
                    "regeneration was not found."
                ),
                where=stand.where,
            )
