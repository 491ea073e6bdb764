"""Nasty values in every address, query and form of the site: no answer of 5xx, no page that tells what is wrong twice
(or gives any other id twice), and no act by who has no right.

The values are drawn with a fixed seed, for one address of each name. FUZZ=20 asks every address twenty times.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from permits.documents.printing import render_pending
from permits.models import Act, Application, MaterialVersion
from permits.models.states import S
from roles.accounts import make_administrator
from roles.models import Administration, Delegation, Person
from tests.cast import Cast, log_in, make_person
from tests.workflows.engaged import answered_finding
from workflows.kept_filters import keep_filter
from workflows.models import EngagementEntry, EngagementFile, WorkItem
from workflows.notifications.findings import make_pending as make_finding_news
from workflows.notifications.making import make_pending

TIMES = int(os.environ.get("FUZZ", "0"))
ROLES = ("anonymous", "clerk", "acceptor", "auditor", "head", "system", "security", "audit")
NASTY = (
    "", "0", "-1", "9" * 20, "9" * 5000, "-" + "9" * 30, "1e400", "1e30", "nan", "Infinity", "１２", "0x10", "1_000",
    "None", "null", "true", "[]", "{}", '{"type": []}', "\x00", "a\x00b", "\ud800", "\ud83d", "😀", "\u202egnp.exe",
    "\ue000", "𠮷", "<script>alert(1)</script>", "'; DROP TABLE permits_act; --", "../../etc/passwd", "%", "%s%n",
    "{{ 7*7 }}", "\r\nX-A: b", "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", " ", "\u3000",
    "x" * 300, "林" * 5000, "x" * 100_000,
)  # fmt: skip
UNKNOWN = (
    "page",
    "per_page",
    "sort",
    "q",
    "format",
    "next",
    "item",
    "kind",
    "act",
    "rule",
    "where",
    "term",
    "unknown[]",
)
FILTERS = (
    "status", "step", "district", "time", "since", "until", "agency", "duty", "document", "open", "due", "holder",
    "month", "months", "of", "pick",
)  # fmt: skip
BODIES = (
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\xff\"\r\n"),
    ("application/json", b'{"act": ["approve"]}'),
    ("application/x-www-form-urlencoded; charset=utf-7", b"act=%FF%FE&item=+AGE-"),
    ("application/x-www-form-urlencoded; charset=nonsense", b"act=approve"),
    ("text/plain", b"\xff\xfe\x00"),
    ("application/x-www-form-urlencoded", b"&&&===%zz%"),
)  # fmt: skip


class Fields(HTMLParser):
    """Fields of the forms on a page, by the method that sends them: what each holds, or the last it offers; its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.method = self.choosing = ""
        self.held: dict[str, dict[str, str]] = {"get": {}, "post": {}}
        self.ids = Counter[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attributes}
        self.ids.update([said["id"]] if said.get("id") else [])
        if tag == "form":
            self.method = (said.get("method") or "get").lower()
        elif tag == "option" and self.choosing:
            self.held[self.method][self.choosing] = said.get("value", "")
        elif tag in ("input", "select", "textarea", "button") and self.method and (name := said.get("name")):
            self.held[self.method][name] = said.get("value", "")
            self.choosing = name if tag == "select" else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.method = self.choosing = ""


