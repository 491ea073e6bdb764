"""The quota books: allotted, carried over and lapsed by the agency that answers for them; moved by the cases' acts.

A case reserves when it is accepted and is deducted when it is approved; every other end releases what was reserved. An
approval that a remedy annuls gives back what it took; a case that is reopened reserves again.
A case for which too little was left waits: what becomes free is reserved for the cases that wait in the order of their
acceptance (许可法 57), each as a whole; one that asks for more than there is holds up no other.
Who wants to move a book locks it: the balance never falls below zero, however many ask at once. Source: 森林法 36
(total control of forest land), 54 and 59 (felling limit); whether what is left goes over to the next year is said by
each year's document, so a person does it, naming that document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, takewhile
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from permits.acts.found import stated
from permits.errors import BadFacts, NotPermitted, RuleViolated
from permits.kinds import kind_of, kind_or_absent
from permits.locks import busy_when_locked
from permits.models import Act, Application, DeclaredLand, QuotaBook, QuotaMovement
from permits.models.facts import BadFact, Text
from permits.models.states import UNDECIDED, S
from roles.access import agencies_headed_by
from roles.models import Agency, Jurisdiction, Mandate, Person
from roles.models.mandates import Duty, in_matrix

Change = QuotaMovement.Change
ANSWERING = (Duty.FINAL_REVIEW, Duty.DECIDE)
ACCEPTING = ("accept", "deem_accepted")
NAMED = 5
"""Cases before another that its page names; the page of the book has more."""
NONE = Decimal(0)
READ = 50
"""Cases that are read at once."""
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
    """Quota given to `place` by a document, first to the cases that wait for it; a later document may take some of it
    back (a negative amount).

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
    movement = _append(book, change, amount, document=named, person=by, agency=agency)
    if amount > 0:
        _reserve_in_order(book)
    return movement


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
    """Puts aside what an accepted case asks for, after the cases that wait already. Where a book has too little nothing
    is: the rules say so then."""
    for book in _books_locked(record.application):
        _reserve_in_order(book, record)


def found(record: Act) -> None:
    """What was found of an accepted case may be another amount than it asked for: who waits, itself too, and now finds
    enough is served. What the case holds stays its own until it is decided: what was found may be found otherwise."""
    for book in _books_locked(record.application):
        _reserve_in_order(book)


def give_back(record: Act) -> None:
    """What an approval took, back into the books: it was annulled. What was used under it before is for the agency to
    take out again, by a document: no act says how much that was. Nobody is served by it yet: the case may be reopened,
    and then takes its turn with the others; else they are when the book moves next."""
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
    """A final act: what was reserved is released, and an approval deducts what it gives; what is free then is reserved
    for the cases that wait. An approval that takes more than its case holds does so in its turn.

    Raises RuleViolated where an approval gives more than is left.
    """
    application = record.application
    approved = application.status == S.APPROVED
    books = _books_locked(application)  # before reading what is reserved: another act may just be reserving for it
    if not books:
        return
    for book in books if approved else ():
        _reserve_in_order(book)
    reserved, draws = _reserved(application), _draws(application) if approved else {}
    for book in books:
        if amount := reserved.get(book.pk):
            _append(book, Change.RELEASED, amount, act=record, application=application)
        if taken := draws.get(book.jurisdiction_id):
            _deduct(book, taken, record)
        _reserve_in_order(book, record)


def _deduct(book: QuotaBook, amount: Decimal, record: Act) -> None:
    if (left := left_in(book)) < amount:
        told = _("%(book)s: %(left)s is left, and this approval takes %(amount)s.")
        raise RuleViolated([], told % {"book": book, "left": left, "amount": amount})
    _append(book, Change.DEDUCTED, -amount, act=record, application=record.application)


# ---- whose turn it is ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """An accepted and undecided case for which less is reserved in a book than its approval would take."""

    case: Application
    accepted: Act
    lacks: Decimal


