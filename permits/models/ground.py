"""Which ground an application speaks of: one line for each row handed in, to find the same ground in another case.

Derived from the submission and made anew with each: it is an index, no record.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

KEY_LENGTH = 300


class GroundClaim(models.Model):
    """One parcel or sub-compartment of an application. `key` is its place, folded (permits/acts/grounds.py)."""

    application = models.ForeignKey("permits.Application", on_delete=models.CASCADE, related_name="ground")
    row = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("place"), max_length=KEY_LENGTH, db_index=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("ground applied for")
        verbose_name_plural = _("grounds applied for")
        ordering = ["application", "row"]
        constraints = [models.UniqueConstraint(fields=["application", "row"], name="ground_once_per_row")]

    def __str__(self) -> str:
        return self.name
