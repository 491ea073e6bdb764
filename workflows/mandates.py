"""Which agency's turn it is: the role matrix asked for one application."""

from __future__ import annotations

from datetime import date

from permits.acts.competence import is_municipal, mandate_of
from permits.errors import WrongStatus
from permits.models import Application
from roles.days import local_today
from roles.mandates import MandateError, responsible
from roles.models import Mandate


def the_mandate(application: Application, duty: str) -> Mandate:
    """The one mandate that has `duty` for `application`: of the edition of its law day, of today's where that row has
    left the matrix since. Raises WrongStatus where the matrix names none or several."""
    try:
        return mandate_of(application, duty, application.law_day)
    except MandateError as unclear:
        raise WrongStatus(str(unclear)) from unclear


def mandates_for(application: Application, duty: str, *, district: str) -> list[Mandate]:
    """Every mandate that has `duty` for `application` in `district` and above it; editions as of `the_mandate`."""
    today = local_today()
    named = _responsible(application, duty, district, application.law_day)
    return _responsible(application, duty, district, today) if any(row.left(today) for row in named) else named


def _responsible(application: Application, duty: str, district: str, on: date) -> list[Mandate]:
    return responsible(
        application.kind,
        duty,
        district=district,
        municipal=is_municipal(application),
        on=on,
        scope=application.scope,
    )
