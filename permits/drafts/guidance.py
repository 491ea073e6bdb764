"""What an applicant should know of a kind before beginning: where to file, what is asked, who decides, how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from permits.clocks.periods import Period, periods
from permits.kinds import Kind, Requirement, kind
from roles.mandates import places_upward
from roles.models import Jurisdiction, Mandate
from roles.models.bodies import Level
from roles.models.mandates import Duty, in_matrix


@dataclass(frozen=True)
class Prospectus:
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
    reaching = places_upward(district.pk)
    held = _held(kind_code, Duty.DECIDE).filter(jurisdiction__in=reaching)
    rows = held.select_related("agency", "document", "jurisdiction")
    latest = rows.order_by("jurisdiction", "agency", "scope", F("valid_from").asc(nulls_first=True))
    return list({(row.agency_id, row.jurisdiction_id): row for row in latest}.values())


def _held(kind_code: str, duty: Duty) -> QuerySet[Mandate]:
    """Rows of the role matrix not yet ended today; an edition past its term applies as the last one (design §5)."""
    today = timezone.localdate()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    return Mandate.objects.filter(begun, in_matrix(on=today), kind=kind_code, duty=duty)
