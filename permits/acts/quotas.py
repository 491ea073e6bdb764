"""The quota books: allotted, carried over and lapsed by the agency that answers for them; moved by the cases' acts.

A case reserves when it is accepted and is deducted when it is approved; every other end releases what was reserved. An
approval that a remedy annuls gives back what it took, to the cases that wait; a case that is reopened reserves again.
A case for which too little was left waits its turn (quota_turns.py). Source: 森林法 36 (total control of forest land),
54 and 59 (felling limit); whether what is left goes over to the next year is said by each year's document, so a person
does it, naming that document.
"""

from __future__ import annotations

import re
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from permits.acts.quota_books import NONE, Change, enter, left_in, locked, move, to_lock
from permits.acts.quota_draws import books_locked, deducted_by, draws_of, reserved_by
from permits.acts.quota_turns import ACCEPTING, reserve_in_order
from permits.acts.requests import ORDERED
from permits.errors import BadFacts, NotPermitted, RuleViolated
from permits.locks import busy_when_locked
from permits.models import Act, Application, QuotaBook, QuotaMovement
from permits.models.facts import BadFact, Text
from permits.models.permit import granting
from permits.models.remedies import REMEDIES, Outcomes
from permits.models.states import S
from roles.access import agencies_headed_by
from roles.days import local_today
from roles.models import Agency, Jurisdiction, Mandate, Person
from roles.models.mandates import Duty, in_matrix

ANSWERING = (Duty.FINAL_REVIEW, Duty.DECIDE)
DOCUMENT = Text(long=False, most=200)


# ---- by the agency ---------------------------------------------------------------------------------------------------
def answering_agency(person: Person, kind: str, place: Jurisdiction) -> Agency | None:
    """The agency headed by `person` that answers for the quota of `kind` in `place`: the one that decides there, or the
    last to review."""
    mandates = Mandate.objects.filter(
        in_matrix(), kind=kind, duty__in=ANSWERING, jurisdiction__in=[place.pk, place.parent_id]
    )
    return agencies_headed_by(person).filter(pk__in=mandates.values("agency")).order_by("pk").first()


def allot(kind: str, place: Jurisdiction, year: int, amount: Decimal, *, document: str, by: Person) -> QuotaMovement:
    """Quota given to `place` by a document, first to the cases that wait for it; a later document may take some of it
    back (a negative amount).

    Raises NotPermitted, BadFacts for a document that allotted here before and where less would be left than nothing.
    """
    agency = _answering(by, kind, place)
    with busy_when_locked(), transaction.atomic():
        book = locked(kind, place.pk, year)
        if book.movements.filter(change=Change.ALLOTTED, document=document.strip()).exists():
            raise BadFacts({"document": _("This document was entered before: nothing is allotted twice by it.")})
        return _by_document(book, Change.ALLOTTED, amount, document=document, by=by, agency=agency)


def carry_over(book: QuotaBook, amount: Decimal, *, document: str, by: Person) -> QuotaMovement:
    """What is left of a year's quota goes to the next year's book, by a document that allows it; gives the line in that
    book. Raises NotPermitted, BadFacts for less than nothing or more than is left."""
    if amount <= 0:
        raise BadFacts({"amount": _("More than nothing is carried over.")})
    agency = _answering(by, book.kind, book.jurisdiction)
    with busy_when_locked(), transaction.atomic():
        old = locked(book.kind, book.jurisdiction_id, book.year)
        _by_document(old, Change.CARRIED_OUT, -amount, document=document, by=by, agency=agency)
        new = locked(book.kind, book.jurisdiction_id, book.year + 1)
        return _by_document(new, Change.CARRIED_IN, amount, document=document, by=by, agency=agency)


def over(book: QuotaBook) -> bool:
    """Whether its year is over."""
    return book.year < local_today().year


