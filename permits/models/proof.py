"""That the record was verified: when, and what was found wrong."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecordCheck(models.Model):
    """One run of every check over every case (permits/verification). Append-only, as what it speaks of."""

    append_only = True

    at = models.DateTimeField(_("begun"), default=timezone.now)
    seconds = models.PositiveIntegerField(_("seconds it took"))
    cases = models.PositiveIntegerField(_("cases"))
    problems: Any = models.JSONField(_("problems of each check"), default=dict)
    first: Any = models.JSONField(_("the first of them"), default=list)

    class Meta:
        verbose_name = _("check of the record")
        verbose_name_plural = _("checks of the record")
        ordering = ["-pk"]
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {sum(self.problems.values())}"

    @property
    def whole(self) -> bool:
        """Whether nothing was wrong."""
        return not self.problems
