"""The closed list of materials of an introduction (许可法 31): nothing else may be asked for."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from permits.kinds import Requirement
from permits.models import Application

GERMPLASM = "forest_plant"
REPORT = Requirement(
    slot="report", label=_("Application report with the purpose of the introduction"), source="令19号 art 5 (W14)",
    accepts=("pdf", "docx"),
)  # fmt: skip
CONTRACT = Requirement(
    slot="contract", label=_("Contract, and the agency contract where there is one"), source="令19号 art 5 (W14)",
    accepts=("pdf",),
)  # fmt: skip
SAFETY = Requirement(
    slot="safety", label=_("Proof of people and technique, and the safety measures"), source="令19号 art 5 (W14)",
    accepts=("pdf", "docx"),
)  # fmt: skip
TRIAL = Requirement(
    slot="isolation_plan", label=_("Plan of the isolation trial"), source="令19号 art 5; 植物检疫条例 art 12",
    accepts=("pdf", "docx"), note=_("First introduction from abroad."),
)  # fmt: skip
IDENTITY = Requirement(
    slot="identity", label=_("Identity papers of the species"), source="令19号 art 5 (W14)", accepts=("pdf",),
    note=_("First introduction from abroad."),
)  # fmt: skip
RISK = Requirement(
    slot="risk_report", label=_("Risk-assessment report"), source="外来入侵物种管理办法 (2022, W15); 北京市种子条例 16",
    document="risk_report", accepts=("pdf", "docx"),
    note=_("First introduction from abroad, and any forest germplasm from abroad."),
)  # fmt: skip
EXPERTS = Requirement(
    slot="expert_review", label=_("Scientific argument of a designated institute"),
    source="陆生野生动物保护实施条例 art 22", document="expert_review", required=False, accepts=("pdf",),
    note=_("Where animals are to be released."),
)  # fmt: skip
CITES = Requirement(
    slot="cites", label=_("Import permit of the endangered-species office"), required=False, accepts=("pdf",),
    source="濒危野生动植物进出口管理条例 arts 10–13", note=_("Species listed in CITES."),
)  # fmt: skip
DELEGATION = Requirement(
    slot="delegation_instrument", label=_("Instrument of delegation"), required=False, accepts=("pdf",),
    document="delegation_instrument", source="许可法 24", note=_("Where a lower authority decides by delegation."),
)  # fmt: skip


def requirements(application: Application) -> Sequence[Requirement]:
    """What this introduction must and may be handed in with, by what its species say."""
    species = list(application.introduction.species.values("source", "first_introduction", "cites", "taxon"))
    abroad = any(one["source"] == "abroad" for one in species)
    listed = [REPORT, SAFETY]
    if abroad:
        listed.append(CONTRACT)
    if any(one["source"] == "abroad" and one["first_introduction"] for one in species):
        listed += [IDENTITY, TRIAL]
    if any(one["source"] == "abroad" and (one["first_introduction"] or one["taxon"] == GERMPLASM) for one in species):
        listed.append(RISK)
    if application.introduction.purpose == "release":
        listed.append(EXPERTS)
    if any(one["cites"] for one in species):
        listed.append(CITES)
    return (*listed, DELEGATION)
