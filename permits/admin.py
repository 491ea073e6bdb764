"""What an administrator keeps of the permits: the periods agencies promise. Cases are never edited here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from permits.clocks.periods import periods
from permits.models import PromisedPeriod

if TYPE_CHECKING:  # generic for the type checker only
    Table = admin.ModelAdmin[Any]
    RowForm = forms.ModelForm[PromisedPeriod]
else:
    Table, RowForm = admin.ModelAdmin, forms.ModelForm


class PromiseForm(RowForm):
    """A promise names a statutory period and is shorter than it."""

    class Meta:
        model = PromisedPeriod
        fields = ("agency", "kind", "period", "working_days", "source")

    def clean(self) -> dict[str, Any]:
        """As the database would keep it, if the law knows the period and it is longer."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        statutory = periods().get(said.get("period", ""))
        if "period" in said and statutory is None:
            raise ValidationError({"period": _("No statutory period is called “%(key)s”.") % {"key": said["period"]}})
        if statutory and said.get("working_days", 0) >= statutory.working_days:
            raise ValidationError({"working_days": _("A promised period is shorter than the statutory one.")})
        return said


@admin.register(PromisedPeriod)
class PromisedPeriodAdmin(Table):
    """承诺时限: shorter than the statutory period, or refused. A change binds cases accepted from then on."""

    form = PromiseForm
    list_display = ("agency", "kind", "period", "working_days", "source")
    list_filter = ("kind", "period")
    list_select_related = ("agency",)
