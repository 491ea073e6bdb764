"""A case that waits in an exhausted quota book: what its page tells the applicant and officers, and how the rule's
finding is told while it waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.acts.quota_turns import turns
from permits.acts.quotas import allot
from permits.errors import RuleViolated
from permits.models import Application
from roles.appointments import appoint
from roles.models import Jurisdiction, Person, Post
from tests.cast import NOW, Cast, log_in, text
from tests.copies import copy
from tests.permits.felling import cases as felling
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import MIYUN, Office

pytestmark = pytest.mark.django_db
WAITS, REFUSED = "Not to be approved by what is left now", "To be refused"
FIRST = "this one is the first in the order"


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def fells(left: str = "400", **changes: Any) -> tuple[Application, Office]:
    """An accepted felling of 320 m³."""
    row = felling.ROW | {"number": str(Application.objects.count())} | changes
    case, clerk = felling.draft(MIYUN, row, left=left)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def next_of(person: Person, case: Application, *, english: bool = True) -> str:
    """What comes next, as the page of the case tells it."""
    return part(log_in(person, english=english).get(f"/cases/{case.pk}/"), "next")


def part(page: Any, named: str) -> str:
    """What the page's part with this anchor tells, roughly."""
    whole = page.content.decode()
    start = whole.index(f'id="{named}"')
    page.content = whole[start : whole.index('<section class="card', start)].encode()
    return text(page)


def task_of(case: Application, office: Office, act: str) -> tuple[Any, str]:
    """A client of who holds the open item that offers `act`, which it took, and the item's address."""
    item = office.items(Application.objects.get(pk=case.pk), act)[0]
    assert item.mandate is not None
    desk = log_in(office.officer(item.mandate), english=True)
    desk.post(f"/tasks/{item.pk}/claim/")
    return desk, f"/tasks/{item.pk}/"


# ---- the applicant ---------------------------------------------------------------------------------------------------
def test_the_applicant_reads_the_place_in_the_order_and_no_other_case(cast: Cast) -> None:
    (first, _), (second, own), (third, other) = fells(), fells(), fells()
    told = next_of(own.clerk, second)
    assert "too little is left, 80 m³; this application takes 320 m³" in told
    assert FIRST in told
    assert "Waiting does not suspend the period of the decision." in told
    told = next_of(other.clerk, third)
    assert "1 application accepted earlier waits, too: this one is number 2 in the order." in told
    for page in (log_in(other.clerk, english=english).get(f"/cases/{third.pk}/") for english in (True, False)):
        assert str(third) in page.text
        for named in (first, second):
            assert str(named) not in page.text


def test_the_applicant_reads_it_in_chinese(cast: Cast) -> None:
    _first, _second, (third, office) = fells(), fells(), fells()
    told = next_of(office.clerk, third, english=False)
    assert "年采伐限额 · 密云区 · 2026 ：目前余量不足，尚余80 立方米；本申请需要320 立方米。" in told
    assert "受理在先、同样等待的申请有1件，本申请排在第2位。" in told
    assert "行政许可法第五十七条" in told
    assert "《森林法》第五十四条、第五十九条" in told


def test_an_officer_on_the_applicants_side_reads_what_the_applicant_reads(cast: Cast) -> None:
    _first, (second, _), (third, office) = fells(), fells(), fells()
    item = office.items(third, "propose")[0]
    assert item.mandate is not None
    officer = office.officer(item.mandate)
    post = Post.objects.filter(unit=third.unit_id).first()
    assert post is not None
    appoint(officer, post)
    desk = log_in(officer, english=True)
    for address in (f"/cases/{third.pk}/", f"/tasks/{item.pk}/"):
        page = desk.get(address).text
        assert "this one is number 2 in the order" in page
        assert str(second) not in page


def test_nothing_is_told_of_a_quota_that_is_reserved_or_of_a_case_that_ended(cast: Cast) -> None:
    (first, office), (second, own) = fells(), fells()
    assert "in the order" not in next_of(office.clerk, first)
    office.do(first, "withdraw")
    assert "in the order" not in next_of(own.clerk, second)
    third, last = fells()
    assert FIRST in next_of(last.clerk, third)
    last.do(third, "withdraw")
    assert "in the order" not in next_of(last.clerk, third)


def test_a_book_of_which_all_is_reserved_is_told_as_used_up(cast: Cast) -> None:
    _first, (second, own) = fells("320"), fells("320")
    assert "used up at the moment, with what is reserved for other applications" in next_of(own.clerk, second)


def test_who_waits_for_forest_land_is_told_in_hectares(cast: Cast) -> None:
    found = []
    for _one in range(2):
        case, clerk = occupation.draft(MIYUN, left="0.7")
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        office.do(case, "accept")
        found.append((case, clerk))
    case, clerk = found[-1]
    assert "too little is left, 0.2 ha; this application takes 0.5 ha" in next_of(clerk, case)


