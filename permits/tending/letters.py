"""The tending design in natural forest 天然林抚育作业设计审批: reply of consent, reply of refusal, certificate.

It is 其他行政审批 and no 行政许可 (facts 2.6), and it is no felling licence 林木采伐许可证 (森林法 56): both are said.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from permits.documents.content import Annex, Certificate, KeyValues, Letter, Table
from permits.documents.forms.common import Issue, Matter, numbered, opening, para, period, relying_on, remedies
from permits.documents.forms.titles import in_lines, of_unit

MATTER = "天然林抚育作业设计"
PLOTS_TITLE = "天然林抚育作业小班一览表"
FELLING = "涉及林木采伐的，应当依法另行申请林木采伐许可证；取得林木采伐许可证之前，不得采伐。"


class TendingDesign(Struct, frozen=True, kw_only=True):
    """What was applied for. Areas in hectares as text, so that the paper repeats the record digit by digit."""

    name: str  # of the design, such as 2026年度天然林抚育作业设计
    place: str
    area_ha: str
    plot_count: int
    methods: tuple[str, ...]
    work_from: date
    work_to: date
    plots: Table
    felling: bool = True
    uscc: str = ""
    compiled_by: str = ""

    def term(self, decided: date) -> str:
        """The days of the work that are consented to: none before the decision, whatever the design asked for."""
        return period(max(self.work_from, decided), self.work_to)

    @property
    def annex(self) -> Annex:
        """The plots, landscape where the table is wide."""
        return Annex(title=PLOTS_TITLE, blocks=(self.plots,), landscape=len(self.plots.columns) > 7)


def reply_title(unit: str, name: str, *, granted: bool = True) -> str:
    """关于（不）同意…的批复: unit, design and matter, each said once."""
    return f"关于{'' if granted else '不'}同意{of_unit(unit, name, MATTER)}的批复"


def _title(issue: Issue, unit: str, name: str, *, granted: bool = True) -> str:
    """The reply's title under its agency, broken after the unit, and before the matter where the name is long."""
    title = reply_title(unit, name, granted=granted)
    return f"{issue.agency}\n{in_lines(title, after=title.partition(unit)[0] + unit, before=MATTER)}"


def tending_approval(
    issue: Issue, matter: Matter, design: TendingDesign, *, basis: tuple[str, ...] = (), first_review: str = "",
    conditions: tuple[str, ...] = (),
) -> Letter:  # fmt: skip
    """The reply that consents (批复). `basis` the clauses relied on, `first_review` the agency that reviewed first."""
    reviewed = (
        f"经{first_review}初审、本机关审查，" if first_review and first_review != issue.agency else "经本机关审查，"
    )
    clauses = (
        f"同意{matter.you}报送的{design.name}。作业地点为{design.place}，共{design.plot_count}个小班，"
        f"面积{design.area_ha}公顷，抚育方式为{'、'.join(design.methods)}，各小班见附件。",
        f"作业期限为{design.term(issue.date)}。应当严格按照批准的作业设计施工；"
        "确需变更地点、面积、方式或者强度的，应当重新报批，批准前不得按变更后的内容施工。",
        *((FELLING,) if design.felling else ()),
        "作业中应当做好森林防火、有害生物防治和珍稀植物保护，接受林业主管部门的监督检查。",
        *conditions,
    )
    return issue.letter(
        title=_title(issue, matter.applicant, design.name),
        addressee=matter.applicant,
        blocks=(
            para(f"{opening(matter)}{reviewed}{relying_on(basis)}现批复如下："),
            *numbered(clauses),
            para("此复。"),
        ),
        annexes=(design.annex,),
    )


def tending_refusal(
    issue: Issue, matter: Matter, design: TendingDesign, *, reasons: tuple[str, ...], basis: tuple[str, ...] = ()
) -> Letter:
    """The reply that does not consent, with every reason and the remedies. ValueError without a reason."""
    if not reasons:
        raise ValueError("a refusal states its reasons")
    return issue.letter(
        title=_title(issue, matter.applicant, design.name, granted=False),
        addressee=matter.applicant,
        blocks=(
            para(f"{opening(matter)}经审查，{relying_on(basis)}不同意{matter.you}报送的{design.name}。理由如下："),
            *numbered(reasons),
            para(f"{matter.you}可以按照上述理由修改作业设计后重新报批；批准前不得实施该项抚育作业。"),
            remedies(issue, matter, "本批复"),
            para("此复。"),
        ),
    )


def tending_certificate(
    issue: Issue, matter: Matter, design: TendingDesign, *, reply: str, conditions: tuple[str, ...] = ()
) -> Certificate:
    """天然林抚育作业设计审批证. `reply` is the number of the reply it follows from."""
    pairs = (
        ("作业单位（个人）", matter.applicant),
        *((("统一社会信用代码", design.uscc),) if design.uscc else ()),
        ("作业设计", design.name),
        *((("编制单位", design.compiled_by),) if design.compiled_by else ()),
        ("作业地点", design.place),
        ("作业面积", f"{design.area_ha}公顷（{design.plot_count}个小班）"),
        ("抚育方式", "、".join(design.methods)),
        ("作业期限", design.term(issue.date)),
        ("批准文号", reply),
    )
    return Certificate(
        agency=issue.agency,
        number=issue.number,
        title="天然林抚育作业设计审批证",
        holder=matter.applicant,
        statement=f"{matter.you}报送的天然林抚育作业设计已经审查批准，可以按照批准的作业设计实施抚育作业。特发此证。",
        facts=KeyValues(pairs=pairs),
        conditions=(
            "本证与批复及经批准的作业设计一并使用，不得涂改、转让。",
            "本证不是林木采伐许可证，不能代替林木采伐许可证。",
            *conditions,
        ),
        validity=period(issue.date, design.work_to),  # the permit's term, as the page of verification tells it
        date=issue.date,
        verification=issue.verification,
        annexes=(design.annex,),
        test_seal=issue.test_seal,
    )
