"""What a table kind declares and gets wrong: each stops the start (permits.E001), by the name of its part."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from inspect import getattr_static
from typing import Any, TypeAlias

from permits.rules.base import REGISTRY

TableKind: TypeAlias = Any
"""permits.tables.kind's, which asks this."""


def contradictions(kind: TableKind) -> Iterator[str]:
    """Names that are declared nowhere, a column no form shows, rows that no head finds, rules of another kind."""
    columns, fields = set(kind.table.names), {field.name for field in kind.head_model._meta.get_fields()}
    yield from (f"{part}: no column is called “{name}”" for part, name in _columns_named(kind) if name not in columns)
    grouped = {name for _legend, names in kind.table.groups for name in names}
    yield from (f"table.groups: “{name}” is in none" for name in kind.table.names if name not in grouped)
    yield from (f"{part}: the head has no field “{name}”" for part, name in _fields_named(kind) if name not in fields)
    unknown = [code for code in kind.found_documents if code not in kind.case.documents]
    yield from (f"found_documents: “{code}” is none of the rules' documents" for code in unknown)
    if kind.row_model not in _called_rows(kind):
        yield "row_model: its head has no related_name “rows”"
    package = type(kind).__module__.rpartition(".")[0]
    if find_spec(f"{package}.migrations") is None:
        yield "migrations: there are none, so its tables are not made"
    if not isinstance(getattr_static(type(kind), "materials"), staticmethod):
        yield "materials: not declared as a static method"
    own = [rule for rule in REGISTRY.rules.values() if rule.check.__module__.startswith(f"{package}.")]
    yield from (f"rule {rule.id}: kinds do not name “{kind.code}”" for rule in own if not rule.reaches(kind.code))


def _columns_named(kind: TableKind) -> Iterator[tuple[str, str]]:
    """Each part of the declaration that names columns, and a name."""
    table = kind.table
    for part in ("key", "brief", "listed", "carried", "anchors"):
        yield from ((f"table.{part}", name) for name in getattr(table, part))
    yield from (("table.groups", name) for _legend, names in table.groups for name in names)
    yield from (("ground_columns", name) for names in kind.ground_columns for name in names)
    yield from (("found_rows", name) for name in kind.found_rows[1].values())


def _fields_named(kind: TableKind) -> Iterator[tuple[str, str]]:
    """The same of fields of the head."""
    yield from (("head.groups", name) for name in kind.head.fields)
    yield from (("head.asked", name) for name in kind.head.asked)
    yield from (("found_head", name) for name in kind.found_head.values())


def _called_rows(kind: TableKind) -> set[object]:
    relations = kind.head_model._meta.related_objects
    return {relation.related_model for relation in relations if relation.get_accessor_name() == "rows"}
