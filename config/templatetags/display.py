"""How values are shown."""

from django import template

from roles.citing import lines_in_words

register = template.Library()
register.filter("in_words", lines_in_words)


@register.filter
def without_sign(number: int) -> int:
    """-3 → 3, for "3 working days overdue"."""
    return abs(number)
