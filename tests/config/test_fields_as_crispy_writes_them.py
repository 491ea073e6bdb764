"""A field of a form as config/fields.py writes it says what crispy-forms' own template of it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import crispy_bootstrap5
import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.template import Context, Engine
from django.test.html import parse_html
from django.utils.safestring import mark_safe

CHOICES = [("a", "A & B"), ("b", "<b>")]
THEIRS = Engine(
    dirs=[Path(crispy_bootstrap5.__file__).parent / "templates"],
    libraries={
        "crispy_forms_field": "crispy_forms.templatetags.crispy_forms_field",
        "crispy_forms_filters": "crispy_forms.templatetags.crispy_forms_filters",
        "l10n": "django.templatetags.l10n",
    },
)


class Every(forms.Form):
    """A field of each sort."""

    error_css_class = "wrong"
    required_css_class = "needed"

    word = forms.CharField(label="Word <1>", help_text=mark_safe("see <a href='/'>there</a>"), max_length=3)
    free = forms.CharField(label="", required=False, widget=forms.TextInput(attrs={"class": "wide textinput"}))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), help_text="A & B")
    one = forms.ChoiceField(choices=CHOICES)
    some = forms.MultipleChoiceField(choices=CHOICES, required=False)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(help_text="read it first")
    perhaps = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"}))
    kept = forms.CharField(widget=forms.HiddenInput)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, help_text="one of them")
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(help_text="PDF")
    secret = forms.CharField(widget=forms.PasswordInput)


def theirs(field: forms.BoundField) -> str:
    """By the template of the package."""
    said = {"field": field, "form_show_errors": True, "form_show_labels": True, "label_class": "", "field_class": ""}
    return THEIRS.get_template("bootstrap5/field.html").render(Context(said))


@pytest.mark.parametrize("name", Every.base_fields)
@pytest.mark.parametrize(
    "data", [None, {}, {"word": "long", "one": "x", "day": "never", "text": "<i>", "agreed": "on"}]
)
def test_a_field_is_as_crispy_writes_it(name: str, data: dict[str, Any] | None) -> None:
    assert parse_html(as_crispy_field(Every(data)[name])) == parse_html(theirs(Every(data)[name]))
