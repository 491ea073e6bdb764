"""Whoever follows the links of the pages they are shown comes to a page: no link leads where one may not go.

Accounts of each sort begin at home and follow every link of every page; of pages that differ only in their row, filter
or page number one is opened. In the other statuses the links of the case's own pages are followed, one step far.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from permits.models.states import S
from tests.asking import quickly
from tests.cast import Cast, log_in
from tests.scenes import CONSULTED, Scene

BEGINS = "/"
SORTS = (
    "clerk", "manager", "acceptor", "colleague", "reviewer", "deputy", "decider", "head", "district_head", "auditor",
    "consultee", "stranger", "system", "security", "audit",
)  # fmt: skip
OF_A_CASE = ("case", "case-record", "draft", "draft-check", "draft-materials", "table-rows")
SEES_A_CASE = ("clerk", "acceptor", "reviewer", "head", "auditor", "consultee")
UNDER_WAY = (S.DRAFT, S.SUBMITTED, S.CORRECTING, S.FINAL_REVIEW, CONSULTED)
NOT_FOLLOWED = ("/static/", "/accounts/logout")


class Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (place := dict(attrs).get("href")):
            self.found.append(place)


def links_of(place: str, reply: HttpResponse) -> Iterator[str]:
    """The addresses of this site to which the page at `place` leads."""
    if reply.status_code == 302:
        found = [reply["Location"]]
    elif reply["Content-Type"].startswith("text/html"):
        found = Links(reply.content.decode()).found
    else:
        found = []
        reply.getvalue()  # read to its end, as a browser would
    for link in found:
        to = urldefrag(urljoin(place, link)).url
        parts = urlsplit(to)
        if not parts.netloc and not parts.scheme and not parts.path.startswith(NOT_FOLLOWED):
            yield to


def alike(place: str) -> tuple[str, frozenset[str]]:
    """What pages have in common of which one is opened: the view and what is asked of it."""
    parts = urlsplit(place)
    return resolve(parts.path).view_name, frozenset(name for name, _value in parse_qsl(parts.query))


def dead_links(client: Client) -> tuple[list[str], int]:
    """“page → link: status” of each that leads to no page, and how many pages were opened."""
    seen, waiting, dead, pages = {alike(BEGINS)}, deque([(BEGINS, BEGINS)]), [], 0
    while waiting:
        shown_on, place = waiting.popleft()
        reply = client.get(place)
        pages += 1
        if reply.status_code >= 400:
            dead.append(f"{shown_on} → {place}: {reply.status_code}")
            continue
        for to in links_of(place, reply):
            if alike(to) not in seen:
                seen.add(alike(to))
                waiting.append((place, to))
    return dead, pages


@pytest.mark.parametrize("name", [None, *SORTS])
def test_every_link_of_the_site_leads_to_a_page(cast: Cast, name: str | None) -> None:
    accounts = Scene.at(cast, S.APPROVED).accounts
    dead, pages = dead_links(log_in(accounts[name]) if name else Client())
    assert not dead, dead
    assert pages > 10


@pytest.mark.parametrize("status", UNDER_WAY)
def test_every_link_of_a_case_leads_to_a_page(cast: Cast, status: str) -> None:
    scene, dead = Scene.at(cast, status), []
    places = [reverse(name, args=[scene.case.pk]) for name in OF_A_CASE] + [reverse("task", args=[scene.item.pk])]
    for name in SEES_A_CASE:
        client, links = log_in(scene.accounts[name]), {}
        for place in places:
            reply = client.get(place)
            if reply.status_code == 200:
                links |= dict.fromkeys(links_of(place, reply), place)
        with quickly():
            answers = {to: client.get(to).status_code for to in links}
        dead += [f"{name}: {links[to]} → {to}: {code}" for to, code in answers.items() if code >= 400]
    assert not dead, dead
