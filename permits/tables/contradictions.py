"""What a table kind declares and gets wrong.

`contradictions` is asked at the start, and each fault stops it (permits.E001), told by the name of its part. Which
facts a case asks may depend on what it says: `unread_paths` checks those, in a test that every kind gets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from inspect import getattr_static
from typing import Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField

from permits.models import ACTS
from permits.models.states import S
from permits.rules import BadCase, parse
from permits.rules.base import REGISTRY
from permits.rules.found import with_values
from permits.rules.parameters import fault, parameters
from permits.rules.places import EVERYWHERE, NAMES
from permits.rules.reading import NOT_A_FIELD
from permits.tables.columns import Column
from permits.tables.fields import Head

TableKind: TypeAlias = Any
"""That of permits.tables.kind, which imports this file."""
ANSWERS = ("yes", "no")
PLACE = "110118"
"""Any place will do: only slots and documents of the list of materials are looked at."""


def contradictions(kind: TableKind) -> Iterator[str]:
    """Each fault of the declaration as “part: what is wrong”. Where the head is no Head, or `materials` no static
    method, the checks that rest on it are left out: they would themselves fail."""
    if not issubclass(kind.head_model, Head):
        yield "head_model: it is no Head"
        return
    package = type(kind).__module__.rpartition(".")[0]
    yield from _models(kind, package)
    yield from _names(kind)
    yield from _case_facts(kind)
    yield from _never(kind)
    yield from _rules(kind, package)
    if isinstance(getattr_static(type(kind), "materials"), staticmethod):
        yield from _materials(kind)
    else:
        yield "materials: not declared as a static method"


def _models(kind: TableKind, package: str) -> Iterator[str]:
    """Rows that no head finds, and tables that are never made."""
    if not hasattr(kind.row_model, "table"):
        yield "row_model: with_columns gives it no columns"
    if kind.rows_key == kind.head_slug:
        yield f"rows_key: “{kind.rows_key}” is the head's slug, too"
    for part, name in (("row_model", "rows"), ("pending_model", "pending")):
        if getattr(kind, part) not in _related(kind, name):
            yield f"{part}: its head has no related_name “{name}”"
    if find_spec(f"{package}.migrations") is None:
        yield "migrations: there are none, so its tables are not made"


def _names(kind: TableKind) -> Iterator[str]:
    """Columns and fields that are named and not there, columns that no form shows, two columns under one heading."""
    columns, fields = set(kind.table.names), {field.name for field in kind.head_model._meta.get_fields()}
    yield from (f"{part}: no column is called “{name}”" for part, name in _columns_named(kind) if name not in columns)
    grouped = {name for _legend, names in kind.table.groups for name in names}
    yield from (f"table.groups: “{name}” is in none" for name in kind.table.names if name not in grouped)
    yield from (f"{part}: the head has no field “{name}”" for part, name in _fields_named(kind) if name not in fields)
    headings = [heading for column in kind.table.columns for heading in {column.head, *column.aliases}]
    yield from (f"table: two columns are headed “{heading}”" for heading in _twice(headings))


def _case_facts(kind: TableKind) -> Iterator[str]:
    """What an organ can find 认定, and the case that the rules read does not have."""
    unknown = [code for code in kind.found_documents if code not in kind.case.documents]
    yield from (f"found_documents: “{code}” is none of the rules' documents" for code in unknown)
    rows, _columns = kind.found_rows
    if rows and rows not in kind.case.every_field({}):
        yield f"found_rows: the facts have no list “{rows}”"


def _materials(kind: TableKind) -> Iterator[str]:
    """Materials for documents that no rule knows, and two in one slot."""
    asked = kind.all_requirements(PLACE)
    unknown = [entry.document for entry in asked if entry.document and entry.document not in kind.case.documents]
    yield from (f"materials: “{code}” is none of the rules' documents" for code in unknown)
    yield from (f"materials: the slot “{slot}” is there twice" for slot in _twice([entry.slot for entry in asked]))


def _twice(names: Iterable[str]) -> list[str]:
    """Each name that is there more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


def _never(kind: TableKind) -> Iterator[str]:
    """Conditions that are never met, words for what does not exist, a quota's rule that is none: without a word the
    program would pass over each."""
    yield from _never_met(kind)
    places = {place for _name, places in kind.head.asked_in for place in places}
    yield from (f"head.asked_in: “{place}” is no place" for place in sorted(places - NAMES.keys()))
    yield from (f"called: “{name}” is no act and no status" for name in kind.called if name not in {*ACTS, *S.values})
    if kind.quota and kind.quota.rule and kind.quota.rule not in REGISTRY.rules:
        yield f"quota: no rule is called “{kind.quota.rule}”"


