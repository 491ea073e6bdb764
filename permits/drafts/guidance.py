"""What an applicant should know of a kind before beginning: where to file, what is asked, who decides, how long."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet
from msgspec import Struct

from permits.clocks.periods import Period, periods
from permits.contract.kind import Kind, Requirement
from permits.kinds import kind
from permits.models import PromisedPeriod
from roles.days import local_today
from roles.mandates import MUNICIPAL_DUTIES, places_upward
from roles.models import Agency, Jurisdiction, Mandate
from roles.models.bodies import Level
from roles.models.mandates import Duty, in_matrix


class Prospectus(Struct, frozen=True):
    """`deciders` are the mandates to decide, each with its source; the period is that of 许可法 42."""

    materials: Sequence[Requirement]
    deciders: Sequence[Mandate]
    period: Period


def prospectus(kind_code: str, district: Jurisdiction) -> Prospectus:
    """What a new application for land in `district` will need. Raises KeyError for an unknown kind."""
    asked = kind(kind_code)
    return Prospectus(asked.all_requirements(district.pk), deciders(kind_code, district), periods()["decide"])


def districts_for(asked: Kind) -> QuerySet[Jurisdiction]:
    """The districts for which somebody has the mandate to accept applications of this kind, be it a city's body."""
    accepting = _held(asked.code, Duty.ACCEPT).values("jurisdiction")
    here = Q(pk__in=accepting) | Q(parent__in=accepting)
    return Jurisdiction.objects.filter(here, level=Level.DISTRICT).select_related("parent").order_by("pk")


def deciders(kind_code: str, district: Jurisdiction) -> list[Mandate]:
    """The mandates to decide this kind today for land in `district`, one for each agency and place."""
    return list(
        {(row.agency_id, row.jurisdiction_id): row for row in held_for(kind_code, Duty.DECIDE, district)}.values()
    )


def held_for(kind_code: str, duty: Duty, district: Jurisdiction) -> list[Mandate]:
    """The mandates to do `duty` in this kind today for land in `district`, the district's own first: one for each
    agency, place and scope."""
    reaching = places_upward(district.pk)
    rows = _held(kind_code, duty).filter(jurisdiction__in=reaching).select_related("agency", "document", "jurisdiction")
    latest = rows.order_by("agency", "scope", F("valid_from").asc(nulls_first=True))
    found = {(row.agency_id, row.jurisdiction_id, row.scope): row for row in latest}.values()
    return sorted(found, key=lambda row: reaching.index(row.jurisdiction_id))


STEPS = (Duty.ACCEPT, Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE)
"""In the order a case goes through them."""
PROMISED = {
    "notice": Duty.ACCEPT, "site_check": Duty.FIRST_REVIEW, "first_review": Duty.FIRST_REVIEW, "decide": Duty.DECIDE,
    "deliver": Duty.DECIDE,
}  # fmt: skip
"""The periods that a guide names, and whose promise shortens each."""


class Time(Struct, frozen=True):
    """A statutory period, and what agencies promised instead: each with its source."""

    period: Period
    promised: Sequence[PromisedPeriod]


class Guide(Struct, frozen=True):
    """办事指南: whose step each is, what is asked for, how long it takes. Nothing in it is written for the occasion:
    the role matrix, the closed list of the kind and the table of periods say it."""

    district: str
    follows_owner: bool
    """Whether a municipal state forest farm applies to the city."""
    steps: Sequence[tuple[Duty, Sequence[Mandate]]]
    materials: Sequence[Requirement]
    times: Sequence[Time]
    notice: Period | None
    """How long the application is made public before anybody recommends; None where the kind needs no notice."""

    @property
    def of_city_farms(self) -> frozenset[int]:
        """Mandates of a city's body beside a district's own: municipal state forest farms begin there."""
        if not self.follows_owner:
            return frozenset()
        listed = (rows for duty, rows in self.steps if duty in MUNICIPAL_DUTIES)
        return frozenset(
            row.pk
            for rows in listed
            for row in rows
            if row.jurisdiction_id != rows[0].jurisdiction_id and rows[0].jurisdiction_id == self.district
        )

    @property
    def grounds(self) -> Sequence[Mandate]:
        """The rows of the matrix that the decision rests on, one for each clause."""
        rows = dict(self.steps).get(Duty.DECIDE, ())
        return list({(row.document_id, row.line, row.clause): row for row in rows}.values())

    @property
    def agencies(self) -> Sequence[Agency]:
        """Who is asked and applied to: the agencies that accept."""
        return list({row.agency_id: row.agency for row in dict(self.steps).get(Duty.ACCEPT, ())}.values())


def guide(kind_code: str, district: Jurisdiction) -> Guide:
    """The guide of a kind for land in `district`. Raises KeyError for an unknown kind. Some six queries."""
    asked = kind(kind_code)
    steps = [(duty, held_for(kind_code, duty, district)) for duty in STEPS]
    return Guide(
        district=district.pk,
        follows_owner=asked.first_review_follows_owner,
        steps=[(duty, rows) for duty, rows in steps if rows],
        materials=asked.all_requirements(district.pk),
        times=_times(asked, steps),
        notice=periods()["public_notice"] if asked.inspected else None,
    )


def _times(asked: Kind, steps: Sequence[tuple[Duty, Sequence[Mandate]]]) -> list[Time]:
    doing = {duty: {row.agency_id for row in rows} for duty, rows in steps}
    promised = PromisedPeriod.objects.filter(kind=asked.code).select_related("agency").order_by("agency")
    listed = list(promised)
    left_out = {"first_review": asked.single_review, "site_check": not asked.inspected}
    named = [key for key in PROMISED if not left_out.get(key)]
    return [
        Time(periods()[key], [one for one in listed if one.period == key and one.agency_id in doing[PROMISED[key]]])
        for key in named
    ]


def _held(kind_code: str, duty: Duty) -> QuerySet[Mandate]:
    """Rows of the role matrix not yet ended today; an edition past its term applies as the last one (design §5)."""
    today = local_today()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    return Mandate.objects.filter(begun, in_matrix(on=today), kind=kind_code, duty=duty)
