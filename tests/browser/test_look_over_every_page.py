"""Every address that answers with a page is looked over in some test, here or in another; what is not says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.urls import get_resolver, reverse
from playwright.sync_api import Page

from permits.acts.filings import hand_in
from permits.documents.printing import render_pending
from permits.models import Application
from permits.models.document import NoticeKind
from permits.models.states import S
from roles.accounts import make_administrator
from roles.models import Agency, Person
from tests.access import names
from tests.browser.conftest import ARTIFACTS, SHOTS
from tests.cast import NOW, Cast, make_person, pdf
from tests.permits.occupation.cases import MIYUN
from tests.quotas import stock
from tests.scenes import CONSULTED, Scene
from tests.workflows.engaged import Engaged
from workflows.engagements.acts import write_note
from workflows.engagements.answers import answer

ONLY_POSTED = [
    "account_logout",
    "draft-unfinished",
    "filter-drop",
    "filter-keep",
    "lock-lift",
    "logout",
    "notifications-read",
    "opinion-drop",
    "person-invite",
    "person-sessions",
    "queue-claim",
    "quota-carry",
    "quota-lapse",
    "set_language",
    "task-claim",
    "task-release",
    "task-unfinished",
    "case-note-drop",
]
FILES = [
    "case-application",
    "case-bundle",
    "case-delivery-form",
    "case-record",
    "case-volume",
    "desk-dossier",
    "document",
    "draft-form",
    "inspection-form",
    "engagement-file",
    "engagement-population",
    "engagement-report",
    "engagement-sample",
    "log-checkpoint",
    "log-entries",
    "log-verifier",
    "log-tile",
    "material",
    "material-view",
    "mfa_download_recovery_codes",
    "notice-pdf",
    "objection-file",
    "register-data",
    "table-export",
    "table-template",
    "verify-proof",
]
LEADS_ON = ["finding-notification", "notification", "openid_connect_callback", "openid_connect_login", "work-next"]
FOR_MACHINES = ["healthz", "metrics", "mfa_login_webauthn", "readyz"]
THE_SAME_PAGE = {
    "account_login": "login",
    "account_set_password": "a refusal, the page of 403",
    "mfa_deactivate_totp": "mfa_remove_webauthn: one button, and a word of warning",
    "mfa_generate_recovery_codes": "mfa_remove_webauthn: the same",
    "mfa_reauthenticate": "account_reauthenticate",
    "mfa_reauthenticate_webauthn": "account_reauthenticate",
}
"""Names without a page of their own, and where it is looked over."""
UNDER_ITS_ADDRESS = {
    "home": '"/"', "queue": "/queue/mine/", "case-list": "/cases/", "case": "/cases/{case.pk}/", "opinion-list":
    "/opinions/", "filter-list": "/filters/", "case-notes": "/notes/", "agency-openness": "/openness/", "task":
    "/tasks/{item.pk}/", "task-reassign": "/reassign/", "case-act": "/acts/withdraw/", "role-matrix": "/roles/",
    "verify": "/verify/{paper.token}/", "verify-start": "/verify/", "notice": "/notices/{notice.pk}/", "dashboard":
    "/dashboard/", "calendar": "/calendar/", "queue-reassign": "work-give", "login": "/login/",
}  # fmt: skip
"""Tests that write an address out: what stands in them."""


def looked_over() -> str:
    """The text of every test that looks pages over."""
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    return "\n".join(text for text in texts if "look_over" in text or "axe(" in text)


def test_every_page_is_looked_over() -> None:
    excused = {*ONLY_POSTED, *FILES, *LEADS_ON, *FOR_MACHINES, *THE_SAME_PAGE}
    text, known = looked_over(), set(names(get_resolver()))
    assert excused | set(UNDER_ITS_ADDRESS) <= known, (excused | set(UNDER_ITS_ADDRESS)) - known
    bare = [name for name, address in UNDER_ITS_ADDRESS.items() if text.count(address) < 2]
    assert not bare, f"no test opens {bare}"
    missing = {
        name
        for name in known - excused - set(UNDER_ITS_ADDRESS)
        if name.partition("table-")[2] not in ("head", "rows", "row", "row-add", "row-delete", "import")
        and not re.search(rf"""["' ]{re.escape(name)}["']""", text)
    }
    assert not missing, f"no test looks over {sorted(missing)}"


