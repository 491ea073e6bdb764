"""Objections, a notice that still runs, the fee due, a second request for correction: wide and narrow, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page

from permits.acts.perform import perform
from permits.models import Application
from permits.models.states import S
from permits.tending.kind import TENDING
from roles.models import Person
from tests.cast import NOW, Cast, head
from tests.permits.occupation.cases import HUAIROU, Office, draft, parcel

OBJECTION = {"objector": "石塘路村村民代表", "objection": "担心采伐后水土流失，影响村民饮水安全。"}


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def test_the_pages_of_the_procedure_have_no_barriers(
    cast: Cast,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    look_over: Callable[[Page, str], None],
) -> None:
    page, today = new_page(), timezone.localdate()
    reviewed, asked = cast.walk_to(S.FIRST_REVIEW), cast.walk_to(S.CORRECTING)
    stated = cast.walk_to(S.AWAITING_DECISION)
    perform(stated.pk, "make_statement", by=cast.clerk, statement="作业道已改走林缘，请一并考虑。")
    decision = cast.take(stated)
    ends = today + timedelta(days=8)
    cast.do(reviewed, "publish_notice", starts=today, ends=ends, place="村务公开栏", contact="010-00000000")
    objection = cast.do(reviewed, "record_objection", received=today, **OBJECTION)
    cast.do(reviewed, "tell_hearing_right", party="申请人", interest="采伐后的水土流失")
    perform(reviewed.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    item = cast.take(reviewed)
    TENDING.book.change_head(
        asked.pk, head() | {"compiler": "另一家设计院"}, version=Application.objects.get(pk=asked.pk).tending.version
    )
    cast.do(asked, "resubmit")
    again = cast.take(asked)
    fee, officer = due_fee()
    visits: list[tuple[Person, str, str]] = [
        (cast.district_reviewer, f"/tasks/{item.pk}/", "task-notice-runs"),
        (cast.district_reviewer, f"/cases/{reviewed.pk}/", "case-objection"),
        (cast.district_reviewer, f"/cases/{reviewed.pk}/acts/answer_objection/?objection={objection.seq}", "answer"),
        (cast.district_reviewer, f"/cases/{reviewed.pk}/acts/record_hearing_given_up/", "given-up"),
        (cast.clerk, f"/cases/{reviewed.pk}/", "case-of-the-unit"),
        (cast.clerk, f"/cases/{stated.pk}/", "case-stated"),
        (cast.decider, f"/tasks/{decision.pk}/", "task-stated"),
        (cast.acceptor, f"/tasks/{again.pk}/?act=request_correction", "ask-again"),
        (officer, f"/cases/{fee.pk}/acts/tell_fee_due/", "fee"),
    ]
    barriers = []
    for person, address, name in visits:
        sign_in(page, person)
        page.goto(address)
        try:
            look_over(page, f"procedure-{name}")
        except AssertionError as found:
            barriers.append(str(found))
    assert not barriers, "\n".join(barriers)


def due_fee() -> tuple[Application, Any]:
    """A case of permanent use in first review, and who reviews it."""
    case, clerk = draft(HUAIROU, parcel(district=HUAIROU))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    case = Application.objects.get(pk=case.pk)
    mandate = office.items(case, "recommend")[0].mandate
    assert mandate is not None
    return case, office.officer(mandate)
