"""Editions of the role matrix 职责分工版本: which one is loaded, what another would change, and applying it.

The files of an edition (`ROLES_DIR`, by default those of the release) have one hash together. An edition is applied by
the system administrator on a page, with a ground; the line of the security log that tells of it names the hash, and is
the history. The command `load_roles` brings the first one into an empty database, where there is nobody yet.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _
from msgspec import Struct

from roles.authority import Role, administers, insist
from roles.days import local_today
from roles.kinds import KNOWN
from roles.matrix.load import Report, load_roles, read_matrix
from roles.matrix.read import BadMatrix
from roles.models import Administration, Agency, Jurisdiction, Mandate, Person, SecurityEvent, SourceDocument
from roles.models.mandates import current, in_matrix
from roles.models.security import What
from roles.security_log import note

work_asked = Signal()
"""Sent with `mandates`, their keys: whoever keeps work answers, by mandate, how many steps are open under it."""

COUNTED = ("created", "updated", "ended")
TABLES = {"jurisdictions": Jurisdiction, "documents": SourceDocument, "agencies": Agency, "mandates": Mandate}


class Edition(Struct, frozen=True):
    """The files of a role matrix: name and SHA-256 of each, and one hash over all of them."""

    files: dict[str, str]

    @classmethod
    def of(cls, directory: Path) -> Edition:
        """The edition that lies in `directory`, whether or not it can be loaded."""
        paths = sorted(directory.glob("*.yaml"))
        return cls({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths})

    @property
    def sha256(self) -> str:
        """Over a line `name hash` for each file, by name: `sha256sum` of that list gives the same."""
        return hashlib.sha256("".join(f"{name} {one}\n" for name, one in self.files.items()).encode()).hexdigest()


class Change(Struct, frozen=True):
    """A row that an edition would add, change or end: its table and key, for a change each field's two values, and for
    a mandate that is there, whose duty it is in which matter, how many steps are open under it, how many grants end
    with it, and for one that ends on which later day the next row with its duty begins, where none holds before."""

    change: str
    table: str
    key: str
    fields: list[tuple[str, str, str]]
    about: str = ""
    steps: int = 0
    grants: int = 0
    gap: date | None = None


def history() -> QuerySet[SecurityEvent]:
    """The lines of editions applied, newest first."""
    return SecurityEvent.objects.filter(what=What.MATRIX_LOADED).select_related("by").order_by("-pk")


def left_out() -> list[str]:
    """The kinds that were left out when the last edition was applied."""
    last = history().first()
    return list(last.details.get("without", "").split()) if last else []


def of_gone_kinds() -> list[str]:
    """The kinds of which the edition in `ROLES_DIR` has rows, and the database, too, though they are installed no more:
    a start leaves the rows as they are. A misspelt kind is in no database. None of an edition with faults, which tells
    them as it is loaded."""
    try:
        there = {row.values["kind"] for row in read_matrix(settings.ROLES_DIR).mandates}
    except BadMatrix:
        return []
    return sorted(there.intersection(Mandate.objects.values_list("kind", flat=True)) - {"", *KNOWN})


def compare(directory: Path | None = None) -> Report:
    """What the edition in `directory` (by default `ROLES_DIR`) would change; writes nothing. Raises BadMatrix."""
    return load_roles(directory or settings.ROLES_DIR, without=left_out(), dry_run=True)


def changes(report: Report) -> list[Change]:
    """The rows of `report` that differ, what ends first: that takes rights away."""
    keys = [key for change in ("ended", "updated") for key in report.tables.get("mandates", {}).get(change, [])]
    rows = list(Mandate.objects.filter(key__in=keys).select_related("agency"))
    open_steps = _open_steps(rows)
    begins = _begin_later(rows) if report.tables.get("mandates", {}).get("ended") else {}
    there = {
        row.key: (_whose(row), open_steps[row.pk], report.grants.get(row.key, 0), begins.get(row.key)) for row in rows
    }
    return [
        Change(change, table, key, _in_words(table, report.differences.get((table, key), [])), *there.get(key, ()))
        for change in ("ended", "updated", "created")
        for table, keys in report.tables.items()
        for key in keys[change]
    ]


def _begin_later(rows: Collection[Mandate]) -> dict[str, date]:
    """Of those of `rows` that are not in the edition of `ROLES_DIR`: on which later day the first row with the same
    duty for the same place begins there, where none with it has begun. A row that ends does so at once: until that day
    the duty would be nobody's."""
    today, found = local_today(), dict[str, date]()
    entries = read_matrix(settings.ROLES_DIR).mandates
    kept = {entry.key for entry in entries}
    firsts = defaultdict[Any, list[date]](list)
    for entry in entries:
        said = entry.values
        firsts[said["kind"], said["duty"], said["jurisdiction"]].append(said["valid_from"] or date.min)
    for row in rows:
        days = firsts[row.kind, row.duty, row.jurisdiction_id]
        if row.key not in kept and days and min(days) > today:
            found[row.key] = min(days)
    return found


