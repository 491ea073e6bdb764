"""A list costs as many queries with many rows as with a few: nothing is asked for each row."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permits.models import Application, Permit, RegisterEntry
from permits.models.states import S
from tests.cast import Cast, log_in
from tests.copies import copy
from workflows.desk.questions import QUESTIONS
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 50
QUESTIONED = tuple(f"/desk/{one.slug}/" for one in QUESTIONS)
PAGES = {
    "clerk": ("/", "/cases/", "/permits/", "/obligations/", "/notifications/"),
    "reviewer": ("/", "/queue/agency/", "/cases/", "/permits/", "/obligations/", "/calendar/", "/objections/"),
    "auditor": ("/", "/cases/", "/permits/", "/obligations/", "/statistics/", "/desk/", *QUESTIONED),
    "head": ("/dashboard/",),
    "": ("/register/",),
}


def queries(client: Client, page: str) -> int:
    """Of the second time: what a process reads once is none of the list's."""
    client.get(page)
    with CaptureQueriesContext(connection) as told:
        assert client.get(page).status_code == 200, page
    return len(told)


def counted(cast: Cast) -> dict[tuple[str, str], int]:
    return {
        (who, page): queries(log_in(getattr(cast, who)) if who else Client(), page)
        for who, pages in PAGES.items()
        for page in pages
    }


def test_no_list_asks_for_each_of_its_rows(cast: Cast) -> None:
    walked = [cast.walk_to(status) for _row in range(FEW) for status in (S.APPROVED, S.FINAL_REVIEW)]
    for who in filter(None, PAGES):
        log_in(getattr(cast, who))  # who comes for the first time is told of nothing since the time before
    few = counted(cast)
    copy(walked, times=MANY // FEW - 1)
    assert Counter(Application.objects.values_list("status", flat=True)) == {S.APPROVED: MANY, S.FINAL_REVIEW: MANY}
    assert Permit.objects.count() == RegisterEntry.objects.count() == MANY
    assert WorkItem.objects.filter(flow_task_type="HUMAN", finished=None).count() == MANY
    grown = {page: (few[page], many) for page, many in counted(cast).items() if many > few[page]}
    assert not grown
