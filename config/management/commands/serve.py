"""Web server and job worker together, on one machine; with --demo also the data to look at."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from roles.editions import for_the_administrator, of_gone_kinds
from roles.faults import in_words
from workflows.management.commands.demo import refuse_unless_local

STOP_SECONDS = 20
"""How long a request or a job may take to end after Ctrl-C."""


class Command(BaseCommand):
    """Runs until Ctrl-C, or until one of the two processes ends; then stops the other."""

    help = "Serves the site on PORT and works off its jobs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="first fill an empty database with example cases")

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_a_taken_port()  # before the minute of preparation, not after
        if options["demo"]:
            refuse_unless_local()
        call_command("migrate", verbosity=0)
        if not for_the_administrator():
            call_command("load_roles", without=of_gone_kinds(), stdout=self.stdout)
        if settings.LOCAL:
            call_command("make_test_seal", if_missing=True, stdout=self.stdout)
            call_command("make_log_key", if_missing=True, stdout=self.stdout)
        if settings.EMAIL_FILE_PATH:
            self.stdout.write(_("E-mails are written to files in %(folder)s/") % {"folder": settings.EMAIL_FILE_PATH})
        if options["demo"]:
            call_command("demo", stdout=self.stdout)
            os.environ["DEMO"] = "on"  # for the two processes
        self._run()

    def _refuse_a_taken_port(self) -> None:
        with closing(socket.socket(socket.AF_INET)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", settings.PORT))
            except OSError as error:
                said = _("Port %(port)s cannot be used (%(why)s). Name another: make demo PORT=8001")
                raise CommandError(said % {"port": settings.PORT, "why": in_words(error)}) from error

    def _run(self) -> None:
        processes = [
            subprocess.Popen(command, start_new_session=True)  # noqa: S603  both are written below
            for command in (_web(), _jobs())
        ]
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where a shell started us with SIGINT ignored
            signal.signal(sign, _interrupt)
        said = _("Serving %(address)s  (Ctrl-C stops it)") % {"address": f"{settings.SITE_URL}/"}
        self.stdout.write(self.style.SUCCESS(f"\n{said}"))
        self.stdout.flush()
        try:
            while all(process.poll() is None for process in processes):
                time.sleep(0.3)
        except KeyboardInterrupt:
            self.stdout.write(_("Stopping …"))
            _stop(processes)
            return
        _stop(processes)
        raise CommandError(_("The web server or the job worker ended by itself; its last lines are above."))


def _web() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--config", str(settings.BASE_DIR / "gunicorn.conf.py")]


def _jobs() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"]


def _interrupt(*_signal: Any) -> None:
    raise KeyboardInterrupt


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Asks both to finish what they are doing; who does not in time is killed: no act is lost or half written by it."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
