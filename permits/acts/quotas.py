"""The quota books: allotted, carried over and lapsed by the agency that answers for them; moved by the cases' acts.

A case reserves when it is accepted and is deducted when it is approved; every other end releases what was reserved. An
approval that a remedy annuls gives back what it took; a case that is reopened reserves again.
Who wants to move a book locks it: the balance never falls below zero, however many ask at once. Source: 森林法 36
(total control of forest land), 54 and 59 (felling limit); whether what is left goes over to the next year is said by
each year's document, so a person does it, naming that document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from operator import attrgetter

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from permits.acts.found import case_of
from permits.errors import BadFacts, NotPermitted, RuleViolated
from permits.kinds import kind_of
from permits.locks import busy_when_locked
from permits.models import Act, Application, QuotaBook, QuotaMovement
from permits.models.facts import BadFact, Text
from permits.models.states import S
from roles.access import agencies_headed_by
from roles.models import Agency, Jurisdiction, Mandate, Person
from roles.models.mandates import Duty, in_matrix

Change = QuotaMovement.Change
ANSWERING = (Duty.FINAL_REVIEW, Duty.DECIDE)
NONE = Decimal(0)
DOCUMENT = Text(long=False, most=200)


# ---- by the agency ---------------------------------------------------------------------------------------------------
def answering_agency(person: Person, kind: str, place: Jurisdiction) -> Agency | None:
    """The agency headed by `person` that answers for the quota of `kind` in `place`: the last to review there, or the
    one that decides."""
    mandates = Mandate.objects.filter(
        in_matrix(), kind=kind, duty__in=ANSWERING, jurisdiction__in=[place.pk, place.parent_id]
    )
    return agencies_headed_by(person).filter(pk__in=mandates.values("agency")).order_by("pk").first()


def allot(kind: str, place: Jurisdiction, year: int, amount: Decimal, *, document: str, by: Person) -> QuotaMovement:
    """Quota given to `place` by a document; a later document may take some of it back (a negative amount).

    Raises NotPermitted, BadFacts for a document that allotted here before and where less would be left than nothing.
    """
    agency = _answering(by, kind, place)
    with busy_when_locked(), transaction.atomic():
        book = _locked(kind, place.pk, year)
        if book.movements.filter(change=Change.ALLOTTED, document=document.strip()).exists():
            raise BadFacts({"document": _("This document was entered before: nothing is allotted twice by it.")})
        return _by_document(book, Change.ALLOTTED, amount, document=document, by=by, agency=agency)


def carry_over(book: QuotaBook, amount: Decimal, *, document: str, by: Person) -> QuotaMovement:
    """What is left of a year's quota goes to the next year's book, by a document that allows it. Gives the row there.

    Raises NotPermitted, BadFacts for less than nothing or more than is left.
    """
    if amount <= 0:
        raise BadFacts({"amount": _("More than nothing is carried over.")})
    agency = _answering(by, book.kind, book.jurisdiction)
    with busy_when_locked(), transaction.atomic():
        old = _locked(book.kind, book.jurisdiction_id, book.year)
        _by_document(old, Change.CARRIED_OUT, -amount, document=document, by=by, agency=agency)
        new = _locked(book.kind, book.jurisdiction_id, book.year + 1)
        return _by_document(new, Change.CARRIED_IN, amount, document=document, by=by, agency=agency)


def lapse(book: QuotaBook, *, document: str, by: Person) -> QuotaMovement:
    """What is left of a year that is over is gone; what running cases reserved stays theirs. Raises NotPermitted,
    BadFacts where nothing is left."""
    agency = _answering(by, book.kind, book.jurisdiction)
    with busy_when_locked(), transaction.atomic():
        locked = _locked(book.kind, book.jurisdiction_id, book.year)
        if not (rest := left_in(locked)):
            raise BadFacts({"document": _("Nothing is left in this book.")})
        return _by_document(locked, Change.LAPSED, -rest, document=document, by=by, agency=agency)


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
    return _append(book, change, amount, document=named, person=by, agency=agency)


# ---- by the acts of cases --------------------------------------------------------------------------------------------
def left_for(application: Application, draws: Mapping[str, Decimal]) -> Decimal | None:
    """What is left for a case that takes `draws` (amounts by district), its own reservation counted as left; None where
    some district has no book.

    Of several districts each counts up to what the case takes there, unless all have enough: where one falls short, the
    whole is less than what is asked.
    """
    books = _books(application, draws)
    if not draws or len(books) < len(draws):
        return None
    own = _reserved(application)
    left = {place: left_in(book) + own.get(book.pk, NONE) for place, book in books.items()}
    if all(left[place] >= amount for place, amount in draws.items()):
        return sum(left.values(), NONE)
    return sum((min(left[place], amount) for place, amount in draws.items()), NONE)


def reserve(record: Act) -> None:
    """Puts aside what an accepted case asks for. Where a book has too little nothing is: the rules say so then."""
    application = record.application
    draws = _draws(application)
    for book in _books_locked(application, draws):
        if left_in(book) >= draws[place := book.jurisdiction_id]:
            _append(book, Change.RESERVED, -draws[place], act=record, application=application)


def give_back(record: Act) -> None:
    """What an approval took, back into the books: it was annulled. What was used under it before is for the agency to
    take out again, by a document: no act says how much that was."""
    application = record.application
    for pk, amount in sorted(_deducted(application).items()):
        book = QuotaBook.objects.select_for_update().get(pk=pk)
        _append(book, Change.RETURNED, amount, act=record, application=application)


def reopen(record: Act) -> None:
    """A case that is decided anew reserves what it asks for again, once it was accepted; as at the acceptance."""
    give_back(record)
    if record.application.accepted_on is not None:
        reserve(record)


def settle(record: Act) -> None:
    """A final act: what was reserved is released, and an approval deducts what it gives.

    Raises RuleViolated where an approval gives more than is left.
    """
    application = record.application
    for pk, amount in sorted(_reserved(application).items()):
        book = QuotaBook.objects.select_for_update().get(pk=pk)
        _append(book, Change.RELEASED, amount, act=record, application=application)
    if application.status != S.APPROVED:
        return
    draws = _draws(application)
    for book in _books_locked(application, draws):
        if left_in(book) < draws[place := book.jurisdiction_id]:
            told = _("%(book)s: %(left)s is left, and this approval takes %(amount)s.")
            raise RuleViolated([], told % {"book": book, "left": left_in(book), "amount": draws[place]})
        _append(book, Change.DEDUCTED, -draws[place], act=record, application=application)


def _draws(application: Application) -> Mapping[str, Decimal]:
    """What an approval takes, by district. Without a quota nothing: no case is put together for that."""
    own = kind_of(application)
    return own.draws(application, case_of(application)) if own.quota else {}


def _books(application: Application, draws: Mapping[str, Decimal]) -> dict[str, QuotaBook]:
    """The books of the year of acceptance (before it: of this year), by district."""
    if not draws:
        return {}
    year = kind_of(application).quota_year(application)
    books = QuotaBook.objects.select_related("jurisdiction").filter(
        kind=application.kind, jurisdiction__in=list(draws), year=year
    )
    return {book.jurisdiction_id: book for book in books}


def _books_locked(application: Application, draws: Mapping[str, Decimal]) -> list[QuotaBook]:
    """Those books, locked in the order of their keys, as where a reservation is released or given back: two cases never
    wait for each other."""
    books = sorted(_books(application, draws).values(), key=attrgetter("pk"))
    return [_locked(book.kind, book.jurisdiction_id, book.year) for book in books]


def _deducted(application: Application) -> dict[int, Decimal]:
    """What approvals of the case took and was not given back, by book."""
    return _held(application, (Change.DEDUCTED, Change.RETURNED))


def _reserved(application: Application) -> dict[int, Decimal]:
    """What the case holds in reserve, by book."""
    return _held(application, (Change.RESERVED, Change.RELEASED))


def _held(application: Application, changes: Collection[str]) -> dict[int, Decimal]:
    if application.accepted_on is None:
        return {}
    moved = application.quota_movements.filter(change__in=changes)
    held = moved.order_by().values_list("book").annotate(sum=Sum("amount"))
    return {book: -exact(amount) for book, amount in held if exact(amount)}


# ---- the book itself -------------------------------------------------------------------------------------------------
def left_in(book: QuotaBook) -> Decimal:
    """What is left: the sum of all movements, as the last one has it (SQLite adds decimals as floats)."""
    last = book.movements.order_by("-seq").values_list("left", flat=True).first()
    return NONE if last is None else last


def used_in(book: QuotaBook) -> dict[str, Decimal]:
    """Sums by movement."""
    sums = book.movements.order_by().values_list("change").annotate(Sum("amount"))
    return {change: exact(amount) for change, amount in sums}


def exact(sum_of_amounts: Decimal) -> Decimal:
    """A sum as the books count, with four decimals."""
    return sum_of_amounts.quantize(Decimal("0.0001"))


def _locked(kind: str, place: str, year: int) -> QuotaBook:
    QuotaBook.objects.get_or_create(kind=kind, jurisdiction_id=place, year=year)
    return (
        QuotaBook.objects.select_for_update(of=("self",))
        .select_related("jurisdiction")
        .get(kind=kind, jurisdiction_id=place, year=year)
    )


def _append(
    book: QuotaBook,
    change: str,
    amount: Decimal,
    *,
    document: str = "",
    person: Person | None = None,
    agency: Agency | None = None,
    act: Act | None = None,
    application: Application | None = None,
) -> QuotaMovement:
    last = book.movements.order_by("-seq").first()
    left = last.left if last else NONE
    return QuotaMovement.objects.create(
        book=book,
        seq=last.seq + 1 if last else 1,
        change=change,
        amount=amount,
        left=left + amount,
        document=document,
        act=act,
        application=application,
        person=person or (act.person if act else None),
        agency=agency or (act.agency if act else None),
    )
