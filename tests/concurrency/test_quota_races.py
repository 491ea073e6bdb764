"""Processes at one quota book, on PostgreSQL: the balance is whole, never below zero, and who came first is first."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from permits.acts.perform import act_performed
from permits.acts.quota_turns import waiting
from permits.acts.quotas import allot, carry_over
from permits.models import Application, QuotaBook
from permits.verification.registry import CASE_CHECKS, Batch
from roles.models import Jurisdiction, Person
from tests.cast import NOW, Cast
from tests.concurrency.racing import Racer, act, race, whole
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, Office

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
RACERS = 8
LONG, SHORT = 0.8, 0.3  # seconds: an act still open, and who comes meanwhile; both shorter than a lock is waited for


@pytest.fixture
def now() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cast(begins_with_cast: None, now: Any) -> Cast:
    return Cast.enter()


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


def handed_in() -> tuple[Application, Office]:
    """A felling of 320 m³ of a limit of 1000 m³ that waits for its acceptance."""
    case, clerk = felling.draft(left="1000")
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return Application.objects.get(pk=case.pk), office


def accepted() -> tuple[Application, Office]:
    case, office = handed_in()
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def accepting(case: Application, office: Office) -> Racer:
    item = office.items(case, "accept")[0]
    assert item.mandate is not None
    return act(case, "accept", by=office.officer(item.mandate), item=item)


def held_open(racer: Racer) -> Racer:
    """The act is performed, and its transaction ends a while later."""

    def run() -> None:
        act_performed.connect(lambda **_told: time.sleep(LONG), weak=False)  # in the racer's own process
        racer()

    return run


def allotting(head: Person, amount: int, year: int) -> Racer:
    """Quota is allotted while another act is open."""

    def run() -> None:
        time.sleep(SHORT)
        place, by = Jurisdiction.objects.get(pk=MIYUN), Person.objects.get(pk=head.pk)
        allot("felling", place, year, Decimal(amount), document="追加", by=by)

    return run


def test_what_three_withdrawals_free_at_once_goes_to_the_first_three_that_wait(cast: Cast) -> None:
    cases = [accepted() for _number in range(7)]
    last, office = handed_in()
    leaving = [act(case, "withdraw", by=of.clerk) for case, of in cases[:3]]
    assert race(*leaving, accepting(last, office)) == ["ok"] * 4
    book = QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN)
    assert whole(book) == 40
    rows = book.movements.filter(change="reserved").order_by("seq").values_list("application", flat=True)
    assert list(rows) == [case.pk for case, _office in cases[:6]]
    assert [one.case for one in waiting(book)] == [cases[6][0], last]


def test_nothing_is_reserved_for_who_withdraws_while_the_book_grows(cast: Cast) -> None:
    for _number in range(3):
        accepted()
    leaves, office = accepted()
    outcomes = race(held_open(act(leaves, "withdraw", by=office.clerk)), allotting(cast.head, 300, 2026))
    assert outcomes == ["ok"] * 2
    assert whole(QuotaBook.objects.get(kind="felling", year=2026)) == 340
    assert list(CASE_CHECKS["quota of cases"](Batch.of([leaves.pk]))) == []


def finding(case: Application, office: Office, volume: str) -> Racer:
    """So much is found to be felled, while another act is open."""
    mandate = office.items(case, "propose")[0].mandate
    assert mandate is not None
    office.officer(mandate)  # who finds it is there before the race

    def run() -> None:
        time.sleep(SHORT)
        office.determine(case, "propose", "stands[0].volume_m3", volume)

    return run


def test_of_two_cases_found_to_need_less_at_once_the_rest_serves_one(cast: Cast) -> None:
    for _number in range(3):
        accepted()
    leaves, office = accepted()
    waits = [accepted() for _number in range(2)]
    leaving = held_open(act(leaves, "withdraw", by=office.clerk))
    assert race(leaving, *(finding(case, of, "30") for case, of in waits)) == ["ok"] * 3
    book = QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN)
    assert whole(book) == 10, "30 of the 40 that were left"
    assert len(list(waiting(book))) == 1
    cases = [leaves.pk, *(case.pk for case, _office in waits)]
    assert list(CASE_CHECKS["quota of cases"](Batch.of(cases))) == []


def test_nothing_is_reserved_for_who_withdraws_while_the_book_is_begun(cast: Cast) -> None:
    with time_machine.travel("2026-12-30T09:00:00+08:00"):
        leaves, office = handed_in()
    with time_machine.travel("2027-01-04T09:00:00+08:00"):
        office.do(leaves, "accept")
        outcomes = race(held_open(act(leaves, "withdraw", by=office.clerk)), allotting(cast.head, 500, 2027))
    assert outcomes == ["ok"] * 2
    assert whole(QuotaBook.objects.get(kind="felling", year=2027)) == 500
    assert list(CASE_CHECKS["quota of cases"](Batch.of([leaves.pk]))) == []
