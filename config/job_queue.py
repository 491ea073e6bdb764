"""The queue of jobs in the database: django-q's, read fairly, and with a note of which group took a job.

Papers have a line of their own, and so has what anybody can ask for without an account. A day on which a thousand
papers fall due, or strangers ask for a thousand new passwords, would else keep every mail and the clock behind them:
jobs are taken from the lines in turn, the oldest of each first. (Which paper such a job prints is another matter: the
newest that waits, `permits.documents.printing.print_newest`.)

A job that is taken stays in the table, locked, until it is done. Its key then names the group that took it, so that it
can be given back as soon as that group is known to be gone (config/watchdog.py), and not only when the lock ends.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

from config.environment import GROUP
from config.models import Heartbeat
from permits.documents.printing import CLAIM_SECONDS

EVERYTHING_ELSE, PAPERS, VISITORS = "permits", "papers", "visitors"
LINES = (EVERYTHING_ELSE, PAPERS, VISITORS)
CANDIDATES = 8
"""Oldest jobs looked at, since other groups look at the same ones."""
LATE = timedelta(minutes=15)
"""A job that waits longer is worth an alarm: too few workers, or none that gets to it."""


class JobQueue(ORM):
    """django-q's queue in the database, for `Q_CLUSTER["broker_class"]`."""

    _turn = 0  # of LINES
    _next_sign = 0.0

    def dequeue(self) -> list[tuple[int, str]] | None:
        """The next job, as a list of its key and what is to be done; None, after a pause, where none waits."""
        for line in LINES[self._turn :] + LINES[: self._turn]:
            if taken := self._take(line):
                self._turn = (LINES.index(line) + 1) % len(LINES)
                return [taken]
        sleep(Conf.POLL)
        return None

    def queue_size(self) -> int:
        return waiting().count()

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Called twice a second by who guards the workers: its sign of life, since nobody reads what it tells."""
        if monotonic() >= self._next_sign:
            self._next_sign = monotonic() + settings.WORKER_SILENCE / 10
            self.get_connection()
            Heartbeat.sign(guarded_at=timezone.now())

    def _take(self, line: str) -> tuple[int, str] | None:
        self.get_connection()  # drops a connection that is too old or broken
        found = waiting(line).order_by("lock", "pk").values_list("pk", "lock", "payload")[:CANDIDATES]
        for pk, lock, payload in found:
            mine = {"lock": self.timeout(None), "key": f"{line}@{os.environ.get(GROUP, '')}"}
            if OrmQ.objects.filter(pk=pk, lock=lock).update(**mine):  # else another group was faster
                return pk, payload
        return None


def waiting(*lines: str) -> QuerySet[OrmQ]:
    """Jobs that nobody is at, of these lines or of all: new, given back, or taken so long ago that the lock ended."""
    of_lines = Q()
    for line in lines or LINES:
        of_lines |= Q(key=line) | Q(key__startswith=f"{line}@")
    found: QuerySet[OrmQ] = OrmQ.objects.filter(of_lines, lock__lte=timezone.now())
    return found


def give_back(group: str) -> int:
    """Let others take what `group` took and did not finish. Returns how many jobs that were.

    To be called of a group that is gone. Where it is not, a job may be done twice, which every job must bear anyway.
    Papers follow when the group's claims on them are over: a job that came before would leave the paper to who is gone,
    and be done without it.
    """
    now = timezone.now()
    taken: dict[str, Any] = {"key__endswith": f"@{group}", "lock__gt": now}
    of_papers = OrmQ.objects.filter(**taken, key__startswith=f"{PAPERS}@").update(
        lock=now + timedelta(seconds=CLAIM_SECONDS)
    )
    others = OrmQ.objects.filter(**taken).exclude(key__startswith=f"{PAPERS}@").update(lock=now)
    return int(of_papers + others)


def waits_since() -> datetime | None:
    """Since when the oldest job waits; None where none does."""
    oldest: datetime | None = waiting().aggregate(oldest=Min("lock"))["oldest"]
    return oldest