def lapse(book: QuotaBook, *, document: str, by: Person) -> QuotaMovement:
    """What is left of a year that is over is gone; what running cases reserved stays theirs. Raises NotPermitted,
    BadFacts for a year that is not over and where nothing is left."""
    agency = _answering(by, book.kind, book.jurisdiction)
    if not over(book):
        told = _("The year %(year)d is not over: nothing of it lapses yet.")
        raise BadFacts({"document": told % {"year": book.year}})
    with busy_when_locked(), transaction.atomic():
        last = locked(book.kind, book.jurisdiction_id, book.year)
        if not (rest := left_in(last)):
            raise BadFacts({"document": _("Nothing is left in this book.")})
        return _by_document(last, Change.LAPSED, -rest, document=document, by=by, agency=agency)


def _answering(by: Person, kind: str, place: Jurisdiction) -> Agency:
    agency = answering_agency(by, kind, place)
    if agency is None:
        raise NotPermitted(_("Only the head of an agency that reviews or decides these permits there does this."))
    return agency


def _by_document(
    book: QuotaBook, change: str, amount: Decimal, *, document: str, by: Person, agency: Agency
) -> QuotaMovement:
    try:
        named = DOCUMENT.clean(document)
    except BadFact as problem:
        raise BadFacts({"document": str(problem)}) from None
    if left_in(book) + amount < 0:
        raise BadFacts({"amount": _("Only %(left)s is left in the book.") % {"left": left_in(book).normalize()}})
    movement = enter(book, change, amount, document=named, person=by, agency=agency)
    if amount > 0:
        reserve_in_order(book)
    return movement


# ---- by the acts of cases --------------------------------------------------------------------------------------------
def follow(record: Act) -> None:
    """Move the quota books, locked, as `record` demands."""
    if record.act in ACCEPTING:
        reserve(record)
    elif record.act == "determine":
        found(record)
    elif record.act == "reopen":
        reopen(record)
    elif record.act in REMEDIES:
        _follow_outcome(record)
    elif record.application.final and record.after != record.before:
        settle(record)


def _follow_outcome(record: Act) -> None:
    """What the outcome `record` means for the approval on which the case stands: it takes it away (also by reviving an
    outcome that did), it lets it stand again, or it leaves it annulled and changes whether the case is to be decided
    anew."""
    if record.after != S.APPROVED:
        return
    acts = record.application.history
    before, after = (Outcomes(told).taking_approval() for told in (acts[:-1], acts))
    was, anew = (any(one.facts["outcome"] == ORDERED for one in lost) for lost in (before, after))
    if after and not before:
        annul(record, anew=anew)
    elif before and not after:
        restore(record)
    elif was != anew:
        order(record, anew=anew)


def reserve(record: Act) -> None:
    """Reserve what an accepted case asks for, after the cases that wait already. Where a book has too little, nothing
    is reserved, and the rules say so."""
    for book in books_locked(record.application):
        reserve_in_order(book, record)


def found(record: Act) -> None:
    """An accepted case may now be found to take another amount than it asked for: whoever waits, this case too, and
    finds enough is served. What the case holds it keeps until it is decided, for it may be found otherwise again."""
    for book in books_locked(record.application):
        reserve_in_order(book)


def annul(record: Act, *, anew: bool) -> None:
    """What an annulled approval took goes back into the books, and at once to the cases that wait, in their order.

    Where the organ is ordered to decide the case anew, it is one of them: it keeps its place by its acceptance (许可法
    57) and holds what comes to it until it is reopened and decided. A case that may be reopened, and need not be, takes
    its turn then. What was used under the approval the agency takes out again by a document: no act says how much that
    was.
    """
    for book in _give_back(record):
        reserve_in_order(book, record if anew else None, anew=anew)


def order(record: Act, *, anew: bool) -> None:
    """The approval stays annulled. If the outcome orders that the case be decided `anew`, which none did before, the
    case takes its turn by its acceptance, and waits where too little is left. If the outcome that ordered it fell, what
    the case held is free."""
    books = books_locked(record.application)
    if not anew:
        _release(books, record)
    for book in books:
        reserve_in_order(book, record if anew else None, anew=anew)


