"""allauth's forms with our names of fields, and behind our locks."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, UserTokenForm
from allauth.account.forms import LoginForm as AllauthLogin
from allauth.core import context
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from roles import forgotten
from roles.addresses import logged_address
from roles.attempts import one_try
from roles.factors import counts_on
from roles.locks import note_stray
from roles.models import Person

BROKEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, NotImplementedError, AssertionError)
"""What the libraries raise over an answer that no browser gives."""


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


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; allauth's field has no label in Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")

    def clean(self) -> Any:
        """Raises ValidationError for what a client of its own may have sent."""
        try:
            return super().clean()
        except BROKEN as error:
            raise factor_adapter().validation_error("incorrect_code") from error


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class Locked:
    """A form that takes a code: guessing codes is counted like guessing passwords."""

    user: Any
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of the app, or recovery code")
        self.fields["code"].widget.attrs.pop("placeholder", None)  # the label says it

    def clean_code(self) -> str:
        """Raises LockedOut where the login or the network is locked."""
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
        code = str(super().clean_code())
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class Told:
    """A form that takes a passkey: one that is refused is a line, and counts like a wrong code where it is known whose
    log-in it was. It cannot be guessed, so it is taken while a lock stands."""

    user: Any
    cleaned_data: dict[str, Any]
    copied: Authenticator | None = None
    """A known passkey that signed this answer, though its counter went back."""

    def clean_credential(self) -> Authenticator:
        """Raises ValidationError for anything but the answer of a known passkey to the challenge of this session."""
        try:
            return self.verified()
        except ValidationError:
            person = self.copied.user if self.copied else self.user
            more = {"why": "passkey_counter"} if self.copied else {}
            login = person.username if person else ""
            note_stray(login, logged_address(context.request), factor=str(Authenticator.Type.WEBAUTHN), **more)
            raise

    def verified(self) -> Authenticator:
        """The passkey. Raises ValidationError, too, for what no browser sends and allauth breaks on, and where the
        counter says that there may be a copy of it, which allauth does not ask."""
        try:
            passkey: Authenticator = super().clean_credential()  # type: ignore[misc]
            answered = parse_authentication_response(self.cleaned_data["credential"])
        except BROKEN as error:
            raise factor_adapter().validation_error("incorrect_code") from error
        if not counts_on(passkey, answered.response.authenticator_data.counter):
            self.copied = passkey
            raise factor_adapter().validation_error("incorrect_code")
        return passkey


class PasskeyCodeForm(Told, AuthenticateWebAuthnForm):
    """A passkey as the second factor at log-in."""


class PasskeyAgainForm(Told, ReauthenticateWebAuthnForm):
    """A passkey before something delicate."""


class PasskeyAloneForm(Told, LoginWebAuthnForm):
    """A passkey alone, which must have asked its holder for a finger or a number: it is both factors."""

    def verified(self) -> Authenticator:
        """As `Told.verified`. allauth keeps one challenge for all its pages: one of the second factor, which asks for
        nobody's finger, would do here."""
        passkey = super().verified()
        answered = parse_authentication_response(self.cleaned_data["credential"])
        if not answered.response.authenticator_data.is_user_verified():
            raise factor_adapter().validation_error("incorrect_code")
        return passkey