def patterns(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or ""
        else:
            yield from patterns(pattern)


def engaged(cast: Cast, case: Application) -> dict[str, list[Any]]:
    """An engagement with an answered finding: keys of what has an address of its own."""
    engagement, finding = answered_finding(cast, case)
    pages = ("engagement", "engagement-history", "engagement-report", "engagement-sample", "engagement-act",
             "engagement-case", "engagement-finding", "engagement-population")  # fmt: skip
    make_finding_news()
    return {name: [engagement.pk] for name in pages} | {
        "finding-notification": list(cast.head.finding_news.values_list("pk", flat=True)),
        "audit-finding": [finding.pk], "engagement-file": [EngagementFile.objects.get().pk],
    }  # fmt: skip


def addresses(cast: Cast) -> dict[str, list[str]]:
    """Every address of the site by name, with rows that are there where it names one, and with rows that cannot be."""
    cases = [cast.case_at(status) for status in (S.DRAFT, S.SUBMITTED, S.APPROVED)]
    make_pending()
    papers = [render_pending(paper.pk) for paper in cases[-1].documents.all()]
    rows: dict[str, list[Any]] = {
        "document": [paper.pk for paper in papers], "material": [MaterialVersion.objects.latest("pk").pk],
        "notification": list(cast.clerk.notifications.values_list("pk", flat=True)[:1]),
        "filter-drop": [keep_filter("agency", "逾期的", "time=late", by=cast.acceptor).pk],
        **engaged(cast, cases[-1]),
        "delegation-end": [1], "person-close": [cast.rival.pk], "notice": [1], "notice-pdf": [1],
        "term-end": list(cast.acceptor.memberships.values_list("pk", flat=True)),
        **{name: [cast.acceptor.pk] for name in ("person", "person-change", "person-reopen", "person-administrator",
            "person-invite", "person-factors", "person-sessions")},
        **{name: [cast.farm.pk] for name in ("unit", "unit-change")},
        **{name: [cast.acceptor.memberships.get().post_id] for name in ("post", "post-appoint", "post-grant")},
    }  # fmt: skip
    tasks = list(WorkItem.objects.filter(application__in=cases, flow_task_type="HUMAN").values_list("pk", flat=True))
    row, finding = cases[0].tending.rows.first().pk, EngagementEntry.objects.get(entry="finding").pk
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(patterns(get_resolver())):
        keys = tasks if name.startswith("task") else rows.get(name, [case.pk for case in cases])
        for arguments in ([], *([key] for key in keys), [2**63], [2**63 - 1]):
            found.setdefault(name, []).extend(reached(name, arguments, cases, papers, row, finding))
    found["case"] += [f"/cases/{number}/" for number in ("9" * 20, "9" * 5000, "%00", "１")]
    assert all(found.values()), [name for name, places in found.items() if not places]
    return {name: list(dict.fromkeys(places)) for name, places in found.items() if name != "logout"}


def reached(
    name: str, arguments: list[Any], cases: list[Application], papers: list[Any], row: int, finding: int
) -> Iterator[str]:
    """The addresses of this name with these arguments, whatever else it asks for."""
    words = {
        "queue": [["mine"], ["agency"], ["done"], ["led"], ["x"]], "table-template": [["tending"], ["x"]],
        "guide": [["tending", cases[0].jurisdiction_id], ["x", "x"]],
        "precheck": [["tending"], ["introduction"], ["x"]],
        "manual": [["clerk"], ["x"]],
        **{name: [[papers[0].token], ["x" * 300], ["😀"]] for name in ("verify", "verify-proof")},
        **{name: [["decisions"], ["readings"], ["x"]] for name in ("desk-question", "desk-dossier")},
        "engagement-act": [[*arguments, act] for act in ("join", "leave", "draw", "finding", "close", "x")],
        "engagement-case": [[*arguments, cases[-1].pk], [*arguments, 2**63 - 1]],
        "engagement-finding": [[*arguments, finding], [*arguments, 0]],
        "engagement-population": [[*arguments, 3], [*arguments, 2**63 - 1]],
        "log-tile": [[0, "000"], [9, "x999/999"], [2**63, "000.p/999"]],
        "log-entries": [["000"], ["x" * 300]],
        "obligation-report": [[*arguments, code] for code in ("start", "completion", "x")],
        "case-act": [[*arguments, act] for act in ("withdraw", "approve", "x")],
        "table-export": [[*arguments, form] for form in ("xlsx", "csv", "x")],
        **{name: [["bj-forestry"], ["x"]]
           for name in ("agency", "agency-change", "agency-promises", "agency-openness", "agency-publicity")},
        "register-data": [["csv"], ["json"], ["x"]],
        **{name: [[*arguments, 1]] for name in ("case-note-drop", "case-application")},
        "grant-end": [[kind, *arguments] for kind in ("mandate", "agency", "x")],
        "account_reset_password_from_key": [["1", "x-y"], ["x" * 99, "x"]],
        **{name: [["oidc"], ["x"]] for name in ("openid_connect_login", "openid_connect_callback")},
        "table-row": [[*arguments, row]], "table-row-delete": [[*arguments, row]],
    }  # fmt: skip
    for one in words.get(name, [arguments]):
        try:
            yield reverse(name, args=one)
        except NoReverseMatch:
            continue


class Fuzz:
    """Sends, counts, and remembers what was answered wrongly."""

    def __init__(self, seed: int) -> None:
        self.chance, self.sent, self.wrong = random.Random(seed), 0, []  # type: ignore[var-annotated]

    def values(self, held: dict[str, str]) -> dict[str, Any]:
        """What the form holds, with a nasty value, or a list of them, in every third field; a file here and there."""
        said: dict[str, Any] = {}
        for name in sorted(held):
            value: Any = self.chance.choice(NASTY) if self.chance.random() < 0.3 else held[name]
            if name.startswith(("file", "document", "photo")) and self.chance.random() < 0.7:
                value = SimpleUploadedFile(
                    clean(value) or "x", self.chance.choice([b"", b"%PDF-1.7", b"PK\x03\x04", b"{}"])
                )
            elif self.chance.random() < 0.1:
                value = [value, self.chance.choice(NASTY)]
            said[name] = sendable(value)
        return said

    def query(self, names: Any) -> str:
        chosen = self.chance.sample(sorted(names), min(3, len(names)))
        return "&".join(f"{quote(name)}={quote(encoded(self.chance.choice(NASTY)))}" for name in chosen)

    def ask(self, what: str, send: Any, *arguments: Any, **more: Any) -> Any:
        self.sent += 1
        try:
            answer = send(*arguments, **more)
        except Exception as error:  # noqa: BLE001  # the test client raises what a server would answer with 500
            self.wrong.append(f"{what}: {type(error).__name__}: {str(error)[:200]}")
            return None
        if answer.status_code >= 500 and answer.status_code not in (503, 507):
            self.wrong.append(f"{what}: {answer.status_code}")
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        elif twice := [key for key, times in Fields(shown(answer)).ids.items() if times > 1]:
            self.wrong.append(f"{what}: id {', '.join(twice)} more than once")
        return answer


def shown(answer: Any) -> str:
    """The page of an answer; nothing of one that is none."""
    page = answer is not None and not answer.streaming and "html" in answer.get("Content-Type", "")
    return answer.text if page else ""


def clean(name: str) -> str:
    return sendable(name).replace("/", "").replace("\x00", "").replace("\r\n", "")[:50]


def sendable(value: Any) -> Any:
    """What a client can put on the wire: a lone surrogate goes as the bytes it would have."""
    if isinstance(value, list):
        return [sendable(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def encoded(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")[:4000]


def standing() -> dict[str, Any]:
    """What no stranger's request may change."""
    return {
        "acts": Act.objects.exclude(act__in=("open_draft",)).count(),
        "statuses": sorted(Application.objects.exclude(status=S.DRAFT).values_list("pk", "status")),
        "delegations": Delegation.objects.count(),
    }


def member(cast: Cast, role: str) -> Person:
    """Somebody of the cast, or one of the administrators."""
    if role not in Administration.Role.values:
        return getattr(cast, role)  # type: ignore[no-any-return]
    person = make_person(f"{role}-admin", role)
    make_administrator(person, role)
    return person


@pytest.mark.parametrize("role", ROLES)
def test_nothing_nasty_breaks_a_page_or_moves_a_case(
    cast: Cast, role: str, caplog: pytest.LogCaptureFixture, record_property: Callable[[str, object], None]
) -> None:
    caplog.set_level("CRITICAL")
    places, fuzz = addresses(cast), Fuzz(seed=20261120 + ROLES.index(role))
    client = Client() if role == "anonymous" else log_in(member(cast, role))
    before = standing()
    for place in [fuzz.chance.choice(of_name) for of_name in places.values()]:
        fuzz_page(fuzz, client, place)
    for place in TIMES * [place for of_name in places.values() for place in of_name]:
        fuzz_page(fuzz, client, place)
    record_property("requests", fuzz.sent)
    assert not fuzz.wrong, "\n".join(fuzz.wrong[:20])
    if role in ("anonymous", "auditor", "system", "security", "audit"):
        assert standing() == before


def fuzz_page(fuzz: Fuzz, client: Client, place: str) -> None:
    """The page with a nasty query; then its form with nasty values, or a body that is none."""
    query = fuzz.query({*UNKNOWN, *fuzz.chance.sample(FILTERS, 2)})
    page = fuzz.ask(f"GET {place[:80]}?{query[:300]}", client.get, f"{place}?{query}")
    if fuzz.chance.random() < 0.2:
        kind, body = fuzz.chance.choice(BODIES)
        fuzz.ask(f"POST {place[:80]} {kind} {body!r}", client.generic, "POST", place, body, kind)
        return
    said = fuzz.values({"act": "x", "unknown": "x"} | Fields(shown(page)).held["post"])
    fuzz.ask(f"POST {place[:80]} {str(said)[:400]}", client.post, place, said)
