"""Whose turn it is in a quota book: what becomes free is reserved for the cases that wait in the order of their
acceptance (许可法 57), for each as a whole; one that asks for more than there is holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from django.db.models import Q, QuerySet
from msgspec import Struct

from permits.acts.quota_books import NONE, Change, exact, held_in, left_in, move, short_since
from permits.acts.quota_draws import books_of, draws_of, reserved_by, year_of
from permits.acts.requests import ORDERED
from permits.kinds import kind_or_absent
from permits.models import Act, Application, DeclaredLand, QuotaBook
from permits.models.act import read_records
from permits.models.remedies import REMEDIES, Outcomes
from permits.models.states import UNDECIDED, S

ACCEPTING = ("accept", "deem_accepted")
NAMED = 5
"""Cases before another that its page names; the page of the book has more."""
READ = 50
"""Cases that are read at once."""


class Waiting(Struct, frozen=True):
    """An accepted case, undecided or ordered to be decided anew, for which less is reserved in a book than its approval
    would take."""

    case: Application
    accepted: Act
    lacks: Decimal


def waiting(book: QuotaBook) -> Iterator[Waiting]:
    """Who waits in `book`, in the order of acceptance (许可法 57); deemed acceptance counts from the receipt."""
    return _read(_line(book))


def _read(line: list[_Waits]) -> Iterator[Waiting]:
    """Those of `line`, with their cases and acceptances."""
    for part in (line[at : at + READ] for at in range(0, len(line), READ)):
        cases = Application.objects.select_related("unit", "jurisdiction").in_bulk([one.case for one in part])
        accepted = Act.objects.defer("body").in_bulk([one.accepted for one in part])
        yield from (Waiting(cases[one.case], accepted[one.accepted], one.lacks) for one in part)


class Turn(Struct, frozen=True):
    """The place of a case that waits in a book: what is left there, what its approval takes and what it lacks of that,
    how many come before it, and who the first of them are."""

    book: QuotaBook
    left: Decimal
    takes: Decimal
    lacks: Decimal
    ahead: int
    before: tuple[Waiting, ...]
    since: date | None
    """The day from which less was always left there than it lacks; None where there was never enough."""

    @property
    def more(self) -> bool:
        """Whether others come before it, too, than those that are named."""
        return self.ahead > len(self.before)

    @property
    def place(self) -> int:
        """Its number in the order."""
        return self.ahead + 1


class Short(NamedTuple):
    """A book in which less is reserved for a case than the approval takes there, and what it lacks."""

    book: QuotaBook
    takes: Decimal
    lacks: Decimal


def short_in(application: Application) -> list[Short]:
    """The books of which an undecided case lacks something; of a case that is not accepted nothing is reserved yet."""
    if application.final or not (draws := draws_of(application)):
        return []
    held = reserved_by(application)
    return [
        Short(book, draws[place], lacks)
        for place, book in sorted(books_of(application, draws).items())
        if (lacks := draws[place] - held.get(book.pk, NONE)) > 0
    ]


def turns(application: Application) -> list[Turn]:
    """Its place in each book in which it waits; none for a case that is not accepted, or is decided."""
    found = []
    for book, takes, lacks in short_in(application) if application.accepted_on is not None else ():
        before = list(takewhile(lambda one: one.case != application.pk, _line(book)))
        found.append(
            Turn(
                book, left=left_in(book), takes=takes, lacks=lacks, ahead=len(before),
                before=tuple(_read(before[:NAMED])), since=short_since(book.movements.all(), lacks),
            )
        )  # fmt: skip
    return found


class _Waits(NamedTuple):
    """One case that waits, by keys alone: the case, the act that accepted it, the act by which it reserves (the outcome
    that orders to decide it anew, else its acceptance), and what it lacks."""

    case: int
    accepted: int
    by: int
    lacks: Decimal


def _line(book: QuotaBook, acting: Application | None = None, *, anew: bool = False) -> list[_Waits]:
    """Who waits in `book`, in order. `acting` is a case whose act is being performed: it counts as it stands, not as it
    is stored, and as undecided where it is to be decided `anew`. What is declared is read for all cases at once; a case
    is read by itself only where an organ found something of it 认定."""
    open_cases = _accepted_in(book, acting)
    acts = Act.objects.filter(application__in=open_cases).order_by("pk")
    columns = ("application", "application__accepted_on", "pk", "application__status")
    told = list(acts.filter(act__in=ACCEPTING).values_list(*columns))
    ordered = _ordered({pk for pk, _on, _act, status in told if status == S.APPROVED})
    accepted = {pk: (on, act) for pk, on, act, status in told if status != S.APPROVED or pk in ordered}
    found = set(acts.order_by().filter(act="determine").values_list("application", flat=True))
    if acting and acting.accepted_on is not None and (anew or not acting.final) and year_of(acting) == book.year:
        own = acting.acts.order_by("pk").values_list("pk", flat=True)
        if act := own.filter(act__in=ACCEPTING).last():
            accepted[acting.pk] = acting.accepted_on, act
        if own.filter(act="determine").exists():
            found.add(acting.pk)
    held = held_in(book)
    waits = [pk for pk in accepted if not held.get(pk) or pk in found]  # else what it asks for was reserved as a whole
    draws = _draws_in(book, open_cases, waits, found, acting)
    line = []
    for pk in sorted(waits, key=accepted.__getitem__):
        lacks = draws.get(pk, NONE) - held.get(pk, NONE)
        if lacks > 0:
            _on, act = accepted[pk]
            line.append(_Waits(pk, act, ordered.get(pk, act), lacks))
    return line


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
            draws[pk] = draws_of(case).get(book.jurisdiction_id, NONE)
    return draws


def _accepted_in(book: QuotaBook, but: Application | None) -> QuerySet[Application]:
    """Accepted and undecided cases that may draw on `book`, and approved ones which a remedy may have taken away."""
    in_place = DeclaredLand.objects.filter(place=book.jurisdiction_id).values("application")
    judged = Act.objects.filter(act__in=REMEDIES).order_by().values("application")
    cases: QuerySet[Application] = Application.objects.filter(
        Q(jurisdiction=book.jurisdiction_id) | Q(pk__in=in_place),
        Q(status__in=UNDECIDED) | Q(status=S.APPROVED, pk__in=judged), kind=book.kind, accepted_on__year=book.year,
    )  # fmt: skip
    return cases.exclude(pk=but.pk) if but else cases


def _ordered(approved: set[int]) -> dict[int, int]:
    """Those of the `approved` cases of whose approval nothing is left and that are to be decided anew, and the outcome
    that orders it."""
    cases = Application.objects.in_bulk(approved).values() if approved else ()  # mostly none
    read_records(cases)
    orders = (
        next((one for one in Outcomes(case.history).taking_approval() if one.facts["outcome"] == ORDERED), None)
        for case in cases
    )
    return {order.application_id: order.pk for order in orders if order}


def reserve_in_order(book: QuotaBook, record: Act | None = None, *, anew: bool = False) -> None:
    """Reserve what is left in a locked book for the cases that wait, each by its own acceptance, or by the outcome that
    orders to decide it anew. What is reserved for another case than that of `record` is the work of no person. `anew`:
    the decision of that case was taken away just now, and it is to be decided again."""
    left = left_in(book)
    for one in _line(book, record.application if record else None, anew=anew) if left else ():
        if one.lacks > left:
            continue
        own = record if record and one.case == record.application_id else None
        act = own or Act.objects.select_related("application").get(pk=one.by)
        move(book, Change.RESERVED, -one.lacks, act, by_itself=not own)
        left -= one.lacks
