"""What an applicant should know of a kind before beginning: where to file, what is asked, who decides, how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from roles.models import Jurisdiction, Mandate, OperatingUnit
from roles.models.bodies import Level
from roles.models.mandates import Duty

from .kinds import Kind, Requirement, kind
from .locks import busy_when_locked
from .models import Application
from .periods import Period, periods


@dataclass(frozen=True)
class Prospectus:
    """`deciders` are the mandates to decide, each with its source; the period is that of 许可法 42."""

    materials: Sequence[Requirement]
    deciders: Sequence[Mandate]
    period: Period


def prospectus(kind_code: str, unit: OperatingUnit, district: Jurisdiction) -> Prospectus:
    """What a new application of `unit` in `district` will need. Raises KeyError for an unknown kind."""
    return Prospectus(materials(kind_code, unit.pk, district.pk), deciders(kind_code), periods()["decide"])


def districts_for(asked: Kind) -> QuerySet[Jurisdiction]:
    """The districts for which somebody has the mandate to accept applications of this kind, be it a city's body."""
    accepting = _held(asked.code, Duty.ACCEPT).values("jurisdiction")
    here = Q(pk__in=accepting) | Q(parent__in=accepting)
    return Jurisdiction.objects.filter(here, level=Level.DISTRICT).select_related("parent").order_by("pk")


def deciders(kind_code: str) -> list[Mandate]:
    """The mandates to decide this kind today, one for each agency and scope."""
    rows = _held(kind_code, Duty.DECIDE).select_related("agency", "document", "jurisdiction")
    latest = rows.order_by("jurisdiction", "agency", "scope", F("valid_from").asc(nulls_first=True))
    return list({(row.agency_id, row.jurisdiction_id): row for row in latest}.values())


def _held(kind_code: str, duty: Duty) -> QuerySet[Mandate]:
    """Rows of the role matrix not yet ended today; an edition past its term applies as the last one (design §5)."""
    today = timezone.localdate()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    there = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    return Mandate.objects.filter(begun, there, kind=kind_code, duty=duty)


@cache
def materials(kind_code: str, unit_id: int, district_id: str) -> tuple[Requirement, ...]:
    """The closed list as a fresh draft begins with it.

    Kinds answer for an application with its rows, so one is made and undone in the same transaction; the answer
    is the code's, and kept as long as the process lives.
    """
    with busy_when_locked(), transaction.atomic():
        blank = Application.objects.create(kind=kind_code, unit_id=unit_id, jurisdiction_id=district_id)
        kind(kind_code).begin(blank)
        listed = tuple(kind(kind_code).requirements(blank))
        transaction.set_rollback(True)
    return listed
