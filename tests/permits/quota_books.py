"""Quota books, and cases that take of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from permits.models import Application, QuotaBook
from roles.models import Jurisdiction
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, Office, draft


def miyun() -> Jurisdiction:
    return Jurisdiction.objects.get(pk=MIYUN)


def book(kind: str = "occupation", place: str = MIYUN) -> QuotaBook:
    return QuotaBook.objects.get(kind=kind, jurisdiction=place)


def moves(of: QuotaBook) -> list[tuple[str, Decimal]]:
    return list(of.movements.order_by("seq").values_list("change", "amount"))[1:]


def accepted(*rows: dict[str, Any], **other: Any) -> tuple[Application, Office]:
    Office.enter()
    return uses(*rows, **other)


def uses(*rows: dict[str, Any], **other: Any) -> tuple[Application, Office]:
    """An accepted occupation."""
    case, clerk = draft(MIYUN, *rows, **other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def fells(volume: str = "320", left: str = "400") -> tuple[Application, Office]:
    """An accepted felling of so much."""
    case, office = handed_in(volume, left)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def handed_in(volume: str = "320", left: str = "400") -> tuple[Application, Office]:
    """A felling of so much that waits for its acceptance."""
    number = str(Application.objects.count())
    row = felling.ROW | {"volume_m3": Decimal(volume), "stock_m3": Decimal(volume), "number": number}
    case, clerk = felling.draft(MIYUN, row, left=left)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return case, office


def reserved() -> list[int | None]:
    """Whose reservations the felling book has, in the order in which they were made."""
    rows = book("felling").movements.filter(change="reserved").order_by("seq")
    return list(rows.values_list("application", flat=True))


def reserved_in(of: QuotaBook) -> list[int | None]:
    return list(of.movements.filter(change="reserved").order_by("seq").values_list("application", flat=True))


def book_of(year: int) -> QuotaBook:
    return QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN, year=year)
