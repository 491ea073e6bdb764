"""allauth's forms of passkeys 通行密钥, with our names of fields and behind our locks.

They stand apart from the other forms of the way in because the library behind them is loaded where a passkey is used.
"""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from roles.addresses import logged_address
from roles.factors import counts_on
from roles.locks import note_stray

BROKEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, NotImplementedError, AssertionError)
"""What the libraries raise over an answer that no browser gives."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; allauth's field has no label in Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")

    def clean(self) -> Any:
        """Raises ValidationError for what a client of its own may have sent. allauth would speak of a code."""
        try:
            return super().clean()
        except (ValidationError, *BROKEN) as error:
            raise factor_adapter().validation_error("passkey_refused") from error


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


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
        except ValidationError as refused:
            person = self.copied.user if self.copied else self.user
            more = {"why": "passkey_counter"} if self.copied else {}
            login = person.username if person else ""
            note_stray(login, logged_address(context.request), factor=str(Authenticator.Type.WEBAUTHN), **more)
            raise factor_adapter().validation_error("passkey_refused") from refused  # allauth would speak of a code

    def verified(self) -> Authenticator:
        """The passkey. Raises ValidationError, too, for what no browser sends and allauth breaks on, and where the
        counter says that there may be a copy of it, which allauth does not ask."""
        try:
            passkey: Authenticator = super().clean_credential()  # type: ignore[misc]
            answered = parse_authentication_response(self.cleaned_data["credential"])
        except BROKEN as error:
            raise factor_adapter().validation_error("passkey_refused") from error
        if not counts_on(passkey, answered.response.authenticator_data.counter):
            self.copied = passkey
            raise factor_adapter().validation_error("passkey_refused")
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
            raise factor_adapter().validation_error("passkey_refused")
        return passkey
