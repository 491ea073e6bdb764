"""A worker that is killed takes the lock of a queue with it: the watchdog starts the whole group anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_q.models import OrmQ, Success
from django_q.tasks import async_task

from config import watchdog
from config.environment import LOCK_WAIT_SECONDS
from config.job_queue import JobQueue
from config.models import Heartbeat
from tests.processes import MANAGE, Process, begin, children, kill, lose, surroundings, until, workers

SILENCE = 5
KILLED_WHILE_IT_TELLS = """
import os, signal
from multiprocessing import connection, process, queues

call = PLACE

def killed(self, *given):
    if getattr(getattr(process.current_process(), "_target", None), "__name__", "") == "worker":
        try:
            os.close(os.open(os.environ["KILL_ONCE"], os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return call(self, *given)

PLACE = killed
"""


def lives(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@contextmanager
def working(folder: Path, silence: int = SILENCE, number: int = 1, **more: str) -> Iterator[Process]:
    """`manage.py work` on the database of this test."""
    around = surroundings(folder, WORKERS=str(number), WORKER_SILENCE=str(silence), **more)
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


@pytest.mark.parametrize(
    "place",
    [
        # within the queue's lock: the others work on, and no job is done for good any more
        "connection.Connection.send_bytes",
        # within the lock of its own timer: its guard waits for that, starts no worker again and calls nothing scheduled
        "queues.Queue.put",
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_group_whose_worker_was_killed_while_it_told_its_result_is_started_anew(tmp_path: Path, place: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(KILLED_WHILE_IT_TELLS.replace("PLACE", place))
    (tmp_path / "short_jobs.py").write_text("from config.settings import *\nJOB_SECONDS = 6\n")
    around = {"PYTHONPATH": f"{tmp_path}:{settings.BASE_DIR}", "DJANGO_SETTINGS_MODULE": "short_jobs"}
    with working(tmp_path, number=2, **around, KILL_ONCE=str(tmp_path / "killed")) as process:
        [cluster] = until(lambda: children(process.pid), 10, "a group")
        until((tmp_path / "killed").exists, 30, "that the worker is killed")
        until(lambda: children(process.pid) not in ([], [cluster]), 4 * SILENCE + 10, "another group")
        async_task("config.watchdog.beat", task_name="after the kill")
        until(lambda: Success.objects.filter(name="after the kill").exists(), 20, "that its result is there")
    assert "is started anew: it gave no sign of life" in (tmp_path / "log").read_text()


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


@dataclass
class Watched:
    """A group that does nothing by itself, in a time that moves as the test says, and its watchdog."""

    dog: watchdog.Watchdog
    clock: Any

    def renewed(self, seconds: int, *signs: Any) -> bool:
        """Whether the group is started anew within these `seconds`, in which it gives these signs every ten seconds."""
        before = self.dog._process.pid
        for _look in range(seconds // 10):
            self.clock.shift(10)
            for sign in signs:
                sign(task={})
            self.dog._look()
        return self.dog._process.pid != before


def guarded(**_task: Any) -> None:
    JobQueue("permits").set_stat("", "", 0)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Has worked for longer than groups may be silent. No job lasts, unless the test says so: signs are `SILENCE`
    60 seconds, `JOB_SECONDS` 300."""
    monkeypatch.setattr(watchdog, "async_task", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(watchdog, "close_old_connections", lambda: None)
    with time_machine.travel("2026-11-26T09:00:00Z", tick=False) as clock:
        found = Watched(watchdog.Watchdog(["sleep", "600"]), clock)
        monkeypatch.setenv(watchdog.GROUP, found.dog.group)
        monkeypatch.setattr(watchdog.time, "monotonic", time.time)
        assert not found.renewed(400, watchdog.began, watchdog.ended, watchdog.done, guarded)
        yield found
    found.dog._end()


@pytest.mark.django_db
def test_a_group_without_a_sign_is_started_anew_whatever_of_it_is_done(watched: Watched) -> None:
    assert not watched.renewed(60, watchdog.done, guarded)
    assert watched.renewed(10, watchdog.done, guarded)


@pytest.mark.django_db
def test_a_group_none_of_whose_jobs_is_done_is_started_anew_after_the_longest_job(watched: Watched) -> None:
    signs = (watchdog.began, watchdog.ended, guarded)
    assert not watched.renewed(360, *signs)
    assert watched.renewed(10, *signs)
    assert not watched.renewed(360, *signs), "the next one has as long"


@pytest.mark.django_db
def test_a_group_whose_guard_is_held_up_is_started_anew_after_the_longest_job(watched: Watched) -> None:
    signs = (watchdog.began, watchdog.ended, watchdog.done)
    assert not watched.renewed(360, *signs)
    assert watched.renewed(10, *signs)


@pytest.mark.django_db
def test_workers_that_are_all_at_long_jobs_are_let_be(watched: Watched) -> None:
    watchdog.began(task={})
    assert not watched.renewed(150, guarded)
    watchdog.began(task={})
    assert not watched.renewed(150, guarded)
    watchdog.ended(task={})
    watchdog.began(task={})
    watchdog.done(task={})  # who keeps the results is slower than who goes on with the next job
    assert not watched.renewed(360, guarded)
    assert watched.renewed(10, guarded), "that job is over its limit"


@pytest.mark.django_db
def test_a_group_is_not_blamed_for_a_time_in_which_the_database_could_not_be_reached(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(**_named: Any) -> None:
        raise OperationalError("no database")

    with monkeypatch.context() as patch:
        patch.setattr(Heartbeat.objects, "filter", lost)
        patch.setattr(Heartbeat.objects, "update_or_create", lost)
        assert not watched.renewed(600)
    assert not watched.renewed(50)
    for sign in (watchdog.ended, watchdog.done, guarded):
        sign(task={})
    assert not watched.renewed(60)
    assert watched.renewed(10), "and of no sign after that it is"


@pytest.mark.django_db
def test_a_group_is_not_blamed_for_a_clock_put_forward(watched: Watched) -> None:
    watched.clock.shift(3600)
    assert not watched.renewed(60)
    assert watched.renewed(20), "a sign was to come since"


@pytest.mark.django_db
def test_a_worker_that_nobody_watches_gives_no_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(watchdog.GROUP, raising=False)
    watchdog.began(task={})
    assert not Heartbeat.objects.exists()
