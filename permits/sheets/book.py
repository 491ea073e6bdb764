"""Changes of the rows of a draft: each locks the case and checks that it is still open.

Every change names the version it was made from. Where another has changed the same thing since, nothing is written and
EditedMeanwhile is raised; the caller keeps what was typed and asks again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.corrections import is_open
from permits.errors import BadFacts, PermitError, WrongStatus
from permits.locks import locked
from permits.sheets.cells import Value
from permits.sheets.columns import Table, folded
from permits.sheets.fields import PendingTable
from permits.sheets.grid import MAX_ROWS
from permits.sheets.sheet import Parsed, Row
from roles.models import Person


class EditedMeanwhile(PermitError):
    """Somebody changed the same thing since it was read. Nothing was written."""


class AlreadyTaken(EditedMeanwhile):
    """There is no table to take over any more: a second click, or a page left open."""


@contextmanager
def open_head(head: type[models.Model], application_id: int, place: str) -> Iterator[Any]:
    """The head of a draft, its case locked and `place` still open. Raises WrongStatus where it is not."""
    with locked(application_id) as application:
        if not application.editable:
            raise WrongStatus(_("The application was handed in and can no longer be changed."))
        if not is_open(application, place):
            raise WrongStatus(_("The correction list does not name this part; it stays as it was handed in."))
        yield head._default_manager.get(application=application)


def change_head(
    head: type[models.Model], application_id: int, values: Mapping[str, Any], *, place: str, version: int,
    fields: tuple[str, ...],
) -> Any:  # fmt: skip
    """Write those of `fields` that stand in `values`, read at `version`. Raises EditedMeanwhile, WrongStatus, Busy."""
    with open_head(head, application_id, place) as row:
        if row.version != version:
            raise EditedMeanwhile(_("Someone else has changed this page since you opened it."))
        for name in fields:
            if name in values:
                setattr(row, name, values[name])
        row.version += 1
        row.save(update_fields=[*fields, "version"])
        return row


@dataclass(frozen=True)
class Book:
    """The rows of one kind: its table, models, the place a correction list names, and the names that join them.

    `link` is the row's and the pending table's reference to the head, `rows` the way back, `touched` the head's field
    that counts changes of the rows, `said_at` the column at which a row that is there already is refused.
    """

    table: Table
    head: type[models.Model]
    row: type[models.Model]
    pending: type[PendingTable]
    place: str
    link: str
    rows: str
    touched: str
    said_at: str

    def _open(self, application_id: int) -> Any:
        return open_head(self.head, application_id, self.place)

    def add(self, application_id: int, values: Mapping[str, Value]) -> Any:
        """Append a row; the same row sent twice is one. Raises BadFacts if it is taken or the table is full.

        Raises WrongStatus, Busy.
        """
        with self._open(application_id) as head:
            rows = getattr(head, self.rows)
            last = rows.order_by("position").last()
            if last and {name: getattr(last, name) for name in self.table.names} == self._stored(values):
                return last
            if rows.count() >= MAX_ROWS:
                raise BadFacts({self.said_at: _("At most %(most)d rows.") % {"most": MAX_ROWS}})
            self._refuse_taken(rows, values)
            row = self.row(**{self.link: head}, position=last.position + 1 if last else 1, **self._stored(values))
            row.save(force_insert=True)
            self._touch(head)
            return row

    def change(self, application_id: int, row_id: int, values: Mapping[str, Value], *, version: int) -> Any:
        """Write a row read at `version`. Raises EditedMeanwhile also when it is gone; BadFacts, WrongStatus, Busy."""
        with self._open(application_id) as head:
            rows = getattr(head, self.rows)
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
            _same(getattr(head, self.rows), row_id, version).delete()
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
            kept, _made = waiting.update_or_create(**{self.link: head}, uploaded_by=by, defaults=facts)
            return kept

    def waiting(self, head: models.Model, by: Person) -> Any:
        """The table `by` uploaded and has not confirmed yet, or None."""
        return self.pending._default_manager.filter(**{self.link: head}, uploaded_by=by).first()

    def take_over(self, application_id: int, *, sha256: str, seen: int, by: Person) -> int:
        """Replace all rows by the table `by` uploaded and looked at, known by its SHA-256. Gives the number of rows.

        `seen` is the state of the rows that were to be replaced when it was looked at. Raises EditedMeanwhile if
        another table was uploaded, or the rows were edited, since; WrongStatus, Busy.
        """
        with self._open(application_id) as head:
            kept = self.waiting(head, by)
            if kept is None:
                raise AlreadyTaken(_("This table was taken over or discarded already."))
            if kept.sha256 != sha256:
                raise EditedMeanwhile(_("Another table was uploaded since; please look at its preview first."))
            if getattr(head, self.touched) != seen:
                raise EditedMeanwhile(
                    _("The rows were changed since this preview. Look at both and confirm once more.")
                )
            getattr(head, self.rows).all().delete()
            rows = [self.restored(row) for row in kept.rows]
            self.row._default_manager.bulk_create(
                self.row(**{self.link: head}, position=position, **self._stored(row))
                for position, row in enumerate(rows, 1)
            )
            kept.delete()
            self._touch(head)
            return len(rows)

    def drop(self, application_id: int, *, by: Person) -> None:
        """Forget the table `by` uploaded; the rows stay."""
        with self._open(application_id) as head:
            self.pending._default_manager.filter(**{self.link: head}, uploaded_by=by).delete()

    def restored(self, row: Mapping[str, Any]) -> Row:
        """A row as it was before it was kept as JSON: decimals are text there."""
        decimals = {column.name for column in self.table.columns if column.type == "decimal"}
        return {
            name: Decimal(value) if name in decimals and value is not None else value for name, value in row.items()
        }

    def _stored(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Every field of a row as the database holds it: text that is absent is empty, not null."""
        texts = ("text", "species", "choice")
        return {
            column.name: "" if values.get(column.name) is None and column.type in texts else values.get(column.name)
            for column in self.table.columns
        }

    def _refuse_taken(self, rows: Any, values: Mapping[str, Value], *, but: int = 0) -> None:
        """A row stands in a table once. Compared as the import compares: blanks and width of digits aside."""
        wanted = tuple(folded(str(values.get(name) or "")) for name in self.table.key)
        for key in rows.exclude(pk=but).values_list(*self.table.key):
            if tuple(folded(part) for part in key) == wanted:
                raise BadFacts({self.said_at: _("This sub-compartment stands in the table already.")})

    def _touch(self, head: Any) -> None:
        setattr(head, self.touched, getattr(head, self.touched) + 1)
        head.save(update_fields=[self.touched])


def _plain(row: Mapping[str, Value]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _same(rows: Any, row_id: int, version: int) -> Any:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise EditedMeanwhile(_("Someone else has deleted this row since you opened it."))
    if row.version != version:
        raise EditedMeanwhile(_("Someone else has changed this row since you opened it."))
    return row
