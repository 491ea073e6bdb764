"""How much land is applied for: what a submission declares, as rows that are added up without reading it again."""

from __future__ import annotations

from collections.abc import Container, Iterable
from decimal import Decimal
from typing import Any

from permits.acts.quota_books import exact
from permits.kinds import kind_of
from permits.models import Application, DeclaredLand, Submission
from permits.models.submission import last_submission
from roles.models import Jurisdiction


def known_places(application: Application, codes: Iterable[str]) -> set[str]:
    """Those of `codes` that are places we know, and the one that the application was filed with."""
    known: set[Any] = {application.jurisdiction_id}
    if others := set(codes) - known:
        known.update(Jurisdiction.objects.filter(pk__in=others).values_list("pk", flat=True))
    return known


def keep(submission: Submission, *, again: bool) -> None:
    """Remember the land of what is handed in; `again`: in the place of what was handed in before."""
    application = submission.application
    if again:
        application.land.all().delete()
    codes = {part.place for part in kind_of(application).extent(submission.content["asked"]) if part.place}
    DeclaredLand.objects.bulk_create(declared(application, known_places(application, codes)))


def declared(application: Application, known: Container[str]) -> list[DeclaredLand]:
    """The land of the last submission, unsaved, each place and purpose once and in order. Land in a place we do not
    know is counted where the application was filed."""
    return [
        DeclaredLand(
            application=application, place_id=place, purpose=purpose, hectares=hectares, cubic_metres=cubic_metres
        )
        for place, purpose, hectares, cubic_metres in land_of(application, known)
    ]  # fmt: skip


def land_of(application: Application, known: Container[str]) -> list[tuple[str, str, Decimal, Decimal]]:
    """As `declared`, in plain values: place, purpose, hectares, cubic metres."""
    submission, found = last_submission(application), dict[tuple[str, str], tuple[Decimal, Decimal]]()
    for part in kind_of(application).extent(submission.content["asked"]) if submission else ():
        place = part.place if part.place in known else application.jurisdiction_id
        hectares, cubic_metres = found.get((place, part.purpose), (Decimal(0), Decimal(0)))
        found[place, part.purpose] = exact(hectares + part.hectares), exact(cubic_metres + part.cubic_metres)
    return [(*key, *found[key]) for key in sorted(found)]
