"""Home: each sees what waits for them, and it costs the same however much there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.models.states import S
from tests.cast import Cast, log_in
from workflows.models import WorkItem


def text(response: Any) -> str:
    """What a reader sees, roughly."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def figures(response: Any, name: str) -> dict[str, int]:
    return {str(figure.label): figure.number for figure in response.context[name]}


def home(person: Any) -> Any:
    return log_in(person, english=True).get("/")


def test_a_visitor_logs_in_first(cast: Cast, client: Any) -> None:
    assert client.get("/").url == "/login/?next=/"


def test_who_holds_no_post_is_told_so(cast: Cast) -> None:
    assert "You hold no post yet" in text(home(cast.stranger))


def test_a_clerk_sees_drafts_corrections_running_and_decided_cases_of_the_own_unit(cast: Cast) -> None:
    cast.draft()
    for status in (S.CORRECTING, S.FIRST_REVIEW, S.APPROVED, S.REFUSED):
        cast.case_at(status)
    page = home(cast.clerk)
    assert figures(page, "unit_figures") == {"Drafts": 1, "To be corrected": 1, "In procedure": 1, "Decided": 2}
    assert 'href="/apply/"' in page.content.decode()
    assert set(figures(home(cast.rival), "unit_figures").values()) == {0}


def test_an_officer_sees_own_and_free_work_and_what_is_late(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    late = cast.take(cast.case_at(S.SUBMITTED))
    WorkItem.objects.filter(pk=late.pk).update(due="2026-11-19")
    soon = cast.take(cast.case_at(S.SUBMITTED))
    WorkItem.objects.filter(pk=soon.pk).update(due="2026-11-25")
    page = home(cast.acceptor)
    assert figures(page, "figures") == {"My tasks": 2, "To be taken": 1, "Mine nearly due": 1, "Mine overdue": 1}
    assert figures(home(cast.second_acceptor), "figures") == {"My tasks": 0, "To be taken": 1, "Mine nearly due": 0,
        "Mine overdue": 0}  # fmt: skip


def test_a_head_sees_the_agencys_work_and_who_holds_it(cast: Cast) -> None:
    cast.take(cast.case_at(S.SUBMITTED))
    page = text(home(cast.district_head))
    assert "Open: 1; nearly due: 0; overdue: 0." in page
    assert str(cast.acceptor) in page
    assert "Open: 0" in text(home(cast.head))


def test_an_auditor_sees_totals_by_kind_and_status(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    cast.case_at(S.APPROVED)
    cast.case_at(S.SUBMITTED)
    cast.draft()
    (total,) = home(cast.auditor).context["totals"]
    assert total["all"] == 3
    assert {row.label: row.number for row in total["rows"]} == {"待受理": 1, "准予": 2}


@pytest.mark.parametrize("person", ["clerk", "acceptor", "district_head", "auditor"])
def test_home_costs_the_same_however_much_there_is(cast: Cast, person: str) -> None:
    client, counts = log_in(getattr(cast, person)), []
    for number in (1, 4):
        for _case in range(number):
            cast.case_at(S.SUBMITTED)
        cast.take(cast.case_at(S.SUBMITTED))
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 18
