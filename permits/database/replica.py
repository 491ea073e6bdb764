"""The replica that auditors' questions are read from: whether it may be, and what happens when it may not.

It is asked at each answer how far it is behind the first server. One that lacks more than REPLICA_LAG seconds, or that
cannot be asked, is passed over: the answer comes from the first server, and nobody but the log is told.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic, sleep
from typing import Final, ParamSpec, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections

from roles.aside import REPLICA, Copy, reading
from roles.faults import database_gone

log = logging.getLogger(__name__)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

LEFT_ALONE: Final = 30
"""Seconds for which a replica that could not be reached is not asked again: each try may take as long as a page."""
WARNED: Final = 60
"""Seconds between two warnings of a process that it reads at first hand."""
GRACE: Final = 0.1
"""Seconds a replica has to show what was committed just now."""
_CONFLICTS: Final = frozenset({"40001", "40P01"})
"""How a standby ends a question that keeps it from following (max_standby_streaming_delay)."""


class NoReplica(Exception):
    """The other server is no standby of the first one that could be asked how far it is; the message says why."""


class _Seen:
    """What this process remembers of the replica, in seconds of its own clock."""

    alone_until = 0.0
    warned_at = -float(WARNED)


def there_is_one() -> bool:
    """Whether this installation names a replica."""
    return REPLICA in settings.DATABASES


def written() -> tuple[str, datetime]:
    """How far the first server has written, and its time."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text, clock_timestamp()")
        place, now = cursor.fetchone()
    return place, now


def look(place: str, now: datetime) -> Copy:
    """How far the replica is, against what was `written`. Raises NoReplica where it does not follow the first server,
    DatabaseError where it cannot be reached.

    What was committed a moment ago, such as the line that tells of this very question, it has in a moment: it is given
    GRACE. Who is behind after that is so since what it replayed last, which says rather too much than too little.
    """
    patience = monotonic() + GRACE
    while True:
        follows, whole, last = _standing(place)
        if not follows:
            raise NoReplica("it is no standby: it takes writes of its own")
        if whole:
            return Copy(now, 0.0)
        if monotonic() > patience:
            break
        sleep(GRACE / 10)
    if last is None:
        raise NoReplica("it has replayed nothing since it began")
    return Copy(last, max((now - last).total_seconds(), 0.0))


def _standing(place: str) -> tuple[bool, bool, datetime | None]:
    """Whether it follows another server, has all that was written until `place`, and when its last was committed."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_xact_replay_timestamp()",
            [place],
        )
        found: tuple[bool, bool, datetime | None] = cursor.fetchone()
    return found


def usable() -> Copy | None:
    """The replica, if there is one that may be read now; None, and at most one warning a minute, if not."""
    if not there_is_one() or monotonic() < _Seen.alone_until:
        return None
    place, now = written()  # if it cannot be reached, so be it: there is no answer without it
    try:
        copy = look(place, now)
    except (DatabaseError, InterfaceError, NoReplica) as error:
        _leave_alone(error)
        return None
    if copy.behind <= settings.REPLICA_LAG:
        return copy
    _warn(f"it is {copy.behind:.0f} seconds behind")
    return None


def reads_aside(answer: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """The function, whose reads are from the replica where it may be read. It only reads: where the replica breaks off,
    it is called once more at first hand."""

    @functools.wraps(answer)
    def answered(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        copy = usable()
        if copy is None:
            return answer(*args, **kwargs)
        try:
            with reading(copy):
                return answer(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if database_gone(error):
                _leave_alone(error)
            elif _ended_for_following(error):
                _warn(str(error).strip())
            else:
                raise
        return answer(*args, **kwargs)

    return answered


def _ended_for_following(error: OperationalError | InterfaceError) -> bool:
    """Whether the replica ended the question itself, to go on following."""
    return getattr(error.__cause__, "sqlstate", None) in _CONFLICTS


def _leave_alone(error: Exception) -> None:
    connections[REPLICA].close()
    _Seen.alone_until = monotonic() + LEFT_ALONE
    _warn(str(error).strip())


def _warn(why: str) -> None:
    now = monotonic()
    if now - _Seen.warned_at >= WARNED:
        _Seen.warned_at = now
        log.warning("the replica is passed over, auditors' questions are read from the first server: %s", why)
