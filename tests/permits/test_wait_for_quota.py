"""Cases that ask for more than is left of a quota wait in the order of their acceptance, and are told so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from permits.acts import quota_turns
from permits.acts.assessment import verdict
from permits.acts.found import case_of
from permits.acts.quota_books import left_in
from permits.acts.quotas import allot, carry_over
from permits.contract.kind import Kind
from permits.errors import RuleViolated
from permits.kinds import kind_of
from permits.models import Application, QuotaBook, QuotaMovement
from permits.verification.registry import CASE_CHECKS, CHECKS, Batch
from tests.cast import NOW, Cast, log_in, markup
from tests.copies import copy
from tests.permits.occupation.cases import HUAIROU, MIYUN, parcel
from tests.permits.quota_books import book, book_of, fells, handed_in, miyun, reserved, reserved_in, uses
from tests.quotas import stock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_what_a_withdrawal_frees_is_reserved_for_who_was_accepted_first(cast: Cast) -> None:
    (first, office), (second, _), (third, _) = fells(), fells(), fells()
    assert reserved() == [first.pk]
    assert [(one.case, one.lacks) for one in quota_turns.waiting(book("felling"))] == [(second, 320), (third, 320)]
    (turn,) = quota_turns.turns(third)
    assert ([one.case for one in turn.before], turn.left, turn.lacks) == ([second], 80, 320)
    office.do(first, "withdraw")
    assert reserved() == [first.pk, second.pk]
    assert left_in(book("felling")) == 80
    assert not [one for one in verdict(second).findings if one.rule == "F-FL59"]
    assert quota_turns.turns(second) == []
    assert list(CASE_CHECKS["quota of cases"](Batch.of([first.pk, second.pk, third.pk]))) == []
    assert list(CHECKS["quota"]()) == []


def test_a_later_acceptance_takes_nothing_that_came_after_who_waits(cast: Cast) -> None:
    """Also where the book grew by what no program wrote, as before this rule was kept."""
    (first, _), (second, _) = fells(), fells()
    of, by = book("felling"), second.acts.get(act="accept").person
    QuotaMovement.objects.create(book=of, seq=3, change="allotted", amount=300, left=380, document="追加", person=by)
    third, _office = fells()
    assert reserved() == [first.pk, second.pk]
    assert [one.case for one in quota_turns.waiting(of)] == [third]


def test_who_asks_for_more_than_comes_free_holds_up_no_other(cast: Cast) -> None:
    (first, _), (large, _), (small, _) = fells(), fells("600"), fells("150")
    allot("felling", miyun(), 2026, Decimal(100), document="追加1", by=cast.head)
    assert reserved() == [first.pk, small.pk]
    allot("felling", miyun(), 2026, Decimal(570), document="追加2", by=cast.head)
    assert reserved() == [first.pk, small.pk, large.pk]
    assert left_in(book("felling")) == 0


def test_what_is_found_less_of_a_case_that_waits_is_reserved_at_once(cast: Cast) -> None:
    (first, _), (second, office), (third, _) = fells(), fells(), fells("70")
    assert reserved() == [first.pk, third.pk]
    office.determine(second, "propose", "stands[0].volume_m3", "15")
    assert [one.case for one in quota_turns.waiting(book("felling"))] == [second], "10 m³ are left"
    office.determine(second, "propose", "stands[0].volume_m3", "8")
    assert reserved() == [first.pk, third.pk, second.pk]
    assert left_in(book("felling")) == 2
    office.determine(first, "propose", "stands[0].volume_m3", "100")
    assert left_in(book("felling")) == 2, "what a case holds is its own until it is decided"
    assert list(CASE_CHECKS["quota of cases"](Batch.of([first.pk, second.pk, third.pk]))) == []
    assert list(CHECKS["quota"]()) == []


def test_what_is_carried_in_is_reserved_for_who_waits_by_its_acceptance_and_by_no_person(cast: Cast) -> None:
    (_first, _), (second, _) = fells(), fells()
    last_year = allot("felling", miyun(), 2025, Decimal(500), document="上年", by=cast.head).book
    carry_over(last_year, Decimal(300), document="结转", by=cast.head)
    row = book_of(2026).movements.latest("seq")
    assert (row.change, row.application, row.act) == ("reserved", second, second.acts.get(act="accept"))
    assert (row.person, row.agency) == (None, None)
    assert left_in(book_of(2026)) == 60


def test_an_approval_that_takes_more_than_it_holds_waits_for_its_turn(cast: Cast) -> None:
    (_first, _), (second, _), (third, office) = fells(), fells(), fells()
    office.do(third, "propose", outcome="approve", opinion="同意")
    of = book("felling")
    QuotaMovement.objects.create(
        book=of, seq=3, change="allotted", amount=300, left=380, document="追加", person=cast.head
    )
    office.determine(third, "approve", "limit_left_m3", "1000")
    with pytest.raises(RuleViolated):
        office.do(third, "approve", opinion="同意")
    allot("felling", miyun(), 2026, Decimal(260), document="追加2", by=cast.head)
    assert second.pk in reserved()
    office.do(third, "approve", opinion="同意")
    assert left_in(of) == 0


def test_the_first_quota_of_a_year_goes_to_who_was_accepted_before_it(cast: Cast) -> None:
    first, _office = fells()
    with time_machine.travel("2026-12-30T09:00:00+08:00", tick=False):
        (early, office), (late, _) = handed_in(), handed_in()
    with time_machine.travel("2027-01-04T09:00:00+08:00", tick=False):
        for case in (early, late):
            office.do(case, "accept")
        allot("felling", miyun(), 2027, Decimal(500), document="下一年", by=cast.head)
    of = QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN, year=2027)
    assert list(of.movements.values_list("application", flat=True)) == [None, early.pk]
    assert [one.case for one in quota_turns.waiting(of)] == [late]
    assert reserved_in(book_of(2026)) == [first.pk]


def test_land_is_reserved_in_the_order_of_acceptance_too(cast: Cast) -> None:
    (first, office), (second, _), (third, _) = uses(left="0.7"), uses(), uses()
    office.do(first, "withdraw")
    assert [one.case for one in quota_turns.waiting(book())] == [third]
    assert reserved_in(book()) == [first.pk, second.pk]


def test_a_book_tells_its_unit_in_the_readers_language_and_what_came_in_with_a_plus(cast: Cast) -> None:
    place = reverse("quota", args=[stock("occupation", MIYUN, "120").pk])
    for english, told, head in ((False, "120 公顷", "数量（公顷）"), (True, "120 ha", "Amount (ha)")):
        page = markup(log_in(cast.head, english=english).get(place).content.decode())
        assert page.count(told) == 2, "what is left, and what was given"
        assert head in page
        assert ">+120<" in page


def test_pages_name_who_comes_first(cast: Cast) -> None:
    (_first, _), (second, _), (third, office) = fells(), fells(), fells()
    page = log_in(cast.head, english=True).get(reverse("quota", args=[book("felling").pk])).content.decode()
    waits = page[page.index('id="waiting"') : page.index("Movements")]
    assert waits.index(str(second)) < waits.index(str(third))
    item = office.items(third, "propose")[0]
    assert item.mandate is not None
    task = log_in(office.officer(item.mandate), english=True).get(reverse("task", args=[item.pk])).content.decode()
    assert "Accepted before it, and waiting, too" in task
    (turn,) = quota_turns.turns(third)
    assert turn.since == date(2026, 11, 20), "the day on which the first was accepted"
    assert "there was never enough for it." in task
    assert str(second) in task


@pytest.mark.parametrize("more", [3, 60])
def test_however_many_wait_a_book_asks_the_same(cast: Cast, more: int, django_assert_max_num_queries: Any) -> None:
    """Under its lock, at each acceptance and end: it put together every open case that held nothing."""
    (first, office), (second, _), (last, _) = fells(), fells(), fells()
    copy([second], more)
    of, number = book("felling"), Application.objects.get(pk=last.pk)
    with django_assert_max_num_queries(20):
        allot("felling", miyun(), 2026, Decimal(100), document="追加", by=cast.head)
    with django_assert_max_num_queries(15):
        (turn,) = quota_turns.turns(number)
    assert [one.case for one in turn.before] == [second]
    office.do(first, "withdraw")
    assert reserved() == [first.pk, second.pk]
    with django_assert_max_num_queries(10 + (more // quota_turns.READ) * 2):
        assert len(list(quota_turns.waiting(of))) == more + 1


def test_what_is_read_of_all_at_once_is_what_each_takes(cast: Cast) -> None:
    cases = [
        uses()[0], uses(tenure="temporary", years=2, permanent_building=False)[0], fells()[0],
        uses(parcel(), parcel(district=HUAIROU, sub_compartment="2", area_ha=Decimal("0.1234")),
             total_ha=Decimal("0.6234"))[0],
    ]  # fmt: skip
    every = Application.objects.all()
    for case in cases:
        kind, alone = kind_of(case), kind_of(case).draws(case, case_of(case))
        for place in (MIYUN, HUAIROU):
            at_once = kind.draws_as_declared(every.filter(kind=case.kind), place)
            assert at_once is not None
            assert at_once.get(case.pk, 0) == alone.get(place, 0)


def test_of_a_kind_that_cannot_read_all_at_once_each_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(kind_of(fells()[0])), "draws_as_declared", Kind.draws_as_declared)
    second, third = fells()[0], fells()[0]
    assert [(one.case, one.lacks) for one in quota_turns.waiting(book("felling"))] == [(second, 320), (third, 320)]


def test_who_waits_for_what_was_found_lacks_that(cast: Cast) -> None:
    (_first, _), (second, office), (third, _) = fells(), fells(), fells()
    office.determine(second, "propose", "stands[0].volume_m3", "300")
    assert [(one.case, one.lacks) for one in quota_turns.waiting(book("felling"))] == [(second, 300), (third, 320)]