def _whose(row: Mandate) -> str:
    """Whose duty it is, and in which matter: an agency has the same duty in several."""
    return f"{row.agency} · {row.get_duty_display()} · {row.matter_name}"


def waiting() -> list[tuple[Mandate, int]]:
    """The mandates that have left the matrix and under which steps are open still, with how many: what goes on to the
    agency that follows within the hour, and what waits because the matrix names none, or several."""
    gone = list(Mandate.objects.exclude(in_matrix()).select_related("agency", "jurisdiction").order_by("key"))
    steps = _open_steps(gone)
    return [(row, steps[row.pk]) for row in gone if steps[row.pk]]


def _open_steps(mandates: Collection[Mandate]) -> Counter[int]:
    counted: Counter[int] = Counter()
    told: list[tuple[Any, Any]] = work_asked.send(sender=Edition, mandates=[row.pk for row in mandates])
    for _receiver, found in told:
        counted.update(found)
    return counted


def _in_words(table: str, fields: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Each field by its name for people; an empty value as nothing."""
    options = TABLES[table]._meta
    named = {field.attname: str(field.verbose_name) for field in options.concrete_fields}
    return [(named.get(name, name), _said(before), _said(after)) for name, before, after in fields]


def _said(value: str) -> str:
    return "" if value == "None" else value


@transaction.atomic
def apply(
    *,
    by: Person | None,
    ground: str = "",
    edition: str = "",
    directory: Path | None = None,
    without: Collection[str] = (),
) -> Report:
    """Bring the rows in step with the edition in `directory` (by default `ROLES_DIR`), and note it with its ground.

    `by` is the system administrator, None the command. `edition` is the hash that was looked at: raises ValidationError
    where the files are others by now, or where nothing would change; PermissionDenied for anybody else; BadMatrix.
    """
    insist(by is None or administers(by) == Role.SYSTEM)
    # one at a time: the second of two sees what the first has done
    list(Administration.objects.select_for_update().filter(role=Role.SYSTEM))
    directory = directory or settings.ROLES_DIR
    found = Edition.of(directory)
    if edition and edition != found.sha256:
        raise ValidationError(_("The files have changed since you looked at them. Look at the differences again."))
    report = load_roles(directory, without=without, ground=ground)
    if not report.changed:
        if by:
            raise ValidationError(_("The rows are those of this edition already; nothing was changed."))
        return report
    counts = {name: sum(len(keys[name]) for keys in report.tables.values()) for name in COUNTED}
    told = {"edition": found.sha256, **counts, "without": " ".join(sorted(without))}
    note(What.MATRIX_LOADED, by=by, ground=ground, told=told)
    return report


def for_the_administrator() -> bool:
    """Whether a further edition is the system administrator's to apply, and no longer the command's: in production,
    once rows are there and someone holds that office."""
    office = Administration.objects.filter(current(), role=Role.SYSTEM, person__is_active=True)
    return not settings.LOCAL and Mandate.objects.exists() and office.exists()
