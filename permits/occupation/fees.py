"""The restoration fee 森林植被恢复费 as the rules find it, beside what was recorded as paid (实施条例 16(1))."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from permits.acts.assessment import fee_due
from permits.acts.fees import paid
from permits.models import Application
from permits.occupation.facts import Occupation
from permits.occupation.rules import fee_lines
from permits.occupation.vocabulary import LAND_CLASS
from permits.rules import parameters
from permits.tables.columns import find, plain

RULE = "O-FEE"
MULTIPLIED: Final = {
    "fee_public_benefit_factor": "国家和省级公益林林地",
    "fee_urban_factor": "城市规划区的林地",
    "fee_commercial_factor": "城市规划区外的经营性建设项目",
}
"""What doubles the rate, in the words of the notice (财税〔2015〕122号)."""


def made_up(case: Occupation) -> dict[str, Any]:
    """How the fee is made up, as its notice prints it: `source`, and `lines` with the land, its square metres, the rate
    with what multiplies it, and the yuan. Empty where the rules find no fee."""
    lines = fee_lines(case, case.date)
    rates = parameters.find("fee_yuan_per_m2", case.date, case.jurisdiction)
    if not lines or rates is None:
        return {}
    told = [
        {
            "land": "，".join((find(LAND_CLASS, line.land_class).zh, *map(MULTIPLIED.__getitem__, dict(line.factors)))),
            "area": f"{line.area_m2:,.0f}",
            "rate": "×".join(plain(number) for number in (line.rate, *dict(line.factors).values())),
            "amount": f"{line.amount:,.2f}",
        }
        for line in lines
    ]
    return {"made_up": {"source": rates.citation.source, "lines": told}}


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
