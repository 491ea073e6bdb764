"""Example tending designs, and the ways they went: each story is the list of acts of one case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from permits.tables.example import JIZHOU, MIYUN, MUNICIPAL, VILLAGE, WATCH, Desks, Example, Story, Walker, drafted

METHODS = ("growth_thinning", "ecological_thinning", "release", "sanitation")
COMPOSITIONS = ("7油松3栎", "6侧柏3山杏1栾", "5栓皮栎3油松2椴", "8刺槐2榆")
PLACES = ("雾灵沟", "云蒙岭", "白龙潭", "石城峪", "司马台", "清水河", "黑龙潭", "四合堂")


def plot(number: int, *, township: str = "石城镇", **other: Any) -> dict[str, Any]:
    """A sub-compartment within every threshold; `other` changes fields."""
    thins = METHODS[number % 2]
    row: dict[str, Any] = {
        "township": township, "compartment": f"{10 + number // 6}林班", "number": str(number),
        "longitude": Decimal("117.10000") + Decimal(number) / 1000, "latitude": Decimal("40.55000"),
        "area_ha": Decimal("6.2500") + Decimal(number % 7), "ownership": "state", "origin": "natural", "stand": "arbor",
        "stand_purpose": "protection", "forest_category": "", "public_benefit": "provincial", "zone": "none",
        "natural_forest_project": True, "species_composition": COMPOSITIONS[number % 4], "age_group": "middle",
        "stand_age": 32 + number % 9, "mean_height_m": Decimal("9.5"), "rare_plants": False, "rare_plant_measures": "",
        "purpose": "health", "method": thins, "first_thinning": True, "felling_type": "", "felling_manner": "",
        "species_cut": "刺槐", "canopy_before": Decimal("0.85"), "canopy_after": Decimal("0.70"),
        "mean_dbh_before_cm": Decimal("14.2"), "mean_dbh_after_cm": Decimal("14.9"), "stems_kept": 1050,
        "stem_intensity_pct": Decimal("18"), "volume_intensity_pct": Decimal("12"),
        "target_share_before_pct": Decimal("60"), "target_share_after_pct": Decimal("68"),
        "converts_to_plantation": False, "weeding": True, "residue_treated": True,
        "task_reference": "", "remark": "",
    }  # fmt: skip
    return row | other


def head(work_from: date, place: str, drafted: date) -> dict[str, Any]:
    """The head of a design for work of two months from `work_from`, surveyed six weeks before it was drafted."""
    return {
        "compiler": "京北林业调查规划设计院（示例）", "qualification": "林业调查规划设计丙级", "lead_designer": "赵堃",
        "staff": "赵堃、钱龘、孙喆", "surveyed_on": drafted - timedelta(days=42),
        "management_plan": f"{place}天然林经营方案（2021—2030年）",
        "standards": "GB/T 15781-2015、LY/T 1646、DB11/T 290",
        "purpose": f"调整{place}天然次生林密度，促进目的树种生长，培育乡土树种，维护森林健康。",
        "funding": "subsidy", "funding_note": "", "cost_yuan": Decimal("186000.00"), "labour_days": 620,
        "supplies": "油锯、割灌机、风力灭火机", "work_from": work_from, "work_to": work_from + timedelta(days=60),
        "felling": True,
    }  # fmt: skip


def _season(walker: Walker) -> date:
    """The first 20 November that leaves time for the procedure: felling is allowed from 15 October to 31 March."""
    day = walker.moment.date() + timedelta(days=75)
    year = day.year if day <= date(day.year, 11, 20) else day.year + 1
    return date(year, 11, 20)


def submitted(walker: Walker, desks: Desks) -> None:
    """Handed in; in the agency's queue."""
    walker.unit("submit", desks.clerk, statement=True)


def claimed(walker: Walker, desks: Desks) -> None:
    """An acceptance officer has taken it."""
    submitted(walker, desks)
    walker.rest(1).claim(desks.accept)


def correcting(walker: Walker, desks: Desks) -> None:
    """One complete list of what to correct was sent."""
    submitted(walker, desks)
    walker.rest(2).officer("request_correction", desks.accept, items=[
        {"where": "plots", "what": "第3小班设计保留郁闭度与作业设计说明书第四章表述不一致，请核对。"},
        {"where": "materials/maps", "what": "设计图缺少小班注记，请重新提交。"}],
        until=walker.calendar.add(walker.moment.date(), 15).date)  # fmt: skip


