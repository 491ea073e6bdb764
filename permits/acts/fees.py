"""How the fee of a case 森林植被恢复费 stands: told, paid, given back where nothing was approved (实施条例 16)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.days import Errors, Said, since_receipt
from permits.acts.payments import (
    FEE,
    REFUND,
    YUAN,
    Payment,
    corrected,
    on_record,
    payment_corrected,
    payments,
    struck_out,
)
from permits.acts.reopening import lost_to, owed
from permits.models import Act, Application, Document
from permits.models.act import read_records
from permits.models.states import FINAL, S
from roles.days import local_today
from roles.models import Person


class Fee(Struct, frozen=True):
    """The fee of a case: the notice told last (None where none was), and the sum paid, in yuan."""

    notice: Act | None
    paid: Decimal
    ended: bool
    """Whether the case ended without an approval: nothing is to be paid, and what was paid is to be given back."""
    refused: bool
    """Whether it ended by a refusal, for which alone the law names a period (实施条例 16(4))."""
    annulled: bool
    """Whether the approval was annulled, and nobody is ordered to decide anew: no text found says what of the fee then.
    A person decides, and what is given back can be recorded."""
    corrected: tuple[Payment, ...]
    """The payments that count whose record was corrected."""
    struck: tuple[Payment, ...]
    """What was recorded as paid or given back and, as a correction says, was not."""
    returned: tuple[Payment, ...]
    """What recorded that it, or parts of it, were given back, where nothing was paid since."""
    short: bool
    """Whether an approval stands and, after a correction, less is recorded as paid than its notice asks for, or nothing
    at all: it waited for the fee (实施条例 16(1))."""

    @property
    def asked(self) -> Decimal:
        """What the notice asks for, in yuan."""
        return Decimal(self.notice.facts["amount"]) if self.notice else Decimal(0)

    @property
    def until(self) -> date | None:
        """By when."""
        return date.fromisoformat(self.notice.facts["until"]) if self.notice else None

    @property
    def outstanding(self) -> bool:
        """Whether less was recorded as paid than the notice asks for."""
        return self.paid < self.asked

    @property
    def left(self) -> Decimal:
        """What is still to be paid of what the notice asks for, in yuan; 0 where none was told."""
        return max(self.asked - self.paid, Decimal(0))

    @property
    def too_much(self) -> Decimal:
        """How much more was recorded as paid than the notice asks for, in yuan; 0 where none was told."""
        return max(self.paid - self.asked, Decimal(0)) if self.notice else Decimal(0)

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.until is not None and self.until < local_today()


def paid(application: Application, before: Act | None = None) -> Decimal:
    """What was recorded as paid and not given back, in yuan, as of the act `before`."""
    return _sum(payments(application, FEE, REFUND, before=before))


def fees_paid(application: Application, before: Act | None = None) -> list[Payment]:
    """The payments since all was last given back 如数退还; as they stood before the act `before`."""
    return [one for one in _unsettled(payments(application, FEE, REFUND, before=before)) if one.record.act == FEE]


def _sum(moved: list[Payment]) -> Decimal:
    signs = {FEE: 1, REFUND: -1}
    return sum((signs[one.record.act] * one.amount for one in _unsettled(moved)), Decimal(0))


def _unsettled(moved: list[Payment]) -> list[Payment]:
    """Payments, and parts of them given back, since the last return that settled everything: any return does, whatever
    its sum, unless it says that the rest follows."""
    last = max((one.record.seq for one in moved if one.record.act == REFUND and not one.rest), default=0)
    return [one for one in moved if one.record.seq > last]


def nothing_to_give_back(application: Application) -> str | None:
    """A bar: given back is only what was paid, in a case that ended without an approval (实施条例 16(4)) or whose
    approval was annulled."""
    fee = fee_of(application)
    return None if fee and (fee.ended or fee.annulled) and fee.paid else _("There is no fee to give back in this case.")


def fee_paid(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: since the receipt, in yuan with at most two decimals and below a million million; not the payment again
    that is recorded already by the same receipt, day and sum, as from a second window."""
    errors = since_receipt("paid_on")(application, said, by)
    if not YUAN.fullmatch(said["amount"]) or not Decimal(said["amount"]):
        errors["amount"] = _("Give an amount in yuan, such as 100000.00.")
    elif any(_same_payment(one, said) for one in fees_paid(application)):
        errors["receipt"] = _("This payment was recorded already.")
    return errors


