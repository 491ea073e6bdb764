"""Changes of an introduction while it is a draft: each locks the case and checks that nobody was faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from permits.corrections import is_open
from permits.errors import BadFacts, PermitError, WrongStatus
from permits.locks import locked
from permits.models import Application

from .models import Species, SpeciesIntroduction

HEAD, SPECIES = "introduction", "species"
HEAD_FIELDS = (
    "purpose", "purpose_note", "origin", "supplier", "port", "transport", "arrives_on", "place", "site_in",
    "responsible", "escape_prevention", "escape_measures", "marking", "isolation_trial", "isolation_from",
    "isolation_to", "filed_with",
)  # fmt: skip
SPECIES_FIELDS = (
    "scientific_name", "chinese_name", "taxon", "source", "first_introduction", "cites", "quantity", "unit", "material",
)  # fmt: skip
MOST = 200


class EditedMeanwhile(PermitError):
    """Somebody changed the same thing since it was read. Nothing was written."""


def begin(application: Application) -> SpeciesIntroduction:
    """The empty rows of a new draft."""
    introduction, _made = SpeciesIntroduction.objects.get_or_create(application=application)
    return introduction


@contextmanager
def _open(application_id: int, place: str) -> Iterator[SpeciesIntroduction]:
    with locked(application_id) as application:
        if not application.editable:
            raise WrongStatus(_("The application was handed in and can no longer be changed."))
        if not is_open(application, place):
            raise WrongStatus(_("The correction list does not name this part; it stays as it was handed in."))
        yield SpeciesIntroduction.objects.get(application=application)


def _same(row: SpeciesIntroduction | Species | None, version: int) -> None:
    if row is None or row.version != version:
        raise EditedMeanwhile(_("Someone else has changed this page since you opened it."))


def change_head(application_id: int, values: Mapping[str, Any], *, version: int) -> SpeciesIntroduction:
    """Write the fields in `values`, read at `version`. Raises EditedMeanwhile, WrongStatus, Busy."""
    with _open(application_id, HEAD) as introduction:
        _same(introduction, version)
        for name in HEAD_FIELDS:
            if name in values:
                setattr(introduction, name, values[name])
        introduction.version += 1
        introduction.save()
        return introduction


def add_species(application_id: int, values: Mapping[str, Any]) -> Species:
    """One more species. Raises BadFacts when it is there already or the list is full; WrongStatus, Busy."""
    with _open(application_id, SPECIES) as introduction:
        rows = introduction.species.order_by("position")
        if rows.count() >= MOST:
            raise BadFacts({"scientific_name": _("At most %(most)d species.") % {"most": MOST}})
        _refuse_twice(introduction, values)
        last = rows.last()
        row = Species(introduction=introduction, position=last.position + 1 if last else 1)
        return _write(row, values)


def change_species(application_id: int, pk: int, values: Mapping[str, Any], *, version: int) -> Species:
    """Write a row read at `version`. Raises EditedMeanwhile also when it is gone; BadFacts, WrongStatus, Busy."""
    with _open(application_id, SPECIES) as introduction:
        row = introduction.species.filter(pk=pk).first()
        _same(row, version)
        assert row is not None  # noqa: S101 - _same raised otherwise
        _refuse_twice(introduction, values, but=pk)
        row.version += 1
        return _write(row, values)


def delete_species(application_id: int, pk: int) -> None:
    """Take a species out of the draft; one that is gone already is no error. Raises WrongStatus, Busy."""
    with _open(application_id, SPECIES) as introduction:
        introduction.species.filter(pk=pk).delete()


def _write(row: Species, values: Mapping[str, Any]) -> Species:
    for name in SPECIES_FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.save()
    return row


def _refuse_twice(introduction: SpeciesIntroduction, values: Mapping[str, Any], but: int = 0) -> None:
    same = introduction.species.filter(scientific_name__iexact=values.get("scientific_name", "")).exclude(pk=but)
    if same.exists():
        raise BadFacts({"scientific_name": _("This species stands in the list already.")})
