"""Inputs, selects and text areas as HTML, without a template for each.

Django renders each of them, its attributes and each option by templates of their own: a tenth of a page with a dozen
fields. What is written is what Django's templates say (`tests/config/test_widgets_as_django_writes_them.py`), but for
`maxlength`: a browser cuts off what is pasted beyond it, and nobody is told; the form keeps the words and says how many
characters are too many. Other widgets have their templates as before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.safestring import SafeString

from roles.markup import escaped

Said = Mapping[str, Any]
"""What a widget's `get_context` says of it."""


def attributes(said: Mapping[str, Any]) -> str:
    """Each with a space before it: False is left out, True is its name alone."""
    written = []
    for name, value in said.items():
        if name == "maxlength":
            continue
        if value is True:
            written.append(f" {escaped(name)}")
        elif value is not False:
            written.append(f' {escaped(name)}="{escaped(value)}"')
    return "".join(written)


def _input(said: Said) -> SafeString:
    value = said["value"]
    told = "" if value is None else f' value="{escaped(value)}"'
    name, looks = escaped(said["name"]), attributes(said["attrs"])
    return SafeString(f'<input type="{escaped(said["type"])}" name="{name}"{told}{looks}>')


def _text_area(said: Said) -> SafeString:
    looks = attributes(said["attrs"])
    return SafeString(f'<textarea name="{escaped(said["name"])}"{looks}>\n{escaped(said["value"] or "")}</textarea>')


def _option(said: Said) -> str:
    value, looks = escaped(said["value"]), attributes(said["attrs"])
    return f'\n  <option value="{value}"{looks}>{escaped(localize(said["label"]))}</option>'


def _select(said: Said) -> SafeString:
    written = []
    for group, options, _place in said["optgroups"]:
        within = "".join(map(_option, options))
        written.append(f'\n  <optgroup label="{escaped(group)}">{within}\n  </optgroup>' if group else within)
    looks = attributes(said["attrs"])
    return SafeString(f'<select name="{escaped(said["name"])}"{looks}>{"".join(written)}\n</select>')


_HERE = "django/forms/widgets/"
_INPUTS = (
    "input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "file", "checkbox",
)  # fmt: skip
WRITERS: dict[str, Callable[[Said], SafeString]] = {
    **{f"{_HERE}{name}.html": _input for name in _INPUTS},
    f"{_HERE}select.html": _select,
    f"{_HERE}textarea.html": _text_area,
}
"""By the name of the template they stand for."""


class Widgets(TemplatesSetting):
    """The renderer of forms: what is in WRITERS is written, anything else has its template."""

    def render(self, template_name: str, context: Mapping[str, Any], request: Any = None) -> str:
        """The HTML of one widget, or of one form."""
        write = WRITERS.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)  # type: ignore[arg-type]
