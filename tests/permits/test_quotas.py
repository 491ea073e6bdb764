"""The quota books: who enters what, what cases take and give back, and that nothing falls below zero."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from permits.acts.assessment import verdict
from permits.acts.found import case_of
from permits.acts.quota_books import left_in
from permits.acts.quotas import allot, carry_over, lapse
from permits.errors import BadFacts, NotPermitted, RuleViolated
from permits.kinds import kind_of
from permits.models import Application, QuotaMovement
from permits.models.states import S
from permits.verification.registry import CASE_CHECKS, CHECKS, Batch
from roles.models import Jurisdiction
from tests.cast import NOW, Cast, log_in
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import HUAIROU, MIYUN, Office, draft, parcel
from tests.permits.quota_books import accepted, book, book_of, miyun, moves
from tests.quotas import stock

pytestmark = pytest.mark.django_db
HALF = Decimal("0.5")


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


# ---- the cases -------------------------------------------------------------------------------------------------------
def test_acceptance_reserves_and_a_withdrawal_gives_back() -> None:
    case, office = accepted(left="10")
    assert moves(book()) == [("reserved", -HALF)]
    assert left_in(book()) == Decimal("9.5")
    office.do(case, "withdraw")
    assert moves(book()) == [("reserved", -HALF), ("released", HALF)]
    assert left_in(book()) == 10


def test_an_approval_deducts_what_was_reserved() -> None:
    Office.enter()
    case, clerk = felling.draft()
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {})):
        office.do(case, act, **said)
    office.do(case, "propose", outcome="approve", opinion="同意")
    office.do(case, "approve", opinion="同意")
    volume = kind_of(case).draws(case, case_of(case))[MIYUN]
    assert [change for change, _amount in moves(book("felling"))] == ["reserved", "released", "deducted"]
    assert left_in(book("felling")) == 1000 - volume


def test_what_is_given_back_by_an_act_that_gives_nothing_back_is_named() -> None:
    """Whoever may only insert rows frees a quota that an approval took."""
    Office.enter()
    case, clerk = felling.draft()
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("propose", {"outcome": "approve"})):
        office.do(case, act, **said | ({"opinion": "同意"} if act == "propose" else {}))
    office.do(case, "approve", opinion="同意")
    batch = Batch.of([case.pk])
    assert list(CASE_CHECKS["quota of cases"](batch)) == []
    last = book("felling").movements.latest("seq")
    QuotaMovement.objects.create(
        book=last.book, seq=last.seq + 1, change="returned", amount=-last.amount, left=last.left - last.amount,
        act=last.act, application=case,
    )  # fmt: skip
    assert list(CHECKS["quota"]()) == []
    assert len(list(CASE_CHECKS["quota of cases"](batch))) == 1


def test_a_refusal_of_acceptance_after_all_and_a_refusal_release() -> None:
    Office.enter()
    case, clerk = felling.draft(left="400")
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {})):
        office.do(case, act, **said)
    office.do(case, "propose", outcome="refuse", opinion="x")
    office.do(case, "refuse", reasons="不符合采伐条件。")
    assert left_in(book("felling")) == 400


def test_the_case_itself_is_not_held_against_it() -> None:
    case, _office = accepted(left="0.5")
    assert left_in(book()) == 0
    assert case_of(case)["quota_left_ha"] == "0.5000"
    assert not [one for one in verdict(case).findings if one.rule == "O-FL36"]


def test_more_than_is_left_reserves_nothing_and_the_rules_say_so() -> None:
    case, _office = accepted(left="0.4999")
    assert moves(book()) == []
    (finding,) = [one for one in verdict(case).findings if one.rule == "O-FL36"]
    assert finding.severity == "refuse"


def test_without_a_book_a_person_must_find_what_is_left() -> None:
    Office.enter()
    case, _clerk = draft()
    assert not [one for one in verdict(case).findings if one.rule == "O-FL36"]
    with time_machine.travel("2027-06-01T09:00:00+08:00", tick=False):
        (finding,) = [one for one in verdict(Application.objects.get(pk=case.pk)).findings if one.rule == "O-FL36"]
    assert finding.severity == "refer"


def test_land_in_two_districts_takes_from_both_and_is_short_where_one_is() -> None:
    rows = (parcel(), parcel(district=HUAIROU, sub_compartment="2", village="双文铺村"))
    Office.enter()
    stock("occupation", HUAIROU, "0.3")
    case, clerk = draft(MIYUN, *rows, total_ha=Decimal("1.0000"), left="10")
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    case = Application.objects.get(pk=case.pk)
    assert case_of(case)["quota_left_ha"] == "0.8000"
    (finding,) = [one for one in verdict(case).findings if one.rule == "O-FL36"]
    assert finding.severity == "refuse"
    assert moves(book()) == [("reserved", -HALF)]
    assert moves(book(place=HUAIROU)) == []


def test_books_are_locked_in_one_order_whoever_locks_them() -> None:
    Office.enter()
    books = [stock("occupation", place, "10") for place in (MIYUN, HUAIROU)]
    rows = (parcel(), parcel(district=HUAIROU, sub_compartment="2", village="双文铺村"))
    case, clerk = draft(MIYUN, *rows, total_ha=Decimal("1.0000"), left="10")
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "withdraw", reason="不再需要")
    moved = QuotaMovement.objects.filter(application=case).order_by("pk").values_list("change", "book")
    assert list(moved) == [(change, book.pk) for change in ("reserved", "released") for book in books]


def test_temporary_use_takes_nothing() -> None:
    accepted(tenure="temporary", years=1, permanent_building=False)
    assert moves(book()) == []


def test_an_approval_of_more_than_is_left_is_refused_and_writes_nothing() -> None:
    Office.enter()
    case, clerk = felling.draft(left="1000")
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {})):
        office.do(case, act, **said)
    office.do(case, "propose", outcome="approve", opinion="同意")
    of = book("felling")
    # half a year later another document takes the rest back, and the case's own found volume has grown
    QuotaMovement.objects.create(
        book=of, seq=9, change="allotted", amount=-left_in(of), left=0, document="调减", person=clerk
    )
    office.determine(case, "approve", "stands[0].volume_m3", "400")
    before = of.movements.count()
    with pytest.raises(RuleViolated):
        office.do(case, "approve", opinion="同意")
    assert of.movements.count() == before
    assert Application.objects.get(pk=case.pk).status == S.AWAITING_DECISION


# ---- the agency ------------------------------------------------------------------------------------------------------
def test_the_head_allots_by_a_document_and_never_twice_by_the_same(cast: Cast) -> None:
    allot("felling", miyun(), 2026, Decimal(900), document="京绿限额〔2026〕1号", by=cast.head)
    with pytest.raises(BadFacts) as twice:
        allot("felling", miyun(), 2026, Decimal(900), document="京绿限额〔2026〕1号 ", by=cast.head)
    assert set(twice.value.errors) == {"document"}
    allot("felling", miyun(), 2026, Decimal(-100), document="京绿限额〔2026〕7号（调减）", by=cast.head)
    assert left_in(book("felling")) == 800
    with pytest.raises(BadFacts):
        allot("felling", miyun(), 2026, Decimal(-801), document="京绿限额〔2026〕8号", by=cast.head)
    with pytest.raises(BadFacts):
        allot("felling", miyun(), 2026, Decimal(1), document=" ", by=cast.head)


def test_nobody_else_allots(cast: Cast) -> None:
    for person in (cast.reviewer, cast.decider, cast.clerk, cast.auditor, cast.stranger):
        with pytest.raises(NotPermitted):
            allot("felling", miyun(), 2026, Decimal(1), document="x", by=person)
    jizhou = Jurisdiction.objects.get(pk="120119")
    with pytest.raises(NotPermitted):
        allot("felling", jizhou, 2026, Decimal(1), document="x", by=cast.head)


def test_what_is_left_is_carried_over_or_lapses_by_a_document(cast: Cast) -> None:
    row = allot("felling", miyun(), 2025, Decimal(50), document="a", by=cast.head)
    carry_over(row.book, Decimal(20), document="结转", by=cast.head)
    assert left_in(book_of(2026)) == 20
    with pytest.raises(BadFacts):
        carry_over(row.book, Decimal(31), document="结转", by=cast.head)
    with pytest.raises(BadFacts):
        carry_over(row.book, Decimal(-1), document="结转", by=cast.head)
    lapse(row.book, document="年度清零", by=cast.head)
    assert left_in(row.book) == 0
    with pytest.raises(BadFacts):
        lapse(row.book, document="年度清零", by=cast.head)


@pytest.mark.parametrize("year", [2026, 2027])
def test_nothing_lapses_of_a_year_that_is_not_over(cast: Cast, year: int) -> None:
    row = allot("felling", miyun(), year, Decimal(50), document="a", by=cast.head)
    with pytest.raises(BadFacts) as early:
        lapse(row.book, document="年度清零", by=cast.head)
    assert set(early.value.errors) == {"document"}
    assert left_in(row.book) == 50
    with time_machine.travel(f"{year}-12-31T23:59:00+08:00"), pytest.raises(BadFacts):
        lapse(row.book, document="年度清零", by=cast.head)
    with time_machine.travel(f"{year + 1}-01-01T00:01:00+08:00"):
        lapse(row.book, document="年度清零", by=cast.head)
    assert left_in(row.book) == 0


def test_the_database_itself_refuses_less_than_nothing_and_a_number_twice(cast: Cast) -> None:
    of = stock("felling", MIYUN, "5")
    for seq, left in ((2, -1), (1, 5)):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuotaMovement.objects.create(
                book=of, seq=seq, change="allotted", amount=-6, left=left, document=f"d{seq}", person=cast.head
            )
    with pytest.raises(TypeError):
        of.movements.get().save()
    with pytest.raises(TypeError):
        of.movements.get().delete()


# ---- pages -----------------------------------------------------------------------------------------------------------
def test_the_pages_show_the_books_and_take_an_allotment(cast: Cast) -> None:
    desk = log_in(cast.head, english=True)
    said = {"book": f"felling:{MIYUN}", "year": "2026", "amount": "120.5", "document": "京绿限额〔2026〕3号"}
    answer = desk.post(reverse("quota-list"), said)
    assert answer.status_code == 302
    page = desk.get(answer["Location"]).content.decode()
    assert "120.5" in page
    assert desk.post(reverse("quota-list"), said).status_code == 422
    assert desk.post(reverse("quota-list"), said | {"book": "felling:120119"}).status_code == 422
    assert desk.post(reverse("quota-list"), said | {"amount": "1e400"}).status_code == 422
    assert desk.post(reverse("quota-list"), said | {"document": "a\x00b"}).status_code == 422
    of = book("felling")
    assert desk.post(reverse("quota-carry", args=[of.pk]), {"amount": "999", "document": "x"}).status_code == 422
    assert desk.post(reverse("quota-carry", args=[of.pk]), {"amount": "0.5", "document": "x"}).status_code == 302
    early = desk.post(reverse("quota-lapse", args=[of.pk]), {"document": "y"})
    assert early.status_code == 422
    assert "The year 2026 is not over" in early.text
    assert left_in(of) == 120
    with time_machine.travel("2027-01-02T10:00:00+08:00"):
        desk = log_in(cast.head)
        assert desk.post(reverse("quota-lapse", args=[of.pk]), {"document": "y"}).status_code == 302
    assert left_in(of) == 0


def test_who_has_nothing_to_do_there_sees_no_book(cast: Cast) -> None:
    of = stock("felling", MIYUN)
    for person, status in ((cast.auditor, 200), (cast.reviewer, 200), (cast.clerk, 403), (cast.stranger, 403)):
        assert log_in(person).get(reverse("quota-list")).status_code == status, person
    assert log_in(cast.clerk).get(reverse("quota", args=[of.pk])).status_code == 404
    assert log_in(cast.auditor).post(reverse("quota-list"), {}).status_code == 403


def test_the_list_costs_the_same_whatever_there_is(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for year in range(2010, 2026):
        stock("felling", MIYUN, year=year)
    desk = log_in(cast.reviewer)
    desk.get(reverse("quota-list"))
    with django_assert_max_num_queries(20):
        desk.get(reverse("quota-list"))
