"""A worker killed while it waits for work takes the queue's lock with it: the watchdog starts the whole group anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ, Success
from django_q.tasks import async_task

from config import watchdog
from config.environment import LOCK_WAIT_SECONDS
from config.models import Heartbeat
from tests.processes import MANAGE, Process, begin, children, kill, lose, surroundings, until, workers

SILENCE = 5


def lives(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@contextmanager
def working(folder: Path, silence: int = SILENCE, **more: str) -> Iterator[Process]:
    """`manage.py work` on the database of this test."""
    around = surroundings(folder, WORKERS="1", WORKER_SILENCE=str(silence), **more)
    process = begin([*MANAGE, "work"], around, folder / "log")
    try:
        yield process
    finally:
        lose(process)


@pytest.mark.django_db(transaction=True)
def test_a_group_whose_idle_worker_was_killed_is_started_anew_and_ends_on_sigterm(tmp_path: Path) -> None:
    with working(tmp_path) as process:
        until(lambda: Heartbeat.objects.filter(until__gte=timezone.now()).exists(), 30, "a sign of life")
        [cluster] = children(process.pid)
        [sentinel] = children(cluster)
        [worker] = workers(process, 1)
        until(lambda: not OrmQ.objects.exists(), 10, "that it waits")
        kill(worker)
        [anew] = until(
            lambda: [pid for pid in children(process.pid) if pid != cluster], 4 * SILENCE + 10, "another group"
        )
        until(lambda: not lives(sentinel), 5, "that what was killed is gone")
        async_task("config.watchdog.beat", task_name="after the kill")
        until(lambda: not OrmQ.objects.filter(payload__isnull=False, lock__lte=timezone.now()).exists(), 20, "its work")
        until(lambda: Heartbeat.objects.filter(until__gte=timezone.now()).exists(), 20, "a sign of life")
        process.terminate()
        assert process.wait(15) == 0
        assert not Path(f"/proc/{anew}").exists()
        assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_group_that_takes_longer_to_start_than_groups_may_be_silent_gets_to_work(tmp_path: Path) -> None:
    """A machine may be that busy: started anew again and again, its papers, mails and clock would stand still."""
    slow = f"import sys, time\nif 'qcluster' in sys.orig_argv:\n    time.sleep({SILENCE + 2})\n"
    (tmp_path / "sitecustomize.py").write_text(slow)
    with working(tmp_path, PYTHONPATH=str(tmp_path)):
        until(lambda: Heartbeat.objects.filter(until__gte=timezone.now()).exists(), 8 * SILENCE, "a sign of life")
    assert (tmp_path / "log").read_text().count("is started anew: it gave no sign of life") in {1, 2}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one lock for all who write")
@pytest.mark.django_db(transaction=True)
def test_jobs_and_their_watchdog_wait_longer_than_a_person_for_who_writes(tmp_path: Path) -> None:
    with working(tmp_path, silence=10, LOG_LEVEL="WARNING"):  # it looks every second
        until(lambda: Heartbeat.objects.filter(until__gte=timezone.now()).exists(), 30, "a sign of life")
        until(lambda: not OrmQ.objects.exists(), 10, "that it waits")
        for number in range(10):
            async_task("config.watchdog.beat", task_name=f"job {number}")
        with transaction.atomic():  # takes that lock
            time.sleep(LOCK_WAIT_SECONDS + 1.5)
        until(lambda: Success.objects.filter(name__startswith="job ").count() == 10, 15, "that each has its result")
    assert "locked" not in (tmp_path / "log").read_text()


@pytest.mark.django_db
def test_a_job_at_work_may_last_as_long_as_jobs_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(watchdog.GROUP, "one")
    watchdog.began(task={})
    at_work = Heartbeat.objects.get()
    assert at_work.until - at_work.at == timedelta(seconds=300 + settings.WORKER_SILENCE)
    watchdog.ended(task={})
    idle = Heartbeat.objects.get()
    assert idle.until - idle.at == timedelta(seconds=settings.WORKER_SILENCE)


@pytest.mark.django_db
def test_a_worker_that_nobody_watches_gives_no_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(watchdog.GROUP, raising=False)
    watchdog.began(task={})
    assert not Heartbeat.objects.exists()
