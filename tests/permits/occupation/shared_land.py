"""Land in two districts, and what each does for its part."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from permits.acts.perform import perform
from permits.models import Act, Application
from roles.models import Mandate, Person
from tests.cast import fresh, make_person
from tests.permits.occupation.cases import HUAIROU, MIYUN, Office, draft, parcel
from tests.prepared import walked_once

AGREE = {"position": "agree", "opinion": "同意。"}
YES = {"outcome": "approve", "opinion": "符合条件，建议同意。"}
CITY = "110000"


@walked_once("matrix")
def accepted(*parcels: dict[str, Any]) -> tuple[Application, Office]:
    case, clerk = draft(MIYUN, *parcels)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return fresh(case), office


def in_two() -> tuple[Application, Office]:
    """Land in 密云, where it is filed, and in 怀柔, whose review comes first."""
    return accepted(parcel(area_ha=Decimal("0.2")), parcel(district=HUAIROU, area_ha=Decimal("0.3")))


def of(place: str, duty: str = "first_review") -> Mandate:
    return Mandate.objects.get(kind="occupation", duty=duty, jurisdiction=place)


def check(case: Application, office: Office, place: str, on: date | None = None) -> Act:
    two = [make_person(f"{place}-{n}-{Person.objects.count()}", f"查验{n}") for n in (1, 2)]
    return perform(case.pk, "record_site_check", by=office.officer(of(place)), mandate=of(place),
                   checked_on=on or timezone.localdate(), place="现地", result="与申请一致",
                   inspectors=[{"person": one} for one in two])  # fmt: skip


def post(case: Application, office: Office, mandate: Mandate) -> Act:
    today = timezone.localdate()
    return perform(case.pk, "publish_notice", by=office.officer(mandate), mandate=mandate, starts=today,
                   ends=today + timedelta(days=8), place="村务公开栏", contact="010-00000000")  # fmt: skip
