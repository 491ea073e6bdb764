"""Forms of an introduction's draft. `save` asks for everything; `later` 暂存 keeps what is there."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.rules import watch_list

from .edit import HEAD_FIELDS, SPECIES_FIELDS
from .kind import HEAD_ASKED, SPECIES_ASKED, head_said
from .models import Species, SpeciesIntroduction

YES_NO = forms.Select(choices=[("", "—"), ("True", gettext_lazy("Yes")), ("False", gettext_lazy("No"))])


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows what it was filled in from, and lets an unfinished draft be kept."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    groups: tuple[tuple[Any, tuple[str, ...]], ...] = ()
    asked: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in set(self._meta.fields or ()) - set(self.asked):
            field = self.fields[name]
            if not field.required:
                field.label = _("%(label)s (optional)") % {"label": field.label}
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        rows = (
            Fieldset(
                f'<span class="h3">{legend}</span>',
                Div(*(Div(name, css_class="col-md-6") for name in names), css_class="row"),
            )
            for legend, names in self.groups
        )
        self.helper.layout = Layout(Field("version"), *rows)

    @property
    def later(self) -> bool:
        """Whether 暂存 was pressed."""
        return "later" in self.data

    def renew(self, version: int) -> None:
        """Let the same typed values be saved over `version`, after their author was told of it."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        self.data = data

    def said(self, cleaned: dict[str, Any]) -> list[tuple[str, str]]:
        """Field and message: what is missing or contradicts."""
        return [(name, _("This must be filled in.")) for name in self.asked if cleaned.get(name) in (None, "")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in [] if self.later else self.said(cleaned):
            if name not in self.errors:
                self.add_error(name, message)
        return cleaned

    def _post_clean(self) -> None:
        """The instance is written by permits.introduction.edit only."""


class HeadForm(DraftForm):
    """What is common to the species."""

    class Meta:
        model = SpeciesIntroduction
        fields = HEAD_FIELDS
        widgets = {
            "arrives_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "isolation_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "isolation_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "purpose_note": forms.Textarea(attrs={"rows": 3}),
            "escape_measures": forms.Textarea(attrs={"rows": 3}),
            "isolation_trial": YES_NO,
            "escape_prevention": YES_NO,
        }

    asked = HEAD_ASKED
    groups = (
        (gettext_lazy("What for"), ("purpose", "purpose_note")),
        (gettext_lazy("Where from"), ("origin", "supplier", "port", "transport", "arrives_on")),
        (gettext_lazy("Where to"), ("place", "site_in", "responsible", "filed_with")),
        (
            gettext_lazy("Safeguards"),
            ("escape_prevention", "escape_measures", "marking", "isolation_trial", "isolation_from", "isolation_to"),
        ),
    )

    def said(self, cleaned: dict[str, Any]) -> list[tuple[str, str]]:
        return list(head_said(cleaned))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("isolation_from"), cleaned.get("isolation_to")
        if self.later and start and end and end < start:  # the database refuses it, also in a draft
            self.add_error("isolation_to", _("The isolation cannot end before it begins."))
        return cleaned


class SpeciesForm(DraftForm):
    """One species."""

    class Meta:
        model = Species
        fields = SPECIES_FIELDS
        widgets = {"first_introduction": YES_NO, "cites": YES_NO}
        help_texts = {"scientific_name": gettext_lazy("In Latin, such as Cervus nippon.")}

    asked = SPECIES_ASKED
    groups = (
        (gettext_lazy("Which species"), ("scientific_name", "chinese_name", "taxon", "source")),
        (gettext_lazy("How many, and how"), ("quantity", "unit", "material", "first_introduction", "cites")),
    )

    @property
    def watched(self) -> bool:
        """Whether the name typed stands on the list of watched invasive species."""
        return watch_list.match(str(self["scientific_name"].value() or "")) is not None
