"""Rows 5 to 7: pages with many cases in the database against the same pages with few, and a list's last page.

Each page is asked for by someone who works there, in turns on both databases, after two requests that warm what is
kept between requests. What counts is CPU time of Python and of the database's backend.
"""

from __future__ import annotations

import re
import statistics
from functools import cache
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.bench import Bench, last_line
from benchmarks.clock import cpu
from benchmarks.rows import Ratio
from benchmarks.worker import Failed
from permits.models import Application, Permit
from permits.models.states import S
from roles.models import Mandate, Person
from workflows.models import OPEN, WorkItem

QUEUE = ("queue of an agency", "city-review", "/queue/agency/")
PAGES: tuple[tuple[str, str, str], ...] = (
    ("home of an officer", "city-review", "/"),
    ("home of a unit", "farm", "/"),
    ("home of an auditor", "audit", "/"),
    ("own queue", "city-review", "/queue/mine/"),
    ("task", "city-review", "/tasks/{item}/"),
    ("case, for an officer", "city-review", "/cases/{case}/"),
    ("cases of an officer", "city-review", "/cases/"),
    ("cases of a unit", "farm", "/cases/"),
    ("cases of an auditor", "audit", "/cases/"),
    ("cases of an auditor, by status", "audit", "/cases/?status=approved"),
    ("search for a number", "audit", "/cases/?q=2024-00003"),
    ("search for a word", "audit", "/cases/?q=林场"),
    ("cases of an auditor, by a person", "audit", "/cases/?person={person}"),
    ("cases of an auditor, by an agency", "audit", "/cases/?agency={agency}"),
    ("cases of an auditor, by a district", "audit", "/cases/?district={place}"),
    ("permits", "city-decide", "/permits/"),
    ("permits of a unit", "farm", "/permits/"),
    ("calendar of deadlines", "city-review", "/calendar/"),
    ("dashboard", "city-head", "/dashboard/"),
    ("statistics", "audit", "/statistics/"),
    ("desk", "audit", "/desk/"),
    ("news", "city-review", "/notifications/"),
    ("verification of a paper", "farm", "/verify/{token}/"),
    ("notices", "farm", "/notices/"),
    ("log", "farm", "/log/"),
)
NARROWED: tuple[tuple[str, str, str], ...] = tuple(
    (f"question: {slug}, by {what}", "audit", f"/desk/{slug}/?{asked}")
    for slug, what, asked in (
        ("areas", "the years since 2019", "since=2019-01-01"),
        ("areas", "a district", "place={place}"),
        ("applicant", "a unit", "unit={unit}"),
        ("corrections", "a unit", "unit={unit}"),
        ("decisions", "a person", "person={person}"),
        ("decisions", "an agency", "agency={agency}"),
        ("decisions", "a district", "place={place}"),
        ("decided-late", "a person", "person={person}"),
    )
)
"""Questions asked about somebody or somewhere, or of all years: what is kept of one filter may be joined to all."""


def measure(bench: Bench) -> list[Ratio]:
    """Rows 5, 6, and a 7 for each page, the dearest first. A page that cannot be shown is named as missed."""
    ratios = [_size(bench, 5, *QUEUE)] if bench.wants(5) else []
    ratios += [_last_page(bench)] if bench.wants(6) else []
    if not bench.wants(7):
        return ratios
    questions = [(f"question: {slug}", "audit", f"/desk/{slug}/") for slug in bench.large.ask(questions_of_the_desk)]
    rest = []
    for page in (*PAGES, *questions, *NARROWED):
        try:
            rest.append(_size(bench, 7, *page))
        except Failed as failed:
            bench.miss(f"7 page {page[0]}", last_line(failed))
    return ratios + sorted(rest, key=lambda one: -one.middle)


def _size(bench: Bench, number: int, name: str, login: str, path: str) -> Ratio:
    sides = (bench.large, bench.small)
    for side in sides:
        side.ask(one_page, path=path, login=login, times=2)
    times = [[side.ask(one_page, path=path, login=login, times=1)["ms"] for side in sides] for _ in range(bench.rounds)]
    queries = [side.ask(queries_of, path=path, login=login) for side in sides]
    large, small = (statistics.median(column) for column in zip(*times, strict=True))
    beside = {"ms CPU, many cases": large, "ms CPU, few cases": small, "queries, many cases": queries[0]}
    if queries[0] != queries[1]:
        beside["queries, few cases"] = queries[1]
    return Ratio(number, f"page at many ÷ few cases: {name}", [one[0] / one[1] for one in times], "less", beside)


def _last_page(bench: Bench) -> Ratio:
    _name, login, path = QUEUE
    last = bench.large.ask(last_page, path=path, login=login)
    for one in (path, last):
        bench.large.ask(one_page, path=one, login=login, times=1)
    rounds = []
    for _number in range(bench.rounds):
        first_ms = bench.large.ask(one_page, path=path, login=login, times=1)["ms"]
        rounds.append(bench.large.ask(one_page, path=last, login=login, times=1)["ms"] / first_ms)
    return Ratio(6, "last ÷ first page of the queue, many cases", rounds)


# ---- in the worker ---------------------------------------------------------------------------------------------------
@cache
def client_of(login: str) -> Client:
    """A browser at which that person is logged in."""
    client = Client()
    client.force_login(Person.objects.get(username=login))
    return client


@cache
def names_in_paths(login: str) -> dict[str, Any]:
    """What the paths of PAGES name: an open item of the reviewer, its case, unit, agency and district, the reviewer,
    the token of a certificate."""
    mandates = Person.objects.get(username="city-review").memberships.values("post__group")
    items = WorkItem.objects.filter(status__in=OPEN, mandate__grants__group__in=mandates).order_by("pk")
    item = items.filter(application__kind="tending", application__status=S.FINAL_REVIEW).first() or items.first()
    permit = Permit.objects.order_by("pk").first()
    paper = permit.application.documents.first() if permit else None
    case = item.application if item else Application.objects.earliest("pk")
    return {
        "item": item.pk if item else 0,
        "case": case.pk,
        "unit": case.unit.name,
        "place": case.jurisdiction_id,
        "agency": Mandate.objects.filter(pk__in=items.values("mandate")[:1]).get().agency_id,
        "person": Person.objects.get(username="city-review").name,
        "token": paper.token if paper else "",
    }


def one_page(path: str, login: str, times: int) -> dict[str, float]:
    """CPU milliseconds, bytes and status of a page."""
    client, path = client_of(login), path.format(**names_in_paths(""))
    before = cpu()
    for _number in range(times):
        response = client.get(path)
        size = len(response.getvalue() if response.streaming else response.content)
    ms = (cpu() - before) * 1000 / times
    if response.status_code != 200:
        raise RuntimeError(f"{path} for {login}: {response.status_code}")
    return {"ms": ms, "bytes": size}


def queries_of(path: str, login: str) -> int:
    """How many queries a page makes."""
    with CaptureQueriesContext(connection) as seen:
        client_of(login).get(path.format(**names_in_paths("")))
    return len(seen)


def last_page(path: str, login: str) -> str:
    """The address of the last page of a list."""
    body = client_of(login).get(path).content.decode()
    numbers = [int(number) for number in re.findall(r"[?&;]page=(\d+)", body)]
    return f"{path}?page={max(numbers, default=1)}"


def questions_of_the_desk() -> list[str]:
    """What the auditor's desk can be asked."""
    from workflows.desk.questions import QUESTIONS

    return [str(one.slug) for one in QUESTIONS]
