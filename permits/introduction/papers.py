"""The official papers of an introduction, in Chinese, from what was handed in last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permits.acts.decided import decided_matter
from permits.acts.found import case_of
from permits.documents.content import Align, Certificate, Column, Letter, Table
from permits.documents.forms import clauses
from permits.documents.forms.common import period
from permits.documents.numbering import issue_of
from permits.documents.standard import cited, clauses_against
from permits.introduction import vocabulary as v
from permits.introduction.kind import in_a_phrase
from permits.introduction.letters import Introduction, introduction_approval, introduction_permit, introduction_refusal
from permits.introduction.obligations import PLANT, isolated
from permits.introduction.rules.need import created_by
from permits.introduction.rules.species import watched
from permits.models import Application, Document
from permits.rules import BadCase, parse
from permits.tables.kind import handed_in

NO_INTRUDER = "《中华人民共和国生物安全法》第六十条"
COLUMNS = ("序号", "中文名", "学名", "来源", "首次引进", "数量", "形态")


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval or a refusal required."""
    application, act = document.application, document.act
    issue, matter, plan = issue_of(document), decided_matter(application, document.act), plan_of(application)
    basis = created_by_articles(application)
    if document.kind == "introduction_refusal":
        return introduction_refusal(
            issue, matter, plan, reasons=clauses(act.facts.get("reasons")), basis=(*basis, *clauses_against(act))
        )
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == "introduction_permit":
        decision = act.documents.get(kind="introduction_approval").number
        return introduction_permit(issue, matter, plan, decision=decision, conditions=conditions)
    return introduction_approval(issue, matter, plan, basis=basis, conditions=conditions)


def created_by_articles(application: Application) -> tuple[str, ...]:
    """The articles that create the permit, by the route each species takes (permits/introduction/rules/need.py). Where
    none was read, a species of the watch list and what other departments decide rest on 生物安全法 60; the rest on no
    article.
    """
    try:
        case: Any = parse(case_of(application))
    except BadCase:  # of a draft that older rules took
        return ()
    created = [created_by(case, one) for one in case.species]
    of_others = application.scope == "C" or any(watched(case))
    named = dict.fromkeys(cited(one.source, one.article) for one in created if one)
    return tuple(named) or ((NO_INTRUDER,) if of_others else ())


PUBLIC_HEADS: Final = {
    "引进物种": _("The species"), "来源地": _("country or province of origin"), "用途": _("What for"),
    "引进地点": _("place of keeping or planting"),
}  # fmt: skip
"""The heads of `made_public` that no column has, for readers of another language."""


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Species, where from and where to, and for what."""
    plan = plan_of(application)
    return (("引进物种", plan.summary), ("来源地", plan.origin), ("用途", plan.purpose), ("引进地点", plan.place))


def plan_of(application: Application) -> Introduction:
    """What was handed in last, in the words of the papers. LookupError if nothing was."""
    asked = handed_in(application)
    head, species = asked["introduction"], asked["species"]
    abroad = [one for one in species if one["source"] == "abroad"]
    seeds = [one for one in abroad if one["taxon"] == PLANT]
    tried = [one for one in species if isolated(one["taxon"], one["source"], first=one["first_introduction"])]
    planned = bool(head["isolation_trial"])
    return Introduction(
        species=_table(species),
        summary=in_a_phrase([one["chinese_name"] or one["scientific_name"] for one in species]),
        origin=_origin(head["origin"], [one["source"] for one in species]),
        purpose=v.PURPOSE_ZH[head["purpose"]],
        place=head["place"],
        care=care_of([one["taxon"] for one in species]),
        responsible=head["responsible"],
        seeds_tried=planned and any(one in seeds for one in tried),
        others_tried=planned and any(one not in seeds for one in tried),
        trial_days=_days(head),
        uscc=application.unit.credit_code,
        quarantine=bool(seeds),
        beside_seeds=len(seeds) < len(species),
        cites=any(one["cites"] for one in abroad),
        abroad=bool(abroad),
    )


def _origin(origin: str, sources: Iterable[str]) -> str:
    """Where they come from, as the head tells it of them all: of species of several sources it may name one alone."""
    return f"{origin}等地" if len(set(sources)) > 1 and "、" not in origin else origin


CARE: Final = {"animal": "饲养", "plant": "种植", "microbe": "培养"}


def care_of(taxa: Iterable[str]) -> str:
    """What is done with what is introduced, by its groups: animals are kept, plants planted, micro-organisms grown."""
    groups = {taxon.rpartition("_")[2] for taxon in taxa}
    *before, last = [verb for group, verb in CARE.items() if group in groups] or CARE.values()
    return "或者".join([*(["、".join(before)] if before else []), last])


def _days(head: dict[str, Any]) -> str:
    """Of the isolation trial; empty where they were not said."""
    start, end = head["isolation_from"], head["isolation_to"]
    return period(date.fromisoformat(start), date.fromisoformat(end)) if start and end else ""


def _table(species: list[dict[str, Any]]) -> Table:
    rows = tuple(
        (
            str(number), one["chinese_name"], one["scientific_name"], v.SOURCE_ZH.get(one["source"], ""),
            "是" if one["first_introduction"] else "否", f"{one['quantity']}{one['unit']}", one["material"] or "—",
        )
        for number, one in enumerate(species, 1)
    )  # fmt: skip
    weights = (0.5, 1.2, 1.8, 0.8, 0.8, 0.9, 1.0)
    columns = tuple(
        Column(head=head, weight=weight, align=Align.CENTRE) for head, weight in zip(COLUMNS, weights, strict=True)
    )
    return Table(columns=columns, rows=rows)
