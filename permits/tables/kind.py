"""A permit kind whose application is a head and a table of rows. The kind declares these; the rest is common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits.contract.kind import Extent, Kind, Label, Requirement, Section
from permits.database.reading import among, by_key, keep_related, read
from permits.documents.content import Asked
from permits.errors import Problem
from permits.models import Application
from permits.models.material import slots_filled
from permits.models.submission import last_submission
from permits.rules.found import DOCUMENTS, Determinable, Type
from permits.tables.book import Book
from permits.tables.columns import Column, Said
from permits.tables.contradictions import contradictions
from permits.tables.fields import Head, PendingTable, TableRow
from permits.tables.head import HeadPage, in_words
from permits.tables.in_full import in_full
from permits.tables.listing import Sums, cell
from permits.tables.table import Table
from roles.access import units_of
from roles.days import local_today
from roles.models import Person

HEAD = "head"
OF_THE_GROUND = (
    "area_ha",
    "land_class",
    "origin",
    "stand",
    "stand_purpose",
    "public_benefit",
    "grade",
    "ownership",
    "zone",
)
"""Columns by which two applications may describe the same ground."""
SHOWN_PROBLEMS = 30
IN_ORDER = attrgetter("position", "pk")


def _sum(rows: Iterable[Mapping[str, Any]], column: str) -> Decimal:
    """The sum of a column of a snapshot, where decimals are text; what an old one does not say counts nothing."""
    return sum((Decimal(str(row[column])) for row in rows if row.get(column)), Decimal(0))


class TableKind(Kind):
    """What a table kind declares. An application's head is its attribute `<code>`, the rows are `.rows` of that."""

    table: Table
    head: HeadPage
    head_model: type[Head]
    row_model: type[TableRow]
    pending_model: type[PendingTable]
    head_key: str
    """Under which key a snapshot holds the head."""
    rows_key: str
    """Under which key a snapshot holds the rows; also the slug of their section, and their word in a correction list.
    """
    head_slug: str = HEAD
    ground_columns: tuple[tuple[str, ...], ...] = ()
    """The columns of a row's place, from the farm or township down to the sub-compartment; several of one level
    together."""
    found_rows: tuple[str, Mapping[str, str]] = ("", {})
    """The list of rows in a case file, and which of their facts an organ may find otherwise: fact, and column."""
    found_head: Mapping[str, str] = {}
    """Which facts of the head an organ may find otherwise: the path in a case file, and the field."""
    found_documents: Mapping[str, Any] = {}
    """Codes of the materials that the rules know, and what each is called."""
    organs_own: Sequence[Determinable] = ()
    """Facts that only an organ can know."""
    precheck_head: tuple[str, ...] = ()
    """Fields of the head that a precheck asks for, beside those that may be found otherwise."""
    precheck_rows: tuple[str, ...] = ()
    """Columns that a precheck asks for, likewise."""
    materials: Callable[[str, Any, Sequence[Any]], Sequence[Requirement]]
    """The closed list for a place (GB/T 2260), by what head and rows say; declared as a static method."""

    typed_by_hand = False
    """Whether an application mostly has so few rows that they are typed, and not imported."""

    summary_template = "permits/tables/summary.html"

    # ---- what a kind adds of its own
    def sums(self, rows: Sequence[Mapping[str, Any]], *, official: bool = False) -> Sums | None:
        """What the rows come to, as pages show it; None where there is nothing to add up."""
        return None

    def disagreement(self, head: Any, rows: Sequence[Mapping[str, Any]]) -> Said | None:
        """Where the rows do not agree with the head: the head's field, and what is wrong."""
        return None

    def wrong_rows(self, application: Application, rows: Sequence[TableRow]) -> Iterable[str]:
        """What is wrong with the rows as a whole, whatever each of them says."""
        return ()

    def new_row(self, application: Application) -> dict[str, Any]:
        """What the first row begins with."""
        return {}

    def row_in_snapshot(self, row: TableRow) -> dict[str, Any]:
        """A row as a submission keeps it."""
        return {name: plain_json(value) for name, value in row.values.items()}

    def totals_in_snapshot(self, rows: Sequence[TableRow]) -> dict[str, Any]:
        """What a submission keeps of the rows together; nothing for most kinds."""
        return {}

    # ---- the contract
    def contradictions(self) -> Iterator[str]:
        """The faults of every kind's declaration, and those of head and table."""
        yield from super().contradictions()
        yield from contradictions(self)

    def public_heads(self) -> Mapping[str, Label]:
        """The heads that papers.py tells the public, and those of the columns."""
        return {**{column.head: column.label for column in self.table.columns}, **super().public_heads()}

    @cached_property
    def book(self) -> Book:
        """Changes of head and rows while the application is a draft."""
        return Book(
            table=self.table,
            head=self.head_model,
            row=self.row_model,
            pending=self.pending_model,
            head_fields=self.head.fields,
            place=self.rows_key,
            head_place=self.head_slug,
        )

    @property
    def sections(self) -> Sequence[Section]:  # type: ignore[override]  # made of the declaration
        """The head, then the table."""
        return (
            Section(
                slug=self.head_slug,
                label=self.head.title,
                url_name="table-head",
                problems=self.head_problems,
                started=lambda application: self.head_of(application).version > 1,
                kept_as=self.head_key,
            ),
            Section(
                slug=self.rows_key,
                label=self.table.words.title,
                url_name="table-rows",
                problems=self.rows_problems,
                started=lambda application: bool(self.rows_of(application)),
            ),
        )

    def begin(self, application: Application) -> None:
        """The empty head."""
        self.book.begin(application)

    def copy(self, source: Application, application: Application) -> None:
        """Head and rows of `source`, without the days of its head that are over."""
        self.book.copy(application.pk, self.head_of(source))

    def head_of(self, application: Application) -> Any:
        """The head of `application`."""
        return getattr(application, self.code)

    def rows_of(self, application: Application) -> list[Any]:
        """Its rows, in order; read once for this instance of the application."""
        head = self.head_of(application)
        kept = head.__dict__.get("_rows")
        if kept is None or kept[0] != head.rows_version:
            kept = head.__dict__["_rows"] = (head.rows_version, sorted(head.rows.order_by(), key=IN_ORDER))
        return list(kept[1])

    def requirements(self, application: Application) -> Sequence[Requirement]:
        """The closed list of materials, as head and rows stand."""
        return self.materials(application.jurisdiction_id, self.head_of(application), self.rows_of(application))

    def all_requirements(self, place: str) -> Sequence[Requirement]:
        """The closed list as an empty draft begins with it."""
        return self.materials(place, self.head_model(), [])

    def common_facts(self, application: Application) -> dict[str, Any]:
        """What every case of the rules says."""
        codes = {entry.slot: entry.document for entry in self.requirements(application)}
        slots = slots_filled(application.pk) if application.pk else ()  # none: a precheck
        day = application.accepted_on or application.received_on or local_today()
        return {
            "kind": self.code,
            "jurisdiction": application.jurisdiction_id,
            "date": day.isoformat(),
            "documents": sorted({codes[slot] for slot in slots if codes.get(slot)}),
        }

    def snapshot(self, application: Application) -> dict[str, Any]:
        """The head, every row, and what they come to."""
        head, rows = self.head_of(application), self.rows_of(application)
        totals = self.totals_in_snapshot(rows)
        return {
            self.head_key: {name: plain_json(getattr(head, name)) for name in self.head.fields},
            self.rows_key: [self.row_in_snapshot(row) for row in rows],
        } | ({"totals": totals} if totals else {})

    def told(self, part: str, name: str, value: Any) -> tuple[str, str] | None:
        """A field of the head, or of a row or the sums, by the name of its column, as the page of the case tells it."""
        if part == self.head_key:
            if name not in self.head.fields:
                return None
            return self.head_model.label(name), in_words(self.head_model.field(name), value)
        column = self.table.by_name.get(name)
        return (column.said, cell(column, value)) if column else None

    def in_full(self, asked: Mapping[str, Any]) -> Asked:
        """The head by its groups, what the rows come to, and every field of every row."""
        with translation.override("zh-hans"):  # labels are told in it, whoever's page asks
            return in_full(self, asked)

    def extent(self, asked: Mapping[str, Any]) -> Sequence[Extent]:
        """The hectares of the rows by district and forest purpose 林种, and the volume where a row has one."""
        if "area_ha" not in self.table.by_name:
            return ()
        found: dict[tuple[str, str], list[Any]] = {}
        for row in asked.get(self.rows_key, ()):
            found.setdefault((row.get("district") or "", str(row.get("stand_purpose") or "")), []).append(row)
        return [
            Extent(
                place=place,
                purpose=code,
                hectares=_sum(rows, "area_ha"),
                cubic_metres=_sum(rows, "volume_m3"),
            )
            for (place, code), rows in found.items()
        ]

    def purpose_label(self, purpose: str) -> Label:
        """As the table's column calls it."""
        column = self.table.by_name.get("stand_purpose")
        names = {choice.code: choice.label for choice in column.choices} if column else {}
        return names.get(purpose) or super().purpose_label(purpose)

    # ---- what may be found otherwise
    def determinable(self, application: Application) -> Sequence[Determinable]:
        """The organs' own fields, those of the head, of each row, and the materials the rules ask for."""
        rows, columns = self.found_rows
        return [
            *self.organs_own,
            *(_of_head(self.head_model.field(name), path) for path, name in self.found_head.items()),
            *(
                _of_column(self.table.by_name[name], f"{rows}[{number}].{fact}", row.name)
                for number, row in enumerate(self.rows_of(application))
                for fact, name in columns.items()
            ),
            *(self._of_document(f"{DOCUMENTS}.{code}", label) for code, label in self.found_documents.items()),
        ]

    def _of_document(self, path: str, label: Any) -> Determinable:
        """A material the applicant hands in, or a paper that an organ alone has."""
        own = path in self.never_asked
        return Determinable(path=path, label=label, place="" if own else _("Materials"), type="flag", organs_own=own)

    # ---- the ground
    def ground(self, application: Application) -> Sequence[tuple[Sequence[Any], str]]:
        """The columns of the place, below the row's district or the one it is filed with."""
        if not self.ground_columns:
            return ()
        return [(self._place(application, row), row.name) for row in self.rows_of(application)]

    def _place(self, application: Application, row: Any) -> list[Any]:
        district = getattr(row, "district", "") or application.jurisdiction_id
        return [district, *("".join(str(getattr(row, one) or "") for one in level) for level in self.ground_columns)]

    def read_ground(self, applications: Sequence[Application]) -> None:
        """Heads and rows of all of them: two queries."""
        of_heads, of_rows = self.head_model._default_manager, self.row_model._default_manager
        heads = by_key(read(of_heads.filter(among("pk", [one.pk for one in applications]))))
        of_head: dict[int, list[Any]] = {}
        row: Any
        for row in read(of_rows.filter(among("head", list(heads)))):
            of_head.setdefault(row.head_id, []).append(row)
            keep_related(row, "head", heads[row.head_id])
        for application in applications:
            head = heads.get(application.pk)
            keep_related(application, self.code, head)
            if head is not None:
                keep_related(head, "application", application)
                head.__dict__["_rows"] = (head.rows_version, of_head.get(head.pk, []))

    def said_of_ground(self, application: Application, row: int) -> dict[str, str]:
        """The columns that describe the ground, as a reader sees them."""
        rows = self.rows_of(application)
        if row >= len(rows):
            return {}
        columns = [self.table.by_name[name] for name in OF_THE_GROUND if name in self.table.by_name]
        told = {str(column.label): column.display(getattr(rows[row], column.name)) for column in columns}
        return {label: value for label, value in told.items() if value}

    # ---- what is still open
    def head_problems(self, application: Application) -> list[Problem]:
        """What must be mended in the head before it is handed in."""
        head = self.head_of(application)
        values = {name: getattr(head, name) for name in self.head.fields}
        page = reverse("table-head", args=[application.pk])
        said = [*self.head.impossible(values), *self.head.problems(values, head)]
        return [
            Problem(where=head.label(name), message=message, anchor=f"{page}#id_{name}")
            for name, message in dict(reversed(said)).items()
        ][::-1]

    def rows_problems(self, application: Application) -> list[Problem]:
        """What must be mended in the table: one line for each bad row, the first ones only when there are many."""
        page, words = reverse("table-rows", args=[application.pk]), self.table.words
        rows = self.rows_of(application)
        if not rows:
            return [Problem(where=words.title, message=words.none_yet, anchor=page)]
        bad = list(self._bad_rows(application, rows))
        if len(bad) > SHOWN_PROBLEMS:
            more = len(bad) - SHOWN_PROBLEMS
            told = ngettext("%(count)d more row has problems.", "%(count)d more rows have problems.", more)
            message = told % {"count": more}
            bad[SHOWN_PROBLEMS:] = [Problem(where=words.title, message=message, anchor=page)]
        if differs := self.disagreement(self.head_of(application), [row.values for row in rows]):
            bad.append(Problem(where=self.head_model.label(differs[0]), message=differs[1], anchor=page))
        whole = self.wrong_rows(application, rows)
        return bad + [Problem(where=words.title, message=message, anchor=page) for message in whole]

    def _bad_rows(self, application: Application, rows: Sequence[TableRow]) -> Iterator[Problem]:
        for row in rows:
            if said := list(self.table.row_problems(row.values)):
                anchor = reverse("table-row", args=[application.pk, row.pk])
                yield Problem(where=row.name, message=self.table.described(said), anchor=anchor)


