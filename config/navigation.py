"""The bar of links on every page, and who is logged in as what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from roles.signals import ADMINISTERS


@dataclass(frozen=True)
class Place:
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
    ("role-matrix", (), _("Roles and duties")),
)
"""In the order of the bar."""
ADMINISTRATION: tuple[Entry, ...] = (
    ("account-list", (), _("Accounts")),
    ("agency-list", (), _("Agencies")),
    ("unit-list", (), _("Operating units")),
    ("role-matrix", (), _("Roles and duties")),
)
"""An administrator has no cases."""
OF_ROLE: dict[str, tuple[Entry, ...]] = {
    "audit": (("security-log", (), _("Security log")),),
    "security": (("lock-list", (), _("Locks")),),
}


def places(path: str, role: str = "") -> list[Place]:
    """The links, an administrator's by `role`; the one `path` lies under is marked as here."""
    entries = (*OF_ROLE.get(role, ()), *ADMINISTRATION) if role else PLACES
    named = ((name, reverse(name, args=arguments), label) for name, arguments, label in entries)
    return [Place(url, label, path == url if name == "home" else path.startswith(url)) for name, url, label in named]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the links, and the languages the page can be shown in."""
    person = getattr(request, "user", None)
    known = person is not None and person.is_authenticated
    return {
        "places": places(request.path, request.session.get(ADMINISTERS, "")) if known else [],
        "languages": settings.LANGUAGES,
        "max_upload_mb": settings.MAX_UPLOAD_MB,
        "source_url": settings.SOURCE_URL,
    }
