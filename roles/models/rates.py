"""How often something was asked for without being logged in: a figure for a span of time, nothing of what was asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NetworkCount(models.Model):
    """Requests for `what` in one span of time, from a network, or of tries of a login (roles/attempts.py). Whose they
    are is a keyed hash: neither address nor login is kept."""

    what = models.CharField(max_length=20)
    network = models.CharField(max_length=32)
    span = models.PositiveBigIntegerField()
    """The number of the span since 1970."""
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of requests")
        verbose_name_plural = _("counts of requests")
        constraints = [models.UniqueConstraint(fields=["what", "network", "span"], name="one_count_per_span")]

    def __str__(self) -> str:
        return f"{self.what}: {self.count}"