_SAID = lazy(attrgetter("said"), str)
"""A column's name with its unit, in the language in which it is read."""


def _of_column(column: Column, path: str, place: str) -> Determinable:
    kinds: dict[str, Type] = {"flag": "flag", "choice": "choice", "integer": "number", "decimal": "number"}
    choices = tuple({one.fact: (one.fact, one.label) for one in reversed(column.choices)}.values())
    if column.type == "flag":
        choices = ()
    return Determinable(
        path=path, label=_SAID(column), place=place, type=kinds.get(column.type, "text"), choices=choices[::-1]
    )


def _of_head(field: models.Field[Any, Any], path: str) -> Determinable:
    kind: Type = "text"
    if field.choices:
        kind = "choice"
    elif isinstance(field, models.BooleanField):
        kind = "flag"
    elif isinstance(field, models.DecimalField | models.IntegerField):
        kind = "number"
    elif isinstance(field, models.DateField):
        kind = "day"
    choices = tuple((str(code), label) for code, label in field.flatchoices if code)
    return Determinable(path=path, label=capfirst(field.verbose_name), type=kind, choices=choices)


def plain_json(value: Any) -> Any:
    """Plain JSON: decimals and dates as text."""
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def said_only(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something, as plain JSON: a field still open is left out, so that the rules name it."""
    return {name: plain_json(value) for name, value in values.items() if value is not None and value != ""}


def shown_to(reader: Any, application: Application, kind: TableKind) -> dict[str, Any] | None:
    """The snapshot that `reader` is shown. Only the applicant's own people see an open draft, or a correction that they
    still work on, as it is now; everyone else sees what was handed in last, or the draft where nothing was and they may
    see it. None where what was handed in cannot be read as an application: somebody changed it, as the verification of
    the record tells."""
    submission = None if application.editable and _applies(reader, application) else last_submission(application)
    if submission is None:
        return kind.snapshot(application)
    try:
        asked = submission.content["asked"]
        return {**asked, kind.head_key: asked[kind.head_key], kind.rows_key: asked[kind.rows_key]}
    except (LookupError, TypeError, ValueError):
        return None


def _applies(reader: Any, application: Application) -> bool:
    return isinstance(reader, Person) and units_of(reader).filter(pk=application.unit_id).exists()


def handed_in(application: Application) -> dict[str, Any]:
    """The snapshot of the last submission. LookupError if nothing was handed in yet."""
    submission = last_submission(application)
    if submission is None:
        raise LookupError("nothing was handed in")
    return submission.content["asked"]  # type: ignore[no-any-return]
