"""What the ends of a permit tell of compensation 补偿、赔偿 (许可法 8(2), 69(4)), what was paid, and what a remedy made
of it.

The law owes it with the decision, which tells it in words; that it was paid the agency records. No text found says
what becomes of a payment once that decision was annulled: the page says so, and the agency that decided answers for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.payments import COMPENSATION, YUAN, Payment, payments
from permits.models import Act, Application
from permits.models.remedies import CHANGED, RESTORED, Outcomes, lost_by
from roles.models import Person


class Compensation(Struct, frozen=True):
    """What `decision` tells of it; what recorded that it, or parts of it, were paid; the outcome that left nothing of
    the decision, or that changed it (or None)."""

    decision: Act
    paid: tuple[Payment, ...]
    annulled: Act | None
    changed: Act | None

    @property
    def label(self) -> str:
        """What the law calls it: 补偿 of a withdrawal, 赔偿 of a revocation."""
        return str(self.decision.spec.facts["compensation"].label)

    @property
    def words(self) -> str:
        """What the decision tells."""
        return str(self.decision.facts["compensation"])

    @property
    def more_follows(self) -> bool:
        """Whether the last payment recorded left some of it still to be paid."""
        return bool(self.paid and self.paid[-1].rest) and not self.annulled

    @property
    def nothing_owed(self) -> bool:
        """Whether the decision says that nothing is to be paid, and no outcome changed it. Decisions made before that
        field was asked say so in their words alone."""
        return bool(self.decision.facts.get("nothing_owed")) and not self.changed

    @property
    def open(self) -> bool:
        """Whether a payment on it can be recorded: the decision stands, and nothing settled it yet. What an outcome
        made of it is not settled by what was paid before that."""
        settled = bool(self.paid) and not self.more_follows and not self.changed_since
        return not self.annulled and not self.nothing_owed and not settled

    @property
    def changed_since(self) -> bool:
        """Whether an outcome changed the decision after the last payment."""
        return bool(self.paid and self.changed and self.changed.seq > self.paid[-1].said_at)


def compensations(application: Application) -> list[Compensation]:
    """One for each withdrawal and revocation of the permit that tells of compensation, in order; a revocation for fraud
    tells of none (69(4))."""
    told = [act for act in application.did("withdraw_permit", "revoke_permit") if act.facts.get("compensation")]
    remedies, all_paid = (_remedies(application), payments(application, COMPENSATION)) if told else ([], [])
    return [_of(act, all_paid, remedies) for act in told]


def _remedies(application: Application) -> list[Act]:
    """The outcomes that count here. One whose annulment restored the decision does not, even if the permit stays as it
    is because its term ended or something else was built on it: what was owed is owed again."""
    outcomes = Outcomes(application.history)
    away = outcomes.judged_away
    return [one for one in outcomes.in_effect if one.seq not in away or away[one.seq].facts["earlier"] != RESTORED]


def _of(decision: Act, all_paid: list[Payment], remedies: list[Act]) -> Compensation:
    about = [one for one in remedies if one.facts["against"] == decision.seq]
    annulled = next((one for one in about if lost_by(one, decision)), None)
    changed = next((one for one in reversed(about) if one.facts["outcome"] == CHANGED), None)
    paid = tuple(one for one in all_paid if one.record.facts["against"] == decision.seq)
    return Compensation(decision, paid, annulled, None if annulled else changed)


def to_pay(application: Application) -> list[Compensation]:
    """Those on which a payment can still be recorded."""
    return [one for one in compensations(application) if one.open]


def nothing_to_pay(application: Application) -> str | None:
    """A bar: a payment needs a decision that stands, tells of compensation, and is not settled yet."""
    return None if to_pay(application) else _("There is no compensation in this case that is still to be paid.")


def compensation_paid(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: a sum in yuan, paid since the decision that tells of it, by a voucher not recorded before."""
    errors = {}
    decisions = {one.decision.seq: one.decision for one in to_pay(application)}
    if said["against"] not in decisions:
        errors["against"] = _("Nothing is still to be paid by this decision.")
    elif date.fromisoformat(said["paid_on"]) < decisions[said["against"]].decided_on:
        errors["paid_on"] = _("This day lies before the decision.")
    if not YUAN.fullmatch(said["amount"]) or not Decimal(said["amount"]):
        errors["amount"] = _("Give an amount in yuan, such as 100000.00.")
    if any(one.receipt == said["receipt"] for one in payments(application, COMPENSATION)):
        errors["receipt"] = _("This payment was recorded already.")
    return errors
