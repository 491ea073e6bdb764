"""What an approval took of a quota, as one outcome after another leaves it annulled, or to be decided anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permits.acts.quota_turns import waiting
from permits.acts.quotas import allot
from permits.models import QuotaBook, QuotaMovement
from tests.cast import Cast, fresh, log_in
from tests.permits.life.cases import print_papers
from tests.permits.life.licences import Change, felled, licensed, moved
from tests.permits.life.remedied import approval, judged, problems, remedied, reopen, restored, reviewed, said

TAKEN = Decimal(320)


def held(case: Any) -> Decimal:
    """What the case holds in reserve."""
    return -sum((amount for change, amount in moved(case) if change in (Change.RESERVED, Change.RELEASED)), Decimal(0))


def test_an_order_that_comes_after_the_annulment_puts_the_quota_aside_in_the_turn_of_the_case(traveller: Any) -> None:
    first = felled()
    desk = licensed(*first)
    reviewed(desk, approval(desk))
    assert (moved(first[0])[-1], held(first[0])) == ((Change.RETURNED, TAKEN), 0)
    judgment = judged(desk, approval(desk), "anew")
    assert held(first[0]) == TAKEN
    assert problems() == []
    waits, _clerk, _office = felled()
    restored(desk, judgment.seq)  # the reconsideration alone is left, and orders nothing
    assert (held(first[0]), held(waits)) == (0, TAKEN)
    assert problems() == []


def test_an_order_takes_nothing_from_who_was_served_before_it(traveller: Any) -> None:
    first = felled()
    waits, _clerk, _office = felled()
    desk = licensed(*first)
    reviewed(desk, approval(desk))
    judged(desk, approval(desk), "anew")
    assert (held(first[0]), held(waits)) == (0, TAKEN)
    assert problems() == []


def test_who_is_to_be_decided_anew_is_in_line_for_what_comes_before_it_is_reopened(traveller: Any, cast: Cast) -> None:
    first = felled()
    waits, _clerk, _office = felled()
    desk = licensed(*first)
    reviewed(desk, approval(desk))
    judged(desk, approval(desk), "anew")
    later, _clerk, _office = felled()
    book = QuotaBook.objects.get()
    assert [one.case for one in waiting(book)] == [first[0], later]
    allot("felling", later.jurisdiction, 2026, TAKEN, document="追加1号", by=cast.head)
    assert (held(first[0]), held(waits), held(later)) == (TAKEN, TAKEN, 0)
    row = QuotaMovement.objects.latest("pk")
    assert (row.act, row.person, row.agency) == (fresh(desk.case).did("record_suit")[-1], None, None)
    assert problems() == []
    reopen(desk, fresh(desk.case).did("record_suit")[-1])
    assert (held(first[0]), held(later)) == (TAKEN, 0)
    first[2].do(first[0], "refuse", reasons="上年度更新任务未完成。")
    assert (held(first[0]), held(later)) == (0, TAKEN)
    print_papers(first[0])
    assert problems() == []


def test_however_many_are_to_be_decided_anew_the_line_asks_the_same(traveller: Any) -> None:
    lost = [felled(left="640"), felled()]
    felled(), felled()
    desks = [licensed(*one) for one in lost]
    for desk in desks:
        reviewed(desk, approval(desk))
    asked = []
    for desk in desks:
        judged(desk, approval(desk), "anew")
        with CaptureQueriesContext(connection) as queries:
            line = list(waiting(QuotaBook.objects.get()))
        assert [one.case.pk for one in line] == [one.case.pk for one in desks[: len(line)]]
        asked.append((len(line), len(queries)))
    assert asked == [(1, asked[0][1]), (2, asked[0][1])]


@pytest.mark.parametrize("decision_first", [True, False])
def test_what_was_put_aside_is_free_once_a_judgment_annuls_without_an_order(
    traveller: Any, decision_first: bool
) -> None:
    first = felled()
    waits, _clerk, _office = felled()
    desk = licensed(*first)
    remedy = reviewed(desk, approval(desk), "anew")
    assert (held(first[0]), held(waits)) == (TAKEN, 0)
    about: list[tuple[int, dict[str, Any]]] = [(approval(desk), {}), (remedy.seq, {"earlier": "open"})]
    for against, more in about if decision_first else reversed(about):
        assert held(first[0]) == TAKEN
        desk.decide("record_suit", **said(desk, against, **more) | {"number": "（2026）京行初900号"})
    assert (held(first[0]), held(waits)) == (0, TAKEN)
    assert problems() == []
    reopen(desk, fresh(desk.case).did("record_suit")[0 if decision_first else 1])
    assert problems() == []


def test_a_quota_that_went_to_another_case_is_told_until_a_document_enters_it(traveller: Any, cast: Cast) -> None:
    first = felled(left="700")
    felled()
    third, _clerk, _office = felled()
    desk = licensed(*first)
    remedy = remedied(desk, "approve", "annulled")
    judgment = restored(desk, remedy.seq)
    assert held(third) == TAKEN
    page = reverse("permit", args=[desk.case.pk])
    told = "went to other cases meanwhile"
    number = str(fresh(desk.case).number)
    assert told in log_in(desk.decider, english=True).get(page).text
    for amount, document in ((Decimal(700), "追加1号"), (-TAKEN, "追减2号")):
        allot("felling", third.jurisdiction, 2026, amount, document=document, by=cast.head)
    assert told in log_in(desk.decider, english=True).get(page).text, "of which case it is no document says"
    allot("felling", third.jurisdiction, 2026, -TAKEN, document=f"追减3号（{number}）", by=cast.head)
    assert told not in log_in(desk.decider, english=True).get(page).text
    before = moved(first[0])
    restored(desk, judgment.seq)
    restored(desk, fresh(desk.case).did("record_suit")[-1].seq)
    assert moved(first[0]) == before, "it is not taken twice"
    assert problems() == []


def test_nothing_is_lacking_of_an_approval_that_takes_nothing(traveller: Any) -> None:
    first = felled()
    desk = licensed(*first)
    reopen(desk, remedied(desk, "approve"))
    first[2].determine(first[0], "approve", "stands[0].volume_m3", "0")
    first[2].do(first[0], "approve", opinion="同意。")
    print_papers(first[0])
    assert moved(first[0])[-1] == (Change.RELEASED, TAKEN)
    page = log_in(desk.decider, english=True).get(reverse("permit", args=[desk.case.pk])).text
    assert "went to other cases meanwhile" not in page
    assert problems() == []
