"""The restoration fee 森林植被恢复费 as the rules find it, beside what was recorded as paid (实施条例 16(1))."""

from __future__ import annotations

from django.utils.translation import gettext as _

from permits.acts.assessment import fee_due
from permits.acts.fees import paid
from permits.models import Application

RULE = "O-FEE"


def unpaid(application: Application) -> list[str]:
    """What stands against an approval: no payment, or another sum than is due, unless a named official ruled on the
    difference with a document. Where the rules find no rate, or cannot read the case, a person fixes the fee, and its
    payment is recorded."""
    due = fee_due(application)
    if due == 0 or any(act.facts["rule"] == RULE for act in application.did("rule_on_finding")):
        return []
    if not paid(application):
        return [_("The restoration fee was not recorded as paid (Implementing Regulations of the Forest Law art 16).")]
    if due is None or paid(application) == due:
        return []
    told = _(
        "The restoration fee due is %(due)s yuan, and %(paid)s yuan were recorded as paid. A difference needs a ruling "
        "on %(rule)s with a document."
    )
    return [told % {"due": f"{due:,.2f}", "paid": f"{paid(application):,.2f}", "rule": RULE}]
