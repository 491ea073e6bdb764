"""Lists that grow for ever count their rows up to a bound: beyond it they say “more than” and how to find the rest."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import roles.pages
from permits.models.states import S
from tests.cast import Cast, log_in
from tests.copies import copy

pytestmark = pytest.mark.django_db
BEYOND = "What lies beyond is found by narrowing what is looked for."


@pytest.fixture
def thirty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists count thirty rows, and show 25 on a page."""
    monkeypatch.setattr(roles.pages, "COUNTED", 30)


def heading(page: str) -> str:
    found = re.search(r'<h1.*?<span class="text-secondary fw-normal ms-2">(.*?)</span>', page, re.DOTALL)
    assert found
    return found[1]


def shown(client: Client, path: str) -> tuple[str, str, int, bool]:
    """The count of the heading, what the pages say, the rows, and whether the reader is told to narrow."""
    page = client.get(path).content.decode()
    pages = re.search(r'<span class="text-secondary me-auto">\s*(.*?)\s*</span>', page, re.DOTALL)
    return (
        heading(page),
        " ".join(pages[1].split()).partition(" · ")[0] if pages else "",
        page.count("<tr "),
        BEYOND in page,
    )


def test_a_list_says_that_there_are_more_than_it_counts(cast: Cast, thirty: None) -> None:
    case = cast.case_at(S.SUBMITTED)
    copy([case], 30)
    client = log_in(cast.auditor, english=True)
    assert shown(client, "/cases/") == ("30+", "1–25 of more than 30", 25, False)
    assert shown(client, "/cases/?page=2") == ("30+", "26–30 of more than 30", 5, True)
    assert shown(client, "/cases/?page=9") == shown(client, "/cases/?page=2"), "the last page that is listed"
    assert shown(client, f"/cases/?q={case.number}") == ("1", "", 1, False)


def test_a_list_of_just_so_many_is_whole(cast: Cast, thirty: None) -> None:
    copy([cast.case_at(S.SUBMITTED)], 29)
    client = log_in(cast.auditor, english=True)
    assert shown(client, "/cases/?page=2") == ("30", "26–30 of 30", 5, False)


@pytest.mark.parametrize(
    "path", ["/cases/", "/cases/?sort=-received_on", "/queue/agency/", "/queue/done/", "/permits/"]
)
def test_no_list_counts_every_row(cast: Cast, path: str) -> None:
    cast.case_at(S.SUBMITTED)
    client = log_in(cast.acceptor)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    counts = [query["sql"] for query in asked if "COUNT(*)" in query["sql"] and "notification" not in query["sql"]]
    assert counts
    assert all(f"LIMIT {roles.pages.COUNTED + 1}" in sql for sql in counts), counts
