"""Forms of a table: one row made from its columns, the upload of a whole one.

An editing form can be saved in two ways. `save` asks for everything, and for figures that agree; `later` 暂存 keeps
what is there, as long as each field can be read, and what is missing stands among the draft's problems.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.errors import Unprintable
from permits.tables.cells import BadCell, Cell, Value, read
from permits.tables.columns import FLAG, Column, Said, When, plain
from permits.tables.fields import Head, number_column
from permits.tables.head import HeadPage
from permits.tables.table import Table
from permits.text.printable import on_one_line, refuse_unprintable, trimmed
from roles.forms import DayField

LATER = "later"


def page_helper(groups: Iterable[tuple[Any, tuple[str, ...]]]) -> FormHelper:
    """Fieldsets of two or three fields in a row; form tag and buttons are the page's."""
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


class Marked(str):
    """A label with the condition of its field behind it. An error names the field by `bare`."""

    bare: str

    def __new__(cls, said: str, bare: str) -> Marked:
        made = super().__new__(cls, said)
        made.bare = bare
        return made


def conditional(label: str, said: str) -> Marked:
    return Marked(_("%(label)s (%(condition)s)") % {"label": label, "condition": said}, label)


def revealed(where: Sequence[When]) -> dict[str, str]:
    """The attribute by which static/app.js shows a field where its conditions hold; none for a field that always
    applies."""
    told = [[when.field, when.values, when.unless] for when in where]
    return {"data-when": json.dumps(told)} if told else {}


def _in_words(field: object, values: Iterable[object], *, offered: bool = False) -> str:
    facts = {"field": field, "values": _(", ").join(str(value) for value in values)}
    if offered:
        return _("if “%(field)s” is: %(values)s; may stay empty") % facts
    return _("if “%(field)s” is: %(values)s") % facts


def _condition(when: When, table: Table) -> str:
    """A column's condition in the words of a label; empty for `unless`, which would not be short."""
    column = table.by_name[when.field]
    known = {choice.code: choice.label for choice in column.choices}
    return "" if when.unless else _in_words(column.label, (known[value] for value in when.values))


class Versioned(forms.Form):
    """A form that knows from which version it was filled in, so that a second tab cannot overwrite the first unseen."""

    version = forms.IntegerField(label=gettext_lazy("Version of this page"), widget=forms.HiddenInput, min_value=1)

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
    """A field read as the import reads the same cell, with the same messages."""

    def __init__(self, column: Column, *, label: str, help_text: Any) -> None:
        self.column = column
        widget = _widget(column)
        widget.attrs |= revealed(column.where)
        super().__init__(required=False, label=label, help_text=help_text, widget=widget)
        self.asked = column.asked or column.sometimes

    def prepare_value(self, value: Any) -> Any:
        """As typed, or as stored: numbers plain, with the sign where they would be questioned; flags by their code."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value is None or isinstance(value, str):
            return value
        if self.column.under_one_per_cent(value):
            return self.column.written(value)
        return plain(value) if self.column.numeric else str(value)

    def to_python(self, value: Any) -> Value:
        try:
            return read(Cell(value=value), self.column)
        except BadCell as error:
            raise ValidationError(str(error), code="cell") from error


def cell_field(column: Column, table: Table) -> CellField:
    """The field of a column, with what its table says of it."""
    return CellField(column, label=_labelled(column, table), help_text=_hint(column))


def _labelled(column: Column, table: Table) -> str:
    """The label of a column's field, with its condition, in the language of the request."""
    label = str(column.label)
    if column.unit:
        label = _("%(label)s (%(condition)s)") % {"label": label, "condition": column.unit_said}
    if len(column.where) == 1 and (said := _condition(column.where[0], table)):
        return conditional(label, said)
    if column.sometimes:
        return Marked(_("%(label)s (where it applies)") % {"label": label}, label)
    return label


def _hint(column: Column) -> str:
    """The range, in the unit of the label; nothing where a list shows what can be chosen."""
    if column.numeric:
        return f"{column.span[0]}–{column.span[1]}"
    return ""


def _widget(column: Column) -> forms.Widget:
    if column.choices:
        return forms.Select(choices=[OPEN, *((choice.code, choice.label) for choice in column.choices)])
    return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"} if column.numeric else None)


class RowForm(Versioned):
    """One row of a table, made from its columns. `values` fills it; `row` is what was typed."""

    def __init__(
        self, table: Table, *args: Any, values: Mapping[str, Any] | None = None, version: int = 1, **kwargs: Any
    ) -> None:
        kwargs["initial"] = dict(values or {}) | {"version": version}
        super().__init__(*args, **kwargs)
        self.table = table
        for column in table.columns:
            self.fields[column.name] = cell_field(column, table)
        self.helper = page_helper(table.groups)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in self.table.row_problems(cleaned):
            kept_anyway = self.later and not (name in self.table.anchors and cleaned.get(name) in (None, ""))
            if name not in self.errors and not kept_anyway:
                self.add_error(name, message)
        return cleaned

    @property
    def row(self) -> dict[str, Value]:
        """Every field of the row."""
        return {name: self.cleaned_data.get(name) for name in self.table.names}


