"""The example cases: what is asked for, by whom, when, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from . import stories as told
from . import tending
from .introduction import Introduction, introduction_examples
from .occupation import Occupation, occupation_examples
from .stories import JIZHOU, MIYUN, MUNICIPAL, VILLAGE, Desks, Story
from .walk import Walker


@dataclass(frozen=True)
class Example:
    """One tending case, begun `ago` working days before the demonstration."""

    title: str
    story: Story
    ago: int
    desks: Desks = MIYUN
    plots: int = 5
    fields: dict[str, Any] = field(default_factory=dict)

    def play(self, walker: Walker) -> None:
        """Draft it and walk it."""
        tending.draft(walker, self.desks.clerk, self.desks.district, self.title, plots=self.plots, **self.fields)
        self.story(walker, self.desks)


COLLECTIVE = {"ownership": "collective", "township": "石塘路村"}
JIZHOU_FIELDS = {"township": "下营镇", "purpose": "pest", "species_cut": "刺槐"}
LOW_CANOPY = {"canopy_after": Decimal("0.55")}
KEY_ZONE = {"zone": "key", "method": "ecological_thinning"}


def tending_examples() -> Iterator[Example]:
    """In the order in which they were begun."""
    yield Example("雾灵沟天然林抚育作业设计（2025年度）", told.delivered, 250, plots=12)
    yield Example("云蒙岭天然林抚育作业设计", told.delivered, 230, plots=48)
    yield Example("松谷林场天然次生林抚育作业设计", told.delivered, 220, MUNICIPAL, fields={"township": "松谷分场"})
    yield Example("下营镇天然林健康抚育作业设计", told.delivered, 210, JIZHOU, fields=JIZHOU_FIELDS)
    yield Example("石塘村集体天然林抚育作业设计", told.approved, 200, VILLAGE, fields=COLLECTIVE)
    yield Example("白龙潭天然林抚育作业设计", told.refused, 190, fields=LOW_CANOPY)
    yield Example("石城峪天然林抚育作业设计", told.withdrawn, 180)
    yield Example("司马台天然林抚育作业设计", told.not_accepted, 170)
    yield Example("四合堂天然林抚育作业设计", told.not_completed, 165)
    yield Example("清水河天然林抚育作业设计", told.approved, 120, plots=24)
    yield Example(
        "松谷林场补植补造作业设计", told.refused, 110, MUNICIPAL, fields=LOW_CANOPY | {"township": "松谷分场"}
    )
    yield Example("孙各庄满族乡天然林抚育作业设计", told.approved, 100, JIZHOU, fields=JIZHOU_FIELDS)
    yield Example("黑龙潭天然林抚育作业设计", told.approved, 90)
    yield Example("石塘村二期天然林抚育作业设计", told.withdrawn, 80, VILLAGE, fields=COLLECTIVE)
    yield Example("雾灵沟二期天然林抚育作业设计", told.approved, 40, plots=9)
    yield Example("罗庄子镇天然林抚育作业设计", told.withdrawn_draft, 38, JIZHOU, fields=JIZHOU_FIELDS)
    yield Example("桃源谷天然林抚育作业设计", told.overdue, 27)
    yield Example("云蒙岭三期天然林抚育作业设计", told.extended, 20)
    yield Example("梨树沟天然林抚育作业设计", told.resumed, 22)
    yield Example("东沟天然林抚育作业设计", told.suspended, 16)
    yield Example("西沟重点区域天然林抚育作业设计", told.proposed, 16, fields=KEY_ZONE)
    yield Example("北沟天然林抚育作业设计", told.proposed, 15)
    yield Example(
        "松谷林场防火林带抚育作业设计", told.proposed, 15, MUNICIPAL, fields={"purpose": "fire", "township": "松谷分场"}
    )
    yield Example("穿芳峪镇天然林抚育作业设计", told.proposed, 14, JIZHOU, fields=JIZHOU_FIELDS)
    yield Example("南沟天然林抚育作业设计", told.returned_to_final, 15)
    yield Example("大黑山天然林抚育作业设计", told.returned_and_back, 15)
    yield Example("小黑山天然林抚育作业设计", told.returned, 13)
    yield Example("青菜岭天然林抚育作业设计", told.in_final_review, 13)
    yield Example("官庄镇天然林抚育作业设计", told.recommended, 12, JIZHOU, fields=JIZHOU_FIELDS)
    yield Example("冯家峪天然林抚育作业设计", told.recommended, 11, fields=LOW_CANOPY)
    yield Example("半城子天然林抚育作业设计", told.inspected, 9)
    yield Example("番字牌天然林抚育作业设计", told.in_first_review, 8, VILLAGE, fields=COLLECTIVE)
    yield Example("对家河天然林抚育作业设计", told.deemed, 8)
    yield Example("不老屯天然林抚育作业设计", told.accepted, 6)
    yield Example("许家台镇天然林抚育作业设计", told.accepted, 6, JIZHOU, fields=JIZHOU_FIELDS)
    yield Example("古北口天然林抚育作业设计", told.corrected, 9)
    yield Example("新城子天然林抚育作业设计", told.correcting, 5)
    yield Example("太师屯天然林抚育作业设计", told.claimed, 4)
    yield Example("松谷林场中幼林抚育作业设计", told.submitted, 4, MUNICIPAL, fields={"township": "松谷分场"})
    yield Example("高岭镇天然林抚育作业设计", told.submitted, 2)
    yield Example("石塘村三期天然林抚育作业设计", told.submitted, 1, VILLAGE, fields=COLLECTIVE)
    yield Example("密云云岭林场2027年度抚育作业设计", told.drafted, 1, plots=30)


def examples_of_all_kinds() -> Iterator[Example | Occupation | Introduction]:
    """Every kind's examples, one kind after the other."""
    yield from tending_examples()
    yield from occupation_examples()
    yield from introduction_examples()


def begins(example: Example | Occupation | Introduction, today: date, walker_calendar: Any) -> date:
    """The working day `ago` working days before `today`."""
    day, left = today, example.ago
    while left:
        day = date.fromordinal(day.toordinal() - 1)
        left -= walker_calendar.is_working(day)
    return day