def waiting(book: QuotaBook) -> Iterator[Waiting]:
    """Who waits in `book`, in the order of acceptance (许可法 57); deemed acceptance counts from the receipt."""
    line = _line(book)
    for part in (line[at : at + READ] for at in range(0, len(line), READ)):
        cases = Application.objects.select_related("unit", "jurisdiction").in_bulk([one.case for one in part])
        accepted = Act.objects.defer("body").in_bulk([one.accepted for one in part])
        yield from (Waiting(cases[one.case], accepted[one.accepted], one.lacks) for one in part)


@dataclass(frozen=True)
class Turn:
    """Where a case stands that waits in a book: what is left there, what it lacks, and who comes before it."""

    book: QuotaBook
    left: Decimal
    lacks: Decimal
    before: tuple[Waiting, ...]
    more: bool
    """Whether others come before it, too, than the first that are named."""


def turns(application: Application) -> list[Turn]:
    """Its place in each book in which it waits; nothing for a case that is not accepted, or is decided."""
    if application.accepted_on is None or application.final:
        return []
    draws, held = _draws(application), _reserved(application)
    short = [
        (book, lacks)
        for place, book in sorted(_books(application, draws).items())
        if (lacks := draws[place] - held.get(book.pk, NONE)) > 0
    ]
    found = []
    for book, lacks in short:
        queue = takewhile(lambda one: one.case.pk != application.pk, waiting(book))
        before = tuple(islice(queue, NAMED + 1))
        found.append(Turn(book, left_in(book), lacks, before[:NAMED], more=len(before) > NAMED))
    return found


class _Waits(NamedTuple):
    """One who waits, by keys alone: where its case was accepted, and what it lacks."""

    case: int
    accepted: int
    lacks: Decimal


def _line(book: QuotaBook, acting: Application | None = None) -> list[_Waits]:
    """Who waits in `book`, in order. `acting` is a case whose act is being performed: it counts as it stands, not as it
    is stored. What is declared is read for all at once; a case is put together only where something was found of it."""
    open_cases = _accepted_in(book, acting)
    acts = Act.objects.filter(application__in=open_cases).order_by("pk")
    told = acts.filter(act__in=ACCEPTING).values_list("application", "application__accepted_on", "pk")
    accepted = {pk: (on, act) for pk, on, act in told.iterator()}
    found = set(acts.order_by().filter(act="determine").values_list("application", flat=True))
    if acting and acting.accepted_on is not None and not acting.final and _year(acting) == book.year:
        own = acting.acts.order_by("pk").values_list("pk", flat=True)
        if act := own.filter(act__in=ACCEPTING).last():
            accepted[acting.pk] = acting.accepted_on, act
        found |= {acting.pk} if own.filter(act="determine").exists() else set()
    held = _held_in(book)
    waits = [pk for pk in accepted if not held.get(pk) or pk in found]  # else what it asks for was reserved as a whole
    draws = _draws_in(book, open_cases, waits, found, acting)
    lacking = ((pk, draws.get(pk, NONE) - held.get(pk, NONE)) for pk in sorted(waits, key=accepted.__getitem__))
    return [_Waits(pk, accepted[pk][1], lacks) for pk, lacks in lacking if lacks > 0]


def _draws_in(
    book: QuotaBook, open_cases: QuerySet[Application], waits: list[int], found: set[int], acting: Application | None
) -> dict[int, Decimal]:
    """What an approval of those in `waits` takes there."""
    declared = kind_or_absent(book.kind).draws_as_declared(open_cases, book.jurisdiction_id)
    draws = {pk: exact(amount) for pk, amount in (declared or {}).items()}
    read = waits if declared is None else [pk for pk in waits if pk in found or (acting and pk == acting.pk)]
    for part in (read[at : at + READ] for at in range(0, len(read), READ)):
        cases = Application.objects.select_related("unit", "jurisdiction").in_bulk(part)
        for pk in part:
            case = acting if acting and pk == acting.pk else cases[pk]
            draws[pk] = _draws(case).get(book.jurisdiction_id, NONE)
    return draws