def _same_payment(one: Payment, said: Said) -> bool:
    return (one.on.isoformat(), one.receipt, one.amount) == (said["paid_on"], said["receipt"], Decimal(said["amount"]))


def fee_given_back(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: since the receipt, in yuan: all that was recorded as paid 如数退还, a part whose rest follows, or
    another sum with its reason, such as a slip in what was recorded."""
    return since_receipt("returned_on")(application, said, by) | _given_back(application, said)


def _given_back(application: Application, said: Said) -> Errors:
    due = paid(application)
    if not YUAN.fullmatch(said["amount"]) or not Decimal(said["amount"]):
        return {"amount": _("Give an amount in yuan, such as 100000.00.")}
    if said.get("rest"):
        less = Decimal(said["amount"]) < due
        return {} if less else {"rest": _("Nothing is missing from the sum recorded as paid: leave this empty.")}
    if Decimal(said["amount"]) == due or said.get("difference"):
        return {}
    told = _("%(paid)s yuan were recorded as paid, and all of it is given back: say why it was another sum.")
    return {"difference": told % {"paid": f"{due:,.2f}"}}


def fee_corrected(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: as `payment_corrected`; and parts of the fee that were given back do not exceed what was paid."""
    if errors := payment_corrected(application, said, by):
        return errors
    now = on_record(application, FEE, REFUND)
    then = [corrected(one, said) if one.record.seq == said["against"] else one for one in now]
    told = _("More would then be given back than was paid: correct the other record first.")
    return {"amount": told} if _sum([one for one in then if one.amount]) < 0 else {}


def fee_of(application: Application) -> Fee | None:
    """How its fee stands; None where none was told and none paid. A decision that a remedy took away has ended nothing:
    the fee stays as it was until the case is decided again, where it has to be."""
    told, sum_paid = application.did("tell_fee_due"), paid(application)
    if not told and not application.did(FEE, REFUND):
        return None
    lost = bool(lost_to(application))
    ended = application.status in FINAL - {S.APPROVED} and not lost
    annulled = application.status == S.APPROVED and lost and not owed(application)
    struck = tuple(struck_out(application, FEE, REFUND))
    asked = Decimal(told[-1].facts["amount"]) if told else Decimal(0)
    lacking = sum_paid < asked or bool(struck and not sum_paid)
    return Fee(told[-1] if told else None, sum_paid, ended, refused=application.status == S.REFUSED,
               annulled=annulled, corrected=tuple(one for one in fees_paid(application) if one.correction),
               struck=struck, returned=_returned(application),
               short=lacking and application.status == S.APPROVED and not lost)  # fmt: skip


class Due(Struct, frozen=True):
    """A fee that is to be paid, and of which case."""

    case: Application
    fee: Fee


def fees_due(cases: QuerySet[Application]) -> list[Due]:
    """What is still to be paid in the cases among `cases` that go on, the soonest first. A query, and where there are
    any the records of those in which a fee was told."""
    told = Act.objects.filter(application=OuterRef("pk"), act="tell_fee_due")
    found = list(cases.filter(Exists(told)).exclude(status__in=FINAL).order_by("pk"))
    read_records(found)
    owing = [Due(case, fee) for case in found if (fee := fee_of(case)) and fee.outstanding]
    return sorted(owing, key=lambda one: one.fee.notice.facts["until"] if one.fee.notice else "")


def _returned(application: Application) -> tuple[Payment, ...]:
    moved = payments(application, FEE, REFUND)
    paid_last = max((one.record.seq for one in moved if one.record.act == FEE), default=0)
    return tuple(one for one in moved if one.record.seq > paid_last)


def notice_over(document: Document) -> str:
    """Why nothing is paid any more on a notice of the fee, though its own status says that it was issued; empty for a
    notice that stands, and for every other paper."""
    if document.act.act != "tell_fee_due":
        return ""
    fee = fee_of(document.application)
    if fee is None or fee.notice is None:
        return ""
    if fee.notice.pk != document.act_id:
        return _("A later notice tells what is to be paid.")
    return _("The application ended without an approval: nothing is to be paid on this notice.") if fee.ended else ""
