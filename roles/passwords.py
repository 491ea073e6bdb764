"""Rules for passwords, beyond Django's own: variety, none of the last five, and a greatest age."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from roles.models import PasswordRecord, Person

KEPT = 5
"""How many earlier passwords are remembered."""

DIFFERENT, KINDS = 5, 2
"""Different characters, and kinds of them (letters, digits, others), a password needs (GB/T 22239-2019, 8.1.4.1)."""


class VarietyValidator:
    """A password of few different characters, or of one kind only, is refused."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError."""
        kinds = {"letter" if one.isalpha() else "digit" if one.isdigit() else "other" for one in password}
        if len(set(password)) < DIFFERENT or len(kinds) < KINDS:
            raise ValidationError(self.get_help_text(), code="password_without_variety")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _(
            "The password needs %(different)s different characters and two of these: letters, digits, other characters."
        ) % {"different": DIFFERENT}


class HistoryValidator:
    """None of the last passwords comes back. Django tells this validator of each password that is set."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError."""
        if user is None or user.pk is None:
            return
        known = user.password_records.values_list("hash", flat=True)[:KEPT]
        if any(check_password(password, one) for one in {*known, user.password}):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: Person) -> None:
        """Remember the new one, forget what is older than the last ones."""
        user.password_records.create(hash=user.password)
        user.password_records.exclude(pk__in=list(user.password_records.values_list("pk", flat=True)[:KEPT])).delete()

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("The password is none of the last %(kept)s.") % {"kept": KEPT}


def must_change(person: Person) -> bool:
    """Whether the password is older than PASSWORD_MAX_DAYS, or of an age nobody knows."""
    if not settings.PASSWORD_MAX_DAYS or not person.has_usable_password():
        return False
    oldest = timezone.now() - timedelta(days=settings.PASSWORD_MAX_DAYS)
    return not PasswordRecord.objects.filter(person=person, set_at__gte=oldest).exists()
