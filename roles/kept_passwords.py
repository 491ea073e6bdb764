"""Kept passwords as the security log tells of them: one put into the database by hand has no line there.

The log has a fingerprint of what is kept, the salted hash, at each password that a person sets and each account that is
opened without one. Nothing is learned of a password by it. Where Django renews the kept form at a log-in, the line also
tells from what, so that one put there by hand is not made good by being used once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.dispatch import receiver
from django.utils.translation import gettext as _

from roles.models import Person
from roles.models.people import kept_form_renewed
from roles.models.security import SecurityEvent, What
from roles.security_log import note

SETS = (What.ACCOUNT_OPENED, What.ACCOUNT_REOPENED, What.PASSWORD, What.REHASHED)
RENEWED_FROM = "kept_before"


def fingerprint(kept: str) -> str:
    """SHA-256 of what is kept, in hexadecimal."""
    return hashlib.sha256(kept.encode()).hexdigest()


@receiver(kept_form_renewed)
def note_renewal(sender: object, person: Person, before: str, **kwargs: object) -> None:
    """A line for the same password kept in a newer form than `before`."""
    told = {"kept": fingerprint(person.password), RENEWED_FROM: fingerprint(before)}
    note(What.REHASHED, by=None, person=person, told=told)


def differences() -> Iterator[str]:
    """Logins whose kept password is not the one the log tells of last, or was renewed from another; in words.

    Of a person of whom the log has no fingerprint yet nothing is concluded.
    """
    known: dict[int, str] = {}
    astray: set[int] = set()
    lines = SecurityEvent.objects.filter(what__in=SETS, details__has_key="kept").order_by("pk")
    for what, person, told in lines.values_list("what", "person", "details").iterator():
        if what != What.REHASHED:
            astray.discard(person)
        elif known.get(person, told[RENEWED_FROM]) != told[RENEWED_FROM]:
            astray.add(person)
        known[person] = told["kept"]
    for pk, login, kept in Person.objects.filter(pk__in=known).order_by("pk").values_list("pk", "username", "password"):
        if pk in astray or fingerprint(kept) != known[pk]:
            yield _("%(login)s: the kept password was not set by a log-in or a one-time link") % {"login": login}
