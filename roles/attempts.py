"""Tries under way: of guesses sent at one instant no more are looked at than a lock leaves.

The locks (roles/locks.py) are read from the security log, where a failure stands only once its password was hashed. So
each try is counted while it lasts, for all processes, before its password or code is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from msgspec import Struct

from roles.locks import insist_room, insist_unlocked, network_of, note_failure
from roles.models import NetworkCount

OF_LOGIN, OF_NETWORK = "login_tries", "network_tries"
"""What is counted."""
SPAN = 60
"""Seconds: longer than any try. One whose process died counts until the end of the next span."""


@contextmanager
def one_try(login: str, address: str | None) -> Iterator[None]:
    """While a password or a code of `login` is looked at; a failure is in the log before this ends.

    Raises LockedOut where a lock of the login or of the network stands, TriesUnderWay where either were locked should
    all that is under way fail. What fails meanwhile counts twice for a moment: sooner one try too few than one too
    many.
    """
    insist_unlocked(login, address)
    of_login, of_network = _counted(login, address)
    with _under_way(of_login) as tries, _under_way(of_network) as from_there:
        insist_room(login, address, of_login=tries, of_network=from_there)
        yield


@transaction.atomic
def note_failed_try(login: str, address: str | None, **more: str) -> None:
    """As `note_failure`, for a try under way: failures at one instant are noted one after the other, and so the last of
    them sees that it begins a lock."""
    for counted in _counted(login, address):
        for _row in _counts(counted).select_for_update().order_by("pk"):
            pass
    note_failure(login, address, **more)


class Counted(Struct, frozen=True):
    """What is counted, and whose it is, by a keyed hash."""

    what: str
    key: str


def _counted(login: str, address: str | None) -> tuple[Counted, Counted]:
    """Of the login, whose capitals are no difference, as for the locks; and of the network. Always in this order."""
    whose = {OF_LOGIN: login.upper(), OF_NETWORK: network_of(address)}
    of_login, of_network = (
        Counted(what, salted_hmac("roles.attempts", one).hexdigest()[:32]) for what, one in whose.items()
    )
    return of_login, of_network


def _counts(counted: Counted) -> QuerySet[NetworkCount]:
    return NetworkCount.objects.filter(what=counted.what, network=counted.key)


@contextmanager
def _under_way(counted: Counted) -> Iterator[int]:
    """One try more, while this lasts. Gives how many that makes."""
    row, tries = _begin(counted)
    try:
        yield tries
    finally:
        NetworkCount.objects.filter(pk=row.pk).update(count=F("count") - 1)


@transaction.atomic
def _begin(counted: Counted) -> tuple[NetworkCount, int]:
    """Count one try more. Returns where, and how many that makes, with those begun in the span before."""
    span = int(timezone.now().timestamp()) // SPAN
    NetworkCount.objects.filter(what=counted.what, span__lt=span - 1).delete()
    row, _made = NetworkCount.objects.get_or_create(what=counted.what, network=counted.key, span=span)
    NetworkCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    return row, _counts(counted).aggregate(sum=Sum("count"))["sum"]