def corrected(walker: Walker, desks: Desks) -> None:
    """Corrected and handed in again."""
    correcting(walker, desks)
    walker.rest(4).unit("resubmit", desks.clerk, note="已按补正通知修改。")


def accepted(walker: Walker, desks: Desks) -> None:
    """Accepted; waits for first review."""
    submitted(walker, desks)
    walker.rest(3).officer("accept", desks.accept, note="材料齐全，符合法定形式。")


def deemed(walker: Walker, desks: Desks) -> None:
    """Nobody wrote within five working days: accepted by law."""
    submitted(walker, desks)
    walker.rest(6).clock("deem_accepted", "accept")


def in_first_review(walker: Walker, desks: Desks) -> None:
    """Taken by the first reviewer, who has been on site."""
    accepted(walker, desks)
    walker.rest(2).claim(desks.first)


def inspected(walker: Walker, desks: Desks) -> None:
    """Two officers were on site."""
    in_first_review(walker, desks)
    others = [name for name in ("miyun-review", "miyun-review2", "city-first", "jizhou-first") if name != desks.first]
    walker.rest(2).meanwhile("record_site_check", desks.first, checked_on=walker.moment.date(),
        inspectors=[{"person": walker.people[desks.first]}, {"person": walker.people[others[0]]}],
        place="作业设计所列小班",
            result="现地林分起源、郁闭度与设计一致；未见珍稀植物群落；未发现违法使用林地情形。")  # fmt: skip


def recommended(walker: Walker, desks: Desks) -> None:
    """First review done: the file is with the final reviewer's agency."""
    inspected(walker, desks)
    walker.rest(2).officer("recommend", desks.first, outcome="approve",
        opinion="经初审，作业设计符合天然林经营方案和相关技术规程，建议同意。")  # fmt: skip


def returned(walker: Walker, desks: Desks) -> None:
    """The final reviewer sent it back to first review."""
    recommended(walker, desks)
    walker.rest(2).officer("return_to_first_review", desks.final, reason="请补充说明生长伐小班目的树种比例的测算依据。")


def returned_and_back(walker: Walker, desks: Desks) -> None:
    """Sent back once, answered, and up again."""
    returned(walker, desks)
    walker.rest(2).officer("recommend", desks.first, outcome="approve", opinion="已补充标准地调查数据，建议同意。")


def in_final_review(walker: Walker, desks: Desks) -> None:
    """Taken by a final reviewer."""
    recommended(walker, desks)
    walker.rest(1).claim(desks.final)


def suspended(walker: Walker, desks: Desks) -> None:
    """The period stands still for an expert review."""
    in_final_review(walker, desks)
    walker.rest(1).meanwhile(
        "suspend_clock", desks.final, ground="expert_review", reason="拟组织专家评审，评审时间不计入办理期限。"
    )


def resumed(walker: Walker, desks: Desks) -> None:
    """The experts have met; the period runs again."""
    suspended(walker, desks)
    walker.rest(6).meanwhile("resume_clock", desks.final, note="专家评审已结束。")
    walker.meanwhile("record_expert_review", desks.final, held_on=walker.moment.date(),
        experts="李龘、周喆、吴堃",
        conclusion="作业设计技术措施合理，建议通过。")  # fmt: skip


def extended(walker: Walker, desks: Desks) -> None:
    """The head of the deciding agency extended the period."""
    in_final_review(walker, desks)
    walker.rest(6).meanwhile(
        "extend_period", desks.decide_head, "decide", working_days=10, reason="涉及小班较多，需进一步核实现地情况。"
    )


def proposed(walker: Walker, desks: Desks, outcome: str = "approve") -> None:
    """Before the decision maker."""
    recommended(walker, desks)
    opinion = "经审查，符合要求，拟同意。" if outcome == "approve" else "经审查，拟不同意。"
    conditions = "严格按照批准的作业设计施工\n作业期间落实森林防火措施" if outcome == "approve" else None
    walker.rest(3).officer("propose", desks.final, outcome=outcome, opinion=opinion, conditions=conditions)