@pytest.fixture
def visits(begins_with_cast: None, transactional_db: None) -> Iterator[list[tuple[Person | None, str, str]]]:
    """Who opens which page: those that no other test looks over."""
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        scene = Scene.at(cast, CONSULTED)
        key = scene.case.pk
        approved = cast.case_at(S.APPROVED)
        notice = render_pending(scene.case.documents.get(kind=NoticeKind.PUBLIC_NOTICE).pk)
        words = {"name": "王秀英", "contact": "石塘路村", "reason": "担心水源。"}
        hand_in(notice, key=uuid4(), **words)
        book = stock("felling", MIYUN)
        system = make_person("accounts-keeper", "账号管理员")
        make_administrator(system, "system")
        security = make_person("rights-keeper", "权限管理员")
        make_administrator(security, "security")
        reviewer = cast.reviewer
        yield [
            (None, reverse("guide-list"), "guide-list"),
            (None, reverse("guide", args=["occupation", MIYUN]), "guide"),
            (None, reverse("precheck", args=["felling"]), "precheck"),
            (None, reverse("progress"), "progress"),
            (None, reverse("objection-progress"), "objection-progress"),
            (None, reverse("objection-new", args=[notice.pk]), "objection-new"),
            (None, reverse("register-list"), "register-list"),
            (None, reverse("register-entry", args=[approved.pk]), "register-entry"),
            (reviewer, reverse("filing-list"), "filing-list"),
            (reviewer, reverse("agency-publicity", args=["bj-forestry"]), "agency-publicity"),
            (None, reverse("log-page"), "log-page"),
            (None, reverse("socialaccount_login_error"), "socialaccount_login_error"),
            (None, reverse("account_inactive"), "account_inactive"),
            (cast.clerk, reverse("draft-copy", args=[approved.pk]), "draft-copy"),
            (reviewer, reverse("case-compare", args=[key]), "case-compare"),
            (reviewer, reverse("case-determine", args=[key]), "case-determine"),
            (reviewer, reverse("case-determine", args=[key]) + "?field=parcels[0].zone", "case-determine-field"),
            (cast.district_head, reverse("quota-list"), "quota-list"),
            (cast.district_head, reverse("quota", args=[book.pk]), "quota"),
            (system, reverse("unit-change", args=[cast.farm.pk]), "unit-change"),
            (system, reverse("person-change", args=[cast.stranger.pk]), "person-change"),
            (system, reverse("person-reopen", args=[scene.accounts["closed"].pk]), "person-reopen"),
            (security, reverse("lock-list"), "lock-list"),
            (system, reverse("matrix-edition"), "matrix-edition"),
            (cast.decider, reverse("opinion-list"), "opinion-list"),
            (cast.auditor, reverse("desk"), "desk"),
            *((cast.auditor, reverse("desk-question", args=[one]), f"desk-{one}") for one in ("held", "decisions")),
            (cast.auditor, reverse("statistics"), "statistics"),
            *_of_an_engagement(cast, approved),
            (cast.clerk, reverse("permit-list"), "permit-list"),
            (cast.clerk, reverse("permit", args=[approved.pk]), "permit"),
            (cast.clerk, reverse("obligation-list"), "obligation-list"),
            (cast.clerk, reverse("obligation-report", args=[approved.pk, "completion"]), "obligation-report"),
            (cast.acceptor, "/nowhere/", "404"),
        ]


def _of_an_engagement(cast: Cast, case: Application) -> Iterator[tuple[Person, str, str]]:
    """The auditor's pages and the agency's, with a finding that is answered and one that waits."""
    engaged = Engaged(cast, cast.auditor, Agency.objects.get(slug="bj-forestry"), [case])
    engagement = engaged.drawn(1, members=[])
    done, waits = (engaged.found(engagement) for _time in range(2))
    key, drawn = engagement.pk, engaged.sample(engagement)[0]
    write_note(key, drawn, "已调阅纸质档案。", by=cast.auditor)
    answer(done, "agrees", "情况属实。", by=cast.head, files=[pdf()])
    auditors = [reverse(name) for name in ("engagement-list", "engagement-new")]
    auditors += [reverse(name, args=[key]) for name in ("engagement", "engagement-history")]
    auditors += [reverse("engagement-act", args=[key, act]) for act in ("join", "draw", "finding", "close")]
    auditors += [reverse("engagement-case", args=[key, drawn]), reverse("engagement-finding", args=[key, done.pk])]
    yield from ((cast.auditor, address, f"engagement-{number}") for number, address in enumerate(auditors))
    yield cast.head, reverse("audit-finding-list"), "audit-finding-list"
    yield from (
        (cast.head, reverse("audit-finding", args=[one.pk]), f"audit-finding-{one.pk}") for one in (done, waits)
    )


