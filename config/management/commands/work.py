"""`manage.py work`: the job workers under a watchdog, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.db import connections

from config.environment import WATCHDOG_LOCK_WAIT_SECONDS
from config.installation import enter
from config.watchdog import Watchdog
from roles.commands import DatabaseCommand


class Command(DatabaseCommand):
    """Several may run, on one machine or more. Ends within seconds of SIGTERM, whatever state the workers are in."""

    help = "Works off jobs with WORKERS processes; starts them anew when they give no sign of life."

    def check_migrations(self) -> None:
        """The question itself may wait for SQLite's lock already."""
        _wait_longer()
        super().check_migrations()

    def handle(self, *args: Any, **options: Any) -> None:
        """Until it is told to end; of several machines each has its own var directory."""
        enter()
        watchdog = Watchdog()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where a shell started us with SIGINT ignored
            signal.signal(sign, watchdog.stop)
        watchdog.run()


def _wait_longer() -> None:
    """Has this process wait longer than a person for SQLite's one write lock."""
    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3"):
            database["OPTIONS"]["timeout"] = WATCHDOG_LOCK_WAIT_SECONDS
    connections.close_all()
