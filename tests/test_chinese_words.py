"""On a Chinese page, and in what is exported, no Latin word stands that a reader of Chinese would not use, nor a
bracket or a colon of a Latin script beside Chinese words.

Every page that the people of a case come to by links is read, and each table they take away.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import openpyxl
import pytest
from django.test import Client
from django.urls import resolve, reverse

from permits.kinds import kinds
from permits.models import Application
from permits.models.states import S
from permits.rules.base import REGISTRY
from roles.models import Person, Post
from tests.cast import Cast, log_in
from tests.permits.introduction import cases as introduction
from tests.scenes import CONSULTED, Scene

FORMATS = "Python PDF Excel XLSX CSV ZIP PNG JPG DOCX GEOJSON KB MB SHA-256 English JavaScript xlsx csv"
STANDARDS = "RFC C2SP Ed25519 tlog-tiles GB LY DB11 T GPS CITES"
UNITS = "m cm ha hm E N"
COLUMNS_OF_THE_MAP = "XIAN XIANG CUN LIN BAN XIAO DI LEI"
"""Heads of the forest-land map's own table, as it names them."""
ROUTES = "A B C D i"
"""渠道A to 渠道D, as the matrix names the four legal routes; and the sign before what is for information."""
ALLOWED = frozenset(f"{FORMATS} {STANDARDS} {UNITS} {COLUMNS_OF_THE_MAP} {ROUTES}".split())
NUMBER = re.compile(r"[A-Z]{2}\d{6}-\d{4}-\d{5}|[A-Z0-9]{18}")
"""A case's number; a credit code."""
FILE = re.compile(r"[\w.-]+\.(pdf|xlsx|csv|png|jpg|zip)", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
HALF_WIDE = re.compile(r"[一-鿿] ?\([^)]*\)|\([^)]*[一-鿿]|[一-鿿）]: ?[一-鿿]")
SAMPLES = 2
"""Of addresses that differ in their numbers alone, so many are read."""
UNREAD = ("script", "style", "template", "code", "svg", "noscript")
VOID = {"br", "hr", "img", "input", "link", "meta", "col", "source", "wbr", "area"}


class Words(HTMLParser):
    """What a page says, and where it leads."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.inside: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.links: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        self.said += [named[key] for key in ("title", "alt", "aria-label", "placeholder") if key in named]
        if tag not in VOID:
            self.inside.append((tag, named.get("lang", "")))

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        foreign = any(tag in UNREAD or (lang and not lang.startswith("zh")) for tag, lang in self.inside)
        if data.strip() and not foreign:
            self.said.append(data.strip())


class Crawl:
    """What links lead to from home. A page that a visitor may read says the same to everyone but for its frame: of
    each view with such pages an account opens one, and the visitor, who goes first, opens them all."""

    def __init__(self) -> None:
        self.public: set[str] = set()

    def pages(self, client: Client, *, visitor: bool) -> Iterator[tuple[str, str]]:
        """Address and text of every page that links lead to from home; the texts of tables, too."""
        waiting, seen, read = deque(["/"]), {"/"}, dict[str, int]()
        views = set[str]()
        while waiting:
            address = waiting.popleft()
            view = resolve(address.partition("?")[0]).view_name
            if address in self.public and view in views:
                continue
            views.add(view)
            answer = client.get(address, follow=True)
            if visitor and not answer.redirect_chain:
                self.public.add(address)
            if not answer.get("Content-Type", "").startswith("text/html"):
                if address.endswith(("xlsx", "csv")):
                    yield address, table_text(answer)
                continue
            words = Words(answer.content.decode())
            yield address, "\n".join(words.said)
            waiting += self._to_read(address, words.links, seen, read)

    def _to_read(self, address: str, links: list[str], seen: set[str], read: dict[str, int]) -> Iterator[str]:
        for link in links:
            there = urljoin(address, link).partition("#")[0]
            shape = re.sub(r"\d+", "0", there.partition("?")[0])
            elsewhere = not there.startswith("/") or there.startswith(("/static/", "/documents/", "/materials/"))
            if there in seen or elsewhere:
                continue
            seen.add(there)
            read[shape] = read.get(shape, 0) + 1
            if read[shape] <= SAMPLES or "format=" in there:
                yield there


def table_text(answer: object) -> str:
    """What the first sheet of a table taken away holds: the others explain the columns to whoever makes such tables."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell) for row in book.worksheets[0].values for cell in row if isinstance(cell, str))
    return "\n".join(cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row)


@pytest.fixture
def readers(cast: Cast) -> dict[str, Person | None]:
    """People of each role, with cases of three kinds in several statuses."""
    scene = Scene.at(cast, CONSULTED)
    introduction.draft()
    for status in (S.DRAFT, S.SUBMITTED, S.CORRECTING, S.FINAL_REVIEW, S.AWAITING_DECISION, S.APPROVED):
        cast.case_at(status)
    people: dict[str, Person | None] = {name: scene.accounts[name] for name in (
        "clerk", "acceptor", "district_reviewer", "reviewer", "decider", "head", "auditor", "manager", "system",
        "security",
    )}  # fmt: skip
    return {"visitor": None} | people


def known_words() -> set[str]:
    """Rules' ids, log-in names, what the cast is called, and species as the cases tell them."""
    words = set(REGISTRY.rules)
    people = Person.objects.values_list("username", "name"), Post.objects.values_list("name", "slug")
    words |= {word for rows in people for row in rows for name in row for word in (name, *WORD.findall(name))}
    for case in Application.objects.filter(kind="introduction"):
        words |= {word for row in case.introduction.rows.all() for word in row.scientific_name.split()}
    return words


def strange(text: str, known: set[str]) -> set[str]:
    """The Latin words of `text` that nothing allows."""
    bare = FILE.sub(" ", NUMBER.sub(" ", text))
    return {word for word in WORD.findall(bare) if word.rstrip(".-") not in ALLOWED | known}


def test_no_latin_word_stands_on_a_chinese_page(readers: dict[str, Person | None]) -> None:
    known, found, count, crawl = known_words(), dict[str, str](), 0, Crawl()
    for who, person in readers.items():
        client = log_in(person) if person else Client()
        for address, text in crawl.pages(client, visitor=person is None):
            count += 1
            for line in text.splitlines():
                for word in strange(line, known) | set(HALF_WIDE.findall(line)):
                    found.setdefault(word, f"{word}: {address} as {who}: {line[:120]}")
    assert count > 200
    assert not found, "\n".join(sorted(found.values()))


@pytest.mark.parametrize("code", [kind.code for kind in kinds()])
def test_no_latin_word_stands_in_an_empty_table(code: str, db: None) -> None:
    answer = Client().get(reverse("table-template", args=[code]))
    assert not strange(table_text(answer), known_words())
