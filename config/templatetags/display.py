"""How values are shown."""

from django import template

register = template.Library()


@register.filter
def without_sign(number: int) -> int:
    """-3 → 3, for "3 working days overdue"."""
    return abs(number)
