"""The closed list of materials of an introduction (许可法 31): nothing else may be asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import add
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from permits.contract.kind import Requirement
from permits.rules.named import (
    BEIJING_SEED,
    ENDANGERED,
    IMPORT_MEASURES,
    INVASIVE,
    QUARANTINE,
    WILDLIFE_RULES,
    Source,
)
from permits.rules.places import BEIJING, place_of

GERMPLASM, ANIMAL = "forest_plant", "terrestrial_animal"
ORDER_19 = IMPORT_MEASURES.article(5)
REPORT = Requirement(
    slot="report", label=_("Application report with the purpose of the introduction"),
    source=ORDER_19,
    accepts=("pdf", "docx"),
)  # fmt: skip
CONTRACT = Requirement(
    slot="contract", label=_("Contract, and the agency contract where there is one"), source=ORDER_19,
    accepts=("pdf",),
)  # fmt: skip
SAFETY = Requirement(
    slot="safety", label=_("Proof of people and technique, and the safety measures"), source=ORDER_19,
    accepts=("pdf", "docx"),
)  # fmt: skip
TRIAL = Requirement(
    slot="isolation_plan", label=_("Plan of the isolation trial"),
    source=ORDER_19 + QUARANTINE.article(12),
    accepts=("pdf", "docx"), note=_("First introduction from abroad."),
)  # fmt: skip
PLANTED_AGAIN = replace(
    TRIAL,
    source=QUARANTINE.article(12),
    required=False,
    note=_("The plan that the decision refers to, where there is one."),
)
"""Seeds and seedlings that were introduced before are planted in isolation, too, where they may carry pests."""
IDENTITY = Requirement(
    slot="identity", label=_("Identity papers of the species"), source=ORDER_19, accepts=("pdf",),
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
    note=_(
        "Where animals are to be released. The forestry authority names the institute after the application: handed in "
        "where it is there already."
    ),
)  # fmt: skip
CITES = Requirement(
    slot="cites", label=_("Import permit of the endangered-species office"), required=False, accepts=("pdf",),
    source=ENDANGERED.article("10–13"),
    note=_("Species listed in CITES. Another organ issues it after the approval: handed in where it is there already."),
)  # fmt: skip


def requirements(place: str, head: Any, rows: Sequence[Any]) -> Sequence[Requirement]:
    """What an introduction of the species `rows` into the district `place` must and may be handed in with, and what
    that rests on here."""
    abroad = [row for row in rows if row.source == "abroad"]
    first = {row.taxon for row in abroad if row.first_introduction}
    germplasm = any(row.taxon == GERMPLASM for row in abroad)
    listed = _always_asked(abroad, animals=not rows or any(row.taxon == ANIMAL for row in abroad))
    if first:
        listed.append(replace(TRIAL, source=_trial_by(first)))
    elif germplasm and head.isolation_trial:
        listed.append(PLANTED_AGAIN)
    risk_by = [INVASIVE] if first else []
    if germplasm and place_of(place) == BEIJING:
        risk_by.append(BEIJING_SEED.article(16))
    if risk_by:
        listed.append(replace(_risk_in(place), source=reduce(add, risk_by)))
    if head.purpose == "release":
        listed.append(EXPERTS)
    if any(row.cites for row in abroad):
        listed.append(CITES)
    return tuple(listed)


def _always_asked(abroad: Sequence[Any], *, animals: bool) -> list[Requirement]:
    """The papers of 令19号 art 5. It speaks of wild animals from abroad alone: for other species no list was found, and
    this one is followed by analogy."""
    listed = [REPORT, SAFETY]
    if abroad:
        listed.append(CONTRACT)
    if any(row.first_introduction for row in abroad):
        listed.append(IDENTITY)
    return listed if animals else [replace(one, source=ORDER_19.by_analogy) for one in listed]


def closed_list(place: str) -> Sequence[Requirement]:
    """Every material of the list, before any species is told: each with what asks for it in the district `place`."""
    contract = replace(CONTRACT, note=_("What comes from abroad."))
    others = [replace(one, source=ORDER_19.for_others) for one in (REPORT, SAFETY, contract, IDENTITY)]
    return (*others, TRIAL, _risk_in(place), EXPERTS, CITES)


def _risk_in(place: str) -> Requirement:
    """The risk assessment as the district asks for it: in Beijing alone of seeds introduced again, too
    (北京市种子条例 16)."""
    return RISK if place_of(place) == BEIJING else replace(RISK, source=INVASIVE, note=TRIAL.note)


def _trial_by(taxa: Collection[str]) -> Source:
    """What asks for the plan of a trial in isolation of these groups, introduced from abroad for the first time."""
    by = {ANIMAL: ORDER_19, GERMPLASM: QUARANTINE.article(12)}
    found = [source for taxon, source in by.items() if taxon in taxa]
    return reduce(add, found or [ORDER_19.by_analogy])


DOCUMENTS = {
    "risk_report": RISK.label,
    "expert_review": EXPERTS.label,
    "delegation_instrument": _("Instrument of delegation"),
}
"""Codes of materials that the rules know. An instrument of delegation is the organs' own: no applicant is asked for it,
an organ that has one finds it."""
