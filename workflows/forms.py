"""Forms of acts, made from the facts an act declares: page, shell and API ask for the same things.

A list of records (`Rows`) is a table of numbered fields, so that it works without JavaScript: it begins with as many
empty rows as the fact says, and a button asks for one more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts.forms import KEY, KeyField, key_of
from permits.drafts.unfinished import as_worded
from permits.errors import BadFacts
from permits.models import MaterialVersion
from permits.models.facts import Amount, Choice, Day, Evidence, Fact, Hour, Office, Rows, Text, Truth, Who, Whole
from permits.models.machine import ActSpec
from roles.models import Mandate, Person
from roles.numbers import whole
from workflows.reading import in_words

MANY_ROWS = 60  # more than a page can show at once; the record holds more, through the API
ADD_ROW = "add_row"
Store = Callable[[Any], MaterialVersion | None]


class Pool(Struct, dict=True):
    """Whom and what an act may name here. Each list is asked for once, and only when a form needs it."""

    people_of: Callable[[], list[Person]] = list
    offices_of: Callable[[], list[Mandate]] = list
    listed: Mapping[str, Sequence[tuple[str, str]]] = {}
    """Closed lists, as (code, label), for facts that are free text to the record: `fact` or `list.column`."""
    asked: frozenset[str] = frozenset()
    """Facts that are required in this case, though not in every one: the door says so, and the page marks them."""
    only: Mapping[str, tuple[str, tuple[str, ...]]] = {}
    """A fact that is asked only where another has one of these values in this case; as `only` of Fact says for all
    cases."""

    helps: Mapping[str, str] = {}
    """Of a fact, what is told beside it in this case."""

    @cached_property
    def people(self) -> dict[str, Person]:
        """By key."""
        return {str(person.pk): person for person in self.people_of()}

    @cached_property
    def offices(self) -> dict[str, Mandate]:
        """By key."""
        return {str(mandate.pk): mandate for mandate in self.offices_of()}


class Block(Struct):
    """A part of the form as the page shows it: one field, or a table of rows with its heads."""

    name: str
    bound: Any = None
    label: str = ""
    help: str = ""
    required: bool = False
    heads: list[str] = []
    rows: list[list[Any]] = []
    anchor: str = ""


class ActForm(forms.Form):
    """The facts of one act. `said()` gives what the door takes."""

    use_required_attribute = False  # our own messages, in the page's language, all at once

    def __init__(
        self,
        spec: ActSpec,
        pool: Pool | None = None,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        check: bool = True,
        later: Sequence[str] = (),
        sent: bool = False,
    ) -> None:
        """`data` and `files` as a request gives them; in `data`, ADD_ROW names a list that shall get one more row.

        Without `check` the form is only shown again, nothing in it is called wrong. Files of `later` are chosen on the
        page on which the act is confirmed, for no page keeps a file; once that is `sent` they are asked for.
        """
        super().__init__(data, files, auto_id=f"{spec.name}_%s", initial=dict(initial or {}))
        self.spec, self.pool, self.check, self.later = spec, pool or Pool(), check, tuple(later)
        self.lists: dict[str, int] = {}
        self.columns: dict[str, tuple[str, ...]] = {}
        self.fields[KEY] = KeyField()
        for name, fact in spec.facts.items():
            if isinstance(fact, Rows):
                self._add_rows(name, fact)
            else:
                self.fields[name] = field_of(fact, self.pool, name)
            if name in self.pool.helps:
                self.fields[name].help_text = self.pool.helps[name]
        if not sent:
            for name in self.later:
                self.fields[name].required = False
                self.fields[name].asked = True  # type: ignore[attr-defined]

    # ---- rows ----
    def _add_rows(self, name: str, fact: Rows) -> None:
        count = self._count(name, fact.shown)
        self.lists[name], self.columns[name] = count, tuple(fact.columns)
        self.fields[f"{name}-rows"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=str(count))
        for number in range(count):
            for column, part in fact.columns.items():
                cell = field_of(part, self.pool, f"{name}.{column}")
                cell.required = False
                cell.asked = part.required  # type: ignore[attr-defined]  # of a row that is begun
                cell.label = _("%(column)s, row %(row)d") % {"column": cell.label, "row": number + 1}
                self.fields[f"{name}-{number}-{column}"] = cell

    def _count(self, name: str, shown: int) -> int:
        said = self.data if self.is_bound else self.initial
        count = whole(said.get(f"{name}-rows"), most=MANY_ROWS)
        return min((shown if count is None else count) + (self.data.get(ADD_ROW) == name), MANY_ROWS)

    def _rows(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The rows with anything in them, by number."""
        columns = self.columns[name]
        rows = []
        for number in range(self.lists[name]):
            row = {column: self.cleaned_data.get(f"{name}-{number}-{column}") for column in columns}
            refused = any(f"{name}-{number}-{column}" in self.errors for column in columns)
            if refused or any(value not in (None, "", False) for value in row.values()):
                rows.append((number, row))
        return rows

    def _check_rows(self, name: str, fact: Rows) -> None:
        rows = self._rows(name)
        if fact.required and not rows:
            self.add_error(f"{name}-0-{next(iter(fact.columns))}", _("Fill in at least one row."))
        for number, row in rows:
            for column, part in fact.columns.items():
                key = f"{name}-{number}-{column}"
                if part.required and row[column] in (None, "") and key not in self.errors:
                    self.add_error(key, _("This field is required."))

    def full_clean(self) -> None:
        """Nothing is wrong yet with a form that is still being filled in."""
        if self.check and not self.adds_row:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(), {}

    def clean(self) -> dict[str, Any]:
        """What the fields say, and the rows that are begun are whole."""
        cleaned = super().clean() or {}
        for name, fact in self.spec.facts.items():
            if isinstance(fact, Rows):
                self._check_rows(name, fact)
        return cleaned

    # ---- what the page needs ----
    @property
    def key(self) -> UUID | None:
        """The one-time key it was sent with."""
        return key_of(self.data)

    @property
    def takes_files(self) -> bool:
        """Whether a file is asked for beside the words."""
        files = (name for name, part in self.fields.items() if isinstance(part, forms.FileField))
        return any(name not in self.later for name in files)

    @property
    def chosen_later(self) -> list[forms.BoundField]:
        """The files that are chosen where the act is confirmed."""
        return [self[name] for name in self.later]

    @property
    def lacks_files_only(self) -> bool:
        """Whether nothing else is wrong with it than a file that is chosen where the act is confirmed."""
        return bool(self.errors) and set(self.errors) <= set(self.later)

    @property
    def is_complete(self) -> bool:
        """Whether it was sent to become an act and nothing is wrong with it, but for files that are still chosen where
        the act is confirmed. One that asks for a further row, or is only shown again, is not."""
        return (self.is_valid() or self.lacks_files_only) and self.check and not self.adds_row

    @property
    def lost_files(self) -> bool:
        """Whether a file that was chosen, now or before the page that was gone back from, is to be chosen again."""
        return self.is_bound and self.takes_files and (bool(self.files) or not self.check)

    @property
    def adds_row(self) -> bool:
        """Whether only one more row was asked for."""
        return self.is_bound and self.data.get(ADD_ROW) in self.lists

    def blocks(self) -> Iterator[Block]:
        """Fields and tables in the order the act declares them, without what is chosen later."""
        for name, fact in self.spec.facts.items():
            if name in self.later:
                continue
            if isinstance(fact, Rows):
                yield self._table(name, fact)
            else:
                yield Block(name, bound=self[name])

    def _table(self, name: str, fact: Rows) -> Block:
        return Block(
            name,
            label=str(fact.label),
            help=str(fact.help),
            required=fact.required,
            heads=[str(part.label or column) for column, part in fact.columns.items()],
            rows=[[self[f"{name}-{number}-{column}"] for column in fact.columns] for number in range(self.lists[name])],
            anchor=f"{self.spec.name}_{name}",
        )

    def kept(self) -> list[tuple[str, str]]:
        """Everything typed, as names and values: for hidden fields and for reading it again."""
        return [(name, value) for name in self.fields for value in self._given(name) if value]

    def typed(self) -> list[tuple[str, str]]:
        """The words typed, with their labels, to be copied where the form cannot be sent any more; a choice by its
        words, if it is one."""
        return [
            (str(part.label), told)
            for name, value in self.kept()
            if name != KEY and not name.endswith("-rows") and (told := as_worded(part := self.fields[name], value))
        ]

    def _given(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def in_words(self) -> list[tuple[str, str]]:
        """Labels and values as a person reads them; only of a valid form."""
        facts = self.said(lambda file: MaterialVersion(name=file.name or "", sha256="-"))
        for listed, choices in self.pool.listed.items():
            name, _dot, column = listed.partition(".")
            labels = dict(choices)
            if not column:
                facts[name] = labels.get(facts.get(name, ""), "")
                continue
            facts[name] = [row | {column: labels.get(row.get(column), "")} for row in facts.get(name, [])]
        return in_words(self.spec, facts)

    # ---- to and from the door ----
    def said(self, store: Store) -> dict[str, Any]:
        """The facts for perform(); `store` puts a file into the case and returns its row."""
        facts: dict[str, Any] = {}
        for name, fact in self.spec.facts.items():
            if isinstance(fact, Rows):
                facts[name] = [
                    {key: _stored(value, store) for key, value in row.items()} for _n, row in self._rows(name)
                ]
            else:
                facts[name] = _stored(self.cleaned_data.get(name), store)
        return {name: value for name, value in facts.items() if value not in (None, "", [])}

    def refuse(self, bad: BadFacts) -> None:
        """Put what the door says at its field; what belongs to no field, above the form."""
        for name, message in bad.errors.items():
            if name in self.lists:
                self.add_error(next(key for key in self.fields if key.startswith(f"{name}-0-")), message)
            elif name in self.fields:
                self.add_error(name, message)
            elif name == "file" and (
                places := [key for key, part in self.fields.items() if isinstance(part, forms.FileField)]
            ):
                self.add_error(places[0], message)
            else:
                self.add_error(None, message)


def _stored(value: Any, store: Store) -> Any:
    return store(value) if isinstance(value, UploadedFile) else value


def field_of(fact: Fact, pool: Pool, key: str = "") -> forms.Field:
    """The form field that asks for `fact`, whose list in the pool, if any, is called `key`."""
    common: dict[str, Any] = {"label": fact.label, "required": fact.required, "help_text": fact.help}
    if key in pool.listed and isinstance(fact, Choice):  # some of its options
        return forms.ChoiceField(choices=list(pool.listed[key]), widget=forms.RadioSelect, **common)
    if key in pool.listed:
        return forms.ChoiceField(choices=[("", _("— choose —")), *pool.listed[key]], **common)
    made = MAKERS[type(fact)](fact, pool, common)
    made.error_messages["required"] = _("This field is required.")
    if key in pool.asked:
        made.asked = True  # type: ignore[attr-defined]
    if only := pool.only.get(key, fact.only):
        name, values = only
        made.widget.attrs["data-when"] = json.dumps([[name, values, False]])  # read by static/app.js
    return made


def _text(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": 4}) if fact.long else forms.TextInput()
    return forms.CharField(widget=widget, max_length=fact.most, **common)


def _choice(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    if not fact.required:  # what was chosen by mistake can be left empty again
        return forms.ChoiceField(choices=[("", _("— choose —")), *fact.options], **common)
    return forms.ChoiceField(choices=list(fact.options), widget=forms.RadioSelect, **common)


def _day(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    made = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **common)
    made.error_messages["invalid"] = _("Give a date as year-month-day, such as 2026-03-05.")
    return made


def _hour(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    made = forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **common)
    made.error_messages["invalid"] = _("Give a time as hours and minutes, such as 09:30.")
    return made


def _whole(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=fact.least, max_value=fact.most, **common)


def _amount(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    bounds = {"min_value": Decimal(fact.least), "max_value": Decimal(fact.most), "decimal_places": fact.places}
    made = forms.DecimalField(max_digits=20, **bounds, **common)
    made.error_messages["invalid"] = _("Give a number.")
    return made


def _truth(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**common)


def _of_pool(rows: dict[str, Any], empty: str, common: dict[str, Any]) -> forms.Field:
    choices = [("", empty), *((key, str(row)) for key, row in rows.items())]
    return forms.TypedChoiceField(choices=choices, coerce=lambda key: rows[str(key)], empty_value=None, **common)


def _who(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    return _of_pool(pool.people, _("— choose a person —"), common)


def _office(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    return _of_pool(pool.offices, _("— choose an agency —"), common)


def _evidence(fact: Any, pool: Pool, common: dict[str, Any]) -> forms.Field:
    return forms.FileField(**common)


MAKERS: dict[type[Fact], Callable[[Any, Pool, dict[str, Any]], forms.Field]] = {
    Text: _text, Choice: _choice, Day: _day, Hour: _hour, Whole: _whole, Amount: _amount, Truth: _truth,
    Who: _who, Office: _office, Evidence: _evidence,
}  # fmt: skip
