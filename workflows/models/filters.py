"""Filters of lists that people keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptFilter(models.Model):
    """One filter of one list under a name of its person's own. `query` is what follows the list's address.

    The list may be gone, or know its filters by other names, when it is next used: what it no longer knows is left out.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kept_filters", db_index=False
    )
    listing = models.CharField(_("list"), max_length=20)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filter"), max_length=1000)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("kept filter")
        verbose_name_plural = _("kept filters")
        ordering = ["listing", "name"]
        constraints = [models.UniqueConstraint(fields=["person", "listing", "name"], name="filter_kept_once")]

    def __str__(self) -> str:
        return self.name
