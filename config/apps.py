"""The site itself as an application: it owns the commands and checks that belong to no package."""

from __future__ import annotations

import gc
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

OWNER_ONLY = 0o600


def keep_private(sender: object, connection: Any, **more: object) -> None:
    """A SQLite file is its owner's alone, from before anything is in it; its journals take the same mode."""
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and path.is_file() and path.stat().st_mode & 0o077:
        with suppress(PermissionError):  # another owner's file is that owner's matter
            path.chmod(OWNER_ONLY)


class SiteConfig(AppConfig):
    name = "config"
    verbose_name = _("Site")

    def ready(self) -> None:
        """Connects what the site itself does at each connection, act, job, command and migration.

        What has been loaded by now stays: whoever looks for rubbish need not look through it (`manage.py`, `wsgi.py`).
        """
        gc.freeze()
        gc.enable()
        from django_q.signals import (
            post_execute,
            post_execute_in_worker,
            pre_enqueue,
            pre_execute,
        )  # models: not before they are loaded

        from config import checks, installation, jobs, watchdog  # noqa: F401  importing the checks registers them
        from config.logs import tell_act
        from permits.acts.perform import act_performed
        from roles.commands import database_needed

        connection_created.connect(keep_private)
        act_performed.connect(tell_act, dispatch_uid="config.log")
        jobs.leave_results_packed()
        pre_enqueue.connect(jobs.only_known, dispatch_uid="config.jobs.only_known")
        pre_execute.connect(watchdog.began, dispatch_uid="config.watchdog.began")
        post_execute_in_worker.connect(watchdog.ended, dispatch_uid="config.watchdog.ended")
        post_execute.connect(watchdog.done, dispatch_uid="config.watchdog.done")
        database_needed.connect(installation.refuse_command, dispatch_uid="config.installation.command")
        pre_migrate.connect(installation.refuse_other, sender=self, dispatch_uid="config.installation.refuse")
        pre_migrate.connect(
            installation.refuse_who_may_not_migrate, sender=self, dispatch_uid="config.installation.owner"
        )
        post_migrate.connect(installation.enter, sender=self, dispatch_uid="config.installation.enter")
