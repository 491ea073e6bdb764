"""Introduction of alien or wild species: the decisions and the permit 引进审批件 (facts 2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from permits.documents.content import Annex, Certificate, KeyValues, Letter, Table
from permits.documents.forms.common import (
    LICENSING_LAW,
    Issue,
    Matter,
    licence_refusal,
    numbered,
    opening,
    para,
    resting_on,
)

SEED_PLAN: Final = "隔离试种方案"
TRIAL_PLAN: Final = "隔离引种试验方案"
"""What the plan of the isolation is called: of seeds and seedlings from abroad, and of other species."""
TRIAL_SEEDS: Final = (
    "从境外引进的种子、苗木属于试验用种的，应当隔离栽培，收获物也不得作为种子销售"
    "（《中华人民共和国种子法》第五十九条第二款）。"
)


class Introduction(Struct, frozen=True, kw_only=True):
    """What was applied for. `species` lists scientific and Chinese names, origin and number."""

    species: Table
    summary: str  # the species in a phrase, such as 梅花鹿等2个物种
    origin: str
    purpose: str
    place: str  # where they will be kept or planted
    care: str = "饲养或者种植"  # which of the two, by what is introduced
    responsible: str = ""
    seeds_tried: bool = False  # seeds and seedlings from abroad are planted in isolation first (植物检疫条例 12(2))
    others_tried: bool = False  # other species from abroad are tried in isolation first
    trial_days: str = ""  # from and to, where they were said
    uscc: str = ""
    quarantine: bool = False  # of seeds from abroad the approval is the quarantine approval of 植物检疫条例 12 itself
    beside_seeds: bool = False  # and other species come with them
    cites: bool = False  # a species from abroad is listed, and needs the import permit of another organ, too
    abroad: bool = True  # whether any species comes from abroad

    @property
    def isolation(self) -> str:
        """Of the isolation, for the permit; empty where none is ordered."""
        plans = [*([SEED_PLAN] if self.seeds_tried else []), *([TRIAL_PLAN] if self.others_tried else [])]
        return (self.trial_days or f"按经审查的{'和'.join(plans)}") if plans else ""

    @property
    def tried_first(self) -> Iterator[str]:
        """What is not done before the isolation has shown that it may be."""
        days = f"（{self.trial_days}）" if self.trial_days else ""
        if self.seeds_tried:
            yield (
                f"引进的种子、苗木应当按照{SEED_PLAN}隔离试种{days}；经植物检疫机构调查、观察和检疫，"
                "证明确实不带危险性病、虫的，方可分散种植（《植物检疫条例》第十二条第二款）。"
            )
        if self.others_tried:
            which = "首次引进的其他物种" if self.quarantine else "首次引进的"
            yield f"{which}，应当按照{TRIAL_PLAN}进行隔离试验{days}；试验未经评估通过，不得再次引进或者推广。"

    @property
    def beside(self) -> str:
        """What is to be done beside this decision."""
        elsewhere = "依法需要办理检疫审批、进出口证明等手续的，应当另行办理。"
        if not self.quarantine:
            return elsewhere
        listed = "；依法需要进出口证明的，应当另行办理" if self.cites and not self.beside_seeds else ""
        seeds, others = ("对从境外引进的种子、苗木", f"其他事项{elsewhere}") if self.beside_seeds else ("", "")
        approval = f"本决定{seeds}即《植物检疫条例》第十二条规定的检疫审批"
        return f"{approval}；引进的种子、苗木进境时应当依法接受检疫{listed}。{others}"

    @property
    def not_instead(self) -> str:
        """What the permit does not take the place of."""
        if self.quarantine and self.beside_seeds:
            entry = "进境检疫、进出口证明" if self.cites else "进境检疫"
            return f"本审批件不能代替{entry}和其他物种的检疫审批。"
        if self.quarantine:
            return f"本审批件不能代替进境检疫{'和进出口证明' if self.cites else ''}。"
        return f"本审批件不能代替检疫审批{'和进出口证明' if self.abroad else ''}。"

    @property
    def annex(self) -> Annex:
        """The species."""
        return Annex(title="引进物种一览表", blocks=(self.species,), landscape=len(self.species.columns) > 7)


def _duties(plan: Introduction) -> tuple[str, ...]:
    """The control after the introduction that the law lets an authority record (facts 2.7, W-01)."""
    return (
        f"引进的物种只能用于{plan.purpose}，并只能在{plan.place}{plan.care}，不得改变用途和地点。",
        "应当采取安全防范措施防止逃逸、扩散；发生逃逸、扩散的，应当立即采取措施并报告。",
        "不得擅自释放、丢弃引进的物种（《中华人民共和国生物安全法》第六十条）。",
        *plan.tried_first,
        *((TRIAL_SEEDS,) if plan.quarantine else ()),
        "应当建立引进档案，如实记录数量、去向和处置情况，接受监督检查。",
        plan.beside,
    )


def introduction_approval(
    issue: Issue, matter: Matter, plan: Introduction, *, basis: tuple[str, ...] = (), conditions: tuple[str, ...] = (),
) -> Letter:  # fmt: skip
    """准予行政许可决定书 for an introduction. `basis` must name the law of the route taken: it differs (facts 2.7)."""
    return issue.letter(
        title="准予行政许可决定书",
        addressee=matter.applicant,
        blocks=(
            para(
                f"{opening(matter)}经审查，符合法定条件和标准。"
                f"{resting_on(*basis, f'{LICENSING_LAW}第三十八条第一款')}"
                f"决定准予{matter.you}从{plan.origin}引进{plan.summary}，用于{plan.purpose}。{matter.you}应当遵守下列要求："
            ),
            *numbered((*_duties(plan), *conditions)),
        ),
        annexes=(plan.annex,),
    )


def introduction_refusal(
    issue: Issue, matter: Matter, plan: Introduction, *, reasons: tuple[str, ...], basis: tuple[str, ...] = ()
) -> Letter:
    """不予行政许可决定书 for an introduction, with reasons and remedies. ValueError without a reason."""
    asked = f"{matter.you}从{plan.origin}引进{plan.summary}的申请"
    meanwhile = "未经批准，不得引进、释放或者丢弃上述物种。"
    return licence_refusal(issue, matter, asked=asked, reasons=reasons, basis=basis, meanwhile=meanwhile)


def introduction_permit(
    issue: Issue, matter: Matter, plan: Introduction, *, decision: str, conditions: tuple[str, ...] = ()
) -> Certificate:
    """外来（野生）物种引进审批件. `decision` is the decision's number; no law found gives its validity (facts 2.7)."""
    pairs = (
        ("引进单位（个人）", matter.applicant),
        *((("统一社会信用代码", plan.uscc),) if plan.uscc else ()),
        ("引进物种", plan.summary),
        ("来源", plan.origin),
        ("用途", plan.purpose),
        (f"{plan.care}地点", plan.place),
        *((("责任人", plan.responsible),) if plan.responsible else ()),
        *((("隔离试验" if plan.others_tried else "隔离试种", plan.isolation),) if plan.isolation else ()),
        ("决定书文号", decision),
    )
    return Certificate(
        agency=issue.agency,
        number=issue.number,
        title="外来（野生）物种引进审批件",
        holder=matter.applicant,
        statement=f"经审查，同意{matter.you}引进附件所列物种。",
        facts=KeyValues(pairs=pairs),
        conditions=("不得擅自释放、丢弃或者改变用途、地点。", plan.not_instead, *conditions),
        date=issue.date,
        verification=issue.verification,
        annexes=(plan.annex,),
        test_seal=issue.test_seal,
    )
