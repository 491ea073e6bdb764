"""The fixed wording of every official paper: one small function per form, typed facts in, content out."""

from ..content import chinese_date
from .common import Issue, Matter, clauses
from .introduction import Introduction, introduction_approval, introduction_permit, introduction_refusal
from .notices import (
    Correction,
    acceptance,
    consultation,
    correction,
    deemed_acceptance,
    delivery_receipt,
    extension,
    hearing_notice,
    hearing_rights,
    non_acceptance,
    outcome,
    public_notice,
    report_up,
    resumption,
    suspension,
    third_party,
)
from .occupation import Breakdown, LandUse, Tenure, occupation_approval, occupation_consent, occupation_refusal
from .tending import TendingDesign, tending_approval, tending_certificate, tending_refusal

__all__ = [
    "Breakdown",
    "Correction",
    "Introduction",
    "Issue",
    "LandUse",
    "Matter",
    "TendingDesign",
    "Tenure",
    "acceptance",
    "chinese_date",
    "clauses",
    "consultation",
    "correction",
    "deemed_acceptance",
    "delivery_receipt",
    "extension",
    "hearing_notice",
    "hearing_rights",
    "introduction_approval",
    "introduction_permit",
    "introduction_refusal",
    "non_acceptance",
    "occupation_approval",
    "occupation_consent",
    "occupation_refusal",
    "outcome",
    "public_notice",
    "report_up",
    "resumption",
    "suspension",
    "tending_approval",
    "tending_certificate",
    "tending_refusal",
    "third_party",
]