def _accepted_in(book: QuotaBook, but: Application | None) -> QuerySet[Application]:
    """Accepted and undecided cases that may draw on `book`."""
    in_place = DeclaredLand.objects.filter(place=book.jurisdiction_id).values("application")
    cases: QuerySet[Application] = Application.objects.filter(
        Q(jurisdiction=book.jurisdiction_id) | Q(pk__in=in_place),
        kind=book.kind, status__in=UNDECIDED, accepted_on__year=book.year,
    )  # fmt: skip
    return cases.exclude(pk=but.pk) if but else cases


def _year(application: Application) -> int:
    """The year whose quota a case takes: that of acceptance, before it this one."""
    return application.law_day.year


def _reserve_in_order(book: QuotaBook, record: Act | None = None) -> None:
    """Reserves what is left in a locked book for the cases that wait. Each reserves by its own acceptance; that of
    another than the case of `record` is the work of no person."""
    left = left_in(book)
    for one in _line(book, record.application if record else None) if left else ():
        if one.lacks > left:
            continue
        if own := record if record and one.case == record.application_id else None:
            act, case = own, own.application
        else:
            act = Act.objects.select_related("application").get(pk=one.accepted)
            case = act.application
        _append(book, Change.RESERVED, -one.lacks, act=act, application=case, by_itself=not own)
        left -= one.lacks


def _draws(application: Application) -> Mapping[str, Decimal]:
    """What an approval takes, by district. Without a quota nothing: no case is put together for that."""
    own = kind_of(application)
    return own.draws(application, stated(application)) if own.quota else {}


def _books(application: Application, draws: Mapping[str, Decimal]) -> dict[str, QuotaBook]:
    """The books of the year of acceptance (before it: of this year), by district."""
    if not draws:
        return {}
    books = QuotaBook.objects.select_related("jurisdiction").filter(
        kind=application.kind, jurisdiction__in=list(draws), year=_year(application)
    )
    return {book.jurisdiction_id: book for book in books}


def _books_locked(application: Application) -> list[QuotaBook]:
    """The books an accepted case draws on or holds something in, locked in the order of their keys, as where something
    is given back: two cases never wait for each other. Of a district without a book the district is: none is begun
    meanwhile."""
    if application.accepted_on is None or not kind_of(application).quota:
        return []
    draws = _draws(application)
    if lacking := draws.keys() - _books(application, draws).keys():
        _lock_places(lacking)
    keys = {book.pk for book in _books(application, draws).values()} | _reserved(application).keys()
    return list(_to_lock().filter(pk__in=keys).order_by("pk")) if keys else []


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


def _held_in(book: QuotaBook) -> dict[int, Decimal]:
    """What each case holds in reserve in `book`."""
    moved = book.movements.filter(change__in=(Change.RESERVED, Change.RELEASED)).order_by()
    held = moved.values_list("application").annotate(sum=Sum("amount"))
    return {case: -exact(amount) for case, amount in held if exact(amount)}


def _locked(kind: str, place: str, year: int) -> QuotaBook:
    if not QuotaBook.objects.filter(kind=kind, jurisdiction_id=place, year=year).exists():
        _lock_places({place})
        QuotaBook.objects.get_or_create(kind=kind, jurisdiction_id=place, year=year)
    return _to_lock().get(kind=kind, jurisdiction_id=place, year=year)


def _to_lock() -> QuerySet[QuotaBook]:
    return QuotaBook.objects.select_for_update(of=("self",)).select_related("jurisdiction")


def _lock_places(places: Collection[str]) -> None:
    """Who begins a book there, and whose act finds none, wait for each other."""
    list(Jurisdiction.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))


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
    by_itself: bool = False,
) -> QuotaMovement:
    last = book.movements.order_by("-seq").first()
    left, by = last.left if last else NONE, None if by_itself else act
    return QuotaMovement.objects.create(
        book=book,
        seq=last.seq + 1 if last else 1,
        change=change,
        amount=amount,
        left=left + amount,
        document=document,
        act=act,
        application=application,
        person=person or (by.person if by else None),
        agency=agency or (by.agency if by else None),
    )
