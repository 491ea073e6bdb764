"""allauth's forms with our names of fields, and behind our locks."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLogin
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _

from roles.addresses import logged_address
from roles.locks import insist_unlocked


class LoginForm(AllauthLogin):
    """The login is called `username` in what is posted: browsers and their keepers of passwords know that name."""

    def add_prefix(self, field_name: str) -> str:
        """The name of a field in what is posted."""
        return "username" if field_name == "login" else str(super().add_prefix(field_name))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # the label says it


class PasskeyForm(AddWebAuthnForm):
    """A new passkey or security key; allauth's field has no label in Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class Locked:
    """A form that takes a code: guessing codes is counted like guessing passwords."""

    user: Any

    def clean_code(self) -> str:
        """Raises LockedOut where the login or the network is locked."""
        insist_unlocked(self.user.username, logged_address(context.request))
        return str(super().clean_code())  # type: ignore[misc]


class CodeForm(Locked, AuthenticateForm):
    """The second factor at log-in."""


class CodeAgainForm(Locked, ReauthenticateForm):
    """The second factor before something delicate."""
