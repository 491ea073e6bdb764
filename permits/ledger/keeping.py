"""The log's work, as the job workers do it, and what of it is late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from permits.ledger.keys import NoLogKey, private_key
from permits.ledger.outside import OtherKept, deliver, owed
from permits.ledger.sequencer import LogBroken, sequence, settled
from permits.ledger.sources import SOURCES, unlogged
from permits.ledger.witnessing import KEPT, cosign, dissent, unsigned_since

LATE = timedelta(minutes=15)
"""The log grows every minute; what waits longer is worth an alarm."""
ALARMS: Final[dict[type[Exception], str]] = {
    LogBroken: "what is stored of the log is not what was signed",
    OtherKept: "another checkpoint is kept outside than this log's",
}
"""What is an alarm at once, and not only once it is late: somebody changed the log, or made it anew. So is a witness
that knows another log (`dissent`)."""


def keep_log(*, thorough: bool = False) -> int:
    """Log what is not logged, keep the new checkpoints outside, have the newest signed by the witnesses; returns how
    many leaves were added. The job of every minute, and part of the tick. Raises what `sequence`, `deliver` and
    `cosign` do, so that the job counts as failed; a place that fails keeps no witness from being asked. What trying
    again does not mend is told by `late` until it goes well; that a witness knows another log, until that one signs."""
    with _alarm(LogBroken):
        grown = sequence(thorough=thorough)
    try:
        with _alarm(OtherKept):
            deliver()
    finally:
        cosign()
    return grown


@contextmanager
def _alarm(kind: type[Exception]) -> Iterator[None]:
    """Have `late` tell an error of this kind, each by itself, until what raised it goes well."""
    try:
        yield
    except kind:
        cache.set(_key(kind), True, KEPT)
        raise
    cache.delete(_key(kind))


def _key(kind: type[Exception]) -> str:
    return f"alarm-of-the-log-{kind.__name__}"


def late() -> Iterator[str]:
    """What of the log's work is late, in words without paths, addresses or names."""
    before = timezone.now() - LATE
    yield from (told for kind, told in ALARMS.items() if cache.get(_key(kind)))
    if dissent():
        yield "a witness knows another log"
    try:
        private_key()
    except NoLogKey as error:
        yield error.briefly
    for name, source in SOURCES.items():
        first = unlogged(source, settled(source)).first()
        if first is not None and source.written_at(first) < before:
            yield f"rows of {name} wait for the log"
    first_owed = owed().first() if settings.CHECKPOINT_URL else None
    if first_owed and first_owed.made_at < before:
        yield "checkpoints wait to be kept outside"
    unsigned = unsigned_since()
    if unsigned and unsigned.made_at < before:
        yield "no witness signs the checkpoints"


def schedule(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Receiver of post_migrate: the job of every minute. Made once; who changed its hours keeps the change."""
    from django_q.models import Schedule  # a model: not before the apps are ready

    every_minute = {"name": "log", "schedule_type": Schedule.MINUTES, "minutes": 1}
    Schedule.objects.using(using).get_or_create(func="permits.ledger.keeping.keep_log", defaults=every_minute)
