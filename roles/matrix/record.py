"""What a load of the role matrix wrote, kept as a row that is only added; and the matrix compared with those rows.

Agencies are told of too, and not compared: the pages change them afterwards, with a line of the security log each.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from roles.models import Agency, Jurisdiction, Mandate, MatrixEdition, SourceDocument

TABLES: dict[str, tuple[type[models.Model], str]] = {
    "jurisdictions": (Jurisdiction, "code"),
    "documents": (SourceDocument, "code"),
    "agencies": (Agency, "slug"),
    "mandates": (Mandate, "key"),
}
"""Table → its model, and the column that names a row in the data."""
COMPARED = ("jurisdictions", "documents", "mandates")
Rows = dict[str, dict[str, Any]]


def keep_edition(written: Mapping[str, Collection[str]]) -> MatrixEdition | None:
    """Note the rows `written` (table → keys) as they stand now; every row where there was no edition before. None where
    nothing was written. In the transaction of the load."""
    first = not MatrixEdition.objects.exists()
    told = {
        table: {key: row for key, row in _standing(table).items() if first or key in written.get(table, ())}
        for table in TABLES
    }
    told = {table: rows for table, rows in told.items() if rows}
    if not told:
        return None
    body = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return MatrixEdition.objects.create(body=body)


@transaction.atomic
def keep_first_edition() -> MatrixEdition | None:
    """Note every row as it stands, where no edition was ever kept: an installation that is older than editions."""
    return None if MatrixEdition.objects.exists() else keep_edition({})


def differences() -> Iterator[str]:
    """Where the matrix differs from what its editions tell, in words; nothing while there is none."""
    recorded: dict[str, Rows] = {}
    for edition in MatrixEdition.objects.order_by("pk"):
        for table, rows in edition.rows.items():
            recorded.setdefault(table, {}).update(rows)
    if not recorded:
        return
    for table in COMPARED:
        said, stands = recorded.get(table, {}), _standing(table)
        for key in sorted(said.keys() | stands.keys()):
            yield from _of_row(f"{table} {key}", said.get(key), stands.get(key))


def _of_row(name: str, said: dict[str, Any] | None, stands: dict[str, Any] | None) -> Iterator[str]:
    if said is None:
        yield _("%(row)s: no edition of the role matrix tells of it") % {"row": name}
    elif stands is None:
        yield _("%(row)s: an edition of the role matrix tells of it, and it is gone") % {"row": name}
    else:
        for column, value in said.items():  # a column added since is in no edition of before
            if column in stands and stands[column] != value:
                told = _("%(row)s: %(field)s is “%(stands)s”, the edition of the role matrix says “%(recorded)s”")
                yield told % {"row": name, "field": column, "stands": stands[column], "recorded": value}


def _standing(table: str) -> Rows:
    """Key → column → plain value; an agency by its name in the data, because keys of rows mean nothing elsewhere."""
    model, key = TABLES[table]
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in ("id", key)]
    names = {column: "agency__slug" if column == "agency_id" else column for column in columns}
    rows = model._default_manager.order_by(key).values_list(key, *names.values())
    return {row[0]: dict(zip(names, map(_plain, row[1:]), strict=True)) for row in rows}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
