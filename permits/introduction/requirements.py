"""The closed list of materials of an introduction (许可法 31): nothing else may be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from permits.contract.kind import Requirement
from permits.rules.named import (
    BEIJING_SEED,
    ENDANGERED,
    IMPORT_MEASURES,
    INVASIVE,
    QUARANTINE,
    WILDLIFE_RULES,
)

GERMPLASM = "forest_plant"
REPORT = Requirement(
    slot="report", label=_("Application report with the purpose of the introduction"),
    source=IMPORT_MEASURES.article(5),
    accepts=("pdf", "docx"),
)  # fmt: skip
CONTRACT = Requirement(
    slot="contract", label=_("Contract, and the agency contract where there is one"), source=IMPORT_MEASURES.article(5),
    accepts=("pdf",),
)  # fmt: skip
SAFETY = Requirement(
    slot="safety", label=_("Proof of people and technique, and the safety measures"), source=IMPORT_MEASURES.article(5),
    accepts=("pdf", "docx"),
)  # fmt: skip
TRIAL = Requirement(
    slot="isolation_plan", label=_("Plan of the isolation trial"),
    source=IMPORT_MEASURES.article(5) + QUARANTINE.article(12),
    accepts=("pdf", "docx"), note=_("First introduction from abroad."),
)  # fmt: skip
IDENTITY = Requirement(
    slot="identity", label=_("Identity papers of the species"), source=IMPORT_MEASURES.article(5), accepts=("pdf",),
    note=_("First introduction from abroad."),
)  # fmt: skip
RISK = Requirement(
    slot="risk_report", label=_("Risk-assessment report"), source=INVASIVE + BEIJING_SEED.article(16),
    document="risk_report", accepts=("pdf", "docx"),
    note=_("First introduction from abroad, and any forest germplasm from abroad."),
)  # fmt: skip
EXPERTS = Requirement(
    slot="expert_review", label=_("Scientific argument of a designated institute"),
    source=WILDLIFE_RULES.article(22), document="expert_review", required=False, accepts=("pdf",),
    note=_("Where animals are to be released."),
)  # fmt: skip
CITES = Requirement(
    slot="cites", label=_("Import permit of the endangered-species office"), required=False, accepts=("pdf",),
    source=ENDANGERED.article("10–13"), note=_("Species listed in CITES."),
)  # fmt: skip


def requirements(place: str, head: Any, rows: Sequence[Any]) -> Sequence[Requirement]:
    """What an introduction must and may be handed in with, by what its species say."""
    abroad = [one for one in rows if one.source == "abroad"]
    listed = [REPORT, SAFETY]
    if abroad:
        listed.append(CONTRACT)
    if any(one.first_introduction for one in abroad):
        listed += [IDENTITY, TRIAL]
    if any(one.first_introduction or one.taxon == GERMPLASM for one in abroad):
        listed.append(RISK)
    if head.purpose == "release":
        listed.append(EXPERTS)
    if any(one.cites for one in rows):
        listed.append(CITES)
    return tuple(listed)


DOCUMENTS = {
    "risk_report": RISK.label,
    "expert_review": EXPERTS.label,
    "delegation_instrument": _("Instrument of delegation"),
}
"""Codes of materials that the rules know. An instrument of delegation is the organs' own: no applicant is asked for it,
an organ that has one finds it."""
