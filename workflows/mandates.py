"""Which agency's turn it is: the role matrix asked for one application."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from permits.errors import WrongStatus
from permits.kinds import kind_of
from permits.models import Application
from roles.mandates import MandateError, responsible, the_one
from roles.models import Mandate, OperatingUnit


def is_municipal(application: Application) -> bool:
    """Whether a municipal state forest farm 市属国有林场 applies, in a kind whose acceptance and first review follow
    the unit's owner (design §5)."""
    of_the_city = application.unit.kind == OperatingUnit.Kind.MUNICIPAL_STATE_FARM
    return bool(of_the_city and kind_of(application).first_review_follows_owner)


def law_day(application: Application) -> date:
    """The day whose edition of the role matrix applies: that of acceptance, before it today."""
    return application.accepted_on or timezone.localdate()


def the_mandate(application: Application, duty: str) -> Mandate:
    """The one mandate that has `duty` for `application`. Raises WrongStatus where the matrix names none or several."""
    try:
        return the_one(
            application.kind,
            duty,
            district=application.jurisdiction_id,
            municipal=is_municipal(application),
            on=law_day(application),
            scope=application.scope,
        )
    except MandateError as unclear:
        raise WrongStatus(str(unclear)) from unclear


def mandates_for(application: Application, duty: str, *, district: str) -> list[Mandate]:
    """Every mandate that has `duty` for `application` in `district` and above it."""
    return responsible(
        application.kind,
        duty,
        district=district,
        municipal=is_municipal(application),
        on=law_day(application),
        scope=application.scope,
    )
