"""An installation of this program that is harmed while people work with it.

Its database is a server of its own, so that this one may be killed too, and lies with the materials on a disk of its
own, so that this may be full.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests
from django.conf import settings

from tests import clusters
from tests.concurrency import actors
from tests.processes import (
    GUNICORN,
    MANAGE,
    Process,
    begin,
    descendants,
    end,
    free_port,
    kill,
    shifted,
    surroundings,
    until,
)

DISK = "1g"
WHILE = (0.5, 3.0)
"""Seconds that what is taken away stays away."""
MUCH = "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 20000000))::text"
"""More than the database's log has room for without another file of it."""
DURABLE = {
    "fsync": "on", "full_page_writes": "on", "max_connections": "60", "min_wal_size": "32MB", "max_wal_size": "64MB",
}  # fmt: skip


@dataclass
class Disk:
    """A place for what is kept; `own` where it is a disk of its own, which can be filled."""

    place: Path
    own: bool

    def fill(self) -> Path:
        """To the last byte; gives the file that did it."""
        ballast = self.place / "ballast"
        with ballast.open("wb") as file, suppress(OSError):
            while True:
                room = os.statvfs(self.place)
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), max(room.f_bavail, 1) * room.f_frsize)
        return ballast


@contextmanager
def disk() -> Iterator[Disk]:
    """A small disk in memory; an ordinary folder where this machine lets nobody mount one. Whoever the database server
    runs as finds the way to it."""
    place = Path(tempfile.mkdtemp(prefix="permits-disk-"))
    place.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "permits-tests", str(place)]
    own = os.getuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield Disk(place, own)
    finally:
        if own:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
        shutil.rmtree(place)


@dataclass
class Site:
    """A web server and a job worker on a database of their own."""

    folder: Path
    database: clusters.Server
    disk: Disk
    port: int = field(default_factory=free_port)
    web: Process | None = None
    jobs: Process | None = None
    harms: Counter[str] = field(default_factory=Counter)

    def start(self, shift: float) -> None:
        around = surroundings(
            self.var, DATABASE_URL=self.database.url, MEDIA_DIR=str(settings.MEDIA_ROOT), PORT=str(self.port),
            SEAL_DIR=str(settings.SEAL_DIR), WEB_WORKERS="2", WORKERS="1", WORKER_SILENCE="5", LOG_LEVEL="WARNING",
            **shifted(self.folder, shift),
        )  # fmt: skip
        subprocess.run([*MANAGE, "collectstatic", "--noinput", "-v0"], env=around, check=True)
        self.web, self.jobs = (begin(command, around, self.folder / "log") for command in (GUNICORN, [*MANAGE, "work"]))
        self.wait()

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def wait(self) -> None:
        """Until it answers."""
        address = f"http://127.0.0.1:{self.port}/healthz"
        until(
            lambda: requests.get(address, timeout=2).status_code == 200,
            40,
            f"an answer; see {self.folder}/log",
            requests.RequestException,
        )

    # ---- what goes wrong ----
    def harm(self, chance: random.Random) -> None:
        """Each kind of harm once, then any; what is taken away is there again when this returns."""
        kinds: dict[str, Callable[[random.Random], int]] = {
            "web": self._web, "jobs": self._jobs, "connections": self._connections, "crash": self._crash,
            "restart": self._restart, "seal": self._seal, "mail": self._mail,
        }  # fmt: skip
        if self.disk.own:
            kinds["full"] = self._full
        untried = sorted(kinds.keys() - +self.harms)
        often = ["web"] * 6 + ["jobs"] * 3 + ["connections"] * 3 + sorted(kinds)
        what = chance.choice(untried or often)
        self.harms[what] += kinds[what](chance)

    def _web(self, chance: random.Random) -> int:
        return self._one_below(self.web, chance)

    def _jobs(self, chance: random.Random) -> int:
        """One of its workers, or of what watches over them, sends papers or keeps the log."""
        return self._one_below(self.jobs, chance)

    @staticmethod
    def _one_below(process: Process | None, chance: random.Random) -> int:
        below = descendants(process.pid) if process else []
        return kill(chance.choice(below)) if below else 0

    def _connections(self, chance: random.Random) -> int:
        ended = self.database.ask(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
            f"AND pid <> pg_backend_pid() AND application_name <> '{actors.NAME}'"
        )
        return int(ended > 0)

    def _crash(self, chance: random.Random) -> int:
        self.database.crash()
        time.sleep(chance.uniform(*WHILE))
        self.database.come_back()
        return 1

    def _restart(self, chance: random.Random) -> int:
        self.database.restart()
        return 1

    def _full(self, chance: random.Random) -> int:
        """The disk of database and materials; the server ends itself where it cannot write its log any more."""
        ballast = self.disk.fill()
        time.sleep(chance.uniform(*WHILE))
        with suppress(psycopg.Error):
            self.database.ask(MUCH)
        time.sleep(chance.uniform(*WHILE))
        ballast.unlink()
        self.database.come_back()
        return 1

    def _seal(self, chance: random.Random) -> int:
        with away(Path(settings.SEAL_DIR)):
            time.sleep(chance.uniform(*WHILE))
        return 1

    def _mail(self, chance: random.Random) -> int:
        """Where mails are put is no folder for a while."""
        mail = self.var / "mail"
        mail.mkdir(exist_ok=True)
        with away(mail):
            mail.touch()
            time.sleep(chance.uniform(*WHILE))
            mail.unlink()
        return 1


@contextmanager
def away(place: Path) -> Iterator[None]:
    """For a while it lies elsewhere."""
    elsewhere = place.with_name(f"{place.name}.away")
    shutil.move(place, elsewhere)
    try:
        yield
    finally:
        shutil.move(elsewhere, place)


@contextmanager
def serving(folder: Path, database: clusters.Server, place: Disk, shift: float) -> Iterator[Site]:
    """The installation, at work `shift` seconds from now."""
    site = Site(folder, database, place)
    try:
        site.start(shift)
        yield site
    finally:
        for process in filter(None, (site.web, site.jobs)):
            end(process)
