"""Passwords somebody had: only their hashes, so that none comes back too soon, and since when there is the present."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PasswordRecord(models.Model):
    """One password of `person`, as it was hashed when it was set."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_records")
    hash = models.CharField(max_length=128)
    set_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("earlier password")
        verbose_name_plural = _("earlier passwords")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} · {self.set_at:%Y-%m-%d}"
