"""Money on the record of a case as it reads now: the fee paid and given back, compensation paid, each with its last
correction. No act is changed: a correction is an act of its own that names the one it corrects, with its ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.days import Errors, Said, since_receipt
from permits.models import Act, Application
from roles.models import Person

FEE, REFUND, COMPENSATION = "record_fee", "record_refund", "record_compensation"
MONEY: Final = (FEE, REFUND, COMPENSATION)
CORRECTS: Final = "correct_payment"
YUAN: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")  # a million million and more is a slip of the pen


class Payment(Struct, frozen=True):
    """What the act `record` says was paid or given back, as `correction` mends it (None: as it was recorded). `rest`:
    more of it follows."""

    record: Act
    correction: Act | None
    amount: Decimal
    on: date
    receipt: str
    rest: bool

    @property
    def said_at(self) -> int:
        """The number of the act that says it so."""
        return int((self.correction or self.record).seq)


def payments(application: Application, *names: str, before: Act | None = None) -> list[Payment]:
    """What the acts `names` record, in order and as it reads at the act `before` (None: now); nothing of what a
    correction says was not paid at all."""
    return [one for one in _as_they_read(application, names, before) if one.amount]


def struck_out(application: Application, *names: str) -> list[Payment]:
    """The payments the acts `names` record of which a correction says that nothing was paid, or given back, at all."""
    return [one for one in _as_they_read(application, names) if not one.amount]


def _as_they_read(application: Application, names: Iterable[str], before: Act | None = None) -> list[Payment]:
    acts = [act for act in application.did(*names, CORRECTS) if before is None or act.seq < before.seq]
    mended = {act.facts["against"]: act for act in acts if act.act == CORRECTS}
    return [_payment(act, mended.get(act.seq)) for act in acts if act.act != CORRECTS]


def _payment(record: Act, correction: Act | None) -> Payment:
    return _as_said(record, correction.facts, correction) if correction else _as_said(record, record.facts)


def _as_said(record: Act, said: Said, correction: Act | None = None) -> Payment:
    """What is `said` of the payment; day and receipt are as recorded where it leaves them out."""
    first = record.facts
    on = said.get("on") or first.get("paid_on") or first["returned_on"]
    receipt, rest = said.get("receipt") or first["receipt"], bool(said.get("rest"))
    return Payment(record, correction, Decimal(said["amount"]), date.fromisoformat(on), receipt, rest)


def nothing_to_correct(application: Application) -> str | None:
    """A bar: only a payment on the record is corrected, and one that was struck out, which may have been the slip."""
    return None if application.did(*MONEY) else _("No payment was recorded in this case.")


def payment_corrected(application: Application, said: Said, by: Person | None) -> Errors:
    """A payment of this case; a sum in yuan, 0 for none; another than what is recorded, and not a second time what
    another act records by the same receipt."""
    record = next((act for act in application.did(*MONEY) if act.seq == said["against"]), None)
    if record is None:
        return {"against": _("This case has no such payment.")}
    errors = since_receipt("on")(application, said, by) if said.get("on") else {}
    if not YUAN.fullmatch(said["amount"]):
        return errors | {"amount": _("Give an amount in yuan, such as 100000.00.")}
    then = _as_said(record, said)
    if record.act == COMPENSATION and then.on < application.did_at(record.facts["against"]).decided_on:
        errors["on"] = _("This day lies before the decision.")
    if record.act == FEE and said.get("rest"):
        errors["rest"] = _("Leave this empty: the notice tells what of the fee is still to be paid.")
    mended = [act for act in application.did(CORRECTS) if act.facts["against"] == record.seq]
    now = _payment(record, mended[-1] if mended else None)
    if _told(now) == _told(then):
        errors["amount"] = _("This is what is recorded.")
    others = (one for one in payments(application, record.act) if one.record.seq != record.seq)
    if then.amount and any(_told(one)[:3] == _told(then)[:3] for one in others):
        errors["receipt"] = _("This payment was recorded already.")
    return errors


def _told(payment: Payment) -> tuple[Decimal, date, str, bool]:
    return payment.amount, payment.on, payment.receipt, payment.rest
