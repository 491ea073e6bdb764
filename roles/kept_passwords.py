"""Kept passwords as the security log tells of them: one put into the database by hand has no line there.

The log has a fingerprint of what is kept, the salted hash, at each password that is set and each account that is opened
without one; the upgrade noted those of before. Nothing is learned of a password by it. Where Django renews the kept
form at a log-in, the line also tells from what, so that one put there by hand is not made good by being used once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.hashers import is_password_usable
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from roles.models import PasswordRecord, Person
from roles.models.people import kept_form_renewed
from roles.models.security import SecurityEvent, What
from roles.security_log import note

SETS = (What.ACCOUNT_OPENED, What.ACCOUNT_REOPENED, What.PASSWORD, What.REHASHED, What.NOTED)
RENEWED_FROM = "kept_before"
AT_ONCE = timedelta(minutes=5)
"""Longer than the transaction that sets a password and notes it."""


def fingerprint(kept: str) -> str:
    """SHA-256 of what is kept, in hexadecimal."""
    return hashlib.sha256(kept.encode()).hexdigest()


def note_password(person: Person, *, by: Person | None, address: str | None = None) -> None:
    """A line for the password `person` has now, in the transaction that set it."""
    note(What.PASSWORD, by=by, person=person, address=address, told={"kept": fingerprint(person.password)})


@transaction.atomic
def give_password(person: Person, password: str) -> None:
    """`person` has this password, known to whoever runs the command: for example accounts. People choose theirs by a
    one-time link."""
    person.set_password(password)
    person.save(update_fields=["password"])
    note_password(person, by=None)


@receiver(kept_form_renewed)
def note_renewal(sender: object, person: Person, before: str, **kwargs: object) -> None:
    """A line for the same password kept in a newer form than `before`."""
    told = {"kept": fingerprint(person.password), RENEWED_FROM: fingerprint(before)}
    note(What.REHASHED, by=None, person=person, told=told)


def differences() -> Iterator[str]:
    """What is told of kept passwords that is not so, in words."""
    yield from _kept_astray()
    yield from _ages_astray()


def _kept_astray() -> Iterator[str]:
    """Logins whose kept password is not the one the log tells of last, or was renewed from another; in words.

    Who cannot log in by password, and of whom the log has no fingerprint, never had one.
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
    for pk, login, kept in Person.objects.order_by("pk").values_list("pk", "username", "password").iterator():
        never_set = pk not in known and not is_password_usable(kept)
        if not never_set and (pk in astray or fingerprint(kept) != known.get(pk)):
            yield _("%(login)s: the kept password was not set by a log-in or a one-time link") % {"login": login}


def _ages_astray() -> Iterator[str]:
    """Logins of which a password is remembered that no line tells was set then: by that day it is too old or not
    (roles/passwords.py). Those of before the first line of the person tell nothing."""
    told = defaultdict[int, list[tuple[datetime, str]]](list)
    lines = SecurityEvent.objects.filter(what=What.PASSWORD, details__has_key="kept").order_by("pk")
    for person, at, said in lines.values_list("person", "at", "details").iterator():
        told[person].append((at, said["kept"]))
    records = PasswordRecord.objects.order_by("pk")
    for person, login, at, kept in records.values_list("person", "person__username", "set_at", "hash").iterator():
        if not (lines_of := told.get(person)):
            continue
        set_then = any(kept_then == fingerprint(kept) and abs(at - then) < AT_ONCE for then, kept_then in lines_of)
        if not set_then and at > lines_of[0][0] - AT_ONCE:
            yield _("%(login)s: no line of the security log tells that the password was set on %(day)s") % {
                "login": login, "day": date_format(timezone.localdate(at)),
            }  # fmt: skip
