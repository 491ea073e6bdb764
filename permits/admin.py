"""What an administrator keeps of the permits: the periods agencies promise. Cases are never edited here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from .models import PromisedPeriod

if TYPE_CHECKING:  # generic for the type checker only
    Table = admin.ModelAdmin[Any]
else:
    Table = admin.ModelAdmin


@admin.register(PromisedPeriod)
class PromisedPeriodAdmin(Table):
    """承诺时限: shorter than the statutory period, or refused. A change binds cases accepted from then on."""

    list_display = ("agency", "kind", "period", "working_days", "source")
    list_filter = ("kind", "period")
    list_select_related = ("agency",)
