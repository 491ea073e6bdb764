"""What a document that names a case enters of its quota, and what the approval takes beside it once it stands again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from permits.acts.quotas import allot
from tests.cast import Cast, fresh, log_in
from tests.permits.life.cases import Desk, print_papers
from tests.permits.life.licences import Change, felled, licensed, moved
from tests.permits.life.remedied import problems, remedied, reopen, restored

TOLD = "went to other cases meanwhile"


def enter(desk: Desk, cast: Cast, amount: str, words: str) -> None:
    """A document of the district's quota that says `words` and the number of the case."""
    document = words.replace("…", str(fresh(desk.case).number))
    allot("felling", desk.case.jurisdiction, 2026, Decimal(amount), document=document, by=cast.head)


def told(desk: Desk) -> str:
    return str(log_in(desk.decider, english=True).get(reverse("permit", args=[desk.case.pk])).text)


def test_what_was_felled_meanwhile_is_no_whole_approval(traveller: Any, cast: Cast) -> None:
    desk = licensed(*felled())
    remedy = remedied(desk, "approve", "annulled")
    enter(desk, cast, "-50", "…已采伐50立方米，核减")
    judgment = restored(desk, remedy.seq)
    assert moved(desk.case)[-1] == (Change.DEDUCTED, Decimal(-270)), "50 of the 320 are out of the book already"
    assert TOLD not in told(desk)
    restored(desk, judgment.seq)
    assert moved(desk.case)[-1] == (Change.RETURNED, Decimal(270)), "what was felled stays out of the book"
    restored(desk, fresh(desk.case).did("record_suit")[-1].seq)
    assert moved(desk.case)[-1] == (Change.DEDUCTED, Decimal(-270))
    assert problems() == []


def test_what_lacks_is_told_until_documents_entered_all_of_it(traveller: Any, cast: Cast) -> None:
    first = felled(left="1050")
    felled()
    felled()
    desk = licensed(*first)
    remedy = remedied(desk, "approve", "annulled")
    felled()
    enter(desk, cast, "-50", "…已采伐50立方米，核减")
    restored(desk, remedy.seq)
    assert moved(desk.case)[-1][0] == Change.RETURNED
    assert f"{TOLD}: 270 m³" in told(desk)
    enter(desk, cast, "700", "追加")
    enter(desk, cast, "-170", "…核减")
    assert f"{TOLD}: 100 m³" in told(desk)
    enter(desk, cast, "-100", "…再核减")
    assert TOLD not in told(desk)
    enter(desk, cast, "100", "…核减有误，退回")
    assert f"{TOLD}: 100 m³" in told(desk)
    assert problems() == []


def test_what_a_document_entered_of_an_earlier_approval_is_no_part_of_the_later_one(traveller: Any, cast: Cast) -> None:
    first = felled()
    desk = licensed(*first)
    remedy = remedied(desk, "approve")
    enter(desk, cast, "-50", "…已采伐50立方米，核减")
    reopen(desk, remedy)
    first[2].do(first[0], "approve", opinion="同意。")
    print_papers(first[0])
    assert moved(desk.case)[-1] == (Change.DEDUCTED, Decimal(-320))
    again = remedied(desk, "approve", "annulled", number="京政复字〔2026〕9号")
    restored(desk, again.seq)
    assert moved(desk.case)[-1] == (Change.DEDUCTED, Decimal(-320))
    assert problems() == []


@pytest.mark.parametrize("words", ["…0核减", "…1核减"])
def test_the_number_of_another_case_that_begins_so_is_another(traveller: Any, cast: Cast, words: str) -> None:
    desk = licensed(*felled(left="720"))
    remedy = remedied(desk, "approve", "annulled")
    enter(desk, cast, "-320", words)
    restored(desk, remedy.seq)
    assert moved(desk.case)[-1] == (Change.DEDUCTED, Decimal(-320))


def test_a_number_in_small_letters_is_the_same(traveller: Any, cast: Cast) -> None:
    desk = licensed(*felled())
    remedy = remedied(desk, "approve", "annulled")
    number = str(fresh(desk.case).number).lower()
    allot("felling", desk.case.jurisdiction, 2026, Decimal(-320), document=f"{number}核减", by=cast.head)
    restored(desk, remedy.seq)
    assert moved(desk.case)[-1][0] == Change.RETURNED
