"""A copy of a template: its rows with keys, numbers, days, places and people of their own, each hash computed anew."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils import timezone

from benchmarks.load.places import Moved
from benchmarks.load.templates import Template
from permits.acts import grounds
from permits.clocks.entries import WHOLE
from permits.clocks.timing import Entry, Timings, write_timing
from permits.documents.content import Number
from permits.documents.needs import insist_on_data, prefix_of
from permits.kinds import codes, kind
from permits.ledger.chain import canonical, identity
from permits.models import (
    Act,
    Application,
    ClockEntry,
    Document,
    GroundClaim,
    MaterialVersion,
    NumberSequence,
    QuotaBook,
    QuotaMovement,
    Submission,
)
from permits.models.act import GENESIS, digest
from permits.models.document import DocumentFile, new_token
from roles.models import Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post
from workflows.demo.files import pdf
from workflows.models import WorkItem

DAY = re.compile(r"\d{4}-\d\d-\d\d")
Values = list[Any]
Series = dict[tuple[str, int], int]


@dataclass
class Counters:
    """What counts over all copies: keys of each table, running numbers, quota books."""

    keys: dict[type[models.Model], int] = field(default_factory=dict)
    numbers: Series = field(default_factory=dict)
    books: dict[tuple[str, str, int], list[Any]] = field(default_factory=dict)
    """Kind, district and year → key, number of the last movement, what is left."""

    @classmethod
    def read(cls, closure: list[type[models.Model]]) -> Counters:
        """As the database stands."""
        keys = {model: model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0 for model in closure}
        numbers = {(one.prefix, one.year): one.last for one in NumberSequence.objects.all()}
        books = {}
        for book in QuotaBook.objects.all():
            last = book.movements.order_by("-seq").first()
            books[book.kind, book.jurisdiction_id, book.year] = (
                [book.pk, last.seq, last.left] if last else [book.pk, 0, Decimal(0)]
            )
        return cls(keys, numbers, books)

    def key(self, model: type[models.Model]) -> int:
        """The next key of its table."""
        self.keys[model] += 1
        return self.keys[model]

    def number(self, series: str, year: int) -> int:
        """The next number of a series."""
        last = self.numbers.get((series, year), 0) + 1
        self.numbers[series, year] = last
        return last


class Copyist:
    """Makes copies. Rows come out as lists of column values, ready for the database."""

    def __init__(self, counters: Counters) -> None:
        self.counters = counters
        self.agencies = {agency.pk: agency for agency in Agency.objects.all()}
        self.timings = Timings()
        self._prefixes: dict[tuple[int, str, str, int], tuple[str, bool]] = {}
        self._papers: dict[str, bytes] = {}
        self._ready: dict[tuple[type[models.Model], Any], tuple[Values, list[tuple[int, Any]]]] = {}
        self._findings: dict[int, str] = {}
        self._handed: set[int] = set()
        self._special: dict[type[models.Model], Callable[[Any, _Copy], None]] = {
            Application: self._number_case, Act: self._write_act, Submission: self._write_submission,
            Document: self._number_paper, DocumentFile: self._write_file, QuotaMovement: self._move_quota,
            GroundClaim: self._claim_ground,
        }  # fmt: skip

    def copy(self, template: Template, moved: Moved, shift: timedelta) -> Iterator[tuple[type[models.Model], Values]]:
        """Every row of a copy of `template`, moved in time by `shift`; papers that are printed come with their file."""
        one = _Copy(template, moved, shift, self.counters)
        one.give_keys()
        for model, rows in template.rows.items():
            special = self._special.get(model)
            for old in rows:
                if special is None:
                    yield model, self._moved(old, one)
                    continue
                new = one.of(old)
                special(new, one)
                yield model, _prepared(new)
                if model is Document:
                    file = DocumentFile(document_id=new.pk, pdf=one.files[new.pk])
                    yield DocumentFile, _prepared(file)

    def _moved(self, old: models.Model, one: _Copy) -> Values:
        """A row that is only moved: the columns that stay were made ready for the database once."""
        key = type(old), old.pk
        if key not in self._ready:
            self._ready[key] = (
                _prepared(old),
                [
                    (place, column)
                    for place, column in enumerate(old._meta.concrete_fields)
                    if _moves(old, column, getattr(old, column.attname))
                ],
            )
        ready, moving = self._ready[key]
        values, database = ready.copy(), connections[DEFAULT_DB_ALIAS]
        for place, column in moving:
            value = one.value(old, column, getattr(old, column.attname))
            values[place] = value if column.remote_field else column.get_db_prep_save(value, database)
        return values

    # ---- what is not only moved
    def _number_case(self, new: Any, one: _Copy) -> None:
        if new.number:
            series = f"{kind(new.kind).case_prefix}{new.jurisdiction_id}"
            new.number = f"{series}-{new.received_on.year}-{self.counters.number(series, new.received_on.year):05d}"
        one.number = new.number
        write_timing(new, self.timings.of(one.clock()))

    def _write_act(self, new: Any, one: _Copy) -> None:
        old = one.old_key(Act, new.pk)
        content = one.template.acts[old]
        if content.get("submission"):
            one.submissions[new.pk] = self._handed_in(one, old)
        new.previous, new.key = one.previous, None
        said = {
            **content, **identity(new), "facts": one.refer(one.plain(content["facts"])), "findings": [],
            "names": content["names"] | {"post": one.moved.post_names.get(new.post_id, content["names"]["post"])},
        }  # fmt: skip
        if "sets" in content:
            said["sets"] = one.sets(content["sets"])
        if "submission" in content:
            said["submission"] = digest(one.submissions[new.pk])
        if old not in self._findings:  # the longest part is the template's word for word: made canonical once
            self._findings[old] = f'"findings":{canonical(content["findings"])}'
            insist_on_same_text(said)
        new.body = one.moved.say(quick(said).replace('"findings":[]', self._findings[old], 1))
        new.hash = one.previous = digest(new.body)

    def _handed_in(self, one: _Copy, old: int) -> str:
        content = one.template.handed_in[old]
        asked = one.ground(one.plain(content["asked"]))
        districts = sorted(one.code(code) for code in content["districts"])
        said = {**content, "asked": asked, "districts": districts}
        if old not in self._handed:
            self._handed.add(old)
            insist_on_same_text(said)
        return one.moved.say(quick(said))

    def _write_submission(self, new: Any, one: _Copy) -> None:
        new.body = one.submissions[new.pk]
        new.sha256 = digest(new.body)

    def _number_paper(self, new: Any, one: _Copy) -> None:
        """A number of its own, and a small PDF of its own bytes: no seal, but the hash is that of the file."""
        new.year = timezone.localtime(new.reserved_at).year
        new.prefix, new.prefix_verified = self._prefix(new, one.template.application.kind)
        new.serial = self.counters.number(new.prefix, new.year)
        new.number = str(Number(prefix=new.prefix, year=new.year, serial=new.serial))
        new.token, new.title = new_token(), new.label
        one.files[new.pk] = issue(new, self.paper(new.kind, new.title))

    def paper(self, code: str, title: str) -> bytes:
        """The PDF that papers of this code share before their number is written behind it."""
        if code not in self._papers:
            self._papers[code] = pdf(f"{code}.pdf", title=title).read()
        return self._papers[code]

    def _prefix(self, paper: Any, permit_kind: str) -> tuple[str, bool]:
        key = paper.agency_id, paper.kind, permit_kind, paper.year
        if key not in self._prefixes:
            agency, on = self.agencies[paper.agency_id], timezone.localtime(paper.reserved_at).date()
            data = insist_on_data(agency, paper.kind, on, permit_kind)
            self._prefixes[key] = prefix_of(agency, paper.kind, permit_kind, data)
        return self._prefixes[key]

    def _write_file(self, new: Any, one: _Copy) -> None:
        raise RuntimeError("template cases have no printed papers: files come with their document")

    def _move_quota(self, new: Any, one: _Copy) -> None:
        old: Any = one.old[QuotaMovement, new.pk]
        year = old.book.year + timezone.localtime(new.at).year - timezone.localtime(old.at).year
        book = self.counters.books[old.book.kind, one.code(old.book.jurisdiction_id), year]
        book[1] += 1
        book[2] += new.amount
        new.book_id, new.seq, new.left = book

    def _claim_ground(self, new: Any, one: _Copy) -> None:
        district, outer, *inner = new.key.split("|")
        new.key = grounds.key_of([one.code(district), one.place(outer), *inner])
        new.name = new.name.replace(outer, one.place(outer), 1)  # as its row tells the place


@dataclass
class _Copy:
    """One copy in the making."""

    template: Template
    moved: Moved
    shift: timedelta
    counters: Counters
    keys: dict[tuple[type[models.Model], Any], Any] = field(default_factory=dict)
    old: dict[tuple[type[models.Model], Any], models.Model] = field(default_factory=dict)
    previous: str = GENESIS
    number: str | None = None
    submissions: dict[int, str] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    ground_column: tuple[type[models.Model], str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.ground_column = _ground_column(self.template.application.kind)

    def give_keys(self) -> None:
        """A new key for every row; rows that share another's key share its new one."""
        for model, rows in self.template.rows.items():
            shared = model._meta.pk.remote_field
            for row in rows:
                new = self.keys[shared.model, row.pk] if shared else self.counters.key(model)
                self.keys[model, row.pk] = new
                self.old[model, new] = row

    def clock(self) -> list[Entry]:
        """What happened to the clock of the whole case, on the days of the copy: its last day is counted anew."""
        rows: Any = self.template.rows.get(ClockEntry, ())
        return [
            Entry(row.event, row.on + self.shift, row.working_days, row.ground, row.period, row.promised_days,
                  row.due_on + self.shift)
            for row in sorted(rows, key=attrgetter("pk")) if row.step == WHOLE
        ]  # fmt: skip

    def old_key(self, model: type[models.Model], new: int) -> Any:
        """The key the row has in the template."""
        return self.old[model, new].pk

    def of(self, old: models.Model) -> models.Model:
        """The row with the columns that need only be moved: keys, days, names, places."""
        columns = old._meta.concrete_fields
        return type(old)(
            **{column.attname: self.value(old, column, getattr(old, column.attname)) for column in columns}
        )

    def value(self, old: models.Model, column: models.Field[Any, Any], value: Any) -> Any:
        """What stands in that column of the copy for `value` in the template."""
        if column.primary_key:
            return self.keys[type(old), value]
        if column.remote_field or column.name == "work_item":
            return value and self._key(column.remote_field.model if column.remote_field else WorkItem, value)
        if isinstance(value, (date, datetime)):
            return value + self.shift
        if isinstance(value, str) and _tells(type(old)):
            moved = self.plain(self.moved.say(value))
            return self.place(moved) if (type(old), column.name) == self.ground_column else moved
        return value

    def _key(self, model: Any, value: Any) -> Any:
        to: dict[Any, dict[Any, Any]] = {
            Person: self.moved.people, Agency: self.moved.agencies, Mandate: self.moved.mandates,
            Post: self.moved.posts,
        }  # fmt: skip
        if model is Jurisdiction:
            return self.code(value)
        if model is OperatingUnit:
            return self.moved.unit if value == self.template.application.unit_id else value
        return to[model].get(value, value) if model in to else self.keys.get((model, value), value)

    # ---- texts
    def code(self, code: str) -> str:
        """The district of the copy for that of the template."""
        return self.moved.district if code == self.template.application.jurisdiction_id else code

    def place(self, township: str) -> str:
        """A township no other case speaks of, so that no two cases ask for the same ground."""
        return f"{township}{self.keys[Application, self.template.application.pk]}"

    def plain(self, value: Any) -> Any:
        """A plain value with its days and its district moved."""
        if isinstance(value, str):
            if DAY.fullmatch(value):
                return (date.fromisoformat(value) + self.shift).isoformat()
            return self.code(value)
        if isinstance(value, dict):
            return {name: self.plain(one) for name, one in value.items()}
        return [self.plain(one) for one in value] if isinstance(value, list) else value

    def refer(self, facts: Any) -> Any:
        """Facts whose keys of rows are those of the copy: people, agencies' mandates, files, work items."""
        if isinstance(facts, list):
            return [self.refer(one) for one in facts]
        if not isinstance(facts, dict):
            return facts
        told = {name: self.refer(one) for name, one in facts.items()}
        if isinstance(told.get("id"), int):
            model: Any = MaterialVersion if "sha256" in told else Mandate if "agency" in told else Person
            told["id"] = self._key(model, told["id"])
        if isinstance(told.get("item"), int):
            told["item"] = self._key(WorkItem, told["item"])
        return told

    def sets(self, sets: dict[str, Any]) -> dict[str, Any]:
        """What the act made stand."""
        told: dict[str, Any] = self.plain(sets)
        if told.get("number"):
            told["number"] = self.number
        if "unit_id" in told:
            told["unit_id"] = self._key(OperatingUnit, told["unit_id"])
        return told

    def ground(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What was asked, on ground of its own."""
        of_kind: Any = kind(self.template.application.kind)
        if found := self.ground_column:
            return {**asked, of_kind.rows_key: [self._row(row, *found) for row in asked[of_kind.rows_key]]}
        return asked

    def _row(self, row: dict[str, Any], model: type[models.Model], column: str) -> dict[str, Any]:
        """The row in a new place; what is made of its columns, such as its name, speaks of the new one too."""
        old, own = row[column], {one.name for one in model._meta.concrete_fields}
        new = self.place(old)
        made = {
            name: value.replace(old, new)
            for name, value in row.items()
            if name not in own and isinstance(value, str) and old
        }
        return {**row, **made, column: new}


def quick(content: dict[str, Any]) -> str:
    """The canonical text of what has no fractions and no names beyond ASCII, eight times as fast."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def insist_on_same_text(content: dict[str, Any]) -> None:
    """Raises ValueError where `quick` is not the canonical text: asked once for each act and submission copied from."""
    if quick(content) != canonical(content):
        raise ValueError("This template holds something whose canonical text json does not write.")


def issue(paper: Document, content: bytes) -> bytes:
    """The paper issued at once, a minute after its number; gives its file."""
    file = content + f"% {paper.token}\n".encode()
    paper.status, paper.issued_at = Document.Status.ISSUED, paper.reserved_at + timedelta(minutes=1)
    paper.sha256, paper.content_sha256 = hashlib.sha256(file).hexdigest(), hashlib.sha256(content).hexdigest()
    return file


def _prepared(row: models.Model) -> Values:
    database = connections[DEFAULT_DB_ALIAS]  # asked once: `connection` looks it up for each column
    return [column.get_db_prep_save(getattr(row, column.attname), database) for column in row._meta.concrete_fields]


def _moves(row: models.Model, column: Any, value: Any) -> bool:
    """Whether a column may hold something else in a copy."""
    if value is None:
        return False
    moves_by_type = isinstance(value, date) or (isinstance(value, str) and _tells(type(row)))
    return bool(column.primary_key or column.remote_field or column.name == "work_item" or moves_by_type)


def _ground_column(code: str) -> tuple[type[models.Model], str] | None:
    of_kind: Any = kind(code)
    return (of_kind.row_model, of_kind.ground_columns[0][0]) if of_kind.ground_columns else None


def _tells(model: type[models.Model]) -> bool:
    """Whether its texts tell of people and places: a kind's own tables, titles, names of grounds."""
    return model in (Application, GroundClaim) or model._meta.app_label in codes()
