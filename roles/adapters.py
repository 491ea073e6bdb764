"""Where allauth asks what this site wants: no sign-up, locks, sessions that end with a line. Its questions about OpenID
Connect are answered in roles/oidc.py."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.addresses import logged_address
from roles.attempts import one_try
from roles.entry import BEGAN
from roles.models import Person
from roles.models.security import What
from roles.security_log import note

log = logging.getLogger(__name__)

BEGUN_WITH = "begun_with"
"""Key of the session while a log-in is not finished."""


class AccountAdapter(DefaultAccountAdapter):
    """Log-in by name and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The login or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by whoever may (`open_account`)."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """As allauth's, as one try of the login. Raises LockedOut before any password is looked at."""
        with one_try(str(credentials.get("username", "")), logged_address(request)):
            found: Person | None = super().authenticate(request, **credentials)
        return found

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> Any:
        """Keeps with which password the log-in began: a second factor may be asked for in between."""
        request.session[BEGUN_WITH] = user.get_session_auth_hash()
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: Person) -> None:
        """As allauth's. One that began before the password was changed, or the account closed, begins anew."""
        if not user.is_active or request.session.pop(BEGUN_WITH, "") != user.get_session_auth_hash():
            clear_login(request)
            changed = _("Your account, its password or this site changed while you logged in. Begin again.")
            messages.warning(request, changed)
            raise ImmediateHttpResponse(redirect("login"))
        super().login(request, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as the security log has it."""
        return logged_address(request) or str(super().get_client_ip(request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that refuses, or a folder that takes no mail, stops nobody's page."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, ImproperlyConfigured):
            log.exception("A mail about an account was not sent")

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """As allauth's, and it says whose account is meant: one address may be that of several."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "person": user}, email)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """As allauth's; but who has neither password nor factor here is sent to the provider again, where the log-in is
        not of the last minutes: allauth asks them for nothing, and a session left open could be given a passkey."""
        required = bool(super().is_reauthentication_required(app=app, **kwargs))
        request = context.request
        if (
            required
            and app == "allauth.mfa"
            and not get_reauthentication_flows(request.user)
            and not came_lately(request)
        ):
            there = reverse("openid_connect_login", args=["oidc"]) + "?" + urlencode({"next": request.path})
            raise ImmediateHttpResponse(redirect(there))
        return required

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the own page."""
        return reverse("profile")


class FactorAdapter(DefaultMFAAdapter):
    """Second factors; their secrets are not in the database in the clear."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "The code is not right. An app shows another one every half minute, and each is good once: take the newest."
        ),
        "passkey_refused": gettext_lazy("This passkey was not accepted."),
    }

    def encrypt(self, text: str) -> str:
        """Under IDENTITY_KEY, which outlives a rotated SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return _("Forestry Permits")


def came_lately(request: HttpRequest) -> bool:
    """Whether whoever is logged in came within the time for which a password that was given again counts."""
    began = request.session.get(BEGAN, 0)
    return bool(time.time() - began < account_settings.REAUTHENTICATION_TIMEOUT)


def _cipher() -> Fernet:
    key = hashlib.sha256(b"second factors\0" + settings.IDENTITY_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class SessionsAdapter(DefaultUserSessionsAdapter):
    """The own sessions."""

    def end_sessions(self, sessions: Any) -> None:
        """Each with its line."""
        for session in sessions:
            session.end()
            address = logged_address(context.request)
            note(What.SESSION_ENDED, by=session.user, person=session.user, address=address, told={"from": session.ip})
