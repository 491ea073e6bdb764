"""How much land an application asks for, by district and forest purpose 林种: what areas are added up from.

Derived from what was handed in last and made anew with each submission (permits/acts/land.py): it is an index, no
record.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeclaredLand(models.Model):
    """Hectares, and cubic metres where trees are felled, of one `purpose` in one `place`. `purpose` is a code of the
    kind's, empty where none was said."""

    application = models.ForeignKey(
        "permits.Application", on_delete=models.CASCADE, related_name="land", db_index=False
    )  # the constraint's index begins with it
    place = models.ForeignKey("roles.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(_("forest purpose"), max_length=50, blank=True)
    hectares = models.DecimalField(_("hectares"), max_digits=14, decimal_places=4)
    cubic_metres = models.DecimalField(_("cubic metres"), max_digits=14, decimal_places=4)

    class Meta:
        verbose_name = _("land applied for")
        verbose_name_plural = _("land applied for")
        ordering = ["application", "place", "purpose"]
        constraints = [models.UniqueConstraint(fields=["application", "place", "purpose"], name="land_once_per_class")]

    def __str__(self) -> str:
        return f"{self.place} {self.hectares.normalize():f}"
