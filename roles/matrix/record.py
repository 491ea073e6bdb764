"""What a load of the role matrix wrote, kept as a row that is only added; and the matrix compared with those rows.

Pages change agencies afterwards, with a line of the security log each: those are replayed between the editions, in the
order of their times.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from roles.models import Agency, Jurisdiction, Mandate, MatrixEdition, SourceDocument
from roles.models.security import SecurityEvent, What

TABLES: dict[str, tuple[type[models.Model], str]] = {
    "jurisdictions": (Jurisdiction, "code"),
    "documents": (SourceDocument, "code"),
    "agencies": (Agency, "slug"),
    "mandates": (Mandate, "key"),
}
"""Table → its model, and the column that names a row in the data."""
Rows = dict[str, dict[str, Any]]
Step = tuple[datetime, dict[str, Rows], bool]
"""When rows were written, which by table and key, and whether with all their columns."""
YES_OR_NO = {"yes": True, "no": False}
"""As the security log tells of `tells_at_once`."""


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
    recorded = _recorded()
    if not recorded:
        return
    for table in TABLES:
        said, stands = recorded.get(table, {}), _standing(table)
        for key in sorted(said.keys() | stands.keys()):
            yield from _of_row(f"{table} {key}", said.get(key), stands.get(key))


def _recorded() -> dict[str, Rows]:
    """Each row as editions and pages left it. What pages did before the first edition, it has seen."""
    recorded: dict[str, Rows] = {}
    for _at, written, whole in heapq.merge(_editions(), _changes_of_agencies(), key=itemgetter(0)):
        for table, rows in written.items():
            known = recorded.setdefault(table, {}) if whole else recorded.get(table, {})
            for key, row in rows.items():
                if whole:
                    known[key] = row
                elif key in known:
                    known[key] |= row
    return recorded


def _editions() -> Iterator[Step]:
    for edition in MatrixEdition.objects.order_by("at", "pk").iterator():
        yield edition.at, edition.rows, True


def _changes_of_agencies() -> Iterator[Step]:
    """What pages changed of agencies, as the security log tells; its other lines of them tell of other tables."""
    columns = {field.attname for field in Agency._meta.concrete_fields}
    lines = SecurityEvent.objects.filter(what=What.BODY_CHANGED, agency__isnull=False).order_by("at", "pk")
    for at, key, told in lines.values_list("at", "agency__slug", "details").iterator():
        row = {name: value[1] for name, value in told.items() if name in columns and isinstance(value, list)}
        if (said := told.get("tells_at_once")) in YES_OR_NO:
            row["tells_at_once"] = YES_OR_NO[said]
        if row:
            yield at, {"agencies": {key: row}}, False


def _of_row(name: str, said: dict[str, Any] | None, stands: dict[str, Any] | None) -> Iterator[str]:
    if said is None:
        yield _("%(row)s: no edition of the role matrix tells of it") % {"row": name}
    elif stands is None:
        yield _("%(row)s: an edition of the role matrix tells of it, and it is gone") % {"row": name}
    else:
        for column, value in said.items():  # a column added since is in no edition of before
            if column in stands and stands[column] != value:
                told = _("%(row)s: %(field)s is “%(stands)s”, the edition of the role matrix says “%(recorded)s”")
                if name.startswith("agencies "):
                    told = _("%(row)s: %(field)s is “%(stands)s”, editions and security log say “%(recorded)s”")
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
