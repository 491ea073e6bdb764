"""What config/widgets.py writes is what Django's templates say: labels and values escaped, groups, what is chosen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import override

from config.widgets import WRITERS, Widgets

CHOICES: list[Any] = [
    ("", "—"), ("a", "<b>&\"'</b>"), ("G & <i>", [("b", "B"), ("1234567", 1234567)]), ("c", "C"),
    (None, mark_safe("<i>safe</i>")),
]  # fmt: skip
LOOKS = {"required": True, "class": "form-select", "data-most": 1000, "data-note": "\"<&'>", "hidden": False, "id": "x"}
INPUTS: tuple[type[forms.Widget], ...] = (
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput,
    forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.FileInput, forms.CheckboxInput, forms.Textarea,
)  # fmt: skip
VALUES: list[Any] = [None, "", "a", "<\"&'>", mark_safe("&amp;"), 0, True, False, 1234567, date(2026, 1, 2)]
OTHERS: tuple[type[forms.Widget], ...] = (
    forms.RadioSelect, forms.CheckboxSelectMultiple, forms.ClearableFileInput, forms.NullBooleanSelect,
    forms.MultipleHiddenInput, forms.SelectDateWidget,
)  # fmt: skip


class OneShut(forms.Select):
    """One option is disabled; another bears an attribute that is to be escaped, and one that is not there."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if option["value"] == "b":
            option["attrs"]["disabled"] = True
        if option["value"] == "c":
            option["attrs"] |= {"data-note": '"<&', "hidden": False}
        return option


def both(widget: forms.Widget, value: Any) -> list[str]:
    """As we write it, and as Django's own templates do."""
    return [widget.render("n<", value, renderer=it) for it in (get_default_renderer(), DjangoTemplates())]


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, OneShut])
@pytest.mark.parametrize("value", [None, "", "a", "1234567", ["a", "b"]])
def test_a_select_is_as_django_writes_it(widget: type[forms.Select], value: Any) -> None:
    ours, theirs = both(widget(choices=CHOICES, attrs=LOOKS), value)
    assert parse_html(ours) == parse_html(theirs)


@pytest.mark.parametrize("widget", INPUTS)
@pytest.mark.parametrize("value", VALUES)
def test_an_input_is_as_django_writes_it_to_the_letter(widget: type[forms.Widget], value: Any) -> None:
    ours, theirs = both(widget(attrs=LOOKS), value)
    assert ours == theirs


@pytest.mark.parametrize("widget", [forms.TextInput, forms.Textarea])
def test_no_browser_cuts_off_what_is_pasted_and_the_form_says_what_is_too_much(widget: type[forms.Widget]) -> None:
    class Said(forms.Form):
        words = forms.CharField(max_length=5, widget=widget)

    form = Said({"words": "这七个字太长了"})
    assert "maxlength" not in str(form["words"])
    assert "这七个字太长了" in str(form["words"])
    with override("zh-hans"):
        assert form.errors["words"] == ["不得超过 5 个字符（现有 7 个）。"]


@pytest.mark.parametrize("widget", OTHERS)
def test_any_other_widget_has_its_template(widget: type[forms.Widget]) -> None:
    made = widget(attrs=LOOKS)
    if isinstance(made, forms.widgets.ChoiceWidget) and not made.choices:
        made.choices = [("a", "A"), ("b", "<B>")]
    ours, theirs = both(made, ["a"] if isinstance(made, forms.MultipleHiddenInput) else None)
    assert parse_html(ours) == parse_html(theirs)


def test_the_renderer_is_ours_and_stands_for_templates_of_django() -> None:
    """Else the tests above would hold Django against itself."""
    assert type(get_default_renderer()) is Widgets
    there = Path(forms.__file__).parent / "templates"
    assert [name for name in WRITERS if not (there / name).is_file()] == []
