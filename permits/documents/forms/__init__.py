"""The fixed wording of every official paper: one small function per form, typed facts in, content out."""

from permits.documents.content import chinese_date
from permits.documents.forms.common import OWN, Issue, Matter, clauses, given_up, heard, quota_short
from permits.documents.forms.notices import (
    Correction,
    acceptance,
    consultation,
    correction,
    deemed_acceptance,
    delivery_receipt,
    extension,
    hearing_notice,
    hearing_off,
    hearing_rights,
    non_acceptance,
    outcome,
    public_notice,
    report_up,
    resumption,
    suspension,
    third_party,
)
from permits.documents.forms.receipt import HandedIn, materials_receipt

__all__ = [
    "OWN",
    "Correction",
    "HandedIn",
    "Issue",
    "Matter",
    "acceptance",
    "chinese_date",
    "clauses",
    "consultation",
    "correction",
    "deemed_acceptance",
    "delivery_receipt",
    "extension",
    "given_up",
    "heard",
    "hearing_notice",
    "hearing_off",
    "hearing_rights",
    "materials_receipt",
    "non_acceptance",
    "outcome",
    "public_notice",
    "quota_short",
    "report_up",
    "resumption",
    "suspension",
    "third_party",
]