def returned_to_final(walker: Walker, desks: Desks) -> None:
    """The decision maker asks the final reviewer to look again."""
    proposed(walker, desks)
    walker.rest(1).officer(
        "return_to_final_review", desks.decide, reason="请核实第2小班与天然林保护重点区域的位置关系。"
    )


def approved(walker: Walker, desks: Desks) -> None:
    """Approved, with its certificate."""
    proposed(walker, desks)
    walker.rest(2).officer(
        "approve", desks.decide, opinion="同意。", conditions="严格按照批准的作业设计施工\n作业期间落实森林防火措施"
    )


def put_right(walker: Walker, desks: Desks) -> None:
    """Approved; inspected and found not in order, and being put right."""
    approved(walker, desks)
    walker.rest(5).inspection(WATCH, "2林班各小班", start=("not_in_order", "作业道已提前开挖，未报告开工。"))
    until = walker.moment.date() + timedelta(days=60)
    walker.supervisor("order_rectification", WATCH[0], obligation="start", until=until,
                      basis="《中华人民共和国森林法》第六十六条",
                      demands="停止开挖并恢复原状。\n取得采伐许可证并报告开工后方可作业。")  # fmt: skip


def delivered(walker: Walker, desks: Desks) -> None:
    """Approved and handed over."""
    approved(walker, desks)
    walker.rest(3).meanwhile("record_delivery", desks.decide, "decide", delivered_on=walker.moment.date(),
        manner="窗口领取",
        receiver=str(walker.people[desks.clerk]))  # fmt: skip


def refused(walker: Walker, desks: Desks) -> None:
    """Refused, with reasons and remedies."""
    proposed(walker, desks, "refuse")
    walker.rest(2).officer(
        "refuse", desks.decide, reasons="设计保留郁闭度及采伐强度与现地林分状况不符，未按天然林经营方案确定修复措施。"
    )


def not_accepted(walker: Walker, desks: Desks) -> None:
    """Not a matter for this organ."""
    submitted(walker, desks)
    walker.rest(2).officer("refuse_acceptance", desks.accept, ground="other_organ", organ="天津市蓟州区林业局",
        reason="所涉小班位于天津市蓟州区行政区域内，不属于本机关职权范围。")  # fmt: skip


def not_completed(walker: Walker, desks: Desks) -> None:
    """Correction was asked for and never came."""
    correcting(walker, desks)
    walker.rest(20).officer_outside("refuse_acceptance", desks.accept, "accept", ground="not_completed",
        reason="申请人在通知的期限内未补正材料。")  # fmt: skip


def withdrawn(walker: Walker, desks: Desks) -> None:
    """The applicant changed its plans."""
    accepted(walker, desks)
    walker.rest(3).unit("withdraw", desks.clerk, reason="因资金计划调整，暂缓实施。")


def withdrawn_draft(walker: Walker, desks: Desks) -> None:
    """Given up before it was handed in."""
    walker.rest(1).unit("withdraw", desks.clerk)


def overdue(walker: Walker, desks: Desks) -> None:
    """First review lies longer than the law allows."""
    accepted(walker, desks)


def _example(
    title: str, story: Story, ago: int, desks: Desks = MIYUN, *, plots: int = 5, fields: dict[str, Any] | None = None
) -> Example:
    return Example(
        title=title,
        story=story,
        ago=ago,
        desks=desks,
        rows=tuple(plot(number, **(fields or {})) for number in range(1, plots + 1)),
        head=lambda walker: head(_season(walker), _place(title), walker.moment.date()),
    )


def _place(title: str) -> str:
    """Where the design lies: the farm, else the valley, village or town a title begins with."""
    farm, found, _rest = title.partition("林场")
    if found:
        return farm + found
    return title[:2] if title[1] == "沟" else title[:3]


COLLECTIVE = {"ownership": "collective", "township": "石塘路村"}
JIZHOU_FIELDS = {"township": "下营镇", "purpose": "pest", "species_cut": "刺槐"}
LOW_CANOPY = {"canopy_after": Decimal("0.55")}
KEY_ZONE = {"zone": "key", "method": "ecological_thinning"}


