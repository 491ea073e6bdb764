"""Rows 12 and 10: pages as they come in a day's work, against a bare view that runs the same queries and sends as many
bytes from one template; and the memory of a process after a thousand of them, with many cases and few."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import path

from benchmarks.bench import Bench
from benchmarks.clock import cpu, peak_bytes
from benchmarks.ratios.pages import PAGES, QUEUE, client_of, names_in_paths
from benchmarks.rows import Ratio
from roles.models import Person

MIXED = tuple(page for page in (QUEUE, *PAGES) if page[0] not in ("statistics", "dashboard", "search for a word"))
THOUSAND = 1_000
BARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
LINE = 200


def measure(bench: Bench) -> list[Ratio]:
    """CPU of all the pages once, both ways, in turns; each way has a process of its own."""
    with bench.another(large=True) as ours, bench.another(large=True) as bare:
        bare.ask(be_bare)
        ours.ask(all_pages), bare.ask(all_bare)
        times = [bare.ask(all_bare) / ours.ask(all_pages) for _number in range(bench.rounds)]
    return [Ratio(12, "mixed pages/s ÷ a bare view, same queries and bytes", times, "more")]


def measure_memory(bench: Bench) -> list[Ratio]:
    """The most memory of two processes that serve the same thousand pages, at the same time."""
    with bench.another(large=True) as large, bench.another() as small:
        for worker in (large, small):
            worker.tell(thousand)
        peaks = [worker.hear() for worker in (large, small)]
    beside = {"MB, many cases": peaks[0] / 1e6, "MB, few cases": peaks[1] / 1e6}
    return [Ratio(10, "memory after 1 000 pages, many ÷ few cases", [peaks[0] / peaks[1]], "less", beside)]


# ---- in the worker ---------------------------------------------------------------------------------------------------
def all_pages() -> float:
    """CPU seconds of all of them."""
    before = cpu()
    for _name, login, address in MIXED:
        client_of(login).get(address.format(**names_in_paths("")))
    return cpu() - before


def thousand() -> int:
    """The most memory held while a thousand are served."""
    for number in range(THOUSAND):
        _name, login, address = MIXED[number % len(MIXED)]
        client_of(login).get(address.format(**names_in_paths("")))
    return peak_bytes()


Recorded = tuple[list[tuple[str, Any]], int]
_recorded: list[Recorded] = []


class Noted:
    """Keeps the statements it sees pass, those that `wanted` finds; lets all of them pass."""

    def __init__(self, wanted: re.Pattern[str] = re.compile("")) -> None:
        self.wanted = wanted
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.wanted.match(sql):
            self.asked.append((sql, params))
        return execute(sql, params, many, context)


def be_bare() -> None:
    """Note the queries and the bytes of each page; from then on this process is a site of one bare view."""
    for _name, login, address in MIXED:
        client_of(login).get(address.format(**names_in_paths("")))
        noted = Noted()
        with connection.execute_wrapper(noted):
            response = client_of(login).get(address.format(**names_in_paths("")))
        _recorded.append((noted.asked, len(response.content)))
    settings.MIDDLEWARE = list(BARE)
    settings.ROOT_URLCONF = __name__


def all_bare() -> float:
    """CPU seconds of the bare view for all of them."""
    client = _bare_client()
    before = cpu()
    for number in range(len(MIXED)):
        client.get(f"/{number}/")
    return cpu() - before


@cache
def _bare_client() -> Client:
    client = Client()
    client.force_login(Person.objects.get(username="audit"))
    return client


@cache
def _template() -> Template:
    return Template("{% for line in lines %}{{ line }}{% endfor %}")


def bare_view(request: HttpRequest, number: int) -> HttpResponse:
    """The same questions, asked and read; as many bytes, in lines."""
    asked, size = _recorded[number]
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()
    lines = ["x" * LINE] * (size // LINE)
    return HttpResponse(_template().render(Context({"lines": lines})))


urlpatterns = [path("<int:number>/", bare_view)]
