"""The head of a table kind as it is declared: groups of fields, what must be filled in, what can never be kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.tables.columns import Said, When, plain
from permits.tables.fields import Head
from permits.tables.table import MUST
from roles.days import unlikely

Label = str | Promise
Values = Mapping[str, Any]


class HeadPage(Struct, frozen=True, kw_only=True, dict=True):
    """A head as its form asks for it. A condition is (field, value, fields that depend on it)."""

    title: Label
    saved: Label
    groups: tuple[tuple[Label, tuple[str, ...]], ...]
    """Legend and fields of each part of the form."""
    asked: tuple[str, ...]
    """Fields without which nothing is handed in."""
    asked_where: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Fields asked only where another has this value."""
    applies_where: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Fields that mean something only where another has this value. Whether they are asked then `wrong` says."""
    offered_where: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Fields that mean something only where another has this value, and may stay empty there, too."""
    asked_in: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Fields asked only where the application is filed in one of these places (GB/T 2260)."""
    wrong: Callable[[Values, Any], Iterable[Said]] = lambda values, head: ()
    """What else contradicts or is missing, also against the stored head and its rows."""
    impossible: Callable[[Values], Iterable[Said]] = lambda values: ()
    """What not even a draft may keep."""
    hints: Mapping[str, Label] = {}
    folded: tuple[str, ...] = ()
    """Fields shown only where they say something."""
    choosable: Callable[[Any], Mapping[str, Collection[str]]] = lambda head: {}
    """For the stored head, the values that the form offers of a field whose choices not every applicant has; a single
    one is chosen already."""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field, in the order of the form."""
        return tuple(name for _legend, names in self.groups for name in names)

    @cached_property
    def conditions(self) -> Mapping[str, When]:
        """When the fields apply that do not always apply, by name."""
        listed = (*self.asked_where, *self.applies_where, *self.offered_where)
        return {one: When(name, (value,)) for name, value, names in listed for one in names}

    @cached_property
    def offered(self) -> frozenset[str]:
        """The fields that may stay empty where they apply."""
        return frozenset(one for _name, _value, names in self.offered_where for one in names)

    def problems(self, values: Values, head: Head) -> Iterator[Said]:
        """Field and message: what keeps the head from being handed in. False and 0 are answers."""
        conditional = (names for name, value, names in self.asked_where if When(name, (value,)).holds(values))
        here = (name for name, places in self.asked_in if head.pk and head.application.jurisdiction_id in places)
        for name in (*self.asked, *(one for names in conditional for one in names), *here):
            if values.get(name) in (None, ""):
                yield name, _(MUST)
        for name in self.fields:  # the form asks too: this is for what was kept before it did
            if isinstance(day := values.get(name), date) and (problem := unlikely(day)):
                yield name, problem
        yield from self.wrong(values, head)

    def facts(self, model: type[Head], said: Values, *, names: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Labels and values of the head in a snapshot, in the order of the form; of `names` alone where given."""
        return [
            (model.label(name), in_words(model.field(name), said.get(name)))
            for name in names or self.fields
            if name not in self.folded or said.get(name) not in (None, "")
        ]


def in_words(field: models.Field[Any, Any], value: Any) -> str:
    """A value of a snapshot, where decimals and dates are text, as a reader sees it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return date_format(date.fromisoformat(str(value)))
    if isinstance(field, models.DecimalField):
        return _number(field.name, Decimal(str(value)))
    return str(value)


def _number(name: str, value: Decimal) -> str:
    """Hectares with four decimals, money with two, other numbers plain."""
    if name.endswith("_ha"):
        return f"{value:.4f}"
    return f"{value:,.2f}" if name.endswith("_yuan") else plain(value)
