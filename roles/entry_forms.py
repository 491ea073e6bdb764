"""allauth's forms with our names of fields, and behind our locks."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, UserTokenForm
from allauth.account.forms import LoginForm as AllauthLogin
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from roles import forgotten
from roles.addresses import logged_address
from roles.attempts import one_try
from roles.models import Person


class LoginForm(AllauthLogin):
    """The login is called `username` in what is posted: browsers and their keepers of passwords know that name. Whoever
    reads is told of a login, as on every other page."""

    def add_prefix(self, field_name: str) -> str:
        """The name of a field in what is posted."""
        return "username" if field_name == "login" else str(super().add_prefix(field_name))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # the label says it

    def clean_login(self) -> str:
        """As it is kept: input methods for Chinese write full-width letters, and no login has any (`open_account`)."""
        self.cleaned_data["login"] = half_width(self.cleaned_data["login"])
        return str(super().clean_login())


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones."""
    return normalize("NFKC", text)


class PasswordForm(ChangePasswordForm):
    """The own password anew; guessing the present one, at a desk left open, is counted like guessing at the log-in."""

    def clean_oldpassword(self) -> str:
        """Raises LockedOut where the login or the network is locked."""
        given = str(self.cleaned_data.get("oldpassword", ""))
        if not account_adapter().reauthenticate(self.user, given):
            raise account_adapter().validation_error("enter_current_password")
        return given


class ResetForm(ResetPasswordForm):
    """A password that was forgotten. Who asks is answered alike, and as soon, whether the address is anybody's or not:
    whose it is, is found out by the job that writes to it (roles/forgotten.py)."""

    def clean_email(self) -> str:
        """As typed; allauth would look for its owner here."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Returns the address."""
        email = str(self.cleaned_data["email"])
        forgotten.ask(email)
        return email


class LinkForm(UserTokenForm):
    """The one-time link: that of an account closed meanwhile is dead."""

    def _get_user(self, uidb36: str) -> Person | None:
        found: Person | None = super()._get_user(uidb36)
        return found if found and found.is_active else None


class Locked:
    """A form that takes a code: guessing codes is counted like guessing passwords."""

    user: Any
    fields: dict[str, Any]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of the app, or recovery code")
        self.fields["code"].widget.attrs.pop("placeholder", None)  # the label says it

    def clean_code(self) -> str:
        """Raises LockedOut where the login or the network is locked."""
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"])
        with one_try(self.user.username, logged_address(context.request)):
            return str(super().clean_code())  # type: ignore[misc]


class CodeForm(Locked, AuthenticateForm):
    """The second factor at log-in."""


class CodeAgainForm(Locked, ReauthenticateForm):
    """The second factor before something delicate."""


class AppForm(ActivateTOTPForm):
    """A new authenticator app; the code that proves it is spent, like any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("placeholder", None)  # the label says it

    def clean_code(self) -> str:
        """As allauth's."""
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"])
        code = str(super().clean_code())
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code
