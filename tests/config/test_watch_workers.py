"""A worker killed while it waits for work takes the queue's lock with it: the watchdog starts the whole group anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from config import watchdog
from config.models import Heartbeat

SILENCE = 5


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(part) for part in text.split()]


def until(condition: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds")


@contextmanager
def working() -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py work` on the database of this test."""
    database = settings.DATABASES["default"]
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        user = f"{database['USER']}:{database['PASSWORD']}@" if database["USER"] else ""
        url = f"postgres://{user}{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"],
        env={**os.environ, "DATABASE_URL": url, "WORKERS": "1", "WORKER_SILENCE": str(SILENCE)},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_a_group_whose_idle_worker_was_killed_is_started_anew_and_ends_on_sigterm() -> None:
    with working() as process:
        until(lambda: Heartbeat.objects.filter(until__gte=timezone.now()).exists(), 30)
        [cluster] = children(process.pid)
        [sentinel] = children(cluster)
        worker = min(children(sentinel))  # forked before the monitor and the pusher
        until(lambda: not OrmQ.objects.exists(), 10)  # it waits
        os.kill(worker, signal.SIGKILL)
        [anew] = until(lambda: [pid for pid in children(process.pid) if pid != cluster], 4 * SILENCE + 10)
        assert not Path(f"/proc/{sentinel}").exists() or Path(f"/proc/{sentinel}/status").read_text().count("zombie")
        async_task("config.watchdog.beat", task_name="after the kill")
        until(lambda: not OrmQ.objects.filter(payload__isnull=False, lock__lte=timezone.now()).exists(), 20)
        until(lambda: Heartbeat.objects.filter(until__gte=timezone.now()).exists(), 20)
        process.terminate()
        assert process.wait(15) == 0
        assert not Path(f"/proc/{anew}").exists()
        assert not Heartbeat.objects.exists()


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
