"""How the example cases went: each story is the list of acts of one case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .walk import Walker


@dataclass(frozen=True)
class Desks:
    """The logins through which a case goes."""

    clerk: str
    accept: str
    first: str
    final: str
    decide: str
    district: str
    first_head: str = "miyun-head"
    decide_head: str = "city-head"


MIYUN = Desks("farm", "miyun-accept", "miyun-review", "city-review", "city-decide", "110118")
VILLAGE = Desks("village", "miyun-accept", "miyun-review2", "city-review2", "city-decide", "110118")
MUNICIPAL = Desks("cityfarm", "city-accept", "city-first", "city-review", "city-decide", "110116")
JIZHOU = Desks("jizhoufarm", "jizhou-accept", "jizhou-first", "jizhou-review", "jizhou-decide", "120119")

Story = Callable[[Walker, Desks], None]


def drafted(walker: Walker, desks: Desks) -> None:
    """Complete, and not handed in yet."""


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
        {"where": "materials/maps", "what": "设计图缺少小班注记，请重新提交。"}])  # fmt: skip


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
    walker.rest(6).meanwhile("record_expert_review", desks.final, held_on=walker.moment.date(),
        experts="李龘、周喆、吴堃",
        conclusion="作业设计技术措施合理，建议通过。")  # fmt: skip
    walker.meanwhile("resume_clock", desks.final, note="专家评审已结束。")


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
