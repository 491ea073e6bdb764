"""Tries under way: of guesses sent at one instant no more are looked at than a lock leaves.

The locks (roles/locks.py) are read from the security log, where a failure stands only once its password was hashed. So
each try is counted while it lasts, for all processes, before its password or code is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from roles.locks import OF_LOGIN, LockedOut, failures_of, insist_unlocked
from roles.models import NetworkCount

WHAT = "login_tries"
SPAN = 60
"""Seconds: longer than any try. One whose process died counts until the end of the next span."""


@contextmanager
def one_try(login: str, address: str | None) -> Iterator[None]:
    """While a password or a code of `login` is looked at; a failure is in the log before this ends.

    Raises LockedOut where a lock of the login or of the network stands, and where the login were locked should all that
    is under way fail. What fails meanwhile counts twice for a moment: sooner one try too few than one too many.
    """
    insist_unlocked(login, address)
    row, under_way = _begin(login)
    try:
        if failures_of(login) + under_way > OF_LOGIN:
            raise LockedOut
        yield
    finally:
        NetworkCount.objects.filter(pk=row.pk).update(count=F("count") - 1)


@transaction.atomic
def _begin(login: str) -> tuple[NetworkCount, int]:
    """Count one more try of `login`. Returns where, and how many that makes, with those begun in the span before."""
    span = int(timezone.now().timestamp()) // SPAN
    kept = NetworkCount.objects.filter(what=WHAT)
    kept.filter(span__lt=span - 1).delete()
    row, _made = kept.get_or_create(what=WHAT, network=_key(login), span=span)
    kept.filter(pk=row.pk).update(count=F("count") + 1)
    return row, kept.filter(network=row.network).aggregate(sum=Sum("count"))["sum"]


def _key(login: str) -> str:
    """A keyed hash; capitals are no difference, as for the locks."""
    return salted_hmac("roles.attempts", login.upper()).hexdigest()[:32]
