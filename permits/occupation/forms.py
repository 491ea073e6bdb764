"""Forms of a draft: the head, and one parcel. How they are saved: `permits.sheets.forms`."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from permits.occupation import checks
from permits.occupation.columns import COLUMNS, GROUPS, NAMES, contradictions, missing
from permits.occupation.edit import HEAD_FIELDS
from permits.occupation.models import LandOccupation
from permits.sheets.cells import Value
from permits.sheets.forms import CellField, TableForm, Versioned, optional, page_helper

__all__ = ["HeadForm", "ParcelForm", "TableForm"]

FLAGS = ("in_plan_area", "national_major", "permanent_building", "secret", "protection_area")
YES_NO = [("", "—"), ("True", gettext_lazy("Yes")), ("False", gettext_lazy("No"))]


class HeadForm(Versioned, forms.ModelForm):  # type: ignore[type-arg]
    """The head of an occupation. The parcels' sum is compared with the declared total as soon as there are parcels."""

    class Meta:
        model = LandOccupation
        fields = HEAD_FIELDS
        widgets = {name: forms.Select(choices=YES_NO) for name in FLAGS} | {
            "location": forms.Textarea(attrs={"rows": 2}),
            "violation_note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "total_ha": gettext_lazy("In hectares with four decimals; the parcels must add up to it."),
            "years": gettext_lazy("Temporary use only; generally not more than two years (Forest Law art 38)."),
            "permanent_building": gettext_lazy("Temporary use only."),
            "facility": gettext_lazy("Facilities serving forestry only (Forest Law art 52)."),
            "main_project_level": gettext_lazy("Quarries and borrow pits for linear or water works only."),
            "in_plan_area": gettext_lazy("Projects of a nature area's plan only."),
            "violation_note": gettext_lazy("Needed where earlier illegal use was punished."),
            "protection_area": gettext_lazy("Jizhou only: it decides who is competent (S1 L61)."),
            "same_project_area_ha": gettext_lazy("0 if this is the project's first application; it may not be split."),
            "quota_left_ha": gettext_lazy("What is left of the district's yearly quota of forest land."),
            "national_major": gettext_lazy("Needs its proof among the materials; a person decides."),
        }

    GROUPS = (
        (gettext_lazy("The project"), ("project_name", "project_class", "main_project_level", "in_plan_area",
            "national_major", "purpose")),
        (gettext_lazy("The use"), ("tenure", "years", "permanent_building", "facility")),
        (gettext_lazy("The land"), ("location", "total_ha", "stock_m3", "protection_area")),
        (gettext_lazy("Quota and earlier use"), ("quota_left_ha", "same_project_area_ha", "prior_violation",
            "violation_note", "secret")),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in set(HEAD_FIELDS) - set(checks.ASKED):
            self.fields[name].label = optional(LandOccupation.label(name))
        self.helper = page_helper(self.GROUPS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.later:
            return cleaned
        for name, message in checks.missing(cleaned):
            if name not in self.errors:
                self.add_error(name, message)
        parts = self.instance.parts_ha
        difference = checks.sum_differs(cleaned.get("total_ha"), parts) if parts else ""
        if difference:
            self.add_error("total_ha", difference)
        return cleaned

    def _post_clean(self) -> None:
        """The instance is written by `edit.change_head` only."""
        if self.cleaned_data.get("years") is not None and not 0 < self.cleaned_data["years"] <= 99:
            self.add_error("years", gettext_lazy("More than 0 and at most 99 years."))
        for name in ("total_ha", "stock_m3", "quota_left_ha", "same_project_area_ha"):
            if (self.cleaned_data.get(name) or 0) < 0:
                self.add_error(name, gettext_lazy("This cannot be less than 0."))


class ParcelForm(Versioned):
    """One row of the table, made from its columns. `values` fills it; `row` is what was typed."""

    def __init__(self, *args: Any, values: Mapping[str, Any] | None = None, version: int = 1, **kwargs: Any) -> None:
        kwargs["initial"] = dict(values or {}) | {"version": version}
        super().__init__(*args, **kwargs)
        for column in COLUMNS:
            self.fields[column.name] = CellField(column)
        self.helper = page_helper(GROUPS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        said = () if self.later else (*missing(cleaned), *contradictions(cleaned))
        for name, message in said:
            if name not in self.errors:
                self.add_error(name, message)
        return cleaned

    @property
    def row(self) -> dict[str, Value]:
        """Every field of the row."""
        return {name: self.cleaned_data.get(name) for name in NAMES}
