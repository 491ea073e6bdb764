"""What goes into the log: tables that are only added to, and how a row of each is told without its content.

A row gets one leaf. Its data is public, so it holds keys and a hash only, and of an act the number of its papers. An
act is logged by its own hash, which covers its whole text, with the salt in it, and the act before it; other rows by a
hash over a random salt and their text. Whoever knows the words that may stand there could else try them all.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Protocol

from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from msgspec import Struct

from permits.ledger.chain import canonical, stamp
from permits.models import Act, ClockEntry, Document, FilingOutcome, LogLeaf, ObjectionFiling, QuotaBook, QuotaMovement
from roles.models import MatrixEdition, OfficialDatum, SecurityEvent

Writer = Callable[[dict[str, Any]], str]


def quickly(content: dict[str, Any]) -> str:
    """The canonical text of nearly every row, in a tenth of the time; of the others another text that means the same.
    For comparing what is logged: where no text of it is the logged one, the canonical one decides."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Source(Protocol):
    """A table whose rows are logged."""

    @property
    def name(self) -> str:
        """Kept in each leaf: it never changes."""

    def all(self) -> QuerySet[Any]:
        """Its rows, by key."""

    def new_salt(self) -> str:
        """The salt for one row; empty where its data needs none."""

    def written_at(self, row: Any) -> datetime:
        """When the row was written, by the program's clock."""

    def data(self, row: Any, salt: str) -> str:
        """The canonical text that the leaf of `row` holds: the same whenever it is asked for again."""

    def told(self, row: Any, salt: str, data: str) -> bool:
        """Whether `data` is what a leaf of `row` holds, be it one that an earlier version wrote."""


class Acts(Struct, frozen=True):
    """Every act of every case, and how many papers it required: acts do not name them, and one that somebody takes out
    of the bundle of a case together with its own entry would else not be missed."""

    name: str = "act"

    def all(self) -> QuerySet[Act]:
        of_act = Document.objects.filter(act=OuterRef("pk")).order_by().values("act")
        papers = Coalesce(Subquery(of_act.annotate(count=Count("pk")).values("count")), 0)
        rows = Act.objects.order_by("pk").only("pk", "application_id", "seq", "at", "hash")
        return rows.annotate(papers=papers)

    def new_salt(self) -> str:
        return ""

    def written_at(self, row: Act) -> datetime:
        return row.at

    def data(self, row: Any, salt: str) -> str:
        return canonical(self._keys(row) | {"papers": row.papers})  # all are reserved in the act's own transaction

    def told(self, row: Any, salt: str, data: str) -> bool:
        keys = self._keys(row)
        said = (keys | {"papers": row.papers}, keys)  # the second: until papers were counted
        return any(data == by(one) for by in (quickly, canonical) for one in said)

    def _keys(self, row: Act) -> dict[str, Any]:
        return {"source": self.name, "row": row.pk, "case": row.application_id, "number": row.seq, "hash": row.hash}


class Table(Struct, frozen=True):
    """A table of which the columns `fields` are hashed. A column added to it later makes a source of another name."""

    name: str
    model: type[Model]
    fields: tuple[str, ...]
    written: str = "at"
    """Its column of the time a row was written."""

    def all(self) -> QuerySet[Any]:
        return self.model._default_manager.order_by("pk")

    def new_salt(self) -> str:
        return secrets.token_hex(16)

    def written_at(self, row: Model) -> datetime:
        return attrgetter(self.written)(row)  # type: ignore[no-any-return]

    def text(self, row: Model) -> str:
        """The canonical text of the row's columns: with the salt of its leaf it shows what was logged."""
        return canonical(self._said(row))

    def data(self, row: Model, salt: str) -> str:
        return self._written(canonical, row, salt)

    def told(self, row: Model, salt: str, data: str) -> bool:
        return any(data == self._written(by, row, salt) for by in (quickly, canonical))

    def _written(self, by: Writer, row: Model, salt: str) -> str:
        digest = hashlib.sha256(bytes.fromhex(salt) + by(self._said(row)).encode()).hexdigest()
        return by({"source": self.name, "row": row.pk, "hash": digest})

    def _said(self, row: Model) -> dict[str, Any]:
        return {name: _plain(getattr(row, name)) for name in self.fields}


