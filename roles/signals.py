"""What follows from logging in and out, from passwords and factors: lines of the security log, the times of a session,
and which bar of links an administrator gets."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from roles.access import agencies_headed_by, duties_of, only_applies, units_of
from roles.addresses import logged_address
from roles.attempts import note_failed_try
from roles.authority import administers
from roles.entry import BEGAN, SEEN
from roles.factors import made_as
from roles.kept_passwords import note_password
from roles.looks import one_look
from roles.models import Delegation, Person, SecurityEvent
from roles.models.mandates import Duty, current
from roles.models.security import What
from roles.security_log import note

ADMINISTERS = "administers"
"""Key of the session: which administrator has logged in. For links only; each page asks again."""

APPLIES = "applies"
"""Key of the session: whether the person holds posts of operating units alone. For links only; home looks again."""

LAST_TIME = "last_time"
"""Key of the session: when the person had logged in the time before; not there at the first log-in."""

COUNTS, AUDITS, ONLY_AUDITS, HEADS = "counts", "audits", "only_audits", "heads"
"""Key of the session, and its values: whether the person audits, or heads an agency, and so finds desk and statistics
among the links; who does nothing but audit finds no queues there. For links only; each page asks again, and home looks
again."""


@receiver(user_logged_in)
def logged_in(sender: Any, request: HttpRequest | None, user: Person, **kwargs: Any) -> None:
    """Noted, with the address it came from."""
    if request is None:
        return
    request.session[BEGAN] = request.session[SEEN] = time.time()
    with one_look():
        if role := administers(user):
            request.session[ADMINISTERS] = role
        elif only_applies(user):
            request.session[APPLIES] = True
        elif counts := what_counts(user):
            request.session[COUNTS] = counts
    before = SecurityEvent.objects.filter(person=user, what=What.LOGGED_IN).order_by("-pk").first()
    if before:
        request.session[LAST_TIME] = before.at.isoformat()
    note(What.LOGGED_IN, by=user, person=user, address=logged_address(request))


def what_counts(person: Person) -> str:
    """`counts_as` by the posts `person` holds today."""
    duties = duties_of(person)
    applies = Duty.AUDIT in duties and units_of(person).exists()  # nothing else hangs on it
    return counts_as(person, duties, heads=agencies_headed_by(person).exists(), applies=applies)


def counts_as(person: Person, duties: frozenset[str], *, heads: bool, applies: bool) -> str:
    """AUDITS, ONLY_AUDITS, HEADS or nothing: of who has these duties, `heads` an agency, `applies` for a unit.

    Who ever held another post, or stood in for somebody, may have done something in a case: theirs are the queues.
    """
    if Duty.AUDIT not in duties:
        return HEADS if heads else ""
    if duties != {Duty.AUDIT} or heads or applies or person.memberships.exclude(current()).exists():
        return AUDITS
    return AUDITS if Delegation.objects.filter(delegate=person).exists() else ONLY_AUDITS


@receiver(user_logged_out)
def logged_out(sender: Any, request: HttpRequest | None, user: Person | None, **kwargs: Any) -> None:
    """Noted, where somebody was logged in."""
    if request is not None and user is not None:
        note(What.LOGGED_OUT, by=user, person=user, address=logged_address(request))


@receiver(user_login_failed)
def login_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Noted with the login that was tried; the tenth locks it."""
    tried = str(credentials.get("username") or "")[:150]
    note_failed_try(tried, logged_address(request))


@receiver(authentication_failed, sender=Authenticator)
def code_failed(sender: Any, request: HttpRequest, user: Person, authenticator: Any, **kwargs: Any) -> None:
    """A wrong code of the second factor counts like a wrong password."""
    note_failed_try(user.username, logged_address(request), factor=str(authenticator.type))


@receiver([password_changed, password_reset, password_set])
def password_was_set(sender: Any, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Noted: the person did it, after logging in or by a one-time link."""
    note_password(user, by=user, address=logged_address(request))


@receiver(post_save, sender=Authenticator)
def factor_added(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """Noted with its kind and the hash of its secret, never the secret, where a page adds it. allauth tells of recovery
    codes after its commit only: a crash between would leave codes that no line tells of."""
    if created and context.request is not None:
        holder, address = instance.user, logged_address(context.request)
        note(What.FACTOR_ADDED, by=holder, person=holder, address=address, told=made_as(instance))


@receiver(authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: Person, authenticator: Any, **kwargs: Any) -> None:
    """Noted as it was added: so it is known which of several is gone."""
    note(What.FACTOR_REMOVED, by=user, person=user, address=logged_address(request), told=made_as(authenticator))
