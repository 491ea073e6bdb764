"""What the law says of an application before there is one: the forms and findings of a table kind; nothing is kept.

Head and rows are made in memory and never saved; the rules read them as they read a draft's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from permits.contract.kind import Requirement
from permits.models import Application
from permits.rules import Verdict, evaluate, parse
from permits.tables.forms import HeadForm, cell_field, head_form, revealed
from permits.tables.head import HeadPage
from permits.tables.kind import TableKind
from permits.tables.table import Table
from roles.days import local_today
from roles.mandates import MandateError, the_one
from roles.models import Jurisdiction, Mandate
from roles.models.mandates import Duty

MOST_BY_HAND = 5
MOST_IN_A_FILE = 500
MOST_BYTES = 2 * 1024 * 1024
"""Files up to this size stay in memory while they are read."""
Row = Mapping[str, Any]


class Prechecked(Struct, frozen=True):
    """What was found, the materials that this application would be asked for, and the mandate to decide, if there is
    one."""

    verdict: Verdict
    materials: Sequence[Requirement]
    decider: Mandate | None
    why_none: str = ""


def head_fields(kind: TableKind) -> tuple[str, ...]:
    """The fields of the head that the rules ask for, in the order of the form."""
    read = {*kind.found_head.values(), *kind.precheck_head}
    return tuple(name for name in kind.head.fields if name in read)


def row_columns(kind: TableKind) -> tuple[str, ...]:
    """The columns that the rules ask for, in the order of the table."""
    read = {*kind.found_rows[1].values(), *kind.precheck_rows}
    return tuple(name for name in kind.table.names if name in read)


def unsaved(kind: TableKind, district: Jurisdiction) -> Application:
    """An application with an empty head, neither of them stored."""
    application = Application(kind=kind.code, jurisdiction=district, single_review=kind.single_review)
    kind.head_model(application=application)
    return application


def precheck_head_form(kind: TableKind, application: Application, posted: Any) -> HeadForm:
    """The head's fields that the rules ask for, with the checks that need no stored case."""
    names = head_fields(kind)
    made: Any = head_form(kind.head_model, _only(kind.head, names))

    class Form(made):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            del self.fields["version"]
            self.helper.layout.fields.pop(0)  # its place on the page

        def _against_rows(self, cleaned: Mapping[str, Any]) -> list[Any]:
            return []

    form: HeadForm = Form(posted, instance=kind.head_of(application))
    return form


def _only(head: HeadPage, names: tuple[str, ...]) -> HeadPage:
    """The head with the fields `names` alone: what it asks and finds wrong of others is left out."""

    def few(listed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in listed if name in names)

    groups = ((legend, few(some)) for legend, some in head.groups)
    return replace(
        head,
        groups=tuple((legend, some) for legend, some in groups if some),
        asked=few(head.asked),
        asked_where=tuple((name, value, few(some)) for name, value, some in head.asked_where),
        applies_where=tuple((name, value, few(some)) for name, value, some in head.applies_where),
        offered_where=tuple((name, value, few(some)) for name, value, some in head.offered_where),
        wrong=lambda values, row: (said for said in head.wrong(values, row) if said[0] in names),
        impossible=lambda values: (said for said in head.impossible(values) if said[0] in names),
        hints={name: hint for name, hint in head.hints.items() if name in names},
    )


class RowFacts(forms.Form):
    """One row typed by hand: the columns that the rules ask for. Left empty as a whole it counts as no row."""

    def __init__(self, kind: TableKind, number: int, posted: Any, *, start: Row | None = None) -> None:
        super().__init__(posted, prefix=f"row{number}", initial=dict(start or {}))
        self.table, self.number = kind.table, number
        for name in row_columns(kind):
            column = self.table.by_name[name]
            self.fields[name] = field = cell_field(column, self.table)
            prefixed = [replace(when, field=self.add_prefix(when.field)) for when in column.where]
            field.widget.attrs |= revealed(prefixed)

    @property
    def said(self) -> bool:
        """Whether anything was filled in."""
        typed = {name: (self.data.get(self.add_prefix(name)) or "").strip() for name in self.fields}
        return any(value and value != self.initial.get(name) for name, value in typed.items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in self.table.row_problems(self.values(cleaned)):
            if name in self.fields and name not in self.errors:
                self.add_error(name, message)
        return cleaned

    def values(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The whole row: fields that are not asked here stay empty, but for a name by which findings call the row."""
        named = named_by(self.table, self.number, asked=self.fields)
        return dict.fromkeys(self.table.names) | named | {name: cleaned.get(name) for name in self.fields}


def named_by(table: Table, number: int, *, asked: Any) -> dict[str, str]:
    """The last column of the key, where the page does not ask for it."""
    last = table.key[-1]
    return {} if last in asked else {last: str(number)}


def precheck(application: Application, kind: TableKind, rows: Sequence[Row], papers: Sequence[str] = ()) -> Prechecked:
    """What the rules in force today say of the head of `application` and of `rows`, as if the mandatory materials of
    the list and the optional ones of these codes were handed in. Nothing is written. Raises BadCase where something
    that the rules ask for is missing."""
    head = kind.head_of(application)
    kept = [kind.row_model(position=at, **_stored(kind.table, row)) for at, row in enumerate(rows, 1)]
    head.__dict__["_rows"] = (head.rows_version, kept)
    materials = kind.requirements(application)
    has = {one.document for one in materials if one.document and (one.required or one.document in papers)}
    case = kind.facts(application) | {"documents": sorted(has), "date": local_today().isoformat()}
    found = evaluate(parse(case))
    try:
        mandate = the_one(
            kind.code, Duty.DECIDE, district=application.jurisdiction_id, on=local_today(),
            scope=kind.scope(application, case),
        )  # fmt: skip
    except MandateError as reason:
        return Prechecked(found, materials, None, str(reason))
    return Prechecked(found, materials, mandate)


def _stored(table: Table, row: Row) -> dict[str, Any]:
    """A row as a model holds it: text that is absent is empty."""
    texts = ("text", "species", "choice")
    return {
        one.name: "" if row.get(one.name) is None and one.type in texts else row.get(one.name) for one in table.columns
    }


def too_long(count: int) -> str:
    """What to say of a table with more rows than a precheck reads."""
    facts = {"count": count, "most": MOST_IN_A_FILE}
    return _("A precheck reads at most %(most)d rows; the file has %(count)d.") % facts
