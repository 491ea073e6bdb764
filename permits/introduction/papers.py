"""The official papers of an introduction, in Chinese, from what was handed in last."""

from __future__ import annotations

from typing import Any

from permits.documents.content import Align, Certificate, Column, Letter, Table
from permits.documents.forms import clauses
from permits.documents.numbering import issue_of
from permits.documents.standard import matter_of
from permits.introduction import vocabulary as v
from permits.introduction.letters import Introduction, introduction_approval, introduction_permit, introduction_refusal
from permits.models import Application, Document
from permits.tables.kind import handed_in

BASIS = {
    "A": ("《中华人民共和国野生动物保护法》第四十条",),
    "B": ("《植物检疫条例》第十二条",),
    "C": ("《中华人民共和国生物安全法》第六十条",),
    "D": ("《中华人民共和国陆生野生动物保护实施条例》第二十二条",),
}
COLUMNS = ("序号", "中文名", "学名", "来源", "首次引进", "数量", "形态")


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval or a refusal required."""
    application, act = document.application, document.act
    issue, matter, plan = issue_of(document), matter_of(application), plan_of(application)
    basis = BASIS.get(application.scope, ())
    if document.kind == "introduction_refusal":
        return introduction_refusal(issue, matter, plan, reasons=clauses(act.facts.get("reasons")), basis=basis)
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == "introduction_permit":
        decision = act.documents.get(kind="introduction_approval").number
        return introduction_permit(issue, matter, plan, decision=decision, conditions=conditions)
    return introduction_approval(issue, matter, plan, basis=basis, conditions=conditions)


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Species, where from and where to, and for what."""
    plan = plan_of(application)
    return (("引进物种", plan.summary), ("来源地", plan.origin), ("用途", plan.purpose), ("引进地点", plan.place))


def plan_of(application: Application) -> Introduction:
    """What was handed in last, in the words of the papers. LookupError if nothing was."""
    asked = handed_in(application)
    head, species = asked["introduction"], asked["species"]
    first = species[0]["chinese_name"] or species[0]["scientific_name"]
    return Introduction(
        species=_table(species),
        summary=first if len(species) == 1 else f"{first}等{len(species)}个物种",
        origin=head["origin"],
        purpose=v.PURPOSE_ZH[head["purpose"]],
        place=head["place"],
        responsible=head["responsible"],
        isolation=_isolation(head),
        uscc=application.unit.uscc,
    )


def _isolation(head: dict[str, Any]) -> str:
    if not head["isolation_trial"]:
        return ""
    start, end = head["isolation_from"], head["isolation_to"]
    return f"{start}至{end}" if start and end else "按经审查的隔离试验方案"


def _table(species: list[dict[str, Any]]) -> Table:
    rows = tuple(
        (
            str(number), one["chinese_name"], one["scientific_name"], v.SOURCE_ZH.get(one["source"], ""),
            "是" if one["first_introduction"] else "否", f"{one['quantity']}{one['unit']}", one["material"] or "—",
        )
        for number, one in enumerate(species, 1)
    )  # fmt: skip
    weights = (0.5, 1.2, 1.8, 0.8, 0.8, 0.9, 1.0)
    columns = tuple(Column(head=head, weight=w, align=Align.CENTRE) for head, w in zip(COLUMNS, weights, strict=True))
    return Table(columns=columns, rows=rows)
