"""The editions of the role matrix: what each load wrote, so that no duty can be given or taken past a load."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MatrixEdition(models.Model):
    """One load of the role matrix that changed something, and the first of all whatever it changed.

    `body` tells, by table and key, every column of each row that the load wrote or ended; the first edition tells of
    every row there was. Played in order, editions give the matrix as it stands (roles/matrix/record.py).
    """

    append_only = True

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    body = models.TextField(_("canonical text"))

    class Meta:
        verbose_name = _("edition of the role matrix")
        verbose_name_plural = _("editions of the role matrix")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def rows(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Table → key → column → value."""
        return json.loads(self.body)  # type: ignore[no-any-return]
