"""Forms of a draft: the head of the design, one sub-compartment, and the upload of a table.

Both editing forms can be saved in two ways: `save` asks for everything and for figures that agree; `later` 暂存
keeps what is there, as long as each field can be read; what is missing then stands among the draft's problems.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.sheets.cells import BadCell, Cell, Value, read
from permits.tending import checks
from permits.tending.columns import ANCHORS, BY_NAME, COLUMNS, GROUPS, NAMES, Column, plain
from permits.tending.edit import HEAD_FIELDS
from permits.tending.models import TendingDesign

LATER = "later"


def _helper(groups: Iterable[tuple[Any, tuple[str, ...]]]) -> FormHelper:
    """Fieldsets of two or three fields in a row; the form tag and its buttons are the page's."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the page's own form tag carries it
    helper.form_show_errors = True
    helper.layout = Layout(Field("version"), *(_fieldset(str(legend), names) for legend, names in groups))
    return helper


def _fieldset(legend: str, names: tuple[str, ...]) -> Fieldset:
    """A legend no larger than a heading of the page, and its fields in columns."""
    fields = (Div(name, css_class="col-md-6 col-xl-4") for name in names)
    return Fieldset(f'<span class="h3">{legend}</span>', Div(*fields, css_class="row"))


def _optional(label: str) -> str:
    return _("%(label)s (optional)") % {"label": label}


class Versioned(forms.Form):
    """A form that knows what it was filled in from, so that a second tab cannot overwrite the first unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @property
    def later(self) -> bool:
        """Whether 暂存 was pressed."""
        return LATER in self.data

    def renew(self, version: int) -> None:
        """Let the same typed values be saved over `version`, after their author was told of it."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        self.data = data


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
            "felling": forms.Select(choices=[("", "—"), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]),
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
            self.fields[name].label = _optional(TendingDesign.label(name))
        self.helper = _helper(self.GROUPS)

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


class CellField(forms.Field):
    """A field read as the import reads the same cell: one reading, one set of messages."""

    def __init__(self, column: Column) -> None:
        self.column = column
        super().__init__(required=False, label=_labelled(column), help_text=_hint(column), widget=_widget(column))

    def prepare_value(self, value: Any) -> Any:
        """As typed, or as stored: numbers plain, flags by their code."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if value is None or isinstance(value, str) else plain(value) if self.column.numeric else str(value)

    def to_python(self, value: Any) -> Value:
        try:
            return read(Cell(value=value), self.column)
        except BadCell as error:
            raise ValidationError(str(error), code="cell") from error


def _labelled(column: Column) -> str:
    """Made when the form is, so in the language of the request."""
    label = f"{column.label} ({column.unit})" if column.unit else str(column.label)
    return label if column.asked else _optional(label)


def _hint(column: Column) -> str:
    """The range, in the unit of the label; nothing where a list shows what can be chosen."""
    if column.numeric:
        return f"{column.span[0]}–{column.span[1]}"
    return ""


def _widget(column: Column) -> forms.Widget:
    if column.choices:
        return forms.Select(choices=[("", "—"), *((choice.code, choice.label) for choice in column.choices)])
    attrs: dict[str, Any] = (
        {"inputmode": "decimal", "autocomplete": "off"} if column.numeric else {"maxlength": column.length}
    )
    return forms.TextInput(attrs=attrs)


class PlotForm(Versioned):
    """One row of the table, made from its columns. `values` fills it; `cleaned_data` less `version` is the row."""

    def __init__(self, *args: Any, values: Mapping[str, Any] | None = None, version: int = 1, **kwargs: Any) -> None:
        kwargs["initial"] = dict(values or {}) | {"version": version}
        super().__init__(*args, **kwargs)
        for column in COLUMNS:
            self.fields[column.name] = CellField(column)
        self.helper = _helper(GROUPS)

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


class TableForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label=gettext_lazy("Table (.xlsx or .csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,  # refused by its content check, in the same words as everywhere
    )
