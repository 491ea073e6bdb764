"""Columns of a table as fields of the database, and a table read but not yet taken over."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.sheets.columns import Column

_CODE_LENGTH = 24


def field_of(column: Column) -> "models.Field[Any, Any]":
    """The database field of a column; blank or null while a draft leaves it open."""
    if column.type == "flag":
        return models.BooleanField(column.label, null=True, blank=True)
    if column.type == "integer":
        return models.PositiveIntegerField(column.label, null=True, blank=True)
    if column.type == "decimal":
        digits = len(str(int(column.high))) + column.places
        places = column.places
        return models.DecimalField(column.label, max_digits=digits, decimal_places=places, null=True, blank=True)
    choices = [(choice.code, choice.label) for choice in column.choices]
    length = _CODE_LENGTH if choices else column.length
    return models.CharField(column.label, max_length=length, choices=choices or None, blank=True)


def constraints_of(columns: Iterable[Column], *, prefix: str) -> Iterator[models.CheckConstraint]:
    """Each column's range or closed list as the database enforces it."""
    for column in columns:
        if column.numeric:
            span = Q(**{f"{column.name}__gte": column.low, f"{column.name}__lte": column.high})
            yield models.CheckConstraint(condition=span, name=f"{prefix}_{column.name}_range")
        elif column.type == "choice":
            known = Q(**{f"{column.name}__in": ["", *(choice.code for choice in column.choices)]})
            yield models.CheckConstraint(condition=known, name=f"{prefix}_{column.name}_known")


class PendingTable(models.Model):
    """A table that was read without a problem and waits for its uploader's word.

    Held here, so that what is taken over is what was checked, whatever the browser sends back.
    """

    KEPT = timedelta(days=2)

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        abstract = True
        verbose_name = _("table waiting to be taken over")
        verbose_name_plural = _("tables waiting to be taken over")

    def __str__(self) -> str:
        return self.name
