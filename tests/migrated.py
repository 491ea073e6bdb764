"""A SQLite file that `manage.py migrate` made of nothing, once in a run, for processes that begin with their own.

Whoever asks for it gets a copy that no installation has entered yet, and runs `migrate` on it: that enters it, as on
any machine, and finds nothing else to do.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings

from config.models import Installation
from tests.processes import MANAGE
from tests.run import RUN, alone

NAME = "permits.example.cn"


def settings_in(folder: Path) -> dict[str, str]:
    """What stands in /etc/permits/environment, with everything below `folder`."""
    return {
        "PATH": os.environ["PATH"], "VAR_DIR": str(folder / "var"), "SECRET_KEY": "long-and-varied-0123456789-" * 3,
        "IDENTITY_KEY": "long-and-varied-0123456789-" * 2, "ALLOWED_HOSTS": NAME, "SITE_URL": f"https://{NAME}",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }  # fmt: skip


def put_migrated(target: Path) -> None:
    """Write the copy to `target`."""
    folder = RUN / "migrated"
    with alone("migrated"):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            _migrate(folder)
            (folder / "done").touch()
        with closing(sqlite3.connect(folder / "db.sqlite3")) as before, closing(sqlite3.connect(target)) as after:
            before.backup(after)


def _migrate(folder: Path) -> None:
    """As an operator does it on a new machine."""
    subprocess.run([*MANAGE, "migrate", "-v0"], cwd=settings.BASE_DIR, env=settings_in(folder), check=True)
    with closing(sqlite3.connect(folder / "db.sqlite3")) as made, made:
        entered = made.execute(f"DELETE FROM {Installation._meta.db_table} RETURNING kind").fetchall()
    assert entered == [("production",)]
