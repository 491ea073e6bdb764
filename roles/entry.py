"""Middleware after the log-in: sessions end in time, and what must be set up comes before any other page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from roles.addresses import logged_address
from roles.factors import lacks_factor
from roles.models.security import What
from roles.passwords import must_change
from roles.security_log import note

BEGAN, SEEN = "began", "seen"
"""Keys of the session: when somebody logged in, and when the session was last used, to the minute."""

OPEN = (
    "login",
    "logout",
    "account_",
    "mfa_",
    "set_language",
    "help",
    "manual",
    "notice-",
    "verify",
    "log-",
    "healthz",
    "readyz",
)
"""Beginnings of the names of pages that stay open while something must be set up: what anybody may read, too."""


class Entry:
    """Ends sessions that are too old or were left idle; sends on who must change the password or add a factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            _keep_time(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """The page that comes first, if there is one."""
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if not request.user.is_authenticated or name.startswith(OPEN):
            return None
        if must_change(request.user):
            messages.warning(request, _("Your password is too old. Choose a new one to go on."))
            return redirect("account_change_password")
        if lacks_factor(request.user):
            messages.warning(request, _("Your duties ask for a second factor. Add one to go on."))
            return redirect("mfa_index")
        return None


def _keep_time(request: HttpRequest) -> None:
    session, now = request.session, time.time()
    began = session.setdefault(BEGAN, now)
    seen = session.setdefault(SEEN, now)
    if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_MINUTES * 60:
        why = "age" if now - began > settings.SESSION_COOKIE_AGE else "idle"
        note(What.SESSION_ENDED, by=None, person=request.user, address=logged_address(request), told={"why": why})  # type: ignore[arg-type]
        session.flush()
        request.user = AnonymousUser()
    elif now - seen > 60:  # not with each click: a write each
        session[SEEN] = now
