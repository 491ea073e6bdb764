"""The mark of the reference data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceStamp(models.Model):
    """One row, whose random value is another one after each change of the reference data, in the same transaction.

    On PostgreSQL a transaction changes it once; what it sees itself is told with its setting `permits.stamp`.
    Reference data are the models that declare `reference_data`: True, or the columns whose change counts. The database
    itself gives the new value, by the triggers of `permits.ledger.triggers`, so a change by hand has one, too.
    """

    stamp = models.CharField(_("stamp"), max_length=36)

    class Meta:
        verbose_name = _("stamp of the reference data")
        verbose_name_plural = _("stamps of the reference data")

    def __str__(self) -> str:
        return self.stamp
