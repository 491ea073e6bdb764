"""The security log 安全日志, and the three administrators 三权分立 whom GB/T 22239 (等保) keeps apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from roles.models.bodies import Agency, OperatingUnit
from roles.models.mandates import Duty
from roles.models.official import Datum
from roles.models.people import Post


class Administration(models.Model):
    """`person` is one of the three administrators from `since` to `until`, both counted.

    Nobody holds two of them at once, and who holds one has no post: an administrator decides no case.
    """

    class Role(models.TextChoices):
        SYSTEM = "system", _("system administrator")
        SECURITY = "security", _("security administrator")
        AUDIT = "audit", _("audit administrator")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="administrations")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("administration")
        verbose_name_plural = _("administrations")
        ordering = ["-since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until__isnull=True), name="one_open_administration"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="administration_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


class What(models.TextChoices):
    """What the security log tells of. The rights come first, then the accounts, then what was done with them."""

    POST_MADE = "post_made", _("post made")
    APPOINTED = "appointed", _("appointed to a post")
    DISMISSED = "dismissed", _("dismissed from a post")
    GRANTED = "granted", _("right granted")
    GRANT_ENDED = "grant_ended", _("right ended")
    DELEGATED = "delegated", _("standing in begun")
    DELEGATION_ENDED = "delegation_ended", _("standing in ended")
    ADMINISTRATOR_MADE = "administrator_made", _("made an administrator")
    ADMINISTRATOR_ENDED = "administrator_ended", _("no longer an administrator")
    BODY_ENTERED = "body_entered", _("agency or unit entered")
    BODY_CHANGED = "body_changed", _("agency or unit changed")
    MATRIX_LOADED = "matrix_loaded", _("edition of the role matrix applied")
    CALENDAR = "calendar", _("yearly notice on holidays imported")
    ACCOUNT_OPENED = "account_opened", _("account opened")
    ACCOUNT_CHANGED = "account_changed", _("account changed")
    ADDRESS_ASKED = "address_asked", _("new address asked for")
    ACCOUNT_CLOSED = "account_closed", _("account closed")
    ACCOUNT_REOPENED = "account_reopened", _("account reopened")
    NOTED = "noted", _("noted as it stood at an upgrade")
    INVITED = "invited", _("one-time link given")
    PASSWORD = "password", _("password set")
    REHASHED = "rehashed", _("kept form of the password renewed")
    FACTOR_ADDED = "factor_added", _("second factor added")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    IDENTITY_TIED = "identity_tied", _("organisation's log-in tied to the account")
    LOGGED_IN = "logged_in", _("logged in")
    LOGIN_FAILED = "login_failed", _("log-in failed")
    LOGGED_OUT = "logged_out", _("logged out")
    LOCKED = "locked", _("locked out")
    UNLOCKED = "unlocked", _("lock lifted")
    SESSION_ENDED = "session_ended", _("session ended")
    REFUSED = "refused", _("refused")
    CASE_READ = "case_read", _("case read by an auditor")
    DESK_READ = "desk_read", _("answer of the auditor's desk read")


RIGHTS = (
    What.POST_MADE, What.APPOINTED, What.DISMISSED, What.GRANTED, What.GRANT_ENDED, What.DELEGATED,
    What.DELEGATION_ENDED, What.ADMINISTRATOR_MADE, What.ADMINISTRATOR_ENDED, What.ACCOUNT_OPENED, What.ACCOUNT_CLOSED,
    What.ACCOUNT_REOPENED,
)  # fmt: skip
"""What changes who may do what: shown on the person's and the post's page."""


class SecurityEvent(models.Model):
    """One line of the security log. The database refuses to change or delete it, as it does with acts."""

    append_only = True

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False, db_index=True)
    what = models.CharField(_("what"), max_length=20, choices=What.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    """Who did it; None for a command, the clock, or a visitor who is not known."""
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    """Whom it concerns."""
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("post"))
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(OperatingUnit, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(_("network address"), null=True)
    ground = models.CharField(_("ground"), max_length=500, blank=True)
    details: Any = models.JSONField(_("details"), default=dict)
    named: Mapping[str, str] = MappingProxyType({})
    """Not kept: the names behind keys among the details, where `roles.security_log.in_names` looked them up."""

    class Meta:
        verbose_name = _("line of the security log")
        verbose_name_plural = _("security log")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "-id"], name="event_of_person"),
            models.Index(fields=["post", "-id"], name="event_of_post"),
            models.Index(fields=["what", "-at"], name="event_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_what_display()}"

    @property
    def particulars(self) -> list[tuple[str, str]]:
        """The details in words: each name with its value; an old value and a new one with an arrow between. What is
        empty, or not so, or only for the verification, is not told."""
        told = [(name, value) for name, value in self.details.items() if value is not False and value not in (None, "")]
        beside = gettext(", ")
        return [
            (str(NAMES.get(name, name)), self.named.get(name) or _in_words(value, beside if name in SEVERAL else " → "))
            for name, value in told if name not in FINGERPRINTS
        ]  # fmt: skip

    @property
    def right(self) -> str:
        """Which right the line tells of, on what, in words; empty where it tells of none."""
        said = self.details.get("right")
        return " · ".join([_in_words(said), *([self.named["on"]] if "on" in self.named else [])]) if said else ""


FINGERPRINTS = frozenset({"kept", "kept_before", "row", "made", "tied", "untied", "identity_key"})
"""Of kept passwords (roles/kept_passwords.py), of rows (roles/whole_rows.py), of second factors, of identities and of
the key of identity numbers: signs that tell a reader nothing."""
SEVERAL = frozenset({"kinds", "without"})
"""Details that are several beside each other, no old value and a new one."""
NAMES = {
    "never_held": _("never began"),
    "since": _("from"), "until": _("to"), "right": _("right"), "on": _("on"), "role": _("role"), "login": _("login"),
    "identified": _("identity known"), "name": _("name"), "principal": _("for"), "email": _("e-mail"),
    "phone": _("telephone"), "language": _("language"), "kind": _("kind"), "period": _("period"),
    "working_days": _("working days"), "uscc": _("unified social credit code"), "address": _("address"),
    "document_prefix": _("agency code in document numbers"), "representative": _("legal representative"),
    "datum": _("datum"), "value": _("what papers say"),
    "mailed": _("mailed"), "case": _("case"), "number": _("application number"), "page": _("page"), "path": _("page"),
    "query": _("what was asked"),
    "edition": _("edition"), "created": _("rows added"), "updated": _("rows changed"), "ended": _("rows ended"),
    "without": _("without the kinds"),
    "method": _("request"), "network": _("network"), "factor": _("second factor"), "kinds": _("second factor"),
    "from": _("network address"), "why": _("reason"), "sessions": _("sessions"), "oidc": _("login at the provider"),
    "another": _("claimed by a second identity"),
}  # fmt: skip


def _in_words(value: Any, between: str = " → ") -> str:
    if value is True:
        return gettext("Yes")
    if isinstance(value, list):
        return between.join(_in_words(one) if one else "—" for one in value)
    return str(VALUES.get(value, value) if isinstance(value, str) else value)


VALUES = {
    "head": _("heads the agency"), "apply_for": _("applies for the unit"), "manage": _("manages the unit"),
    "idle": _("left unused"), "age": _("longest time is over"), "totp": _("authenticator app"),
    "webauthn": _("passkey"), "recovery_codes": _("recovery codes"),
    "passkey_counter": _("the passkey's counter went back: there may be a copy of it"),
    "oidc_provider": _("the provider did not answer"),
    "oidc_refused": _("the provider's answer was of no use, or to no log-in that had begun"),
    "oidc_program": _("the program broke while it read the provider's answer"),
    "oidc_token": _("no ID token came from the provider, or one without an end"),
    "oidc_nonce": _("the provider's answer was to another log-in"),
    "oidc_issuer": _("the provider's answer was another issuer's"),
    "oidc_audience": _("the provider's answer was meant for others"),
    "oidc_subject": _("the provider's answer named two people"),
    **{f"{duty}_under": duty.label for duty in Duty}, **dict(Administration.Role.choices), **dict(Datum.choices),
}  # fmt: skip
