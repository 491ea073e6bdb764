"""This program's commands as processes of their own: where they work, in whose time, how they are found and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from tests.run import SCRATCH

MARK = "TESTS_BEGAN"
"""In the environment of each process begun here and of all below it, whoever is their parent by now."""
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", str(settings.BASE_DIR / "gunicorn.conf.py")]
PATIENCE = 15
"""Seconds a process has to end by itself, before it is killed with all below it."""
SHIFTED = """
import os, time
if os.environ.get("TESTS_SHIFT"):
    import datetime, time_machine
    now = datetime.datetime.now(datetime.timezone.utc)
    time_machine.travel(now + datetime.timedelta(seconds=float(os.environ["TESTS_SHIFT"])), tick=True).start()
"""
"""Put where Python looks at its start: a process then lives in the time of the cast."""


def shifted(folder: Path, shift: float) -> dict[str, str]:
    """The variables by which a process lives `shift` seconds from now; `folder` is where Python is told so."""
    (folder / "sitecustomize.py").write_text(SHIFTED)
    return {"PYTHONPATH": str(folder), "TESTS_SHIFT": str(shift)}


def database_url() -> str:
    """The address of this test's database."""
    place = settings.DATABASES["default"]
    if place["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{place['NAME']}"
    user = f"{place['USER']}:{place['PASSWORD']}@" if place["USER"] else ""
    return f"postgres://{user}{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"


def surroundings(var: Path, **more: str) -> dict[str, str]:
    """The environment of a local installation on this test's database, seals and log, which keeps its own in `var`."""
    var.mkdir(exist_ok=True)
    (var / "secret_key").write_text(settings.SECRET_KEY)
    own = {"VAR_DIR": str(var), "EMAIL_URL": f"file://{var}/mail", "LOG_LEVEL": "ERROR"}
    common = {"DATABASE_URL": database_url(), "SEAL_DIR": str(SCRATCH / "seal"), "LOG_KEY": str(settings.LOG_KEY)}
    return os.environ | own | common | more


class Process(subprocess.Popen[bytes]):
    """A command with a session of its own, and a mark by which all below it are found: who watches over a group may be
    beginning another one at the very moment at which it is ended, and leave it behind."""

    def __init__(self, command: list[str], around: dict[str, str], **more: Any) -> None:
        self._mark = str(uuid4())
        super().__init__(command, env=around | {MARK: self._mark}, start_new_session=True, **more)

    def lives(self) -> list[int]:
        """It and all below it, of those that live."""
        found, mark = [], f"{MARK}={self._mark}".encode()
        for place in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if mark in place.read_bytes():
                    found.append(int(place.parent.name))
        return found


def begin(command: list[str], around: dict[str, str], said: Path) -> Process:
    """The command as a process with a session of its own; what it says is added to the file `said`."""
    with said.open("ab") as log:
        return Process(command, around, cwd=settings.BASE_DIR, stdout=log, stderr=log)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that `pid` began itself and that live, in the order of their numbers."""
    with suppress(OSError):
        return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    return []


def descendants(pid: int) -> list[int]:
    """The processes below `pid`, of those that live."""
    return [one for child in children(pid) for one in (child, *descendants(child))]


def workers(work: Process, number: int) -> list[int]:
    """The job workers of `manage.py work`, of which it has this `number`; fewer while it starts."""
    keepers = [keeper for group in children(work.pid) for keeper in children(group)]
    return [one for keeper in keepers for one in children(keeper)][:number]  # begun before the monitor and the pusher


def at_work(work: Process, number: int) -> list[int]:
    """As `workers`, once all are there: on a busy machine the watchdog may just have begun the group anew."""
    found: list[int] = until(
        lambda: all_of if len(all_of := workers(work, number)) == number else None, 60, "that the group is at work"
    )
    return found


def send(number: signal.Signals, *pids: int) -> int:
    """This signal to each; those that are gone already are let be. Gives how many were there."""
    found = 0
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            found += 1
    return found


def kill(*pids: int) -> int:
    """At once, as if their power failed; otherwise as `send`."""
    return send(signal.SIGKILL, *pids)


def lose(process: Process) -> None:
    """The process and all below it are gone from one moment to the next: nothing is told to anybody."""
    kill(process.pid, *descendants(process.pid))
    _sweep(process)


def end(process: Process) -> None:
    """Asks the process to end, and kills what is left of it and of all below it."""
    below = descendants(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    process.kill()
    kill(*below)
    _sweep(process)


def _sweep(process: Process) -> None:
    """What was begun while the others were being killed goes the same way."""
    while found := process.lives():
        kill(*found)
        time.sleep(0.01)
    process.wait()


@contextmanager
def ended(processes: Iterable[Process]) -> Iterator[None]:
    """At its end every process ends that is among `processes` by then."""
    try:
        yield
    finally:
        for process in processes:
            end(process)


def until(condition: Callable[[], Any], seconds: float, what: str, *unless: type[Exception]) -> Any:
    """Waits for the condition and gives what it gave; an exception of `unless` counts as not yet. Fails after
    `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(*unless):
            if found := condition():
                return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds: {what}")
