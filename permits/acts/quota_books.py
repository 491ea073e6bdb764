"""A quota book itself: what moved it, what is left in it, who holds what, and how it is locked and written.

Who wants to move a book locks it: the balance never falls below zero, however many ask at once. What cases draw from a
book: quota_draws.py; in which order: quota_turns.py; who moves it: quotas.py.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils import timezone

from permits.models import Act, Application, QuotaBook, QuotaMovement
from roles.days import CHINA
from roles.models import Agency, Jurisdiction, Person

Change = QuotaMovement.Change
NONE = Decimal(0)


def left_in(book: QuotaBook) -> Decimal:
    """What is left: the sum of all movements, as the last one has it (SQLite adds decimals as floats)."""
    last = book.movements.order_by("-seq").values_list("left", flat=True).first()
    return NONE if last is None else last


def used_in(book: QuotaBook) -> dict[str, Decimal]:
    """The sum of each kind of movement."""
    sums = book.movements.order_by().values_list("change").annotate(Sum("amount"))
    return {change: exact(amount) for change, amount in sums}


def short_since(lines: QuerySet[QuotaMovement], amount: Decimal) -> date | None:
    """The day since which less than `amount` was always left, by these lines of a book; None where as much is left now,
    or never was."""
    enough = lines.filter(left__gte=amount).order_by("-seq").values_list("seq", flat=True).first()
    if enough is None:
        return None
    short = lines.filter(seq__gt=enough).order_by("seq").values_list("at", flat=True).first()
    return timezone.localdate(short, timezone=CHINA) if short else None


def exact(sum_of_amounts: Decimal) -> Decimal:
    """A sum as the books count, with four decimals."""
    return sum_of_amounts.quantize(Decimal("0.0001"))


def held_in(book: QuotaBook) -> dict[int, Decimal]:
    """What each case holds in reserve in `book`."""
    moved = book.movements.filter(change__in=(Change.RESERVED, Change.RELEASED)).order_by()
    held = moved.values_list("application").annotate(sum=Sum("amount"))
    return {case: -exact(amount) for case, amount in held if exact(amount)}


def locked(kind: str, place: str, year: int) -> QuotaBook:
    """The book of a kind in a district (its code) and year, locked; begun where there was none."""
    if not QuotaBook.objects.filter(kind=kind, jurisdiction_id=place, year=year).exists():
        lock_places({place})
        QuotaBook.objects.get_or_create(kind=kind, jurisdiction_id=place, year=year)
    return to_lock().get(kind=kind, jurisdiction_id=place, year=year)


def to_lock() -> QuerySet[QuotaBook]:
    """The books, to be filtered further; each is locked as it is read."""
    return QuotaBook.objects.select_for_update(of=("self",)).select_related("jurisdiction")


def lock_places(places: Collection[str]) -> None:
    """Lock the places: who begins a book there, and whose act finds none, wait for each other."""
    list(Jurisdiction.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))


def append(
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
    """The next line of a locked book: by a person and a document, by the `act` of a case, or `by_itself`, which is by
    that act and the work of no person. IntegrityError where less than nothing would be left."""
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
