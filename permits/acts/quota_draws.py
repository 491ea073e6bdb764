"""What cases draw from the quota books: what an approval takes, and what a case holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db.models import Sum

from permits.acts.found import stated
from permits.acts.quota_books import NONE, Change, exact, left_in, lock_places, to_lock
from permits.kinds import kind_of
from permits.models import Application, QuotaBook


def left_for(application: Application, draws: Mapping[str, Decimal]) -> Decimal | None:
    """What is left for a case that takes `draws` (amounts by district), with what is reserved for it; None where some
    district has no book. In each of several districts at most what the case takes there counts, unless all have enough:
    where one falls short, the whole is less than what is asked."""
    books = books_of(application, draws)
    if not draws or len(books) < len(draws):
        return None
    own = reserved_by(application)
    left = {place: left_in(book) + own.get(book.pk, NONE) for place, book in books.items()}
    if all(left[place] >= amount for place, amount in draws.items()):
        return sum(left.values(), NONE)
    return sum((min(left[place], amount) for place, amount in draws.items()), NONE)


def year_of(application: Application) -> int:
    """The year whose quota a case takes: that of acceptance, before it this one."""
    return application.law_day.year


def draws_of(application: Application) -> Mapping[str, Decimal]:
    """What an approval takes, by district; nothing for a kind without a quota."""
    own = kind_of(application)
    return own.draws(application, stated(application)) if own.quota else {}


def books_of(application: Application, draws: Mapping[str, Decimal]) -> dict[str, QuotaBook]:
    """The books of the year of acceptance (before it: of this year), by district."""
    if not draws:
        return {}
    books = QuotaBook.objects.select_related("jurisdiction").filter(
        kind=application.kind, jurisdiction__in=list(draws), year=year_of(application)
    )
    return {book.jurisdiction_id: book for book in books}


def books_locked(application: Application) -> list[QuotaBook]:
    """The books an accepted case draws on or holds something in, locked in the order of their keys, so that two cases
    never wait for each other. Of a district without a book the district itself is locked: no book is begun meanwhile.
    """
    if application.accepted_on is None or not kind_of(application).quota:
        return []
    draws = draws_of(application)
    if lacking := draws.keys() - books_of(application, draws).keys():
        lock_places(lacking)
    keys = {book.pk for book in books_of(application, draws).values()} | reserved_by(application).keys()
    return list(to_lock().filter(pk__in=keys).order_by("pk")) if keys else []


def deducted_by(application: Application) -> dict[int, Decimal]:
    """What approvals of the case took and was not given back, by book."""
    return _held(application, (Change.DEDUCTED, Change.RETURNED))


def reserved_by(application: Application) -> dict[int, Decimal]:
    """What the case holds in reserve, by book."""
    return _held(application, (Change.RESERVED, Change.RELEASED))


def _held(application: Application, changes: Collection[str]) -> dict[int, Decimal]:
    if application.accepted_on is None:
        return {}
    moved = application.quota_movements.filter(change__in=changes)
    held = moved.order_by().values_list("book").annotate(sum=Sum("amount"))
    return {book: -exact(amount) for book, amount in held if exact(amount)}