class HeadForm(Versioned, forms.ModelForm):  # type: ignore[type-arg]
    """The head of a kind, made from its declaration; the instance itself is written by the book only."""

    declared: HeadPage
    disagreement: Callable[[Any, Sequence[Mapping[str, Any]]], Said | None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        where = self.declared.conditions
        here = {name for name, places in self.declared.asked_in if self.instance.application.jurisdiction_id in places}
        for name in set(self.declared.fields) - set(self.declared.asked) - here:
            if name in where:
                self.fields[name].label = self._labelled(name, where[name])
                self.fields[name].widget.attrs |= revealed([where[name]])
        if self.instance.pk:  # a precheck knows no unit
            for name, values in self.declared.choosable(self.instance).items():
                self._offer(name, values)
        asked = {*self.declared.asked, *here, *(where.keys() - self.declared.offered)}
        for name in self.declared.fields:
            self.fields[name].asked = name in asked  # type: ignore[attr-defined]
        self.helper = page_helper(self.declared.groups)

    def _offer(self, name: str, values: Collection[str]) -> None:
        """Leaves only these `values` in the list, and chooses the only one. What was kept before stays to be seen; any
        other that is sent the kind's own check refuses, in its words."""
        kept = self.initial.get(name)
        widget: Any = self.fields[name].widget
        widget.choices = [one for one in widget.choices if one[0] in ("", kept) or one[0] in values]
        if not kept and len(values) == 1:
            self.initial[name] = next(iter(values))

    def _labelled(self, name: str, when: When) -> str:
        field = self.instance.field(when.field)
        known = dict(field.flatchoices) or {choice.code: choice.label for choice in FLAG}
        values = (known[value] for value in when.values)
        said = _in_words(self.instance.label(when.field), values, offered=name in self.declared.offered)
        return conditional(self.instance.label(name), said)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                long = isinstance(self.fields[name].widget, forms.Textarea)
                cleaned[name] = trimmed(value if long else on_one_line(value))
        said = [*self.declared.impossible(cleaned)]
        if not self.later:
            said += [*self.declared.problems(cleaned, self.instance), *self._against_rows(cleaned)]
        for name, message in said:
            if name not in self.errors:
                self.add_error(name, message)
        return cleaned

    def _against_rows(self, cleaned: Mapping[str, Any]) -> list[Said]:
        """Where what was typed does not agree with the rows that are there."""
        rows = list(self.instance.rows.values())
        head = SimpleNamespace(**{**dict.fromkeys(self.declared.fields), **cleaned})  # unread: open
        differs = self.disagreement(head, rows) if rows else None
        return [differs] if differs else []

    def _post_clean(self) -> None:
        """The model's checks of each field, not of the whole: a draft may leave fields open."""
        for name in self.declared.fields:
            if self.cleaned_data.get(name) in (None, ""):
                continue
            try:
                refuse_unprintable(str(self.cleaned_data[name]))
                self.instance.field(name).run_validators(self.cleaned_data[name])
            except ValidationError as error:
                self.add_error(name, error)
            except Unprintable as problem:
                self.add_error(name, str(problem))


def head_form(
    model: type[Head],
    declared: HeadPage,
    disagreement: Callable[[Any, Sequence[Mapping[str, Any]]], Said | None] = lambda head, rows: None,
) -> type[HeadForm]:
    """The form of a kind's head: numbers, days, yes and no, and long texts each in their way."""
    hints: dict[str, Any] = dict(declared.hints)
    made: Any = forms.modelform_factory(
        model, form=HeadForm, fields=declared.fields, help_texts=hints, formfield_callback=_head_field
    )
    made.declared, made.disagreement = declared, staticmethod(disagreement)
    return made  # type: ignore[no-any-return]  # a subclass of HeadForm, made at run time


def _head_field(field: Any, **said: Any) -> Any:
    """A field of a head; a number is read as one of a row is."""
    if column := number_column(field):
        return CellField(column, label=capfirst(field.verbose_name), help_text=said.get("help_text", ""))
    if isinstance(field, models.DateField):
        return field.formfield(form_class=DayField, **said)
    if isinstance(field, models.BooleanField):
        return field.formfield(widget=forms.Select(choices=YES_NO), **said)
    if isinstance(field, models.TextField):
        return field.formfield(widget=forms.Textarea(attrs={"rows": 3}), **said)
    made = field.formfield(**said)
    if field.choices:
        made.choices = field.get_choices(blank_choice=[OPEN])
    return made


OPEN = ("", "—")
YES_NO = [OPEN, ("True", gettext_lazy("Yes")), ("False", gettext_lazy("No"))]


class TableForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label=gettext_lazy("Table (.xlsx or .csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,  # refused by its content check, in the same words as everywhere
    )
