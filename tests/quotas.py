"""The quota books as tests begin with them."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from permits.models import QuotaBook, QuotaMovement
from roles.models import Person
from tests.cast import make_person


def stock(kind: str, place: str, amount: str = "10000", year: int | None = None) -> QuotaBook:
    """The book of `kind` in `place`, with `amount` allotted if it was empty."""
    year = year or timezone.localdate().year
    book, _made = QuotaBook.objects.get_or_create(kind=kind, jurisdiction_id=place, year=year)
    if not book.movements.exists():
        by = Person.objects.filter(username="allotter").first() or make_person("allotter", "定额管理")
        QuotaMovement.objects.create(
            book=book,
            seq=1,
            change="allotted",
            amount=Decimal(amount),
            left=Decimal(amount),
            document="测试定额",
            person=by,
        )
    return book
