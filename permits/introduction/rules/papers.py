"""Plans and papers an introduction needs: isolation trial, risk report, escape prevention, germplasm, CITES."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction
from permits.introduction.rules.routes import INTRODUCTION, by_route
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE


@rule(
    "W-01",
    title=_("Control after introduction: escape prevention"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="incomplete",
    last_edition=True,
    since=date.min,
    citations=(
        sources.s4(122, "依法严格外来物种引入审批,强化引入后使用管控。"),
        sources.import_measures("第四条", "应当采取安全可靠的防范措施，防止逃逸（摘要）"),
        sources.wildlife_regulation(
            "第二十二条第一款",
            "从国外或者外省、自治区、直辖市引进野生动物进行驯养繁殖的，应当采取适当措施，防止其逃至野外",
        ),
    ),
)
def escape_prevention(case: Introduction, on: date) -> Iterator[Hit]:
    """The plan of 2023 is Beijing's; the national law behind it is the same everywhere."""
    if not case.escape_prevention:
        yield hit(_("The plan for preventing escape and controlling the species after its introduction is missing."))


@rule(
    "W-D19-5",
    title=_("First introduction of wildlife: isolation trial"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(
        sources.import_measures("第五条", "首次引进境外陆生野生动物外来物种的，提交隔离引种试验实施方案（摘要）"),
    ),
)
def isolation_trial_wildlife(case: Introduction, on: date) -> Iterator[Hit]:
    """The plan of the trial is among the papers of a first introduction."""
    for one in by_route(case, "A"):
        if one.first_introduction and not case.isolation_trial:
            yield hit(
                _("First introduction from abroad: the plan of the isolation trial is missing."),
                where=one.scientific_name,
            )


@rule(
    "W-PQ12-2",
    title=_("Plants from abroad: isolated trial planting"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="incomplete",
    also=("warn",),
    citations=(
        sources.plant_quarantine(
            "第十二条第二款",
            (
                "从国外引进、可能潜伏有危险性病、虫的种子、苗木和其他繁殖材料，必须隔离试种，"
                "植物检疫机构应进行调查、观察和检疫，证明确实不带危险性病、虫的，方可分散种植。"
            ),
        ),
    ),
)
def isolation_trial_plants(case: Introduction, on: date) -> Iterator[Hit]:
    """Whether pests may lurk is the organ's finding: for a first introduction the plan is asked for, else a warning."""
    for one in by_route(case, "B"):
        if not case.isolation_trial:
            yield hit(
                _(
                    "Seeds and seedlings from abroad that may carry dangerous pests must be planted in isolation "
                    "first: the plan is missing."
                ),
                where=one.scientific_name,
                severity=None if one.first_introduction else "warn",
            )


@rule(
    "W-IAS",
    title=_("First introduction: risk-assessment report"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="incomplete",
    citations=(sources.invasive_species("首次引进外来物种的，应当向审批部门提交风险评估报告（摘要）"),),
)
def risk_report(case: Introduction, on: date) -> Iterator[Hit]:
    """For species from abroad; a Chinese species new to the province is no alien species of these measures."""
    for one in case.species:
        if one.first_introduction and one.source == "abroad" and "risk_report" not in case.documents:
            yield hit(
                _("First introduction of an alien species: the risk-assessment report is missing."),
                where=one.scientific_name,
            )


@rule(
    "W-DEF",
    title=_("A Chinese species new to the province is no alien species"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.invasive_species("外来物种，是指在中华人民共和国境内无天然分布，经自然或人为途径传入的物种（摘要）"),
        sources.import_measures("第三条", "外来物种是指自然分布在境外的陆生野生动物活体及繁殖材料（摘要）"),
    ),
)
def definition(case: Introduction, on: date) -> Iterator[Hit]:
    """The definition trap: neither text covers it; only the rules for moving wildlife do."""
    for one in case.species:
        if one.first_introduction and one.source != "abroad":
            yield hit(
                _(
                    "A species of China that is new here is no alien species in law: isolation trial and risk "
                    "report are not required by it."
                ),
                where=one.scientific_name,
            )


@rule(
    "W-09",
    title=_("Germplasm from abroad: risk assessment and registration (Beijing)"),
    kinds=INTRODUCTION,
    places=(BEIJING,),
    severity="incomplete",
    also=("info",),
    last_edition=True,
    citations=(
        sources.s3(16, "严格种质资源管理。"),
        sources.beijing_seed(
            "第十六条",
            (
                "对引进的种质资源开展检疫性有害生物和生物安全风险评估；……对从境外引进的种质资源进行登记，"
                "依托种质资源保护单位做好样品保存工作。"
            ),
        ),
    ),
)
def germplasm(case: Introduction, on: date) -> Iterator[Hit]:
    """Every introduction of forest germplasm is assessed, registered and sampled, not the first one only."""
    for one in by_route(case, "B"):
        if "risk_report" not in case.documents:
            yield hit(
                _("Germplasm from abroad is assessed for pests and biosafety: the risk report is missing."),
                where=one.scientific_name,
            )
        else:
            yield hit(
                _("Germplasm from abroad is registered, and a sample is kept by a germplasm protection unit."),
                where=one.scientific_name,
                severity="info",
            )


def listed(case: Introduction, *, animals: bool) -> Iterator[Hit]:
    """The species of CITES from abroad, either the animals or the others. Their permit comes from another organ after
    the approval; it is no paper of this application."""
    for one in case.species:
        if one.cites and one.source == "abroad" and one.taxon.endswith("animal") is animals:
            yield hit(
                _(
                    "A CITES species also needs the import permit of the national CITES office; the copy is "
                    "returned within 30 days of customs release."
                ),
                where=one.scientific_name,
            )


@rule(
    "W-WL40-2",
    title=_("CITES species: import permit"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.wildlife_law(
            "第四十条第一款", "从境外引进列入本法第三十七条第一款名录的野生动物，还应当依法取得允许进出口证明书。"
        ),
    ),
)
def cites(case: Introduction, on: date) -> Iterator[Hit]:
    """By the Wildlife Law, which speaks of animals alone."""
    return listed(case, animals=True)


@rule(
    "W-EN10",
    title=_("CITES plant: import permit"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.endangered(
            "第十条至第十三条", "（大意）进口公约限制进出口的濒危野生动植物，应当经批准并取得允许进出口证明书。"
        ),
    ),
)
def cites_plants(case: Introduction, on: date) -> Iterator[Hit]:
    """By the regulation on endangered species."""
    return listed(case, animals=False)
