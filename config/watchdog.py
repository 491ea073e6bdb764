"""The job workers under a watchdog: a group that gives no sign of life is ended as a whole and started anew.

django-q starts a dead worker again by itself. But a worker killed while it waits for work takes the lock of the queue
with it: the group then looks alive, works nothing off and does not heed SIGTERM (docs/decisions/0011-job-worker.md).
So it is not the processes that are watched but their work: every job begun or ended is a sign of life, written to the
database, and while there is none a job that does nothing else is enqueued. A worker killed while it tells its result,
or who keeps the results killed, takes another lock: the workers work on and nothing counts as done. One killed a moment
earlier holds up who guards the workers: a dead one is not begun again, and what is scheduled is not called. So within
the time that the longest job may take a group must have one done, and its guard must say that it is there.

The watchdog writes down, too, that it watches. A group whose watchdog wrote nothing for WORKER_SILENCE is gone with its
machine, and every other watchdog gives back to the queue the jobs it had taken.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from config.environment import GROUP
from config.job_queue import give_back
from config.models import Heartbeat

log = logging.getLogger(__name__)
BEAT = "config.watchdog.beat"
BEAT_NAME = "sign of life"
STOP_SECONDS = 8
"""How long a job may take to end after SIGTERM. A job that is killed is given back."""
SILENCE = timedelta(seconds=settings.WORKER_SILENCE)
LONGEST_UNDONE = timedelta(seconds=settings.JOB_SECONDS) + SILENCE
"""While none is done, each worker is at a job as long as jobs may be; or no result is kept any more."""
LONGEST_START = 8
"""No group is waited for longer than this many times WORKER_SILENCE to its first sign of life."""
FORGET = timedelta(days=1)


def beat() -> None:
    """The job that does nothing: that it ran is told by the signals around it."""


def began(task: dict[str, Any], **_kwargs: Any) -> None:
    """Receiver of django-q's `pre_execute`: a job at work may last as long as jobs may."""
    _sign(timedelta(seconds=settings.JOB_SECONDS))


def ended(task: dict[str, Any], **_kwargs: Any) -> None:
    """Receiver of django-q's `post_execute_in_worker`."""
    _sign(timedelta(0))


def done(task: dict[str, Any], **_kwargs: Any) -> None:
    """Receiver of django-q's `post_execute`: the result is kept, and a job that succeeded is out of the queue."""
    Heartbeat.sign(done_at=timezone.now())


def _sign(busy: timedelta) -> None:
    now = timezone.now()
    Heartbeat.sign(at=now, until=now + busy + SILENCE)


class Watchdog:
    """Keeps one group of workers of this machine running until `stop` is called; `group` names it in the database."""

    def __init__(self, command: list[str] | None = None) -> None:
        self.group = f"{socket.gethostname()}-{os.getpid()}"
        self._command = command or [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        self._stopping = False
        self._started = self._looked = timezone.now()
        self._patience = SILENCE
        self._reaches: float | None = None
        self._give_back()  # of an earlier group of this name: a container begun anew has its name and number again
        self._process = self._start()

    def run(self) -> None:
        """Watches until told to stop, which a signal's receiver does by calling `stop`."""
        next_beat = 0.0
        while not self._stopping:
            time.sleep(0.3)
            if self._process.poll() is not None and not self._stopping:
                self._renew("it ended by itself")
            if time.monotonic() >= next_beat:
                # at no even pace, so that of several machines none always takes the other's
                next_beat = time.monotonic() + settings.WORKER_SILENCE / 10 * random.uniform(0.7, 1.3)  # noqa: S311
                self._look()
        self._end()
        self._forget()

    def stop(self, *_signal: Any) -> None:
        self._stopping = True

    def _look(self) -> None:
        """Asks for a sign of life, and renews the group where there was none in time.

        While the database is down nothing can be told: the group is left alone, and afterwards has WORKER_SILENCE anew.
        So it has where the clock was put forward, or this machine or the database stood still.
        """
        close_old_connections()
        now = timezone.now()
        if now - self._looked > SILENCE:
            self._reaches = None
        self._looked = now
        try:
            if self._has_reached() and self._is_silent(now):
                self._patience = min(2 * self._patience, LONGEST_START * SILENCE)
                self._renew("it gave no sign of life")
            self._watch_others()
            Heartbeat.objects.filter(until__lt=timezone.now() - FORGET).delete()
            if not OrmQ.objects.filter(lock__lte=timezone.now()).exists():  # any other job is a sign of life as well
                async_task(BEAT, task_name=BEAT_NAME, save=False)
        except DatabaseError:
            self._reaches = None
            log.warning("the watchdog cannot reach the database", exc_info=True)

    def _has_reached(self) -> bool:
        """Whether the database could be reached for WORKER_SILENCE: before that, nobody is to blame for silence."""
        return self._reaches is not None and time.monotonic() - self._reaches >= settings.WORKER_SILENCE

    def _is_silent(self, now: datetime) -> bool:
        """Whether this group, since it was started, gave no sign of life in time, or for too long none of
        its jobs was done, or nobody guarded it.

        Each group started for that reason may take twice as long to its first sign, until one gives it: on a machine so
        busy that a start lasts longer than WORKER_SILENCE, none would else ever get to work.
        """
        signs = Heartbeat.objects.filter(group=self.group, at__gte=self._started, until__gt=F("at"))
        last = signs.first()
        if not last:
            return self._started + self._patience < now
        self._patience = SILENCE
        whole = min(moment or self._started for moment in (last.done_at, last.guarded_at))
        return min(last.until, max(whole, self._started) + LONGEST_UNDONE) < now

    def _watch_others(self) -> None:
        """Says that this group is watched, and gives back what groups had taken that nobody watches any more.

        Others are judged only by who has itself reached the database for so long: after a failure of the database
        everyone is silent for a while.
        """
        now = timezone.now()
        seen = {"watched_at": now}
        Heartbeat.objects.update_or_create(
            group=self.group, defaults=seen, create_defaults=seen | {"at": now, "until": now}
        )
        self._reaches = time.monotonic() if self._reaches is None else self._reaches
        if not self._has_reached():
            return
        for group in Heartbeat.objects.filter(watched_at__lt=now - SILENCE).values_list("group", flat=True):
            log.error("the group of job workers %s is gone; %s jobs are given back", group, give_back(group))
            Heartbeat.objects.filter(group=group).delete()

    def _start(self) -> subprocess.Popen[bytes]:
        self._started = self._looked = timezone.now()
        environment = {**os.environ, GROUP: self.group}
        return subprocess.Popen(self._command, start_new_session=True, env=environment)  # noqa: S603  our own command

    def _renew(self, why: str) -> None:
        log.error("the group of job workers is started anew: %s", why)
        self._end()
        self._give_back()
        self._process = self._start()

    def _end(self) -> None:
        """Asks the group to finish its jobs; what remains of it after that is killed, orphans included."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.error("the group of job workers did not heed SIGTERM")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _give_back(self) -> None:
        try:
            give_back(self.group)
        except DatabaseError:  # then they are delivered again when their locks end
            log.warning("the watchdog cannot reach the database", exc_info=True)

    def _forget(self) -> None:
        self._give_back()
        try:
            Heartbeat.objects.filter(group=self.group).delete()
        except DatabaseError:
            log.warning("the watchdog cannot reach the database", exc_info=True)
