"""Who is responsible: the role matrix asked by kind of permit, duty, place and day. Flows ask nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from roles.days import local_today
from roles.kinds import label_of
from roles.models import Jurisdiction, Mandate
from roles.models.mandates import SCOPES, Duty
from roles.reference import kept

MUNICIPAL_DUTIES = (Duty.ACCEPT, Duty.FIRST_REVIEW)
BELOW_A_CITY = 2  # a city and the nation: a longer chain begins in a district


class MandateError(LookupError):
    """The role matrix does not name exactly one agency. The message says for what, where and when."""


class NoMandate(MandateError):
    """No agency has this duty here."""


class SeveralMandates(MandateError):
    """More than one agency has this duty here, and nothing tells which comes first."""

    def __init__(self, message: str, mandates: list[Mandate]) -> None:
        super().__init__(message)
        self.mandates = mandates


@kept
def places_upward(district: str) -> tuple[str, ...]:
    """The codes of a jurisdiction and of those above it, nearest first. Raises `NoMandate` for an unknown code."""
    place = Jurisdiction.objects.select_related("parent__parent").filter(pk=district).first()
    if place is None:
        raise NoMandate(_("There is no jurisdiction %(code)s in the role matrix.") % {"code": district})
    chain: list[str] = []
    while place is not None:
        chain.append(place.code)
        place = place.parent
    return tuple(chain)


def responsible(
    kind: str, duty: str, *, district: str, municipal: bool = False, on: date, scope: str = ""
) -> list[Mandate]:
    """The mandates that have `duty` in permits of `kind` for land in `district`, on the day `on`.

    Those of the district come before those of its city, and these before the national ones; within a place, those of
    `scope` before those that speak of every case. Mandates of another scope are left out.
    `municipal`: a municipal state forest farm applies, so that acceptance and first review begin at the city: they
    follow the unit's owner, other duties the land whoever applies.
    Editions: what is in force on `on`; where nothing is, the edition whose term ended last before it, whose rows answer
    `mandate.expired(on)` with true. A row that left the role matrix by `on` is never given. Two queries.
    """
    chain = places_upward(district)
    if municipal and duty in MUNICIPAL_DUTIES and len(chain) > BELOW_A_CITY:
        chain = chain[1:]
    rows = _rows(kind, duty, chain, on, scope)
    order = {code: place for place, code in enumerate(chain)}
    return sorted(_edition(rows, on), key=lambda row: (order[row.jurisdiction_id], row.scope != scope, row.key))


def the_one(kind: str, duty: str, *, district: str, municipal: bool = False, on: date, scope: str = "") -> Mandate:
    """The one mandate for a step: that of the nearest place, and there the one of `scope` before the general one.

    Arguments as `responsible`. Raises `NoMandate` when the role matrix names nobody, `SeveralMandates` when it names
    more than one at the same place.
    """
    found = responsible(kind, duty, district=district, municipal=municipal, on=on, scope=scope)
    if not found:
        raise NoMandate(
            _("The role matrix names no agency for “%(duty)s” (%(kind)s, scope %(scope)s) in %(place)s on %(day)s.")
            % _asked_for(kind, duty, district, on, scope)
        )
    nearest = [row for row in found if (row.jurisdiction_id, row.scope) == (found[0].jurisdiction_id, found[0].scope)]
    if len(nearest) > 1:
        names = _(", ").join(str(row.agency) for row in nearest)
        raise SeveralMandates(
            _("The role matrix names several agencies for “%(duty)s” (%(kind)s) in %(place)s on %(day)s: %(names)s.")
            % (_asked_for(kind, duty, district, on, scope) | {"names": names}),
            nearest,
        )
    return found[0]


def _asked_for(kind: str, duty: str, district: str, on: date, scope: str) -> dict[str, str]:
    """What was looked for, in words. One query: asked only where nothing was found."""
    place = Jurisdiction.objects.get(pk=district)  # places_upward has refused one that is not there
    return {
        "duty": str(Duty(duty).label), "kind": str(label_of(kind)), "scope": str(SCOPES.get(scope, scope)) or "—",
        "place": f"{place} {district}", "day": date_format(on),
    }  # fmt: skip


def the_one_now(kind: str, duty: str, *, district: str, municipal: bool = False, on: date, scope: str = "") -> Mandate:
    """The one of a case whose law is that of the day `on`: as `the_one` of that day names it; where its row has left
    the matrix since, as today's does. Arguments and errors as `the_one`.

    A row that took the place of another may begin with its document, years before: both are then of the day `on`, and
    the one that is still there has the duty.
    """
    today = local_today()
    asked = partial(the_one, kind, duty, district=district, municipal=municipal, scope=scope)
    try:
        named = [asked(on=on)]
    except SeveralMandates as several:
        named = several.mandates
        if sum(not row.left(today) for row in named) > 1:
            raise
    return next((row for row in named if not row.left(today)), None) or asked(on=today)


def edition_note(mandate: Mandate, on: date) -> str:
    """What to tell beside a mandate whose edition ended before `on`; empty when it is in force."""
    if mandate.valid_to is None or not mandate.expired(on):
        return ""
    return _("This edition ended on %(day)s and no later one is known; it applies as the last edition.") % {
        "day": date_format(mandate.valid_to)
    }


@kept
def _rows(kind: str, duty: str, chain: tuple[str, ...], on: date, scope: str) -> tuple[Mandate, ...]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    there = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    rows = Mandate.objects.filter(begun, there, kind=kind, duty=duty, jurisdiction__in=chain, scope__in={scope, ""})
    return tuple(rows.select_related("agency", "document", "jurisdiction"))


def _edition(rows: Sequence[Mandate], on: date) -> list[Mandate]:
    """The rows in force on `on`, else those of the edition that ended last."""
    in_force = [row for row in rows if not row.expired(on)]
    if in_force or not rows:
        return in_force
    last = max(row.valid_to for row in rows if row.valid_to is not None)
    return [row for row in rows if row.valid_to == last]