def test_no_page_left_has_a_barrier(
    visits: list[tuple[Person | None, str, str]],
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    look_over: Callable[[Page, str], None],
) -> None:
    page, barriers = new_page(), []
    for person, address, name in visits:
        if person is None:
            page.context.clear_cookies(name="sessionid")
        else:
            sign_in(page, person)
        answer = page.goto(address)
        assert answer is not None
        if answer.status not in (200, 401) and name != "404":
            barriers.append(f"{name}: {answer.status} at {page.url}")
        try:
            look_over(page, f"left-{name}")
        except AssertionError as found:
            barriers.append(f"{name}: {found}")
    assert not barriers, "\n".join(barriers)


PRINTED = (
    "register-list", "register-entry", "filing-list", "agency-publicity", "quota-list", "quota", "desk", "desk-held",
    "desk-decisions", "statistics", "engagement-0", "engagement-2", "engagement-3", "engagement-8", "engagement-9",
    "audit-finding-list", "permit-list", "permit", "obligation-list", "log-page", "case-compare", "queue-led",
    "calendar", "dashboard",
)  # fmt: skip
"""Pages that people print: what came after the pages of a case."""
SHEET = 703
"""CSS pixels between the margins of A4."""
NOT_ON_PAPER = """() => [...document.querySelectorAll(
    '.site-head, .site-foot, .page-nav, .btn, button, main input:not([type=hidden]), main select, main textarea')]
    .filter(one => one.getClientRects().length).map(one => one.outerHTML.slice(0, 120))"""
BESIDE_THE_SHEET = """width => [...document.querySelectorAll('main *')]
    .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > width + 1
        && !one.closest('.visually-hidden, svg')).map(one => one.outerHTML.slice(0, 120))"""
OVER_THE_NEXT = """() => [...document.querySelectorAll('main td, main th')]
    .filter(one => one.getClientRects().length && one.scrollWidth > one.clientWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""
KEPT_WHOLE = """() => [...document.querySelectorAll('main .card')]
    .filter(one => getComputedStyle(one).breakInside !== 'auto').map(one => one.outerHTML.slice(0, 120))"""
HEADS = "() => [...document.querySelectorAll('main thead')].map(one => getComputedStyle(one).display)"


def test_a_printed_page_has_no_controls_and_no_cut_table(
    visits: list[tuple[Person | None, str, str]],
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
) -> None:
    page, flaws, seen = new_page(width=SHEET), [], set()
    page.emulate_media(media="print")
    head = next(person for person, _address, name in visits if name == "quota-list")
    lists = [(head, reverse("queue", args=["led"]), "queue-led"), (head, reverse("calendar"), "calendar")]
    for person, address, name in [*visits, *lists, (head, reverse("dashboard"), "dashboard")]:
        if name not in PRINTED:
            continue
        seen.add(name)
        if person is None:
            page.context.clear_cookies(name="sessionid")
        else:
            sign_in(page, person)
        page.goto(address)
        flaws += [f"{name}: {one}" for one in page.evaluate(NOT_ON_PAPER)]
        flaws += [f"{name} is cut: {one}" for one in page.evaluate(BESIDE_THE_SHEET, SHEET)]
        flaws += [f"{name} lies over its neighbour: {one}" for one in page.evaluate(OVER_THE_NEXT)]
        flaws += [f"{name} leaves the sheet before it empty: {one}" for one in page.evaluate(KEPT_WHOLE)]
        flaws += [f"{name}: a head that is not repeated" for one in page.evaluate(HEADS) if one != "table-header-group"]
        if SHOTS:
            ARTIFACTS.mkdir(exist_ok=True)
            page.pdf(path=ARTIFACTS / f"printed-{name}.pdf", prefer_css_page_size=True)
    assert seen == set(PRINTED)
    assert not flaws, "\n".join(flaws)
