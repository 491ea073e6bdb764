"""Changes of the rows of a draft: each locks the case and checks that it is still open.

Every change names the version it was made from. Where somebody has changed the same thing since, nothing is written and
EditedMeanwhile is raised; the caller keeps what was typed and asks again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts.editing import insist_open
from permits.errors import BadFacts, EditedMeanwhile
from permits.models import Application
from permits.tables.cells import Value
from permits.tables.columns import folded
from permits.tables.fields import Head
from permits.tables.grid import MAX_ROWS
from permits.tables.importing import Parsed, Row
from permits.tables.table import Table
from roles.days import local_today
from roles.models import Person


class AlreadyTaken(EditedMeanwhile):
    """There is no table to take over any more: a second click, or a page left open."""


class Book(Struct, frozen=True):
    """The head and the rows of one kind: its table and models; `place` and `head_place` are their sections' slugs. Row
    and pending table are typed as Any, because the models name their `head` and their bases cannot."""

    table: Table
    head: type[Head]
    row: Any
    pending: Any
    head_fields: tuple[str, ...]
    place: str
    head_place: str

    def begin(self, application: Application) -> Any:
        """The empty head of a new draft; the one that is there if it was begun already."""
        head, _made = self.head._default_manager.get_or_create(application=application)
        return head

    @contextmanager
    def _open(self, application_id: int, place: str = "") -> Iterator[Any]:
        """The head of a draft, its case locked and `place` (default: rows) still open. Raises WrongStatus if not."""
        with Application.locked(application_id) as application:
            insist_open(application, place or self.place)
            yield self.head._default_manager.get(application=application)

    def change_head(self, application_id: int, values: Mapping[str, Any], *, version: int) -> Any:
        """Write the head's fields in `values`, read at `version`. Raises EditedMeanwhile, WrongStatus, Busy."""
        with self._open(application_id, self.head_place) as head:
            if head.version != version:
                raise EditedMeanwhile(
                    _("This page was saved after you opened it, by somebody else or in another window.")
                )
            for name in self.head_fields:
                if name in values:
                    setattr(head, name, values[name])
            head.version += 1
            head.save(update_fields=[*self.head_fields, "version"])
            return head

    def copy(self, application_id: int, source: Any) -> None:
        """Fill a new draft with the head and the rows of `source`, a head. A day that is over is left open, for no work
        is planned for it. Raises WrongStatus, Busy."""
        today = local_today()
        with self._open(application_id, self.head_place) as head:
            for name in self.head_fields:
                value = getattr(source, name)
                setattr(head, name, None if isinstance(value, date) and value < today else value)
            head.version += 1
            head.save(update_fields=[*self.head_fields, "version"])
            self.row._default_manager.bulk_create(
                self.row(head=head, position=row.position, **row.values) for row in source.rows.all()
            )
            self._touch(head)

    def add(self, application_id: int, values: Mapping[str, Value]) -> Any:
        """Append a row; the same row sent twice is one. Raises BadFacts if it is taken or the table is full.

        Raises WrongStatus, Busy.
        """
        with self._open(application_id) as head:
            rows = head.rows
            last = rows.order_by("position").last()
            if last and {name: getattr(last, name) for name in self.table.names} == self._stored(values):
                return last
            if rows.count() >= MAX_ROWS:
                raise BadFacts({self.table.key[-1]: _("At most %(most)d rows.") % {"most": MAX_ROWS}})
            self._refuse_taken(rows, values)
            row = self.row(head=head, position=last.position + 1 if last else 1, **self._stored(values))
            row.save(force_insert=True)
            self._touch(head)
            return row

    def change(self, application_id: int, row_id: int, values: Mapping[str, Value], *, version: int) -> Any:
        """Write a row read at `version`. Raises EditedMeanwhile also when it is gone; BadFacts, WrongStatus, Busy."""
        with self._open(application_id) as head:
            rows = head.rows
            row = _same(rows, row_id, version)
            self._refuse_taken(rows, values, but=row_id)
            for name, value in self._stored(values).items():
                setattr(row, name, value)
            row.version += 1
            row.save(update_fields=[*self.table.names, "version"])
            self._touch(head)
            return row

    def delete(self, application_id: int, row_id: int, *, version: int) -> None:
        """Take a row out of the draft. Raises EditedMeanwhile, WrongStatus, Busy."""
        with self._open(application_id) as head:
            _same(head.rows, row_id, version).delete()
            self._touch(head)

    def keep(self, application_id: int, parsed: Parsed, *, by: Person) -> Any:
        """Hold a good table until its uploader says that it shall replace the rows. ValueError if it has problems."""
        if not parsed.good:
            raise ValueError("a table with problems is never kept")
        with self._open(application_id) as head:
            facts = {
                "name": parsed.upload.name,
                "sha256": parsed.upload.sha256,
                "rows": [_plain(row) for row in parsed.rows],
                "uploaded_at": timezone.now(),
            }
            waiting = self.pending._default_manager
            waiting.filter(uploaded_at__lt=timezone.now() - self.pending.KEPT).delete()
            kept, _made = waiting.update_or_create(head=head, uploaded_by=by, defaults=facts)
            return kept

    def waiting(self, head: models.Model, by: Person) -> Any:
        """The table `by` uploaded and has not confirmed yet, or None."""
        return self.pending._default_manager.filter(head=head, uploaded_by=by).first()

    def take_over(self, application_id: int, *, sha256: str, seen: int, by: Person) -> int:
        """Replace all rows by the table `by` uploaded and looked at, known by its SHA-256. Gives the number of rows.

        `seen` is the state of the rows that were to be replaced when it was looked at. Raises EditedMeanwhile if
        another table was uploaded, or the rows were edited, since; WrongStatus, Busy.
        """
        with self._open(application_id) as head:
            kept = self.waiting(head, by)
            if kept is None:
                raise AlreadyTaken(_("This table was imported or discarded already."))
            if kept.sha256 != sha256:
                raise EditedMeanwhile(_("Another table was uploaded since; please look at its preview first."))
            if head.rows_version != seen:
                raise EditedMeanwhile(
                    _("The rows were changed since this preview. Look at both and confirm once more.")
                )
            head.rows.all().delete()
            rows = [self.restored(row) for row in kept.rows]
            self.row._default_manager.bulk_create(
                self.row(head=head, position=position, **self._stored(row)) for position, row in enumerate(rows, 1)
            )
            kept.delete()
            self._touch(head)
            return len(rows)

    def drop(self, application_id: int, *, by: Person) -> None:
        """Forget the table `by` uploaded; the rows stay."""
        with self._open(application_id) as head:
            self.pending._default_manager.filter(head=head, uploaded_by=by).delete()

    def restored(self, row: Mapping[str, Any]) -> Row:
        """A row as it was before it was kept as JSON: decimals are text there."""
        decimals = {column.name for column in self.table.columns if column.type == "decimal"}
        return {
            name: Decimal(value) if name in decimals and value is not None else value for name, value in row.items()
        }

    def _stored(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Every field of a row as the database holds it: absent text is empty, not null."""
        texts = ("text", "species", "choice")
        return {
            column.name: "" if values.get(column.name) is None and column.type in texts else values.get(column.name)
            for column in self.table.columns
        }

    def _refuse_taken(self, rows: Any, values: Mapping[str, Value], *, but: int = 0) -> None:
        """The same row does not stand in a table twice. Compared as the import compares: blanks and the width of digits
        do not count."""
        wanted = tuple(folded(str(values.get(name) or "")) for name in self.table.key)
        for key in rows.exclude(pk=but).values_list(*self.table.key):
            if tuple(folded(part) for part in key) == wanted:
                raise BadFacts({self.table.key[-1]: _("This row stands in the table already.")})

    def _touch(self, head: Any) -> None:
        head.rows_version += 1
        head.save(update_fields=["rows_version"])


def _plain(row: Mapping[str, Value]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _same(rows: Any, row_id: int, version: int) -> Any:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise EditedMeanwhile(_("Someone else has deleted this row since you opened it."))
    if row.version != version:
        raise EditedMeanwhile(_("This row was saved after you opened it, by somebody else or in another window."))
    return row
