"""Forms of a draft: the head of the design, one sub-compartment, and the upload of a table.

Both editing forms can be saved in two ways: `save` asks for everything and for figures that agree; `later` 暂存
keeps what is there, as long as each field can be read; what is missing then stands among the draft's problems.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from permits.sheets.cells import Value
from permits.sheets.forms import CellField, TableForm, Versioned, optional, page_helper
from permits.tending import checks
from permits.tending.columns import ANCHORS, BY_NAME, COLUMNS, GROUPS, NAMES
from permits.tending.edit import HEAD_FIELDS
from permits.tending.models import TendingDesign

__all__ = ["HeadForm", "PlotForm", "TableForm"]


class HeadForm(Versioned, forms.ModelForm):  # type: ignore[type-arg]
    """The head of a design. Fields as in the design documents of practice (W11) and facts 2.6."""

    class Meta:
        model = TendingDesign
        fields = HEAD_FIELDS
        widgets = {
            "work_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "work_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "surveyed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "felling": forms.Select(choices=[("", "—"), ("True", gettext_lazy("Yes")), ("False", gettext_lazy("No"))]),
        }
        help_texts = {
            "compiler": gettext_lazy("The unit may be another than the applicant."),
            "qualification": gettext_lazy(
                "Grade and number, if it holds one. Whether the state still grants it is open; it decides nothing."
            ),
            "management_plan": gettext_lazy("Title and number of the management plan of natural forest."),
            "standards": gettext_lazy("For example GB/T 15781, GB/T 26424, LY/T 1646 and local rules."),
            "cost_yuan": gettext_lazy("In yuan, at most two decimals."),
        }

    GROUPS = (
        (
            gettext_lazy("Who compiled the design"),
            ("compiler", "qualification", "lead_designer", "staff", "surveyed_on"),
        ),
        (gettext_lazy("Basis and purpose"), ("management_plan", "standards", "purpose")),
        (gettext_lazy("Work"), ("work_from", "work_to", "felling", "labour_days", "supplies")),
        (gettext_lazy("Money"), ("cost_yuan", "funding", "funding_note")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in set(HEAD_FIELDS) - set(checks.HEAD_ASKED):
            self.fields[name].label = optional(TendingDesign.label(name))
        self.helper = page_helper(self.GROUPS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in checks.head_contradictions(cleaned):
            self.add_error(name, message)
        if not self.later:
            for name, message in checks.head_missing(cleaned):
                if name not in self.errors:
                    self.add_error(name, message)
        return cleaned

    def _post_clean(self) -> None:
        """The model's checks of each field; the instance itself is written by `edit.change_head` only."""
        for name in self.Meta.fields:
            if self.cleaned_data.get(name) in (None, ""):
                continue
            try:
                TendingDesign.field(name).run_validators(self.cleaned_data[name])
            except ValidationError as error:
                self.add_error(name, error)


class PlotForm(Versioned):
    """One row of the table, made from its columns. `values` fills it; `cleaned_data` less `version` is the row."""

    def __init__(self, *args: Any, values: Mapping[str, Any] | None = None, version: int = 1, **kwargs: Any) -> None:
        kwargs["initial"] = dict(values or {}) | {"version": version}
        super().__init__(*args, **kwargs)
        for column in COLUMNS:
            self.fields[column.name] = CellField(column)
        self.helper = page_helper(GROUPS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asked = ANCHORS if self.later else NAMES
        for name, message in checks.missing(cleaned):
            if name in asked and name not in self.errors:
                self.add_error(name, message)
        if not self.later:
            for name, message in checks.contradictions(cleaned):
                if name not in self.errors:
                    self.add_error(name, message)
        return cleaned

    @property
    def row(self) -> dict[str, Value]:
        return {name: self.cleaned_data.get(name) for name in BY_NAME}
