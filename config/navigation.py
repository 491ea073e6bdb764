"""The bar of links on every page, and who is logged in as what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from roles.markup import address
from roles.signals import ADMINISTERS, APPLIES, AUDITS, COUNTS, HEADS, ONLY_AUDITS


class Place(Struct, frozen=True):
    """A link of the navigation bar."""

    url: str
    label: str | Promise
    here: bool


Entry = tuple[str, tuple[str, ...], str | Promise]
"""URL name, its arguments, and the label."""

PLACES: tuple[Entry, ...] = (
    ("home", (), _("Home")),
    ("queue", ("mine",), _("My tasks")),
    ("queue", ("agency",), _("My agency's tasks")),
    ("queue", ("done",), _("Done")),
    ("case-list", (), _("Cases")),
    ("permit-list", (), _("Permits granted")),
    ("role-matrix", (), _("Roles and duties")),
)
"""In the order of the bar."""
OF_UNITS: tuple[Entry, ...] = (
    ("home", (), _("Home")),
    ("queue", ("mine",), _("My tasks")),
    ("queue", ("done",), _("Done")),
    ("case-list", (), _("Cases")),
    ("permit-list", (), _("Permits granted")),
)
"""Who only applies has no queue of an agency, and no duty in one."""
ADMINISTRATION: tuple[Entry, ...] = (
    ("account-list", (), _("Accounts")),
    ("agency-list", (), _("Agencies")),
    ("unit-list", (), _("Operating units")),
    ("role-matrix", (), _("Roles and duties")),
    ("matrix-edition", (), _("Matrix edition")),
)
"""An administrator has no cases."""
OF_ROLE: dict[str, tuple[Entry, ...]] = {
    "audit": (("security-log", (), _("Security log")),),
    "security": (("lock-list", (), _("Locks")),),
}
OF_COUNTING: dict[str, tuple[Entry, ...]] = {
    AUDITS: (("desk", (), _("Auditor's desk")), ("statistics", (), _("Statistics"))),
    HEADS: (("statistics", (), _("Statistics")),),
}
OF_COUNTING[ONLY_AUDITS] = OF_COUNTING[AUDITS]
"""What who audits, and who heads an agency, finds beside the cases; no step of a case is ever an auditor's, so who only
audits finds no queues."""


def places(path: str, role: str = "", *, applies: bool = False, counts: str = "") -> list[Place]:
    """The links: an administrator's by `role`, or of who only `applies`, or with the counting of who `counts`; the one
    `path` lies under is marked."""
    work = tuple(entry for entry in PLACES[:-1] if entry[0] != "queue" or counts != ONLY_AUDITS)
    of_officers = (*work, *OF_COUNTING.get(counts, ()), PLACES[-1])
    entries = (*OF_ROLE.get(role, ()), *ADMINISTRATION) if role else OF_UNITS if applies else of_officers
    named = ((name, address(name, *arguments), label) for name, arguments, label in entries)
    return [Place(url, label, path == url if name == "home" else path.startswith(url)) for name, url, label in named]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the links, and the languages the page can be shown in."""
    person = getattr(request, "user", None)
    known = person is not None and person.is_authenticated
    keys = (ADMINISTERS, APPLIES, COUNTS)
    role, applies, counts = (request.session.get(key) for key in keys) if known else ("", False, "")
    return {
        "places": places(request.path, role or "", applies=bool(applies), counts=counts or "") if known else [],
        "languages": settings.LANGUAGES,
        "max_upload_mb": settings.MAX_UPLOAD_MB,
        "source_url": settings.SOURCE_URL,
    }