def restore(record: Act) -> None:
    """The outcome that annulled the approval fell: the case releases what it held to be decided anew, and what the
    approval gives is deducted again, in the year whose it was, less what a document took out meanwhile. Where other
    cases have taken it, nothing is deducted: the agency enters it by a document (`not_taken_again` tells so)."""
    application = record.application
    books = books_locked(application)
    _release(books, record)
    lacks = {} if deducted_by(application) else _lacking(application)
    if all(left_in(one) >= lacks.get(one.jurisdiction_id, NONE) for one in books):
        for book in books:
            if taken := lacks.get(book.jurisdiction_id):
                _deduct(book, taken, record)
    for book in books:
        reserve_in_order(book)


def not_taken_again(application: Application) -> Decimal:
    """What an approval that stands again lacks of its quota, because it was given back and went to other cases; until a
    document that names the case enters it. Else nothing."""
    if application.status != S.APPROVED or not application.quota_movements.filter(change=Change.RETURNED).exists():
        return NONE
    if deducted_by(application) or Outcomes(application.history).taking_approval():
        return NONE
    return sum(_lacking(application).values(), NONE)


def _lacking(application: Application) -> dict[str, Decimal]:
    """What the approval gives and no document has taken out of the books since, by district."""
    entered = _entered(application)
    lacks = {place: amount - entered.get(place, NONE) for place, amount in draws_of(application).items()}
    return {place: amount for place, amount in lacks.items() if amount > 0}


def _entered(application: Application) -> dict[str, Decimal]:
    """What documents that name the case took out of the books since it was granted, by district, in whatever year: what
    was felled or used meanwhile, or the whole approval; less what other documents that name it gave back."""
    if (grant := granting(application.history)) is None:
        return {}
    number, entered = str(application.number).casefold(), dict[str, Decimal]()
    rows = QuotaMovement.objects.filter(
        book__kind=application.kind, change=Change.ALLOTTED, document__icontains=number, at__gt=grant.at
    )
    for place, document, amount in rows.values_list("book__jurisdiction", "document", "amount"):
        if re.search(rf"{re.escape(number)}(?!\d)", document.casefold()):  # a longer number is another case's
            entered[place] = entered.get(place, NONE) - amount
    return {place: amount for place, amount in entered.items() if amount > 0}


def _release(books: list[QuotaBook], record: Act) -> None:
    """Release what the case holds in the locked `books`."""
    application = record.application
    reserved = reserved_by(application)
    for book in books:
        if amount := reserved.get(book.pk):
            move(book, Change.RELEASED, amount, record)


def _give_back(record: Act) -> list[QuotaBook]:
    """Give back what approvals of the case took; gives the books, locked."""
    application, books = record.application, []
    for pk, amount in sorted(deducted_by(application).items()):
        book = to_lock().get(pk=pk)
        move(book, Change.RETURNED, amount, record)
        books.append(book)
    return books


def reopen(record: Act) -> None:
    """A case that is decided anew reserves again what it asks for, as at its acceptance, if it was accepted."""
    _give_back(record)
    if record.application.accepted_on is not None:
        reserve(record)


def settle(record: Act) -> None:
    """A final act: what was reserved is released, and an approval deducts what it gives; what becomes free is reserved
    for the cases that wait. An approval that takes more than its case holds waits its turn for the rest.

    Raises RuleViolated where an approval gives more than is left.
    """
    application = record.application
    approved = application.status == S.APPROVED
    books = books_locked(application)  # before reading what is reserved: another act may just be reserving for it
    if not books:
        return
    for book in books if approved else ():
        reserve_in_order(book)
    reserved, draws = reserved_by(application), draws_of(application) if approved else {}
    for book in books:
        if amount := reserved.get(book.pk):
            move(book, Change.RELEASED, amount, record)
        if taken := draws.get(book.jurisdiction_id):
            _deduct(book, taken, record)
        reserve_in_order(book, record)


def _deduct(book: QuotaBook, amount: Decimal, record: Act) -> None:
    if (left := left_in(book)) < amount:
        told = _("%(book)s: %(left)s is left, and this approval takes %(amount)s.")
        raise RuleViolated([], told % {"book": book, "left": left, "amount": amount})
    move(book, Change.DEDUCTED, -amount, record)
