"""Whether the installation can do its work: what `/readyz` and `/metrics` tell.

The checks are django-health-check's, so that they can be asked elsewhere as well. The library brings clients for mail,
names and more with it, so this module is imported where somebody asks, and not at every start. What is wrong is named
in words fit for anyone: no path, address or name of a person.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from health_check.base import HealthCheck
from health_check.checks import Database, Storage
from health_check.exceptions import HealthCheckException, ServiceUnavailable, ServiceWarning

from config.job_queue import LATE, waiting, waits_since
from config.models import Heartbeat
from config.pending import pending_migrations
from permits.clocks.calendar import WorkCalendar
from permits.database import replica
from permits.documents.seals import seals
from permits.ledger.keeping import late
from permits.verification.nightly import trouble
from roles.days import local_today
from workflows.notifications.mail import failing

log = logging.getLogger(__name__)


@dataclass
class Migrations(HealthCheck):
    """The database is as this version of the program needs it."""

    def run(self) -> None:
        if missing := pending_migrations():
            raise ServiceUnavailable(f"migrations not applied: {len(missing)}")


@dataclass
class Worker(HealthCheck):
    """A job worker gave a sign of life in time, and no job waits for long."""

    def run(self) -> None:
        if not Heartbeat.objects.filter(until__gte=timezone.now()).exists():
            raise ServiceUnavailable("no job worker gives a sign of life")
        since = waits_since()
        if since and (waited := timezone.now() - since) > LATE:
            minutes = waited.total_seconds() // 60
            raise ServiceUnavailable(f"jobs waiting: {waiting().count()}, the oldest for {minutes:.0f} minutes")


@dataclass
class Seal(HealthCheck):
    """Every agency that issues papers has a seal they can be sealed with."""

    def run(self) -> None:
        if wrong := [state.agency.slug for state in seals() if state.problem]:
            raise ServiceUnavailable(f"no usable seal: {', '.join(wrong)}")


@dataclass
class Calendar(HealthCheck):
    """The holidays of this year are known: without them every deadline is provisional."""

    def run(self) -> None:
        year = local_today().year
        if not WorkCalendar.load().covers(year):
            raise ServiceWarning(f"the holidays of {year} are not imported")


@dataclass
class Log(HealthCheck):
    """The transparency log keeps up with the record, its checkpoints are kept outside, and nobody knows another one."""

    def run(self) -> None:
        if wrong := list(late()):
            raise ServiceUnavailable("; ".join(wrong))


@dataclass
class Record(HealthCheck):
    """The record was verified of late, and found whole."""

    def run(self) -> None:
        if wrong := trouble():
            raise ServiceUnavailable(wrong)


@dataclass
class News(HealthCheck):
    """Mails go out: none waits that could not be sent, but those of people whose addresses may be wrong: of one, or of
    any number while mails to others go out."""

    def run(self) -> None:
        found = failing()
        if found.in_doubt > 1:
            raise ServiceWarning(f"mails that could not be sent: {found.mails}, to {found.people} people")


@dataclass
class Replica(HealthCheck):
    """The replica that auditors' questions are read from, where there is one, follows closely enough to be read."""

    def run(self) -> None:
        if not replica.there_is_one():
            return
        try:
            copy = replica.look(*replica.written())
        except replica.NoReplica as error:
            raise ServiceUnavailable(str(error)) from None
        if copy.behind > settings.REPLICA_LAG:
            raise ServiceUnavailable(f"it is {copy.behind:.0f} seconds behind and is not read")


CHECKS: dict[str, HealthCheck] = {
    "database": Database(), "migrations": Migrations(), "storage": Storage(), "worker": Worker(), "seal": Seal(),
    "calendar": Calendar(), "log": Log(), "record": Record(), "mail": News(),
    "replica": Replica(),
}  # fmt: skip


WITHOUT_DATABASE = frozenset({"storage"})
"""Checks that ask no database. The others are not asked while it is down: each would wait for it once more, and who
watches has no answer for minutes."""


def state() -> dict[str, str]:
    """What each check says: `ok`, or what is wrong."""
    found = {"database": _asked("database", CHECKS["database"])}
    for name, check in CHECKS.items():
        if name not in found:
            down = found["database"] != "ok" and name not in WITHOUT_DATABASE
            found[name] = "not asked without the database" if down else _asked(name, check)
    return found


def _asked(name: str, check: HealthCheck) -> str:
    """In this thread, unlike the library's own way: its checks would each open a connection of their own."""
    try:
        check.run()
    except (HealthCheckException, DatabaseError, OSError) as error:
        if isinstance(error, HealthCheckException) and not error.__cause__:
            return str(error.message)
        # what the database or the disk says may tell addresses and paths: it goes to the log only; but what the system
        # calls the error, such as a full disk, tells none
        log.warning("the check of %s failed", name, exc_info=error)
        cause = error.__cause__ or error
        known = os.strerror(cause.errno) if isinstance(cause, OSError) and cause.errno else ""
        return f"cannot be reached: {known}" if known else "cannot be reached"
    return "ok"
