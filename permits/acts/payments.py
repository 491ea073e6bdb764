"""Money on the record of a case as it reads now: the fee paid and given back, compensation paid, each with its last
correction.

No act is changed: a correction is an act of its own that names the one it corrects, with its ground.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from permits.acts.days import Errors, Said, since_receipt
from permits.models import Act, Application
from roles.models import Person

FEE, REFUND, COMPENSATION = "record_fee", "record_refund", "record_compensation"
MONEY: Final = (FEE, REFUND, COMPENSATION)
CORRECTS: Final = "correct_payment"
YUAN: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")  # a million million and more is a slip of the pen


class Payment(Struct, frozen=True):
    """What the act `record` says was paid or given back, as `correction` changes it (None: as recorded). `rest`: more
    of it follows."""

    record: Act
    correction: Act | None
    amount: Decimal
    on: date
    receipt: str
    rest: bool

    @property
    def said_at(self) -> int:
        """The number of the act that says so: the correction, else the record."""
        return int((self.correction or self.record).seq)


def payments(application: Application, *names: str, before: Act | None = None) -> list[Payment]:
    """What the acts `names` record, in order, as it reads now or as it read when the act `before` was done; without
    what a correction says was not paid at all."""
    return [one for one in on_record(application, *names, before=before) if one.amount]


def struck_out(application: Application, *names: str) -> list[Payment]:
    """The payments recorded by the acts `names` of which a correction says that nothing was paid, or given back, at
    all."""
    return [one for one in on_record(application, *names) if not one.amount]


def on_record(application: Application, *names: str, before: Act | None = None) -> list[Payment]:
    """As `payments`, but with what was struck out, whose sum reads 0. A correction builds on the one before it."""
    found: dict[int, Payment] = {}
    for act in application.did(*names, CORRECTS):
        if before is not None and act.seq >= before.seq:
            break
        if act.act != CORRECTS:
            found[act.seq] = _recorded(act)
        elif (named := act.facts["against"]) in found:
            found[named] = corrected(found[named], act.facts, act)
    return list(found.values())


def _recorded(record: Act) -> Payment:
    said = record.facts
    on = date.fromisoformat(said.get("paid_on") or said["returned_on"])
    return Payment(record, None, Decimal(said["amount"]), on, said["receipt"], bool(said.get("rest")))


def corrected(payment: Payment, said: Said, correction: Act | None = None) -> Payment:
    """`payment` as a correction that says `said` leaves it; a day or receipt that it does not name stays."""
    on = date.fromisoformat(said["on"]) if said.get("on") else payment.on
    return replace(payment, correction=correction, amount=Decimal(said["amount"]), on=on,
                   receipt=said.get("receipt") or payment.receipt, rest=bool(said.get("rest")))  # fmt: skip


def nothing_to_correct(application: Application) -> str | None:
    """Bars where no payment is on the record; one that was struck out counts, for striking it out may have been the
    slip."""
    return None if application.did(*MONEY) else _("No payment was recorded in this case.")


def payment_corrected(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: a payment of this case; a sum in yuan, 0 for none; other than what is recorded, and not the payment that
    another act records by the same receipt."""
    everything = on_record(application, *MONEY)
    now = next((one for one in everything if one.record.seq == said["against"]), None)
    if now is None:
        return {"against": _("This case has no such payment.")}
    errors = since_receipt("on")(application, said, by) if said.get("on") else {}
    if not YUAN.fullmatch(said["amount"]):
        return errors | {"amount": _("Give an amount in yuan, such as 100000.00.")}
    record, then = now.record, corrected(now, said)
    if record.act == COMPENSATION and then.on < application.did_at(record.facts["against"]).decided_on:
        errors["on"] = _("This day lies before the decision.")
    if record.act == FEE and said.get("rest"):
        errors["rest"] = _("Leave this empty: the notice tells what of the fee is still to be paid.")
    if _told(now) == _told(then):
        errors["amount"] = _("This is what is recorded.")
    others = (one for one in everything if one.record.act == record.act and one.record.seq != record.seq and one.amount)
    if then.amount and any(_same_money(one, then) for one in others):
        errors["receipt"] = _("This payment was recorded already.")
    return errors


def _same_money(one: Payment, other: Payment) -> bool:
    """Whether two records tell of one payment: a compensation by its voucher alone, a fee by receipt, day and sum."""
    if one.record.act == COMPENSATION:
        return one.receipt == other.receipt
    return _told(one)[:3] == _told(other)[:3]


def _told(payment: Payment) -> tuple[Decimal, date, str, bool]:
    return payment.amount, payment.on, payment.receipt, payment.rest
