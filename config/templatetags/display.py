"""How values are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from allauth.socialaccount.templatetags.socialaccount import get_providers
from django import template
from django.conf import settings
from django.core.validators import EMPTY_VALUES
from django.forms import BoundField, Field, Form, ModelChoiceField
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.urls import get_urlconf
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.fields import field_html, is_asked
from permits.drafts.unfinished import as_worded
from permits.tables.columns import plain
from permits.text.citing import articles_said, cite, laws_said

register = template.Library()
register.filter("in_words", articles_said)
register.filter("laws", laws_said)
register.simple_tag(field_html, takes_context=True, name="form_field")
register.filter("is_asked", is_asked)


@register.simple_tag
def example_logins() -> dict[str, Any]:
    """A few names of the demonstration, with who that is, and their password; nothing in any other installation."""
    if not settings.DEMO:
        return {}
    from workflows.demo import cast  # an installation never needs it

    known = dict(cast.logins())
    return {
        "names": [(login, known[login]) for login in cast.SHOWN],
        "password": format_html('<span class="text-nowrap">{}</span>', cast.PASSWORD),
    }


@register.simple_tag(takes_context=True)
def organisation_logins(context: Context) -> list[Any]:
    """The providers of OpenID Connect that people come in by. Where none is set none is looked for: the programs that
    ask one would be loaded by each process that shows this page."""
    return list(get_providers(context)) if settings.SOCIALACCOUNT_PROVIDERS else []


@register.filter
def typed_into(keeping: Any, form: Any) -> list[tuple[str, str]]:
    """What was typed on a page that keeps itself, in the words of its form."""
    return list(keeping.typed_into(form))


@register.filter
def conditions(form: Form) -> list[str]:
    """What a filter asks for, by the labels of its fields and as they word it: of a box that is ticked the label alone.
    Nothing of a form that is refused."""
    if not form.is_bound or not form.is_valid():
        return []
    filled = ((field.label, field, form.cleaned_data[name]) for name, field in form.fields.items())
    return [
        f"{label}{colon()}{_condition(field, value)}" if value is not True else str(label)
        for label, field, value in filled
        if value not in EMPTY_VALUES and value is not False
    ]


def _condition(field: Field, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(field, ModelChoiceField):
        return str(field.label_from_instance(value))
    return as_worded(field, str(value))


@register.filter
def asks(form: Iterable[BoundField]) -> bool:
    """Whether a field of the form, or one of these fields, bears the sign of what must be filled in."""
    return any(is_asked(field) for field in form or ())


@register.filter("cite")
def cite_clause(clause: Any) -> str:
    """A citation of a rule, or what an act recorded of one, in the reader's language."""
    told = clause if isinstance(clause, Mapping) else {"source": clause.source, "article": clause.article}
    return cite(str(told["source"]), str(told["article"]))


@register.filter
def without_sign(number: int) -> int:
    """-3 → 3, for "3 working days overdue"."""
    return abs(number)


@register.filter
def figure(number: Decimal) -> str:
    """A figure as papers write it, with no zeros behind: 922.5000 → 922.5, 3.0000 → 3, 20000 → 20,000."""
    return number_format(plain(number), use_l10n=True, force_grouping=True)


@register.filter
def bare(label: object) -> object:
    """A field's label without the mark that says when it is filled in, for what is wrong with the field."""
    return getattr(label, "bare", label)


@register.filter
def is_sentence(label: object) -> bool:
    """Whether a label is a whole sentence, as a statement to be ticked is: what is wrong then stands by itself."""
    return str(label).endswith((".", "。"))


@register.filter(is_safe=True)
def in_brackets(text: object) -> str:
    """What stands in brackets behind a word, in the brackets of the reader's language; English sets a blank before."""
    return _(" (%(text)s)") % {"text": str(text).strip()}


@register.filter
def titled(case: Any) -> str:
    """A case by its number and, where it has one, its title."""
    return f"{case} {case.title}" if case.title else str(case)


@register.filter
def enumerated(things: Iterable[object], mark: str = ", ") -> str:
    """What is named one after the other, between them the comma, or another mark, of the reader's language."""
    return format_html_join(_(mark), "{}", ((thing,) for thing in things))


@register.simple_tag
def colon() -> str:
    """What stands between a name and what is said of it."""
    return _(": ")


class SameOnEachPage(template.Node):
    """Words and links that hang on the language alone."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[tuple[str | None, str | None], str] = {}

    def render(self, context: Context) -> str:
        """As rendered before in this language, for these addresses."""
        asked = get_language(), get_urlconf()
        if asked not in self.rendered:
            alone = Context()
            alone.template = context.template  # whom Django asks how to tell of an error in it
            self.rendered[asked] = self.nodelist.render(alone)
        return self.rendered[asked]


@register.tag
def same_on_each_page(parser: Parser, token: Token) -> SameOnEachPage:
    """{% same_on_each_page %}…{% end_same %}: rendered once in each language, seeing nothing of the page."""
    nodelist = parser.parse(("end_same",))
    parser.delete_first_token()
    return SameOnEachPage(nodelist)
