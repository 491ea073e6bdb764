"""Coming in by the form or a one-time link, and the lines that the security log has of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from roles.models import SecurityEvent
from roles.models.security import What

OLD = "long enough to pass"
"""The password of whoever the tests make."""
NEW = "Wald und Wiese 26"


def enter(login: str = "zhang", password: str = OLD, *, at: str = "127.0.0.1", desk: Client | None = None) -> Any:
    """The answer to a log-in by the form; its client is `.client`."""
    said = {"username": login, "password": password}
    return (desk or Client()).post(reverse("login"), said, REMOTE_ADDR=at)


def lines(what: What) -> list[SecurityEvent]:
    return list(SecurityEvent.objects.filter(what=what))


def path_of(link: str) -> str:
    assert link.startswith(settings.SITE_URL)
    return link.removeprefix(settings.SITE_URL)


def choose(link: str, password: str = NEW, desk: Client | None = None) -> Any:
    """Follow a one-time link and choose a password."""
    desk = desk or Client()
    page = desk.get(path_of(link), follow=True)
    return desk.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
