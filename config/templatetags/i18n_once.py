"""A text of a template without variables is looked up once in each language by a process.

The tag is put into Django's own library, which every template loads: a second one of its name would be two of one name
(templates.W003). Settings name this file, so it is there before any template is read.
"""

from __future__ import annotations

from typing import Any

from django.template import Context
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

ALONE = 2
"""The tag and its text."""

register = i18n.register


class Once(i18n.TranslateNode):
    """{% translate "…" %} of a text alone."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        """As rendered before in this language."""
        asked = get_language(), context.autoescape
        if asked not in self.said:
            self.said[asked] = super().render(context)
        return self.said[asked]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """As Django's."""
    words = token.split_contents()
    if len(words) == ALONE:
        text = parser.compile_filter(words[1])
        if isinstance(text.var, str) and not text.filters:
            return Once(text, False, None, None)
    return i18n.do_translate(parser, token)
