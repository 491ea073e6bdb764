"""What follows from logging in and out: lines of the security log, and which bar of links an administrator gets."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from roles.addresses import logged_address
from roles.authority import administers
from roles.models import Person
from roles.models.security import What
from roles.security_log import note

ADMINISTERS = "administers"
"""Key of the session: which administrator has logged in. For links only; each page asks again."""


@receiver(user_logged_in)
def logged_in(sender: Any, request: HttpRequest | None, user: Person, **kwargs: Any) -> None:
    """Noted, with the address it came from."""
    if request is None:
        return
    if role := administers(user):
        request.session[ADMINISTERS] = role
    note(What.LOGGED_IN, by=user, person=user, address=logged_address(request))


@receiver(user_logged_out)
def logged_out(sender: Any, request: HttpRequest | None, user: Person | None, **kwargs: Any) -> None:
    """Noted, where somebody was logged in."""
    if request is not None and user is not None:
        note(What.LOGGED_OUT, by=user, person=user, address=logged_address(request))


@receiver(user_login_failed)
def login_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Noted with the login that was tried; the person too, where there is one of that name."""
    tried = str(credentials.get("username") or credentials.get("login") or credentials.get("email") or "")[:150]
    person = Person.objects.filter(username=tried).first()
    note(
        What.LOGIN_FAILED, by=None, person=person, address=logged_address(request),
        told={"login": tried},
    )  # fmt: skip
