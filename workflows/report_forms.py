"""The form of a report on an obligation: the fields it asks for, and a table of one row for each part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.aftercare.reports import answers
from permits.aftercare.standing import Standing
from permits.contract.obligations import Part
from permits.drafts.forms import KeyField, key_of
from permits.errors import BadFacts
from permits.models import spec_of
from permits.models.aftercare import TRUE
from permits.models.facts import NOTE
from permits.models.machine import ActSpec
from workflows.forms import Pool, Store, field_of


class Row(Struct, frozen=True):
    """One part of the table, as the page shows it: each cell with what was approved."""

    part: Part
    cells: list[tuple[str, Any, str]]
    """Head, field and what was approved of it."""


class ReportForm(forms.Form):
    """A report on one obligation. `said()` gives what the door takes."""

    use_required_attribute = False

    def __init__(
        self, standing: Standing, data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None
    ) -> None:
        super().__init__(data, files, auto_id="report_%s")
        self.obligation = obligation = standing.obligation
        pool = Pool()
        self.fields["once"] = KeyField()
        for name, fact in obligation.asks.items():
            self.fields[f"f-{name}"] = field_of(fact, pool)
        for number, part in enumerate(obligation.parts):
            for name, fact in obligation.columns.items():
                cell = field_of(fact, pool)
                cell.label = f"{part.label} {cell.label}"
                if isinstance(cell.widget, forms.RadioSelect):
                    choices = [("", "—"), *fact.options]
                    cell = forms.ChoiceField(choices=choices, required=fact.required, label=cell.label)
                look = "form-select" if isinstance(cell, forms.ChoiceField) else "form-control"
                cell.widget.attrs["class"] = f"{look} {look}-sm"
                self.fields[self._cell(number, name)] = cell
        for wanted in obligation.materials:
            self.fields[f"m-{wanted.code}"] = forms.FileField(label=str(wanted.label), required=wanted.required)
        self.fields["note"] = field_of(NOTE, pool)
        if obligation.by == "holder":
            self.fields["statement"] = field_of(TRUE, pool)

    @staticmethod
    def _cell(number: int, name: str) -> str:
        return f"p-{number}-{name}"

    @property
    def key(self) -> UUID | None:
        """The one-time key it was sent with."""
        return key_of(self.data)

    @property
    def spec(self) -> ActSpec:
        """The act by which whoever owes it reports."""
        return spec_of(self.obligation.reported_by)

    def top(self) -> Iterator[Any]:
        """The fields above the table."""
        yield from (self[f"f-{name}"] for name in self.obligation.asks)

    def heads(self) -> list[str]:
        """Heads of the table."""
        return [str(fact.label) for fact in self.obligation.columns.values()]

    def rows(self) -> list[Row]:
        """The table."""
        return [
            Row(
                part,
                [
                    (str(fact.label), self[self._cell(number, name)], part.planned.get(name, ""))
                    for name, fact in self.obligation.columns.items()
                ],
            )
            for number, part in enumerate(self.obligation.parts)
        ]

    def bottom(self) -> Iterator[Any]:
        """Materials, note and statement."""
        yield from (self[f"m-{wanted.code}"] for wanted in self.obligation.materials)
        yield from (self[name] for name in ("note", "statement") if name in self.fields)

    def said(self, store: Store) -> dict[str, Any]:
        """The facts for perform(); `store` puts a file into the case and returns its row."""
        clean = self.cleaned_data
        values = {name: clean.get(f"f-{name}") for name in self.obligation.asks}
        table = {
            part.key: {name: clean.get(self._cell(number, name)) for name in self.obligation.columns}
            for number, part in enumerate(self.obligation.parts)
        }
        given = [(wanted.code, clean.get(f"m-{wanted.code}")) for wanted in self.obligation.materials]
        facts: dict[str, Any] = {
            "obligation": self.obligation.code,
            "answers": answers(values, table),
            "materials": [{"what": code, "file": store(file)} for code, file in given if file],
        }
        facts |= {name: clean[name] for name in ("note", "statement") if clean.get(name)}
        return facts

    def refuse(self, bad: BadFacts) -> None:
        """Put what the door says at its field; what belongs to none, above the form."""
        numbers = {part.key: number for number, part in enumerate(self.obligation.parts)}
        for name, message in bad.errors.items():
            part, _dot, column = name.rpartition(".")
            places = [f"f-{name}", f"m-{name}", name]
            if part in numbers:
                places.append(self._cell(numbers[part], column))
            self.add_error(next((place for place in places if place in self.fields), None), message)

    @property
    def takes_files(self) -> bool:
        """Whether a file is asked for."""
        return bool(self.obligation.materials)

    @property
    def lost_files(self) -> bool:
        """Whether a file that was chosen is to be chosen again."""
        return self.is_bound and bool(self.files)

    @property
    def empty_hint(self) -> str:
        """What an empty row means, or that there is none."""
        if any(fact.required for fact in self.obligation.columns.values()):
            return _("Fill in every row; the figures of one where nothing was done are 0.")
        return _("Leave a row empty where nothing was done.")
