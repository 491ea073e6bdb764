"""The bar of links on every page, and who is logged in as what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A link of the navigation bar."""

    url: str
    label: str | Promise
    here: bool


PLACES: tuple[tuple[str, tuple[str, ...], str | Promise], ...] = (
    ("home", (), _("Home")),
    ("queue", ("mine",), _("My tasks")),
    ("queue", ("agency",), _("My agency's tasks")),
    ("queue", ("done",), _("Done")),
    ("case-list", (), _("Cases")),
    ("role-matrix", (), _("Roles and duties")),
)
"""URL name, its arguments, and the label, in the order of the bar."""


def places(path: str) -> list[Place]:
    """The links; the one `path` lies under is marked as here."""
    named = ((name, reverse(name, args=arguments), label) for name, arguments, label in PLACES)
    return [Place(url, label, path == url if name == "home" else path.startswith(url)) for name, url, label in named]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the links, and the languages the page can be shown in."""
    person = getattr(request, "user", None)
    return {
        "places": places(request.path) if person is not None and person.is_authenticated else [],
        "languages": settings.LANGUAGES,
        "max_upload_mb": settings.MAX_UPLOAD_MB,
        "source_url": settings.SOURCE_URL,
    }
