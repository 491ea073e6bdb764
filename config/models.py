"""What the installation knows of itself: which one it is, and when its job workers last did something,
and what all its processes must remember for a while."""

from __future__ import annotations

import logging
import os
from datetime import datetime

from django.db import DatabaseError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.environment import GROUP

log = logging.getLogger(__name__)


class Installation(models.Model):
    """The one row that says whose database this is; the var directory holds the same (config/installation.py)."""

    key = models.UUIDField(_("key of the installation"), primary_key=True)
    kind = models.CharField(_("kind of installation"), max_length=10)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Heartbeat(models.Model):
    """A group of job workers under one watchdog: when one of them last began or ended a job, and until when no word
    from them is no cause for alarm (a job at work may last as long as its limit); when the result of one was last kept;
    when who starts them again and calls what is scheduled last said so; when their watchdog last looked."""

    group = models.CharField(_("group of workers"), max_length=120, primary_key=True)
    at = models.DateTimeField(_("last sign of life"))
    until = models.DateTimeField(_("counts as alive until"))
    done_at = models.DateTimeField(_("last job done"), null=True)
    guarded_at = models.DateTimeField(_("last sign of the guard"), null=True)
    watched_at = models.DateTimeField(_("last sign of the watchdog"), null=True)

    class Meta:
        verbose_name = _("job worker")
        verbose_name_plural = _("job workers")

    def __str__(self) -> str:
        return self.group

    @classmethod
    def sign(cls, **said: datetime) -> None:
        """Writes this of the group that this process belongs to. Where it cannot, the work matters more: who signs will
        sign again."""
        group, now = os.environ.get(GROUP), timezone.now()
        if not group:  # a worker that nobody watches: a test, or `qcluster` started by hand
            return
        try:
            new = {"at": now, "until": now, **said}
            cls.objects.update_or_create(group=group, defaults=said, create_defaults=new)
        except DatabaseError:
            log.warning("no sign of life could be written", exc_info=True)


class CacheRow(models.Model):
    """What is remembered for minutes and must be known to every process on every machine: a one-time code that was
    used, attempts that are counted. Read and written by ShortMemory alone; Django gives the shape."""

    cache_key = models.CharField(_("key"), max_length=255, primary_key=True)
    value = models.TextField(_("value"))
    expires = models.DateTimeField(_("ends at"), db_index=True)

    class Meta:
        db_table = "site_cache"
        verbose_name = _("short memory")
        verbose_name_plural = _("short memory")

    def __str__(self) -> str:
        return self.cache_key