# ---- officers --------------------------------------------------------------------------------------------------------
def test_the_head_reads_on_the_case_what_the_task_tells(cast: Cast) -> None:
    _first, (second, _), (third, office) = fells(), fells(), fells()
    desk, task = task_of(third, office, "propose")
    for page in (desk.get(task), log_in(cast.district_head, english=True).get(f"/cases/{third.pk}/")):
        told = text(page)
        assert "80 m³ is left and reserved for nobody; this case lacks 320 m³." in told
        assert re.search(f"Accepted before it, and waiting, too ?: {second}", told)
        assert "in the order." not in told


# ---- what the page costs ---------------------------------------------------------------------------------------------
def test_the_page_of_the_case_asks_the_same_however_many_wait(cast: Cast) -> None:
    _first, (second, _), (third, office) = fells(), fells(), fells()
    counts = []
    for more in (0, 30):
        copy([second], more)
        for reader in (office.clerk, cast.district_head):
            desk = log_in(reader)
            desk.get(f"/cases/{third.pk}/")
            with CaptureQueriesContext(connection) as queries:
                desk.get(f"/cases/{third.pk}/")
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_a_kind_without_a_quota_is_asked_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    case = Application.objects.get(pk=cast.case_at("first_review").pk)
    with django_assert_num_queries(0):
        assert turns(case) == []


# ---- the finding -----------------------------------------------------------------------------------------------------
def test_the_finding_of_a_case_that_waits_says_so_and_that_of_others_a_refusal(cast: Cast) -> None:
    _first, (second, office) = fells(), fells()
    desk, task = task_of(second, office, "propose")
    told = part(desk.get(task), "findings")
    assert f"{WAITS} 1 · What becomes free before the decision is reserved in the order of acceptance" in told
    assert "F-FL59" in told
    assert REFUSED not in told
    desk.cookies["django_language"] = "zh-hans"
    told = part(desk.get(task), "findings")
    assert "按目前余量不能准予" in told
    assert "应当不予准许" not in told.replace("作出决定时余量仍不足的，应当不予准许", "")


def test_before_acceptance_too_little_is_told_as_what_is_left_now(cast: Cast) -> None:
    fells()
    case, clerk = felling.draft(MIYUN, felling.ROW | {"number": "9"}, left="400")
    draft = text(log_in(clerk, english=True).get(f"/drafts/{case.pk}/check/"))
    Office(clerk).do(case, "submit", statement=True)
    desk, task = task_of(case, Office(clerk), "accept")
    for told in (draft, part(desk.get(task), "findings")):
        assert f"{WAITS} 1 · What becomes free before the decision is reserved in the order of acceptance" in told
        assert "F-FL59" in told
        assert REFUSED not in told


def test_too_little_by_what_an_organ_found_without_a_book_stays_a_refusal(cast: Cast) -> None:
    case, clerk = felling.draft(MIYUN)
    with time_machine.travel("2027-01-04T10:00:00+08:00", tick=False):  # no book of the new year was begun
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        office.do(case, "accept")
        office.determine(case, "propose", "limit_left_m3", "120")
        desk, task = task_of(case, office, "propose")
        told = part(desk.get(task), "findings")
    assert "F-FL59" in told
    assert REFUSED in told
    assert WAITS not in told


def test_another_refusal_of_a_case_that_waits_stays_one(cast: Cast) -> None:
    _first, (second, office) = fells(), fells(closed=True)
    desk, task = task_of(second, office, "propose")
    told = part(desk.get(task), "findings")
    assert told.index(REFUSED) < told.index(WAITS) < told.index("F-FL59")


def test_the_decision_still_refuses_what_is_above_the_quota(cast: Cast) -> None:
    _first, (second, office) = fells(), fells()
    office.do(second, "propose", outcome="approve", opinion="同意")
    with pytest.raises(RuleViolated):
        office.do(second, "approve", opinion="同意")
    desk, task = task_of(second, office, "approve")
    page = text(desk.get(task))
    assert "falls away once what the case takes is reserved for it" in page
    assert REFUSED not in page.split("What was done")[0]
    tried = text(desk.post(task, {"act": "approve", "opinion": "同意", "confirmed": "1"}))
    assert REFUSED not in tried.split("What was done")[0]
    assert tried.count(WAITS) == 2, "where it was tried, and among the findings"
    review = desk.post(task, {"act": "refuse", "reasons": "限额不足。"})
    assert WAITS in text(review)
    allot("felling", Jurisdiction.objects.get(pk=MIYUN), 2026, Decimal(300), document="追加", by=cast.head)
    office.do(second, "approve", opinion="同意")
