"""Who may open which address in which status: one table for the whole site. An address without a row fails the test.

Columns: what each person is answered to a GET. An office's people see a case once it was handed in; strangers and
rivals are never told that it exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from permits.documents.printing import render_pending
from permits.kinds import kinds
from permits.models import Application, MaterialVersion
from permits.models.states import S
from tests.cast import Cast, log_in
from workflows.models import WorkItem
from workflows.notifications.making import make_pending

ROLES = ("anonymous", "stranger", "clerk", "rival", "colleague", "acceptor", "decider", "head", "auditor")
STATUSES = (S.DRAFT, S.SUBMITTED, S.FINAL_REVIEW, S.APPROVED)

# fmt: off
#                    anonymous stranger clerk rival colleague acceptor decider head auditor
SITE = {
    **dict.fromkeys(("login", "account_login"), (200,) + (302,) * 8),
    **dict.fromkeys(("logout", "account_logout"), (405,) * 9),
    **dict.fromkeys((
        "account_inactive", "account_reset_password", "account_reset_password_done",
        "account_reset_password_from_key_done", "account_reset_password_from_key", "socialaccount_login_cancelled"),
        (200,) * 9),
    "socialaccount_login_error": (401,) * 9,
    **dict.fromkeys((
        "account_reauthenticate", "account_change_password", "mfa_index", "mfa_list_webauthn",
        "usersessions_list"), (302,) + (200,) * 8),
    "account_set_password": (302,) + (403,) * 8,
    **dict.fromkeys((       # one's own: first the password again, or nothing to see
        "mfa_activate_totp", "mfa_add_webauthn", "mfa_authenticate", "mfa_generate_recovery_codes",
        "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"), (302,) * 9),
    **dict.fromkeys((
        "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_view_recovery_codes"),
        (302,) + (404,) * 8),
    "mfa_login_webauthn":   (302,) * 9,
    **dict.fromkeys(("openid_connect_login", "openid_connect_callback"), (404,) * 9),
    "set_language":         (405, 405, 405, 405, 405, 405, 405, 405, 405),
    "home":                 (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "queue":                (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "queue-claim":          (302, 405, 405, 405, 405, 405, 405, 405, 405),
    "case-list":            (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "notifications":        (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "notifications-read":   (302, 405, 405, 405, 405, 405, 405, 405, 405),
    "notification-choices": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "profile":              (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "delegation-new":       (302, 403, 403, 403, 200, 200, 200, 200, 200),
    "agency-people":        (302, 403, 403, 403, 403, 403, 403, 200, 403),
    "role-matrix":          (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "draft-new":            (302, 403, 200, 200, 403, 403, 403, 403, 403),
    "table-template":     (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "notice-list":          (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "verify-start":         (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "healthz":              (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "readyz":               (503, 503, 503, 503, 503, 503, 503, 503, 503),  # nobody works off jobs here
    "metrics":              (200, 200, 200, 200, 200, 200, 200, 200, 200),  # from this machine
}
UNSEEN =                    (302, 404, 404, 404, 404, 404, 404, 404, 404)
OWN =                       (302, 404, 200, 404, 404, 404, 404, 404, 404)
CLOSED =                    (302, 404, 409, 404, 403, 403, 403, 403, 403)
CONFIRMED =                 (302, 404, 200, 404, 403, 403, 403, 403, 403)
SEEN =                      (302, 404, 200, 404, 200, 200, 200, 200, 200)
POSTED =                    (302, 405, 405, 405, 405, 405, 405, 405, 405)
EDITED = (OWN, CLOSED, CLOSED, CLOSED)
LOOKED_AT = (OWN, SEEN, SEEN, SEEN)
CASE = {                    # draft, submitted, final_review, approved
    **dict.fromkeys((
        "draft", "draft-materials", "draft-check", "table-head", "table-rows", "table-row-add", "table-row",
        "table-row-delete", "table-import"), EDITED),
    "table-export": LOOKED_AT, "case": LOOKED_AT, "case-record": LOOKED_AT, "material": LOOKED_AT,
    **dict.fromkeys(("task-claim", "task-release"), (POSTED,) * 4),
    "draft-submitted": ((302, 404, 302, 404, 404, 404, 404, 404, 404), CONFIRMED, CONFIRMED, CONFIRMED),
    "case-act": (OWN, CONFIRMED, CONFIRMED, (302, 404, 409, 404, 409, 409, 409, 409, 409)),
    "task": (
                            (302, 404, 302, 404, 404, 404, 404, 404, 404),
                            (302, 404, 403, 404, 403, 200, 403, 403, 403),
                            (302, 404, 403, 404, 403, 403, 403, 200, 403),
                            (302, 404, 403, 404, 403, 403, 200, 200, 403)),
    "task-reassign": (
                            (302, 404, 403, 404, 404, 404, 404, 404, 404),
                            (302, 404, 403, 404, 403, 403, 403, 403, 403),
                            (302, 404, 403, 404, 403, 403, 403, 200, 403),
                            (302, 404, 403, 404, 403, 403, 403, 200, 403)),
    "document": (None, None, None, SEEN),
    "verify": (None, None, None, (200,) * 9),
}
# fmt: on


# The drafts of the other kinds are their own unit's; nobody here holds a duty in them.
OTHERS_DRAFT = (
    "table-head", "table-rows", "table-row-add", "table-row", "table-row-delete", "table-import", "table-export",
)  # fmt: skip
OF_ONE_ROW = ("table-row", "table-row-delete")


ADMINISTRATION = {
    "account-list", "person-new", "person", "person-change", "person-reopen", "person-administrator", "agency-list",
    "agency", "agency-change", "agency-promises", "unit-list", "unit-new", "unit", "unit-change", "post",
    "post-appoint", "post-grant", "term-end", "grant-end", "security-log", "person-close", "person-invite",
    "person-factors", "person-sessions", "lock-list", "lock-lift",
}  # fmt: skip
"""Who enters people and rights: tests/test_administration_table.py, with the administrators as columns."""
ELSEWHERE = {"notification", "delegation-end", "notice", "notice-pdf"} | ADMINISTRATION
"""About a person: below and tests/workflows/test_people_pages.py; notices: tests/permits/test_public_notices.py."""


def test_every_address_of_the_site_has_a_row() -> None:
    assert set(names(get_resolver())) == SITE.keys() | CASE.keys() | ELSEWHERE


def test_news_is_its_readers_own(cast: Cast) -> None:
    cast.case_at(S.FIRST_REVIEW)
    make_pending()
    place = reverse("notification", args=[cast.clerk.notifications.get().pk])
    got = tuple(client.get(place).status_code for client in clients(cast).values())
    assert got == (302, 404, 302, 404, 404, 404, 404, 404, 404)


@pytest.mark.parametrize("code", [kind.code for kind in kinds() if kind.code != "tending"])
def test_a_draft_of_another_kind_is_its_own_units(cast: Cast, code: str) -> None:
    case, clerk = import_module(f"tests.permits.{code}.cases").draft()
    everyone = clients(cast)
    row = getattr(case, code).rows.first()
    for name in OTHERS_DRAFT:
        more = [row.pk] if name in OF_ONE_ROW else ["xlsx"] if name == "table-export" else []
        place = reverse(name, args=[case.pk, *more])
        assert log_in(clerk).get(place).status_code == 200, name
        assert tuple(everyone[role].get(place).status_code for role in ROLES) == UNSEEN, name


def names(resolver: URLResolver) -> Iterator[str]:
    """Names of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        else:
            yield from names(pattern)


