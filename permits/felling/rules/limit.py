"""The year's felling limit 采伐限额: never above it (森林法 arts 54 and 59)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling
from permits.felling.rules.sources import LIMIT, NOT_ABOVE_LIMIT
from permits.felling.rules.words import FELLING
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE


@rule(
    "F-FL54",
    title=_("What is left of the year's felling limit is not known"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    citations=(LIMIT, NOT_ABOVE_LIMIT),
)
def limit_unknown(case: Felling, on: date) -> Iterator[Hit]:
    """The limits are published by place and year and used up licence by licence; an organ keeps the count, the
    applicant does not. Without it nobody can say that the licence stays below."""
    if case.limit_left_m3 is None:
        yield hit(
            _("What is left of the year's felling limit is not stated: the issuing authority must find it."),
        )


@rule(
    "F-FL59",
    title=_("The year's felling limit"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(NOT_ABOVE_LIMIT, LIMIT),
)
def above_limit(case: Felling, on: date) -> Iterator[Hit]:
    """Exactly the limit is still within it. No exception is written."""
    if case.limit_left_m3 is not None and case.volume_m3 > case.limit_left_m3:
        yield hit(
            _("%(volume)s m³ are to be felled; %(left)s m³ are left of the felling limit of the year of acceptance."),
            volume=case.volume_m3,
            left=case.limit_left_m3,
        )


@rule(
    "F-FL54-year",
    title=_("Felling in another year than that of the limit"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="warn",
    citations=(LIMIT, NOT_ABOVE_LIMIT),
)
def felled_in_another_year(case: Felling, on: date) -> Iterator[Hit]:
    """Article 54 limits what is felled in a year, article 59 what is licensed; the law does not say in which year a
    licence counts whose felling begins after the year of its acceptance. A felling that crosses the year's end is begun
    in it."""
    if case.start.year > on.year:
        yield hit(
            _(
                "The felling lies wholly after %(year)s, the year of acceptance, in whose felling limit it counts: the "
                "issuing authority checks that the felling limit of %(felled)s holds as well."
            ),
            year=on.year,
            felled=case.start.year,
        )
