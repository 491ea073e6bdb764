"""The same ground twice: a parcel or sub-compartment that another pending case, or a valid permit, speaks of too.

Two rows are the same ground where district, farm or township, village or compartment, and sub-compartment are the same
once folded (full-width as half-width, no blanks, small letters) and without the words that some leave out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from msgspec import Struct

from permits.documents.secrecy import kept_secret
from permits.kinds import kind_of
from permits.models import Application, GroundClaim
from permits.models.ground import KEY_LENGTH
from permits.models.permit import P
from permits.models.states import EDITABLE, UNDECIDED, S
from roles.days import local_today

PENDING, VALID = "pending", "valid"
MOST: Final = 200
"""Claims of others that are told; a page and a record hold no more."""
NAMED: Final = 3
"""Rows that a finding names; the page lists them all."""
LEFT_OUT: Final = re.compile(r"林班|小班|地块|号")


class Overlap(Struct, frozen=True):
    """A row of this application, and a row of another that speaks of the same ground."""

    row: int
    name: str
    other: Application
    other_row: int
    other_name: str
    standing: str


def key_of(parts: Sequence[object]) -> str:
    """The place of a row, folded; empty where the row does not say the innermost part."""
    written = ["".join(unicodedata.normalize("NFKC", str(part or "")).split()) for part in parts]
    if not written or not written[-1]:
        return ""
    return "|".join(LEFT_OUT.sub("", part).casefold() for part in written)[:KEY_LENGTH]


def claim(application: Application) -> None:
    """Remember the ground of what is handed in, in place of that of the submission before."""
    if application.did("submit"):  # handed in for the first time: nothing is there
        application.ground.all().delete()
    GroundClaim.objects.bulk_create(claims_of(application))


def unclaimed() -> QuerySet[Application]:
    """Applications handed in of which no ground is remembered: because no row names one, or because they were handed in
    before it was remembered (`manage.py keep_ground`). One in correction is claimed when it is handed in again."""
    return Application.objects.filter(number__isnull=False, ground=None).exclude(status__in=EDITABLE)


def claims_of(application: Application) -> list[GroundClaim]:
    """The ground of the application's rows as they stand, unsaved."""
    return [GroundClaim(application=application, row=row, key=key, name=name)
            for row, key, name in ground_of(application)]  # fmt: skip


def ground_of(application: Application) -> list[tuple[int, str, str]]:
    """As `claims_of`, in plain values: number, place and name of each row that names a place."""
    return [(row, key, name[:200]) for row, (key, name) in enumerate(_keys(application)) if key]


def overlaps(application: Application) -> list[Overlap]:
    """Rows of other pending cases and of valid permits on the same ground, in the order of this one's rows; read once
    for this instance of the application."""
    kept: list[Overlap] | None = application.__dict__.get("_overlaps")
    if kept is None:
        kept = application.__dict__["_overlaps"] = _overlaps(application)
    return kept


def _overlaps(application: Application) -> list[Overlap]:
    """As `overlaps`: each row of this application beside each row of others with the same folded place."""
    mine: dict[str, list[tuple[int, str]]] = {}
    for row, (key, name) in enumerate(_keys(application)):
        if key:
            mine.setdefault(key, []).append((row, name))
    if not mine:
        return []
    claims = _claims_of_others(application, list(mine))
    others = {claimed.application_id: claimed.application for claimed in claims}  # one instance each, read once
    found = [
        Overlap(row, name, others[claimed.application_id], claimed.row, claimed.name, _standing(claimed.application))
        for claimed in claims
        for row, name in mine[claimed.key]
    ]
    return sorted(found, key=lambda one: (one.row, one.other.pk, one.other_row))


def _claims_of_others(application: Application, keys: list[str]) -> list[GroundClaim]:
    on_it = GroundClaim.objects.filter(key__in=keys).exclude(application=application)
    if not on_it.exists():  # which is mostly so, and told by the index; how the others stand is a far dearer question
        return []
    today = local_today()
    unended = Q(application__permit__valid_to=None) | Q(application__permit__valid_to__gte=today)
    valid = Q(application__permit__status=P.VALID) & unended
    pending = Q(application__status__in=[status for status in UNDECIDED if status != S.DRAFT])
    others = on_it.filter(pending | valid)
    return list(others.select_related("application__unit", "application__jurisdiction").order_by("-application")[:MOST])


def _standing(other: Application) -> str:
    return VALID if other.status == S.APPROVED else PENDING


def _keys(application: Application) -> list[tuple[str, str]]:
    return [(key_of(parts), name) for parts, name in kind_of(application).ground(application)]


class Disagreement(Struct, frozen=True):
    """A field that two declarations of the same ground fill differently."""

    label: str
    here: str
    there: str


def disagreements(application: Application, overlap: Overlap) -> list[Disagreement]:
    """What the two rows say differently of the ground itself, in words; nothing for kinds that have no such column in
    common."""
    here = kind_of(application).said_of_ground(application, overlap.row)
    there = kind_of(overlap.other).said_of_ground(overlap.other, overlap.other_row)
    return [
        Disagreement(label, value, there[label]) for label, value in here.items() if there.get(label, value) != value
    ]


def by_case(found: Iterable[Overlap]) -> dict[int, list[Overlap]]:
    """Overlaps by the other application, the newest first."""
    cases: dict[int, list[Overlap]] = {}
    for one in sorted(found, key=lambda one: (-one.other.pk, one.row)):
        cases.setdefault(one.other.pk, []).append(one)
    return cases


def told_to_applicants(application: Application, found: Mapping[int, list[Overlap]]) -> dict[int, list[Overlap]]:
    """`found`, by the other application, without those of other units that are a state secret: whoever drafts an
    application for a piece of land after another would else learn where one lies (许可法 5)."""
    others = (rows[0].other for rows in found.values())
    secret = kept_secret(other for other in others if other.unit_id != application.unit_id)
    return {pk: rows for pk, rows in found.items() if pk not in secret}


def facts(application: Application) -> dict[str, Any]:
    """The overlaps as the rules read them in a case, one entry for each other case; nothing where there are none. What
    the rules find is told to the applicant, and stands in the record: of a state secret the page of the case tells,
    and officers alone."""
    found = told_to_applicants(application, by_case(overlaps(application))).values()
    return {"same_ground": [_as_fact(of_case) for of_case in found]} if found else {}


def _as_fact(found: list[Overlap]) -> dict[str, str]:
    names = list(dict.fromkeys(one.name for one in found))
    where = "、".join(names[:NAMED]) + (f" … ({len(names)})" if len(names) > NAMED else "")
    other = found[0].other
    return {"where": where, "case": str(other), "kind": other.kind, "standing": found[0].standing}
