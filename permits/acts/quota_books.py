"""A quota book itself: what moved it, what is left in it, who holds what, and how it is locked and written.

Who wants to move a book locks it: the balance never falls below zero, however many ask at once. What cases draw from a
book: quota_draws.py; in which order: quota_turns.py; who moves it: quotas.py.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from permits.models import Act, QuotaBook, QuotaMovement
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


def enter(
    book: QuotaBook, change: str, amount: Decimal, *, document: str, person: Person, agency: Agency
) -> QuotaMovement:
    """The next line of a locked book, by a document. IntegrityError where less than nothing would be left."""
    return _append(book, change, amount, document=document, person=person, agency=agency)


def move(book: QuotaBook, change: str, amount: Decimal, act: Act, *, by_itself: bool = False) -> QuotaMovement:
    """The next line of a locked book, by the `act` of a case; `by_itself`: it follows from that act, and is the work of
    no person. IntegrityError where less than nothing would be left."""
    person, agency = (None, None) if by_itself else (act.person, act.agency)
    return _append(book, change, amount, act=act, application=act.application, person=person, agency=agency)


def _append(book: QuotaBook, change: str, amount: Decimal, **by: Any) -> QuotaMovement:
    last = book.movements.order_by("-seq").first()
    seq, left = (last.seq + 1, last.left) if last else (1, NONE)
    return QuotaMovement.objects.create(book=book, seq=seq, change=change, amount=amount, left=left + amount, **by)
