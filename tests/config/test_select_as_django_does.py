"""Our template of selects says what Django's says: labels and values escaped, groups, what is chosen or disabled."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.template.loader import get_template
from django.test.html import parse_html

CHOICES: list[Any] = [
    ("", "—"), ("a", "<b>&\"'</b>"), ("G & <i>", [("b", "B"), ("1234567", 1234567)]), ("c", "C"),
]  # fmt: skip


class OneShut(forms.Select):
    """One option is disabled; another bears an attribute that is to be escaped, and one that is not there."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if option["value"] == "b":
            option["attrs"]["disabled"] = True
        if option["value"] == "c":
            option["attrs"] |= {"data-note": '"<&', "hidden": False}
        return option


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, OneShut])
@pytest.mark.parametrize("value", [None, "", "a", "1234567", ["a", "b"]])
def test_a_select_is_as_django_writes_it(widget: type[forms.Select], value: Any) -> None:
    select = widget(choices=CHOICES, attrs={"required": True, "class": "form-select", "data-most": 1000})
    ours, theirs = (select.render("n<", value, renderer=it) for it in (get_default_renderer(), DjangoTemplates()))
    assert parse_html(ours) == parse_html(theirs)


def test_the_template_is_ours() -> None:
    """Else the test above would hold Django against itself."""
    assert "site-packages" not in str(get_template("django/forms/widgets/select.html").origin.name)
