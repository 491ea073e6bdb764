"""Plans and papers an introduction needs: isolation trial, risk report, escape prevention, germplasm, CITES."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction, Species
from permits.introduction.rules.routes import INTRODUCTION, by_route
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE, STATE_FORESTRY


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


def listed(case: Introduction, *, animals: bool) -> Iterator[Species]:
    """The species of CITES from abroad, either the animals or the others. Their permit comes from another organ after
    the approval; it is no paper of this application."""
    for one in case.species:
        if one.cites and one.source == "abroad" and one.taxon.endswith("animal") is animals:
            yield one


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
    for one in listed(case, animals=True):
        yield hit(
            _(
                "A CITES species also needs the import permit of the national CITES office; the copy is "
                "returned within 30 days of customs release."
            ),
            where=one.scientific_name,
        )


@rule(
    "W-EN10",
    title=_("CITES plant: approval of the national authority, and import permit"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.endangered(
            "第七条",
            (
                "进口或者出口公约限制进出口的濒危野生动植物及其产品，出口国务院或者国务院野生动植物主管部门限制出口的"
                "野生动植物及其产品，应当经国务院野生动植物主管部门批准。"
            ),
        ),
        sources.endangered(
            "第十二条第一款",
            (
                "申请人取得国务院野生动植物主管部门的进出口批准文件后，应当在批准文件规定的有效期内，"
                "向国家濒危物种进出口管理机构申请核发允许进出口证明书。"
            ),
        ),
    ),
)
def cites_plants(case: Introduction, on: date) -> Iterator[Hit]:
    """By the regulation on endangered species: what the quarantine approval does not give (of animals the approval is
    that of route A). Of what the convention bars from trade its art 6 asks for a special case."""
    for one in listed(case, animals=False):
        yield hit(
            _(
                "A CITES plant also needs the approval of the State Council's authority for its group, for forest "
                "plants %(organ)s, and then the import permit of the national CITES office; the copy is returned to "
                "that office within 30 days of customs release."
            ),
            where=one.scientific_name,
            organ=STATE_FORESTRY,
        )


@rule(
    "W-SD57",
    title=_("Business in seeds from abroad: seed licence"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.seed_law("第五十七条第一款", "从事种子进出口业务的，应当具备种子生产经营许可证"),
        sources.seed_law(
            "第三十一条第一款",
            "从事种子进出口业务的种子生产经营许可证，由国务院农业农村、林业草原主管部门核发。",
        ),
    ),
)
def seed_business(case: Introduction, on: date) -> Iterator[Hit]:
    """A licence of the trader, not of this introduction: whether the applicant does such business the case does not
    tell, and the licence is no paper of this application. Seeds of the law are seedlings, too."""
    if next(by_route(case, "B"), None):
        yield hit(
            _(
                "Who does business in importing seeds or seedlings needs the licence to produce and trade in seeds, "
                "issued by %(organ)s (Seed Law art 31 and 57); whether this is such a business the application does "
                "not tell."
            ),
            organ=STATE_FORESTRY,
        )


@rule(
    "W-SD59",
    title=_("Seeds from abroad for trials: grown in isolation, the harvest is no seed for sale"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.seed_law(
            "第五十九条第二款", "从境外引进农作物或者林木试验用种，应当隔离栽培，收获物也不得作为种子销售。"
        ),
    ),
)
def trial_seeds(case: Introduction, on: date) -> Iterator[Hit]:
    """A condition of the decision on every seed and seedling from abroad: which of them are for trials is not told."""
    if next(by_route(case, "B"), None):
        yield hit(
            _("What of it is for trials is grown in isolation, and its harvest may not be sold as seed (Seed Law 59).")
        )
