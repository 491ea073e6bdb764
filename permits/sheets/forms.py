"""Forms of a table: one row made from its columns, the upload of a whole one.

An editing form can be saved in two ways: `save` asks for everything and for figures that agree; `later` 暂存
keeps what is there, as long as each field can be read; what is missing then stands among the draft's problems.
"""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.sheets.cells import BadCell, Cell, Value, read
from permits.sheets.columns import Column, plain

LATER = "later"


def page_helper(groups: Iterable[tuple[Any, tuple[str, ...]]]) -> FormHelper:
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


def optional(label: str) -> str:
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
    return label if column.asked else optional(label)


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


class TableForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label=gettext_lazy("Table (.xlsx or .csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,  # refused by its content check, in the same words as everywhere
    )
