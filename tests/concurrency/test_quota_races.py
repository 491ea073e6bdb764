"""Eight processes at one quota book, on PostgreSQL: the balance is whole and never below zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import Sum

from permits.acts.quotas import allot, carry_over
from permits.models import Application, QuotaBook
from roles.models import Jurisdiction, Person
from tests.cast import NOW, Cast
from tests.concurrency.test_races import Racer, act, race
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, Office

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
RACERS = 8


@pytest.fixture
def now() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cast(begins_with_cast: None, now: Any) -> Cast:
    return Cast.enter()


def whole(book: QuotaBook) -> Decimal:
    """The balance, after asking that every line says what is left after it."""
    left = Decimal(0)
    for number, row in enumerate(book.movements.order_by("seq"), 1):
        left += row.amount
        assert (row.seq, row.left) == (number, left)
        assert left >= 0
    assert book.movements.aggregate(sum=Sum("amount"))["sum"] == left
    return left


def test_eight_cases_accepted_at_once_reserve_no_more_than_there_is(now: Any) -> None:
    Office.enter()
    racers: list[Racer] = []
    acceptor: Person | None = None
    for _number in range(RACERS):
        case, clerk = felling.draft(left="1000")  # each asks for 320 m³
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        case = Application.objects.get(pk=case.pk)
        item = office.items(case, "accept")[0]
        assert item.mandate is not None
        acceptor = acceptor or office.officer(item.mandate)
        racers.append(act(case, "accept", by=acceptor, item=item))
    assert race(*racers) == ["ok"] * RACERS
    book = QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN)
    assert book.movements.filter(change="reserved").count() == 3
    assert whole(book) == 40


def test_one_document_entered_by_eight_at_once_allots_once(cast: Cast) -> None:
    def enter() -> None:
        place, head = Jurisdiction.objects.get(pk=MIYUN), Person.objects.get(pk=cast.head.pk)
        allot("felling", place, 2026, Decimal(100), document="京绿限额〔2026〕1号", by=head)

    outcomes = race(*[enter] * RACERS)
    assert sorted(set(outcomes) - {"ok"}) in (["BadFacts"], ["BadFacts", "Busy"])
    assert outcomes.count("ok") == 1
    assert whole(QuotaBook.objects.get(kind="felling", year=2026)) == 100


def test_eight_carry_over_at_once_no_more_than_is_left(cast: Cast) -> None:
    place = Jurisdiction.objects.get(pk=MIYUN)
    book = allot("felling", place, 2025, Decimal(100), document="a", by=cast.head).book

    def carry(number: int) -> Racer:
        def run() -> None:
            head = Person.objects.get(pk=cast.head.pk)
            carry_over(QuotaBook.objects.get(pk=book.pk), Decimal(30), document=f"结转{number}", by=head)

        return run

    outcomes = race(*[carry(number) for number in range(RACERS)])
    assert outcomes.count("ok") == 3, outcomes
    assert whole(book) == 10
    assert whole(QuotaBook.objects.get(kind="felling", year=2026)) == 90