class Issued(Table, frozen=True):
    """Papers once they are signed. What may change of a paper, whether it still holds, is not among the columns."""

    def all(self) -> QuerySet[Any]:
        return super().all().exclude(status=Document.Status.PENDING)


class OfActs(Table, frozen=True):
    """Rows that an act made, of its time."""

    def all(self) -> QuerySet[Any]:
        return super().all().select_related("act")


class Books(Table, frozen=True):
    """Books of a quota: for which kind, where, and which year each movement counts. As old as its first movement."""

    def all(self) -> QuerySet[Any]:
        movements = QuotaMovement.objects.filter(book=OuterRef("pk")).order_by("seq")
        books: QuerySet[Any] = super().all().annotate(begun=Subquery(movements.values("at")[:1]))
        return books

    def written_at(self, row: Any) -> datetime:
        return row.begun or timezone.now()  # without a movement nothing stands in it yet


def _plain(value: Any) -> Any:
    """A column's value as JSON has it; decimals as stored, with all their places."""
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


_SECURITY = (
    "pk", "at", "what", "by_id", "person_id", "post_id", "agency_id", "unit_id", "address", "ground", "details"
)  # fmt: skip
_OFFICIAL = ("pk", "agency_id", "datum", "kind", "value", "source", "valid_from", "entered_by_id", "entered_at")
_QUOTA = (
    "pk", "book_id", "seq", "change", "amount", "left", "document", "act_id", "application_id", "person_id",
    "agency_id", "at",
)  # fmt: skip

_PAPER = (
    "pk", "kind", "application_id", "act_id", "agency_id", "number", "token", "sha256", "content_sha256", "issued_at"
)  # fmt: skip
_CLOCK = (
    "pk", "application_id", "act_id", "step", "event", "on", "period", "working_days", "promised_days", "article",
    "ground", "reason", "approved_by_id", "due_on", "provisional",
)  # fmt: skip
_FILING = (
    "pk", "notice_id", "application_id", "name", "contact", "reason", "file_name", "sha256", "size", "at"
)  # fmt: skip

PAPERS = Issued("paper", Document, _PAPER, "issued_at")
SOURCES: dict[str, Source] = {}
"""By name. Those of other packages are added by `log_rows_of` at start-up."""


def log_rows_of(source: Source) -> None:
    """From now on rows of `source` are logged, those of before too. Raises ValueError for a name that is taken."""
    if source.name in SOURCES:
        raise ValueError(f"{source.name} is logged already")
    SOURCES[source.name] = source


for _source in (
    Acts(),
    Table("security", SecurityEvent, _SECURITY),  # every change of rights, terms, delegations, accounts and bodies
    Table("official", OfficialDatum, _OFFICIAL, "entered_at"),
    Table("quota", QuotaMovement, _QUOTA),
    Books("quota book", QuotaBook, ("pk", "kind", "jurisdiction_id", "year")),
    PAPERS,
    Table("filing", ObjectionFiling, _FILING),
    OfActs("filing outcome", FilingOutcome, ("pk", "act_id"), "act.at"),
    OfActs("clock", ClockEntry, _CLOCK, "act.at"),
    Table("matrix", MatrixEdition, ("pk", "at", "body")),  # who has which duty
):
    log_rows_of(_source)


def unlogged(source: Source, after: int | None = None) -> QuerySet[Any]:
    """Rows without a leaf whose key is above `after`, else whatever their key is, by key.

    By what is missing, and not by the highest key logged: keys are given at INSERT, transactions end in another order.
    """
    leaf = LogLeaf.objects.filter(source=source.name, row=OuterRef("pk"))
    rows: QuerySet[Any] = source.all().filter(~Exists(leaf))
    return rows if after is None else rows.filter(pk__gt=after)
