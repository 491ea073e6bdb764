"""PostgreSQL servers of a test's own: one that writes, and a standby that follows it by streaming replication.

They listen on free ports of this machine, wait for no disk unless they are asked to, and are gone with their folder
when the test is done. The server other tests work on is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from tests.processes import descendants, free_port, kill, until
from tests.run import lacking

USER = "postgres"
DATABASE = "permits"
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "full_page_writes": "off",
    "shared_buffers": "32MB", "max_connections": "20", "wal_level": "replica", "max_wal_senders": "4",
    "hot_standby": "on", "wal_receiver_timeout": "5s", "max_standby_streaming_delay": "1s",
}  # fmt: skip


def programs() -> Path:
    """Where the server's programs lie: as PG_BIN says, where `pg_config` does, or where Debian puts them."""
    config = shutil.which("pg_config")
    told = subprocess.run([config, "--bindir"], check=True, capture_output=True, text=True).stdout if config else ""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [Path(os.environ.get("PG_BIN", "")), Path(told.strip()), *debian]
    found = next((one for one in places if (one / "initdb").is_file() and (one / "pg_basebackup").is_file()), None)
    if found is None:
        lacking("postgres", "needs the programs of a PostgreSQL server: apt-get install postgresql, or PG_BIN")
    assert found is not None
    return found


def server_program(program: str, *arguments: object) -> None:
    """A program of the server, which refuses to be root."""
    command = [str(programs() / program), *map(str, arguments)]
    done = subprocess.run([*_as_user(), *command], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def _as_user() -> list[str]:
    return ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []


@dataclass
class Server:
    """One server: its folder and its port."""

    data: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    """Beside, or instead of, those that all have."""

    @property
    def url(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> None:
        told = SETTINGS | self.settings | {"port": str(self.port)}
        said = " ".join(f"-c {name}={value or repr(value)}" for name, value in told.items())
        server_program("pg_ctl", "start", "-w", "-t", 30, "-D", self.data, "-l", self.data / "log", "-o", said)

    def stop(self) -> None:
        """At once, as if its machine were gone, if it runs."""
        if not (self.data / "postmaster.pid").exists():
            return
        server_program("pg_ctl", "stop", "-m", "immediate", "-D", self.data)

    def restart(self) -> None:
        """As its machine's keeper does: who is connected is sent away."""
        server_program("pg_ctl", "restart", "-w", "-t", 30, "-m", "fast", "-D", self.data, "-l", self.data / "log")

    def crash(self) -> None:
        """Every process of it is killed at once."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        kill(pid, *descendants(pid))

    def come_back(self) -> None:
        """Answers again, whatever became of it: begun anew unless it recovers by itself. The database of the site is
        asked: on a disk that was full a moment ago its files come back later than those of others."""

        def answers() -> bool:
            with suppress(psycopg.Error):
                return self.ask("SELECT 1") == 1
            with suppress(AssertionError):  # it is there, and not yet ready
                self.start()
            return False

        until(answers, 60, "an answer of the database server")

    def ask(self, query: str) -> Any:
        """The one value a query gives."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


@contextmanager
def primary(place: Path | None = None, **settings: str) -> Iterator[Server]:
    """A new server with an empty database, which others may follow; in a new folder of `place`."""
    folder = Path(tempfile.mkdtemp(prefix="permits-servers-", dir=place))
    if os.getuid() == 0:
        shutil.chown(folder, USER)
    server = Server(folder / "first", free_port(), settings)
    unsafe = [] if settings.get("fsync") == "on" else ["--no-sync"]
    server_program("initdb", "-D", server.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", *unsafe)
    try:
        server.start()
        with psycopg.connect(server.url.replace(DATABASE, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def standby(first: Server) -> Iterator[Server]:
    """A copy of `first` that follows it."""
    server = Server(first.data.parent / "standby", free_port())
    server_program("pg_basebackup", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-D", server.data, "-d",
        f"host=127.0.0.1 port={first.port} user={USER}")  # fmt: skip
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def databases(entries: dict[str, Any]) -> Iterator[None]:
    """These settings of databases in place of the run's, for this thread."""
    connections.close_all()
    before, settings_before = connections["default"], connections.settings
    del connections["default"]
    connections.settings = connections.configure_settings(entries)
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections.close_all()
        connections.settings = settings_before
        for name in entries:
            with suppress(AttributeError):
                del connections[name]
        connections["default"] = before
        ContentType.objects.clear_cache()
