"""The two databases of a run: made, migrated, loaded and dropped; and the var directory they share."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.worker import ROOT

NAME = "permits_bench"


@contextmanager
def var_folder(keep: Path | None = None) -> Iterator[Path]:
    """A var directory with the keys and the seal a run needs, taken away after it unless it was given."""
    folder = keep or Path(mkdtemp(prefix="permits-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "secret_key"
    if not key.exists():
        key.write_text(secrets.token_urlsafe(60))
    try:
        yield folder
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def manage(address: str, folder: Path, *command: str, root: Path = ROOT) -> None:
    """Run one command of that version on that database. Raises CalledProcessError."""
    environment = os.environ | {
        "DATABASE_URL": address, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }  # fmt: skip
    subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, *command], cwd=root, env=environment, check=True, stdout=sys.stderr
    )


@contextmanager
def loaded(
    server: str, folder: Path, cases: int, templates: int | None, *,
    root: Path = ROOT, keep: bool = False, echoes_of: int = 0,
) -> Iterator[str]:  # fmt: skip
    """The address of a database with so many cases; on PostgreSQL beside the one `server` names, else a file. With
    `keep` one that is there is used again, and stays. `echoes_of`: its cases are those of the loaded database with so
    many, over and over (load/echoes.py)."""
    name = f"{NAME}_{cases}"
    made, address = _make(server, folder, name, keep=keep, like=f"{NAME}_{echoes_of}" if echoes_of else None)
    try:
        if made and echoes_of:
            manage(address, folder, "-m", "benchmarks.load.echoes", str(cases // echoes_of), root=root)
        elif made:
            manage(address, folder, "manage.py", "migrate", "-v0", root=root)
            more = ["--templates", str(templates)] if templates else []
            manage(address, folder, "-m", "benchmarks.load", str(cases), *more, root=root)
        yield address
    finally:
        if not keep:
            _drop(server, folder, name)


def _make(server: str, folder: Path, name: str, *, keep: bool, like: str | None = None) -> tuple[bool, str]:
    if not server.startswith("postgres"):
        file = folder / f"{name}.sqlite3"
        return not (keep and file.exists()), f"sqlite:///{file}"
    address = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with _reached(server) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there and keep:
            return False, address
        if there:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        connection.execute(made + sql.SQL(" TEMPLATE {}").format(sql.Identifier(like)) if like else made)
    return True, address


def _reached(server: str) -> psycopg.Connection:
    """A connection to the database beside which others are made. Ends the run, without a trace, where there is none."""
    try:
        return psycopg.connect(server, autocommit=True)
    except psycopg.Error as error:
        raise SystemExit(f"DATABASE_URL: no database answers there. {' '.join(str(error).split())}") from None


def _drop(server: str, folder: Path, name: str) -> None:
    if not server.startswith("postgres"):
        for file in folder.glob(f"{name}.sqlite3*"):
            file.unlink()
        return
    with _reached(server) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
