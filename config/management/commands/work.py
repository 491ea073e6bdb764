"""`manage.py work`: the job workers under a watchdog, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from config.installation import refuse_unready
from config.watchdog import Watchdog


class Command(BaseCommand):
    """Several may run, on one machine or more. Ends within seconds of SIGTERM, whatever state the workers are in."""

    help = "Works off jobs with WORKERS processes; starts them anew when they give no sign of life."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses to begin on a database that is not this installation's, or not up to this version."""
        refuse_unready()
        watchdog = Watchdog()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where a shell started us with SIGINT ignored
            signal.signal(sign, watchdog.stop)
        watchdog.run()
