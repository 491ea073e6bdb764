"""What the installation knows of itself: which one it is, and when its job workers last did something."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    from them is no cause for alarm (a job at work may last as long as its limit)."""

    group = models.CharField(_("group of workers"), max_length=120, primary_key=True)
    at = models.DateTimeField(_("last sign of life"))
    until = models.DateTimeField(_("counts as alive until"))

    class Meta:
        verbose_name = _("job worker")
        verbose_name_plural = _("job workers")

    def __str__(self) -> str:
        return self.group
