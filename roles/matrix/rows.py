"""From YAML rows to checked values of the models. Problems are collected, so that all are told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from roles.matrix.read import BadMatrix, Problem, Row, read_file
from roles.models import Agency, Jurisdiction, SourceDocument


class Entry(Struct, frozen=True):
    """A checked row: its key, the values of its model's fields (a foreign key as the text of its key), its place."""

    key: str
    values: dict[str, Any]
    file: str
    line: int


class Blame(Struct):
    """Collects the problems of one file."""

    file: str
    problems: list[Problem] = []

    def add(self, row: Row, key: str, name: str, message: str | Promise) -> None:
        self.problems.append(Problem(self.file, row.line, key, name, message))


class Table(Struct, frozen=True):
    """How a file of plain rows is read: the model, its key, what must stand in a row, what may, what it points to."""

    model: type[models.Model]
    file: str
    key: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    links: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return Path(self.file).stem


JURISDICTIONS = Table(
    Jurisdiction, "jurisdictions.yaml", "code", ("code", "name", "level"), ("name_en", "parent"), ("parent",)
)
DOCUMENTS = Table(
    SourceDocument,
    "documents.yaml",
    "code",
    ("code", "title"),
    ("title_en", "number", "issued_on", "valid_from", "valid_to", "note", "note_en"),
)
AGENCIES = Table(
    Agency,
    "agencies.yaml",
    "slug",
    ("slug", "name", "level", "jurisdiction"),
    ("name_en", "short_name", "uscc", "document_prefix", "document_prefix_source", "phone", "note", "note_en"),
    ("jurisdiction",),
)


def clean(model: type[models.Model], row: Row, key: str, names: Collection[str], blame: Blame) -> dict[str, Any]:
    """The named values of `row` as the model's fields understand them; what they refuse is blamed on its field."""
    values: dict[str, Any] = {}
    for name in names:
        column = cast("models.Field[Any, Any]", model._meta.get_field(name))
        raw = row.get(name, "")
        if not isinstance(raw, str):
            blame.add(row, key, name, _("must be a single value"))
        elif not raw:
            values[name] = column.get_default()
        elif isinstance(column, models.ForeignKey):
            values[name] = raw
        else:
            try:
                values[name] = column.clean(raw, None)
            except ValidationError as error:
                blame.add(row, key, name, "; ".join(str(message) for message in error.messages))
    return values


def check_names(row: Row, key: str, required: Collection[str], known: Collection[str], blame: Blame) -> None:
    """Blames fields nobody knows and required ones that are missing or empty."""
    for name in row:
        if name not in known:
            blame.add(row, key, name, _("unknown field"))
    for name in required:
        if not row.get(name):
            blame.add(row, key, name, _("required"))


def check_term(row: Row, key: str, values: dict[str, Any], blame: Blame) -> None:
    """Blames a term that ends before it begins."""
    since, until = values.get("valid_from"), values.get("valid_to")
    if since and until and until < since:
        blame.add(row, key, "valid_to", _("the term ends before it begins"))


def rows_of(value: Any, holder: Row, name: str, blame: Blame, key: str = "") -> Iterator[Row]:
    """The mappings of a list; anything else in it is blamed on the row `key`."""
    if not isinstance(value, list):
        blame.add(holder, key, name, _("must be a list of rows"))
        return
    for item in value:
        if isinstance(item, Row):
            yield item
        else:
            blame.add(holder, key, name, _("“%(item)s” is not a row") % {"item": item})


def read_table(directory: Path, table: Table, targets: dict[str, Collection[str]]) -> list[Entry]:
    """All rows of one plain file, checked. `targets` gives, by field, the keys a row may point to.

    A row may also point to a row above it in its own file (a district to its city). Raises `BadMatrix`.
    """
    content = read_file(directory / table.file)
    blame = Blame(table.file)
    check_names(content, "", [table.name], [table.name, "texts"], blame)
    entries: dict[str, Entry] = {}
    for row in rows_of(content.get(table.name, []), content, table.name, blame):
        key = str(row.get(table.key, ""))
        check_names(row, key, table.required, table.required + table.optional, blame)
        values = clean(table.model, row, key, table.required + table.optional, blame)
        check_term(row, key, values, blame)
        if key in entries:
            blame.add(row, key, table.key, _("the same key stands on line %(line)d") % {"line": entries[key].line})
        for link in table.links:
            if values.get(link) and values[link] not in targets.get(link, entries):
                blame.add(row, key, link, _("“%(key)s” is not in the data") % {"key": values[link]})
        entries[key] = Entry(key, values, table.file, row.line)
    if blame.problems:
        raise BadMatrix(blame.problems)
    return list(entries.values())