def examples() -> Iterator[Example]:
    """In the order in which they were begun."""
    yield _example("雾灵沟天然林抚育作业设计（2025年度）", delivered, 250, plots=12)
    yield _example("云蒙岭天然林抚育作业设计", delivered, 230, plots=48)
    yield _example("松谷林场栎类次生林抚育作业设计", delivered, 220, MUNICIPAL, fields={"township": "松谷分场"})
    yield _example("下营镇天然林健康抚育作业设计", delivered, 210, JIZHOU, fields=JIZHOU_FIELDS)
    yield _example("石塘村集体天然林抚育作业设计", approved, 200, VILLAGE, fields=COLLECTIVE)
    yield _example("白龙潭天然林抚育作业设计", refused, 190, fields=LOW_CANOPY)
    yield _example("石城峪天然林抚育作业设计", withdrawn, 180)
    yield _example("司马台天然林抚育作业设计", not_accepted, 170)
    yield _example("四合堂天然林抚育作业设计", not_completed, 165)
    yield _example("清水河天然林抚育作业设计", approved, 120, plots=24)
    yield _example("松谷林场补植补造作业设计", refused, 110, MUNICIPAL, fields=LOW_CANOPY | {"township": "松谷分场"})
    yield _example("孙各庄满族乡天然林抚育作业设计", approved, 100, JIZHOU, fields=JIZHOU_FIELDS)
    yield _example("黑龙潭天然林抚育作业设计", approved, 90)
    yield _example("石塘村二期天然林抚育作业设计", withdrawn, 80, VILLAGE, fields=COLLECTIVE)
    yield _example("雾灵沟二期天然林抚育作业设计", put_right, 40, plots=9)
    yield _example("罗庄子镇天然林抚育作业设计", withdrawn_draft, 38, JIZHOU, fields=JIZHOU_FIELDS)
    yield _example("桃源谷天然林抚育作业设计", overdue, 27)
    yield _example("云蒙岭三期天然林抚育作业设计", extended, 20)
    yield _example("梨树沟天然林抚育作业设计", resumed, 22)
    yield _example("东沟天然林抚育作业设计", suspended, 16)
    yield _example("西沟重点区域天然林抚育作业设计", proposed, 16, fields=KEY_ZONE)
    yield _example("北沟天然林抚育作业设计", proposed, 15)
    yield _example(
        "松谷林场防火林带抚育作业设计", proposed, 15, MUNICIPAL, fields={"purpose": "fire", "township": "松谷分场"}
    )
    yield _example("穿芳峪镇天然林抚育作业设计", proposed, 14, JIZHOU, fields=JIZHOU_FIELDS)
    yield _example("南沟天然林抚育作业设计", returned_to_final, 15)
    yield _example("大黑山天然林抚育作业设计", returned_and_back, 15)
    yield _example("小黑山天然林抚育作业设计", returned, 13)
    yield _example("青菜岭天然林抚育作业设计", in_final_review, 13)
    yield _example("官庄镇天然林抚育作业设计", recommended, 12, JIZHOU, fields=JIZHOU_FIELDS)
    yield _example("冯家峪天然林抚育作业设计", recommended, 11, fields=LOW_CANOPY)
    yield _example("半城子天然林抚育作业设计", inspected, 9)
    yield _example("番字牌天然林抚育作业设计", in_first_review, 8, VILLAGE, fields=COLLECTIVE)
    yield _example("对家河天然林抚育作业设计", deemed, 8)
    yield _example("不老屯天然林抚育作业设计", accepted, 6)
    yield _example("许家台镇天然林抚育作业设计", accepted, 6, JIZHOU, fields=JIZHOU_FIELDS)
    yield _example("古北口天然林抚育作业设计", corrected, 9)
    yield _example("新城子天然林抚育作业设计", correcting, 5)
    yield _example("太师屯天然林抚育作业设计", claimed, 4)
    yield _example("松谷林场中幼林抚育作业设计", submitted, 4, MUNICIPAL, fields={"township": "松谷分场"})
    yield _example("高岭镇天然林抚育作业设计", submitted, 2)
    yield _example("石塘村三期天然林抚育作业设计", submitted, 1, VILLAGE, fields=COLLECTIVE)
    yield _example("密云云岭林场2027年度抚育作业设计", drafted, 1, plots=30)
