"""An installation of this program that is harmed while people work with it.

Its database is a server of its own, so that this one may be killed too, and lies with the materials on a disk of its
own, so that this may be full, and lose its power together with every process.
"""

from __future__ import annotations

import random
import shutil
import subprocess
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
from tests.disks import Disk
from tests.processes import (
    GUNICORN,
    MANAGE,
    Process,
    begin,
    descendants,
    end,
    free_port,
    kill,
    lose,
    shifted,
    surroundings,
    until,
)

WHILE = (0.5, 3.0)
"""Seconds that what is taken away stays away."""
MUCH = "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 20000000))::text"
"""More than the database's log has room for without another file of it."""
DURABLE = {
    "fsync": "on", "full_page_writes": "on", "max_connections": "60", "min_wal_size": "32MB", "max_wal_size": "64MB",
}  # fmt: skip


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
    around: dict[str, str] = field(default_factory=dict)

    def start(self, shift: float) -> None:
        self.around = surroundings(
            self.var, DATABASE_URL=self.database.url, MEDIA_DIR=str(settings.MEDIA_ROOT), PORT=str(self.port),
            SEAL_DIR=str(settings.SEAL_DIR), WEB_WORKERS="2", WORKERS="1", WORKER_SILENCE="5", LOG_LEVEL="WARNING",
            **shifted(self.folder, shift),
        )  # fmt: skip
        subprocess.run([*MANAGE, "collectstatic", "--noinput", "-v0"], env=self.around, check=True)
        self.begin()

    def begin(self) -> None:
        self.web, self.jobs = (
            begin(command, self.around, self.folder / "log") for command in (GUNICORN, [*MANAGE, "work"])
        )
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
            kinds |= {"full": self._full, "power": self._power}
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
        with self.disk.full():
            time.sleep(chance.uniform(*WHILE))
            with suppress(psycopg.Error):
                self.database.ask(MUCH)
            time.sleep(chance.uniform(*WHILE))
        self.database.come_back()
        return 1

    def _power(self, chance: random.Random) -> int:
        """All of it is gone at once; it comes back with what lay on the disk."""
        for process in filter(None, (self.web, self.jobs)):
            lose(process)
        self.database.crash()
        self.disk.lose_power()
        self.database.come_back()
        self.begin()
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
