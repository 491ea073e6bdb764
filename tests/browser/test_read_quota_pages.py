"""A quota book in which cases wait, and the task of one that waits: wide and narrow, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.models import Application, QuotaBook
from roles.models import Person
from tests.cast import NOW, Cast
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, Office


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def accepted(number: str) -> tuple[Application, Office]:
    """A felling of 320 m³, of a limit of 400."""
    case, clerk = felling.draft(MIYUN, felling.ROW | {"number": number}, left="400")
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def test_who_waits_for_a_quota_is_read_without_barriers(
    cast: Cast,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    look_over: Callable[[Page, str], None],
) -> None:
    first, applicant = accepted("1")
    (second, _), (third, _), (last, office) = accepted("2"), accepted("3"), accepted("4")
    applicant.do(first, "withdraw")
    book, page = QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN), new_page()
    item = office.items(last, "propose")[0]
    assert item.mandate is not None
    sign_in(page, cast.head)
    page.goto(f"/quotas/{book.pk}/")
    look_over(page, "quota-waiting")
    waits = page.locator("#waiting")
    assert str(third) in waits.inner_text()
    assert str(second) not in waits.inner_text()
    expect(page.locator("summary.card-header")).to_have_css("display", "list-item")  # and so bears its sign
    sign_in(page, office.officer(item.mandate))
    page.goto(f"/tasks/{item.pk}/")
    look_over(page, "quota-task")
    assert str(third) in page.locator("#findings").inner_text()