def clients(cast: Cast) -> dict[str, Client]:
    return {role: Client() if role == "anonymous" else log_in(getattr(cast, role)) for role in ROLES}


def wrong(table: dict[str, tuple[str, tuple[int, ...]]], people: dict[str, Client]) -> list[str]:
    """Rows of the table that the site answers otherwise."""
    told = []
    for name, (address, row) in table.items():
        for role, expected in zip(ROLES, row, strict=True):
            answer = people[role].get(address)
            if (got := answer.status_code) != expected:
                told.append(f"{name} {address} as {role}: {got}, not {expected}")
            elif role == "anonymous" and got == 302 and not answer["Location"].startswith("/login/"):
                told.append(f"{name} {address} leads a visitor to {answer['Location']}, not to log in")
    return told


def test_pages_of_no_case(cast: Cast) -> None:
    arguments = {
        "queue": ["agency"], "table-template": ["tending"], "account_reset_password_from_key": ["1", "never-given"],
        "mfa_edit_webauthn": [1], "mfa_remove_webauthn": [1],
        "openid_connect_login": ["oidc"], "openid_connect_callback": ["oidc"],
    }  # fmt: skip
    table = {name: (reverse(name, args=arguments.get(name, [])), row) for name, row in SITE.items()}
    assert wrong(table, clients(cast)) == []


@pytest.mark.parametrize("status", STATUSES)
def test_pages_of_a_case(cast: Cast, status: str) -> None:
    case = cast.case_at(status)
    column = STATUSES.index(S(status))
    rows = {name: row for name, each in CASE.items() if (row := each[column])}
    table = {name: (address(name, case), row) for name, row in rows.items()}
    assert wrong(table, clients(cast)) == []


def address(name: str, case: Application) -> str:
    """The address of this case's page."""
    if name.startswith("task"):
        item = WorkItem.objects.filter(application=case, flow_task_type="HUMAN").latest("pk")
        return reverse(name, args=[item.pk])
    if name == "material":
        return reverse(name, args=[MaterialVersion.objects.filter(material__application=case)[0].pk])
    if name in ("document", "verify"):
        document = render_pending(case.documents.first().pk)
        return reverse(name, args=[document.pk if name == "document" else document.token])
    more = {"case-act": ["withdraw"], "table-export": ["xlsx"]}.get(name, [])
    if name in ("table-row", "table-row-delete"):
        more = [case.tending.rows.first().pk]
    return reverse(name, args=[case.pk, *more])


def test_a_case_that_does_not_exist_is_not_found_by_anyone(cast: Cast) -> None:
    everyone = clients(cast)
    for name in ("case", "draft", "case-record", "task", "material"):
        got = tuple(everyone[role].get(reverse(name, args=[999_999])).status_code for role in ROLES)
        assert got == UNSEEN, name
