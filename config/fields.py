"""A field of a form with its label and help, as crispy-forms' template of Bootstrap's fields writes it.

That template asks of each field a dozen questions about looks no form here has (rows, offsets, hidden labels). Fields
of several inputs, and of files, have `bootstrap5/field_of_parts.html`; errors have the template of crispy-forms.
"""

from __future__ import annotations

from typing import cast

from django import forms
from django.forms import BoundField
from django.template import Context, Template
from django.utils.safestring import SafeString

from roles.markup import escaped

PARTS = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)


def field_html(context: Context) -> str:
    """The HTML of the context's `field`."""
    field: BoundField = context["field"]
    widget = field.field.widget
    if field.is_hidden:
        return str(field)
    if is_asked(field) and not (field.field.required or field.use_fieldset):
        widget.attrs["aria-required"] = "true"  # the verb asks: the browser must let an empty form through to it
    if isinstance(widget, PARTS) or field.use_fieldset:
        return _of_template(context, "bootstrap5/field_of_parts.html")
    errors, box = field.errors, isinstance(widget, forms.CheckboxInput)
    look = "form-check-input" if box else "form-select" if isinstance(widget, forms.Select) else "form-control"
    dress(widget, f"{look} is-invalid" if errors else look)
    told = _of_template(context, "bootstrap5/layout/help_text_and_errors.html") if errors else _help(field)
    css = field.css_classes()
    outer = f'<div id="div_{field.auto_id}" class="{"form-check" if box else "mb-3"}{" " * bool(css)}{escaped(css)}">'
    if box:
        return SafeString(f'<div class="mb-3">{outer}{field}{_label(field, "form-check-label")}{told}</div></div>')
    label = _label(field, "form-label") if field.label else ""
    return SafeString(f"{outer}{label}\n{field}{told}</div>")


def dress(widget: forms.Widget, looks: str) -> None:
    """Give the widget, or those it consists of, these classes and the name of its own class."""
    for one in getattr(widget, "widgets", [widget]):
        own = type(one).__name__.lower()
        classes = one.attrs.get("class", "")
        if own not in classes:
            classes = f"{classes} {own}".strip()
        there = classes.split()
        one.attrs["class"] = " ".join([classes, *(look for look in looks.split() if look not in there)])


def is_asked(field: BoundField) -> bool:
    """Whether nothing is done while the field is empty: Django asks for it, or the verb behind the form does, which
    then has `asked` on the field. Of a label that names a condition it holds where the condition does."""
    return bool(field.field.required or getattr(field.field, "asked", False)) and not field.is_hidden


def _label(field: BoundField, look: str) -> str:
    needed = is_asked(field)
    about = f' for="{escaped(field.id_for_label)}"' if field.id_for_label else ""
    star = '<span class="asteriskField">*</span>' if needed else ""
    return f'<label{about} class="{look}{" requiredField" if needed else ""}">{escaped(field.label)}{star}</label>'


def _help(field: BoundField) -> str:
    about = f'id="{escaped(field.auto_id)}_helptext" ' if field.auto_id else ""
    return f'<div {about}class="form-text">{field.help_text}</div>' if field.help_text else ""


def _of_template(context: Context, name: str) -> str:
    rendered: SafeString = cast(Template, context.template).engine.get_template(name).render(context)
    return rendered
