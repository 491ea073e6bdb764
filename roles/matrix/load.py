"""Writes the role matrix. Nothing is deleted: what left the data gets an end."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct
from msgspec.structs import replace

from roles.appointments import end_grant
from roles.days import local_today
from roles.kinds import KNOWN, series_of
from roles.matrix.expand import Known, check_together, read_mandates
from roles.matrix.read import BadMatrix, Problem
from roles.matrix.record import keep_edition
from roles.matrix.rows import AGENCIES, DOCUMENTS, JURISDICTIONS, Entry, read_table
from roles.models import Agency, Mandate, OfficialDatum
from roles.models.official import CODES
from roles.uscc import problems_of

DATA = Path(__file__).resolve().parent.parent / "data"
CHANGES = ("created", "updated", "unchanged", "ended", "kept")
WRITTEN = ("created", "updated", "ended")
NAME_MOST = 56
"""Signs of an agency's name: with the word of a series behind it, it fits where a paper's number keeps its agency."""


class Matrix(Struct, frozen=True):
    """The whole of the data, checked."""

    jurisdictions: list[Entry]
    documents: list[Entry]
    agencies: list[Entry]
    mandates: list[Entry]


class Report(Struct):
    """What a load did: by table, the keys created, updated, unchanged, ended, or kept though the data lacks them; by
    table and key of an updated row, each field with its value before and after; by key of a mandate that ends, how many
    grants end with it."""

    tables: dict[str, dict[str, list[str]]] = {}
    differences: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    grants: dict[str, int] = {}
    warnings: list[Problem] = []

    def note(self, table: str, change: str, key: str) -> None:
        self.tables.setdefault(table, {name: [] for name in CHANGES})[change].append(key)

    @property
    def written(self) -> dict[str, list[str]]:
        """By table the keys of the rows that the load wrote."""
        return {table: [key for change in WRITTEN for key in keys[change]] for table, keys in self.tables.items()}

    @property
    def changed(self) -> bool:
        return any(self.written.values())


def read_matrix(directory: Path = DATA) -> Matrix:
    """The data of `directory`, checked. Raises `BadMatrix` naming file, line, row and field of every problem found.

    Mandates are only read when places, documents and agencies are in order: they point to them.
    """
    jurisdictions = read_table(directory, JURISDICTIONS, {})
    documents = read_table(directory, DOCUMENTS, {})
    agencies = read_table(directory, AGENCIES, {"jurisdiction": {entry.key for entry in jurisdictions}})
    known = Known(
        documents={entry.key for entry in documents},
        jurisdictions={entry.key for entry in jurisdictions},
        seats={entry.key: entry.values["jurisdiction"] for entry in agencies},
    )
    mandates: list[Entry] = []
    problems: list[Problem] = []
    plain = {table.file for table in (JURISDICTIONS, DOCUMENTS, AGENCIES)}
    for path in sorted(path for path in directory.glob("*.yaml") if path.name not in plain):
        try:
            mandates += read_mandates(path, known)
        except BadMatrix as bad:
            problems += bad.problems
    if problems:
        raise BadMatrix(problems)
    check_together(mandates)
    return Matrix(jurisdictions, documents, agencies, mandates)


def load_roles(
    directory: Path = DATA, *, without: Collection[str] = (), dry_run: bool = False, ground: str = ""
) -> Report:
    """Brings the tables in step with the data of `directory`, in one transaction; a second run changes nothing.

    A mandate that left the data ends today and stays, and grants on it end with it, the lines of which name `ground`:
    should it come back, it is granted anew. Other rows are never ended. `without` names kinds that are left out on
    purpose: their rows are neither read nor ended. What was written is an edition of its own (`MatrixEdition`).
    `dry_run` only compares, and writes nothing. Raises `BadMatrix`, also for a kind that is not installed; then nothing
    is written.
    """
    matrix = read_matrix(directory)
    _check_kinds(matrix.mandates, without)
    matrix = replace(matrix, mandates=[row for row in matrix.mandates if row.values["kind"] not in without])
    _check_series(matrix.agencies)
    report = Report(warnings=_code_warnings(matrix.agencies))
    for agency in matrix.agencies:
        if not agency.values["uscc"]:  # the data says nothing of it: what the system administrator entered stands
            del agency.values["uscc"]
    with transaction.atomic():
        for table, entries in (
            (JURISDICTIONS, matrix.jurisdictions),
            (DOCUMENTS, matrix.documents),
            (AGENCIES, matrix.agencies),
        ):
            _save(table.model, table.name, table.key, entries, report, write=not dry_run)
        ids = dict(Agency.objects.values_list("slug", "pk"))
        for entry in matrix.mandates:
            # one that is only compared may be new, without a key yet
            entry.values.update(agency=ids.get(entry.values["agency"]), ended_on=None)
        _save(Mandate, "mandates", "key", matrix.mandates, report, write=not dry_run)
        gone = _gone({entry.key for entry in matrix.mandates}, without, report)
        if not dry_run:
            _end(gone, ground)
            keep_edition(report.written)
    return report


def _save(
    model: type[models.Model], table: str, key: str, entries: list[Entry], report: Report, *, write: bool
) -> None:
    """Creates what is new and updates what differs, or only tells of it."""
    present: dict[str, models.Model] = {getattr(row, key): row for row in model._default_manager.all()}
    new: list[models.Model] = []
    for entry in entries:
        values = {model._meta.get_field(name).attname: value for name, value in entry.values.items()}  # type: ignore[union-attr]
        row = present.pop(entry.key, None)
        if row is None:
            new.append(model(**{key: entry.key} | values))
            report.note(table, "created", entry.key)
            continue
        different = [name for name, value in values.items() if getattr(row, name) != value]
        for name in different:
            before = getattr(row, name)
            report.differences.setdefault((table, entry.key), []).append((name, str(before), str(values[name])))
            setattr(row, name, values[name])
        if different and write:
            row.save(update_fields=different)
        report.note(table, "updated" if different else "unchanged", entry.key)
    if write:
        model._default_manager.bulk_create(new)
    if model is not Mandate:
        for gone in present:
            report.note(table, "kept", gone)


def _check_kinds(mandates: list[Entry], without: Collection[str]) -> None:
    """A misspelt kind would leave its mandates to nobody. Raises `BadMatrix` naming each row."""
    known = {"", *KNOWN, *without}
    message = _(
        "no kind called “%(kind)s” is installed; known are %(known)s. Where its package is gone, its rows are left as "
        "they are by load_roles --without %(kind)s"
    )
    problems = [
        Problem(row.file, row.line, row.key, "kind", message % {"kind": row.values["kind"], "known": ", ".join(KNOWN)})
        for row in mandates
        if row.values["kind"] not in known
    ]
    if problems:
        raise BadMatrix(problems)


def _check_series(agencies: list[Entry]) -> None:
    """Papers of an agency without a code are numbered under its name, which must fit there and be no other agency's; a
    code that two of them have would count both in one series. Raises `BadMatrix` naming each row."""
    entered = OfficialDatum.objects.filter(datum__in=CODES).exclude(value="").values_list("value", "agency__slug")
    owner = {series: agency for code, agency in entered for series in series_of(code)}
    names: dict[str, str] = {}
    problems = []

    def blame(row: Entry, name: str, message: str | Promise) -> None:
        problems.append(Problem(row.file, row.line, row.key, name, message))

    for row in agencies:
        name, code = row.values["name"], row.values.get("document_prefix", "")
        if len(name) > NAME_MOST:
            blame(row, "name", _("longer than %(most)d characters: papers are numbered under it") % {"most": NAME_MOST})
        if names.setdefault(name, row.key) != row.key:
            blame(row, "name", _("the agency “%(key)s” is called so, too") % {"key": names[name]})
        taken = {owner.setdefault(series, row.key) for series in series_of(code)} if code else set()
        for other in taken - {row.key}:
            blame(row, "document_prefix", _("the agency “%(key)s” numbers its papers with this code") % {"key": other})
    if problems:
        raise BadMatrix(problems)


def _gone(keys: Collection[str], without: Collection[str], report: Report) -> list[Mandate]:
    """Mandates the data no longer holds and that have not ended yet. Those already ended stay as they are."""
    gone: list[Mandate] = []
    lost = Count("grants", filter=_not_over("grants__"))
    for mandate in Mandate.objects.exclude(key__in=keys).exclude(kind__in=without).annotate(lost=lost):
        report.note("mandates", "kept" if mandate.ended_on else "ended", mandate.key)
        if mandate.ended_on is None:
            gone.append(mandate)
            report.grants[mandate.key] = mandate.lost
    return gone


def _not_over(prefix: str = "") -> Q:
    """Grants that hold today, or will."""
    return Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": local_today()})


def _end(gone: list[Mandate], ground: str) -> None:
    """Ends mandates today, and the grants on them."""
    today = local_today()
    for mandate in gone:
        mandate.ended_on = today
        if mandate.valid_to is None or mandate.valid_to > today:
            mandate.valid_to = today
        mandate.save(update_fields=["ended_on", "valid_to"])
        for given in mandate.grants.filter(_not_over()):
            end_grant(given, ground=ground)


def _code_warnings(agencies: list[Entry]) -> list[Problem]:
    """Credit codes that fail GB 32100: told, never a block (a code known to be valid fails: facts 2.10)."""
    return [
        Problem(entry.file, entry.line, entry.key, "uscc", _("credit code: %(problem)s") % {"problem": problem})
        for entry in agencies
        if entry.values.get("uscc")
        for problem in problems_of(entry.values["uscc"])
    ]
