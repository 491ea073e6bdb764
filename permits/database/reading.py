"""Many rows read at once, for whoever only reads them: as objects of their model, at a third of what `list` costs.

Django makes an object by its constructor, with two signals, and a setter for each key of another row that looks whether
it changes. Whoever computes from a million rows pays more for that than for the computing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)


def read(found: QuerySet[Row]) -> list[Row]:
    """The rows of `found`, whole; joins that it asks for are left out (`keep_related` gives a row what was read beside
    it)."""
    model = found.model
    attributes = tuple(field.attname for field in model._meta.concrete_fields)
    rows = []
    for values in found.select_related(None).values_list(*attributes):
        row = model.__new__(model)
        row.__dict__.update(zip(attributes, values, strict=True))
        state = row.__dict__["_state"] = ModelState()
        state.db, state.adding = found.db, False
        rows.append(row)
    return rows


class _Among(Func):
    """That a column is one of an array, which is one value of the statement."""

    template, arg_joiner, output_field = "%(expressions)s::bigint[])", " = ANY(", BooleanField()


def among(name: str, keys: Collection[int]) -> Q | Func:
    """The rows whose `name` is one of these keys. To PostgreSQL they go as one value: each value of a statement is
    prepared, written and read by itself, and a batch has thousands of them."""
    if connection.vendor != "postgresql":
        return Q(**{f"{name}__in": keys})
    return _Among(F(name), Value(f"{{{','.join(map(str, keys))}}}"))


def keep_related(row: Model, name: str, other: Model | None) -> None:
    """`row.name` is `other`, which was read by itself: None for none, as Django keeps what it joined."""
    row._state.fields_cache[name] = other


def related(row: Model, name: str) -> Any:
    """The row that stands at the other end of a one-to-one relation, or None; without the error that Django makes for
    each that has none."""
    kept = row._state.fields_cache
    return kept[name] if name in kept else getattr(row, name, None)


def by_key(rows: Iterable[Row]) -> dict[Any, Row]:
    """The rows by their keys."""
    return {row.pk: row for row in rows}
