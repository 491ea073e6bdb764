"""Readings of the law that the parameters choose between, where the law leaves two (docs/readings.md).

A reading is a dated value of permits/rules/parameters.yaml: PARAMETERS_DIR changes it for an installation, from a day.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import gettext as _

from permits.models import Application
from permits.models.states import REVIEWING
from permits.rules.parameters import NATIONAL, fault, parameters, value

FIRST_REVIEW_PERIOD: Final = "first_review_period"
WITHIN_TOTAL: Final = "within_total"
OWN_PERIOD: Final = "own_period"
READINGS: Final = {FIRST_REVIEW_PERIOD: (WITHIN_TOTAL, OWN_PERIOD)}


def first_review_period(application: Application) -> str:
    """许可法 43: whether the lower organ's twenty days lie within those of the decision (WITHIN_TOTAL) or come before
    them (OWN_PERIOD), as read on the day of acceptance in the place the application is filed with."""
    return str(value(FIRST_REVIEW_PERIOD, application.law_day, application.jurisdiction_id or NATIONAL))


def told_of_first_review(application: Application) -> str:
    """That reading in words, while a case runs whose first review is a lower organ's; else empty, and where it is
    decided anew: its time counts from the receipt of what took the decision away."""
    if application.single_review or application.status not in REVIEWING:
        return ""
    if any(act.after in REVIEWING for act in application.did("reopen")[-1:]):
        return ""
    if first_review_period(application) == OWN_PERIOD:
        return _(
            "The first review has its own 20 working days; those of the decision begin when its opinion comes up "
            "(a reading of Licensing Law art 43)."
        )
    return _(
        "The first review lies within this period: both count from acceptance (a reading of Licensing Law art 43)."
    )


@register(Tags.compatibility)
def check_readings(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """System check: each reading is one of those the program can compute."""
    if fault():
        return []
    return [
        Error(f"{name} is {dated.value!r}: choose {' or '.join(allowed)}.", id="permits.E003")
        for name, allowed in READINGS.items()
        for dated in parameters()[name]
        if dated.value not in allowed
    ]
