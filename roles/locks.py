"""Locks against guessing, read from the security log: so all processes know them, and none is kept anywhere else.

Ten failures lock a login from everywhere, fifty a network (an IPv4 address or an IPv6 /64), each within a quarter of an
hour and for a quarter of an hour. While a lock stands no password is looked at. A lock of a login ends with a password
reset or a log-in by passkey too; either ends when the security administrator lifts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from roles.authority import Role, administers, insist
from roles.models import Person, SecurityEvent
from roles.models.security import What
from roles.security_log import note

OF_LOGIN, OF_NETWORK = 10, 50
WINDOW = timedelta(minutes=15)
ENDS = (What.UNLOCKED, What.LOGGED_IN, What.PASSWORD)


class LockedOut(Exception):
    """A lock stands: whether the password was right is not said."""


class TriesUnderWay(Exception):
    """A lock would stand should all that is under way fail: in a moment there is room again, or a lock."""


def network_of(address: str | None) -> str:
    """The IPv4 address, or the /64 an IPv6 address lies in: one connection has all of it. Empty for no address."""
    if not address:
        return ""
    known = ip_address(address)
    known = getattr(known, "ipv4_mapped", None) or known
    return str(known) if known.version == 4 else str(ip_network(f"{known}/64", strict=False))


def insist_unlocked(login: str, address: str | None) -> None:
    """Raises LockedOut where a lock of the login or the network stands."""
    if is_locked(login, address):
        raise LockedOut


def is_locked(login: str, address: str | None) -> bool:
    """Whether a lock of the login, which may be unknown, or of the network stands."""
    return bool(_standing(_of_login(login))[1] or _standing(_of_network(network_of(address)))[1])


def insist_room(login: str, address: str | None, *, of_login: int, of_network: int) -> None:
    """Raises LockedOut where a lock stands, TriesUnderWay where so many tries of the login or the network leave no room
    for one more."""
    for lines, tries, most in (
        (_of_login(login), of_login, OF_LOGIN),
        (_of_network(network_of(address)), of_network, OF_NETWORK),
    ):
        failures, lock = _standing(lines)
        if lock:
            raise LockedOut
        if failures + tries > most:
            raise TriesUnderWay


@transaction.atomic
def note_failure(login: str, address: str | None, **more: str) -> None:
    """A line for a log-in that failed, and one for each lock that begins with it; `more` says what else is known: the
    kind of the second factor, or why."""
    person = Person.objects.filter(username__iexact=login).first() if login else None
    network = network_of(address)
    told = {"login": login, "network": network} | more
    note(What.LOGIN_FAILED, by=None, person=person, address=address, told=told)
    if login and _just_full(_of_login(login), OF_LOGIN):
        note(What.LOCKED, by=None, person=person, address=address, told={"login": login})
    if network and _just_full(_of_network(network), OF_NETWORK):
        note(What.LOCKED, by=None, address=address, told={"network": network})


def standing_locks() -> list[SecurityEvent]:
    """The lines of the locks that stand now, the newest first."""
    begun = _recent().filter(what=What.LOCKED).select_related("person")
    return [line for line in begun if _standing(_alike(line))[1] == line]


def note_stray(login: str, address: str | None, **more: str) -> None:
    """As `note_failure`, for a way in that stays open while a lock stands: no more lines then, or whoever sends
    nonsense could fill the log.

    Without a login it locks nobody, and is no more than so many lines of a network: nobody guesses there, the
    organisation's log-in may be out of order, and any page elsewhere can have a browser send such requests.
    """
    if login:
        if not is_locked(login, address):
            note_failure(login, address, **more)
        return
    network = network_of(address)
    if _recent().filter(what=What.LOGIN_FAILED, details__from=network).count() < OF_NETWORK:
        note(What.LOGIN_FAILED, by=None, address=address, told={"from": network} | more)


@transaction.atomic
def lift(lock: SecurityEvent, *, by: Person) -> None:
    """The security administrator ends a lock; nothing is noted where it stands no more."""
    insist(administers(by) == Role.SECURITY)
    if _standing(_alike(lock))[1] == lock:
        note(What.UNLOCKED, by=by, person=lock.person, told=lock.details)


def told(lock: SecurityEvent) -> str:
    """What is locked, in words."""
    if "login" in lock.details:
        return _("login %(login)s") % {"login": lock.details["login"]}
    return _("network %(network)s") % {"network": lock.details["network"]}


def _recent() -> QuerySet[SecurityEvent]:
    return SecurityEvent.objects.filter(
        what__in=(What.LOGIN_FAILED, What.LOCKED, *ENDS), at__gt=timezone.now() - WINDOW
    )


def _of_login(login: str) -> QuerySet[SecurityEvent]:
    whose = Q(details__login__iexact=login) | Q(person__username__iexact=login, what__in=ENDS)
    return _recent().filter(whose) if login else SecurityEvent.objects.none()


def _of_network(network: str) -> QuerySet[SecurityEvent]:
    return _recent().filter(details__network=network) if network else SecurityEvent.objects.none()


def _alike(lock: SecurityEvent) -> QuerySet[SecurityEvent]:
    """The lines about what `lock` locks."""
    return _of_login(lock.details["login"]) if "login" in lock.details else _of_network(lock.details["network"])


def _just_full(lines: QuerySet[SecurityEvent], limit: int) -> bool:
    failures, lock = _standing(lines)
    return failures >= limit and lock is None


def _standing(lines: Iterable[SecurityEvent]) -> tuple[int, SecurityEvent | None]:
    """How many failures count now, and the line of the lock that stands."""
    failures, lock = 0, None
    for line in sorted(lines, key=lambda line: line.pk):
        if line.what == What.LOGIN_FAILED:
            failures += 1
        elif line.what == What.LOCKED:
            lock = line
        else:
            failures, lock = 0, None
    return failures, lock