def _never_met(kind: TableKind) -> Iterator[str]:
    """Conditions on a value that their column, or field of the head, cannot have; those on a name that is nowhere are
    told by `_names`."""
    columns = kind.table.by_name
    for column in columns.values():
        for when in column.where:
            if when.field in columns:
                yield from _none_of(f"where of “{column.name}”", when.field, when.values, _codes(columns[when.field]))
    for part in ("asked_where", "applies_where", "offered_where"):
        for name, value, _names in getattr(kind.head, part):
            with suppress(FieldDoesNotExist):
                yield from _none_of(f"head.{part}", name, (value,), _values(kind.head_model.field(name)))


def _none_of(part: str, field: str, values: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """The `values` that are not among `known`; none where nothing is known, for then any value can come."""
    yield from (f"{part}: “{field}” is never “{value}”" for value in values if known and value not in known)


def _codes(column: Column) -> Collection[str]:
    """The values of a column, as `When` compares them; nothing where they are no closed list."""
    if column.type == "flag":
        return ANSWERS
    return {choice.code for choice in column.choices} if column.type == "choice" else ()


def _values(field: Any) -> Collection[str]:
    """As `_codes`, of a field of the head."""
    return ANSWERS if isinstance(field, BooleanField) else {str(code) for code, _label in field.flatchoices}


def unread_paths(kind: TableKind, cases: Iterable[Mapping[str, Any]]) -> set[str]:
    """Paths of `found_head`, `found_rows` and `organs_own` that none of `cases` asks: nobody could ever find anything
    of them. Each case is a mapping, as a case file has it. This is not checked at the start, for what a case asks may
    depend on what it says."""
    rows, columns = kind.found_rows
    own = (one.path for one in kind.organs_own if one.in_case)
    unread = {*kind.found_head, *own, *(f"{rows}[0].{fact}" for fact in columns)}
    for case in cases:
        unread = {path for path in unread if not _asks(case, path)}
    return unread


def _asks(case: Mapping[str, Any], path: str) -> bool:
    try:
        parse(with_values(case, [(path, None)]))
    except LookupError:  # a case without rows
        return False
    except BadCase as bad:
        return not any(where == path and message.template == NOT_A_FIELD for where, message in bad.problems)
    return True


def _rules(kind: TableKind, package: str) -> Iterator[str]:
    """What rules of the package name although it is not there: the kind, a place, a parameter."""
    own = [rule for rule in REGISTRY.rules.values() if rule.check.__module__.startswith(f"{package}.")]
    yield from (f"rule {rule.id}: kinds do not name “{kind.code}”" for rule in own if not rule.reaches(kind.code))
    yield from (
        f"rule {rule.id}: places do not know “{place}”"
        for rule in own
        for place in rule.places
        if place not in EVERYWHERE
    )
    if fault():
        return  # config.E011 tells it
    known = parameters()
    yield from (
        f"rule {rule.id}: no parameters.yaml gives “{name}”"
        for rule in own
        for name in rule.parameters
        if name not in known
    )


def _columns_named(kind: TableKind) -> Iterator[tuple[str, str]]:
    """Every name of a column in the declaration, with the part in which it stands."""
    table = kind.table
    for part in ("key", "brief", "listed", "carried", "anchors"):
        yield from ((f"table.{part}", name) for name in getattr(table, part))
    yield from (("table.groups", name) for _legend, names in table.groups for name in names)
    yield from (("ground_columns", name) for names in kind.ground_columns for name in names)
    yield from (("found_rows", name) for name in kind.found_rows[1].values())
    yield from (("precheck_rows", name) for name in kind.precheck_rows)
    yield from ((f"where of “{column.name}”", when.field) for column in table.columns for when in column.where)


def _fields_named(kind: TableKind) -> Iterator[tuple[str, str]]:
    """As `_columns_named`, of fields of the head."""
    page = kind.head
    yield from (("head.groups", name) for name in page.fields)
    for part in ("asked", "folded", "hints"):
        yield from ((f"head.{part}", name) for name in getattr(page, part))
    for part in ("asked_where", "applies_where", "offered_where"):
        yield from ((f"head.{part}", one) for name, _value, names in getattr(page, part) for one in (name, *names))
    yield from (("head.asked_in", name) for name, _places in page.asked_in)
    yield from (("found_head", name) for name in kind.found_head.values())
    yield from (("precheck_head", name) for name in kind.precheck_head)


def _related(kind: TableKind, name: str) -> set[object]:
    """The models whose rows a head finds by `name`."""
    relations = kind.head_model._meta.related_objects
    return {relation.related_model for relation in relations if relation.get_accessor_name() == name}
