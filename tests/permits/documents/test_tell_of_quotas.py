"""Who is refused for want of a quota is told from when too little was left, and what had taken it; nobody is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.models import Application, QuotaMovement
from tests.cast import fresh
from tests.permits.documents.reading import text_of
from tests.permits.felling import cases as felling
from tests.permits.life.cases import YES, print_papers
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import MIYUN, Office

NO: dict[str, Any] = {"outcome": "refuse", "opinion": "超过限额。"}


@pytest.fixture
def traveller(begins_with_matrix: None, db: None) -> Iterator[Any]:
    """The day on which these cases begin, to be shifted."""
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as moved:
        Office.enter()
        yield moved


def felled(volume: str = "320", left: str = "400") -> tuple[Application, Office]:
    """An accepted felling of so much, in a book that begins with `left`."""
    row = felling.ROW | {"volume_m3": Decimal(volume), "stock_m3": Decimal(volume),
                         "number": str(Application.objects.count())}  # fmt: skip
    case, clerk = felling.draft(MIYUN, row, left=left)
    return accepted(case, Office(clerk))


def accepted(case: Application, office: Office) -> tuple[Application, Office]:
    for act, said in (("submit", {"statement": True}), ("accept", {})):
        office.do(case, act, **said)
    return fresh(case), office


def refusal(case: Application, office: Office, reasons: str = "超过限额。") -> str:
    """The text of the letter by which the case is refused."""
    office.do(case, "propose", **NO)
    office.do(case, "refuse", reasons=reasons)
    return letter(case)


def letter(case: Application) -> str:
    paper = fresh(case).documents.get(kind__endswith="_refusal")
    return text_of(render(paper_of(paper)))


def test_a_refusal_above_the_limit_tells_from_when_and_by_what_it_was_taken(traveller: Any) -> None:
    (first, by), (_held, _) = felled("100"), felled("250")
    by.do(first, "propose", **YES)
    by.do(first, "approve", opinion="同意。")
    print_papers(first)
    traveller.shift(timedelta(days=3))
    case, office = felled("70")
    text = refusal(case, office)
    assert (
        "本申请需要密云区2026年采伐限额70立方米，该项自2026年11月20日起余量即少于此数；至本决定作出时共有400立方米，"
        "已准予许可100立方米，为已受理的1件申请预占250立方米，余50立方米。"
    ) in text
    assert first.unit.name not in text


def test_what_moves_the_book_after_the_decision_changes_nothing_of_it(traveller: Any) -> None:
    (_first, _), (case, office) = felled(), felled()
    text = refusal(case, office)
    assert "为已受理的1件申请预占320立方米，余80立方米。" in text
    traveller.shift(timedelta(days=1))
    last = QuotaMovement.objects.latest("pk")
    QuotaMovement.objects.create(
        book=last.book, seq=last.seq + 1, change="allotted", amount=500, left=last.left + 500, document="追加",
        person=office.clerk,
    )  # fmt: skip
    assert letter(case) == text


def test_a_limit_that_was_never_enough_says_so(traveller: Any) -> None:
    case, office = felled("500")
    text = refusal(case, office)
    assert "采伐限额500立方米，该项余量一直少于此数；至本决定作出时共有400立方米，余400立方米。" in text


def test_a_refusal_on_other_grounds_tells_of_no_quota(traveller: Any) -> None:
    case, office = felled("300")
    assert "限额30" not in refusal(case, office, "上年度更新任务未完成。")


def test_land_is_told_in_hectares(traveller: Any) -> None:
    for _each in range(2):
        draft, clerk = occupation.draft(MIYUN, left="0.7")
        case, office = accepted(draft, Office(clerk))
    office.check_site(case)
    office.post_notice(case)
    traveller.shift(timedelta(days=12))
    office.do(case, "recommend", **NO)
    office.hear(case)
    assert "需要密云区2026年林地定额0.5公顷，该项自2026年11月20日起余量即少于此数；" in refusal(case, office)
