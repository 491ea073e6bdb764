"""Nature reserves: the regulation of 2026 and, for days before it, that of 1994 in its text of 2017."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation
from permits.occupation.rules.zones import OCCUPATION
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE

MINING: Final = frozenset({"large_mine", "linear_works_borrow"})
"""Classes that dig by their name; a small mine or quarry stands among `other_industry`, with works that do not."""
INDUSTRY: Final = MINING | {"other_industry"}


@rule(
    "O-NR1",
    title=_("Core protection zone of a nature reserve"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.CORE_ZONE,),
)
def core_zone(case: Occupation, on: date) -> Iterator[Hit]:
    """Refused; a defence or national-major project with proof is referred."""
    for parcel in case.parcels:
        if parcel.zone == "core":
            yield hit(
                _("The parcel lies in a core protection zone, where human activity is in principle forbidden."),
                where=parcel.where,
                severity="refer" if case.exempt_with_proof else None,
            )


@rule(
    "O-NR2",
    title=_("General control zone of a nature reserve"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.CONTROL_ZONE,),
)
def control_zone(case: Occupation, on: date) -> Iterator[Hit]:
    """Strictly limited is not forbidden: a warning."""
    for parcel in case.parcels:
        if parcel.zone == "reserve":
            yield hit(
                _("The parcel lies in a reserve's general control zone, where human activity is strictly limited."),
                where=parcel.where,
            )


@rule(
    "O-NR3",
    title=_("Mining, quarrying and industry in a reserve's general control zone"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.CONTROL_ZONE,),
)
def industry_in_control_zone(case: Occupation, on: date) -> Iterator[Hit]:
    """A small quarry is “other industry” and must not pass for its size: which activity stays within “strictly limited”
    is for a person."""
    if case.project.class_ in INDUSTRY and case.tenure != "forestry_service":
        for parcel in case.parcels:
            if parcel.zone == "reserve":
                yield hit(
                    _(
                        "Mining, quarrying or industry in a reserve's general control zone, where human activity is "
                        "strictly limited: a person must find that this one is allowed."
                    ),
                    where=parcel.where,
                )


@rule(
    "O-NR27",
    title=_("Core and buffer zone of a nature reserve (until 14 March 2026)"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(sources.OLD_FACILITIES, sources.OLD_CORE_ZONE, sources.OLD_BUFFER_ZONE),
)
def old_core_zone(case: Occupation, on: date) -> Iterator[Hit]:
    """Art 32: no production facility at all; arts 27 and 28: nobody enters, nobody does business. Softened as O-NR1 is
    for defence and national major projects with proof, which that text does not name."""
    for parcel in case.parcels:
        if parcel.zone == "core":
            yield hit(
                _(
                    "The parcel lies in the core or buffer zone of a reserve, where the regulation in force until "
                    "14 March 2026 allowed no facility and no business."
                ),
                where=parcel.where,
                severity="refer" if case.exempt_with_proof else None,
            )


@rule(
    "O-NR26",
    title=_("Experimental zone of a nature reserve (until 14 March 2026)"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    also=("refuse", "refer"),
    exception=_("“unless laws or administrative regulations provide otherwise” (art 26)"),
    citations=(sources.OLD_BANS, sources.OLD_FACILITIES),
)
def old_experimental_zone(case: Occupation, on: date) -> Iterator[Hit]:
    """Mines, quarries and pits were forbidden in the whole reserve (art 26), so they are refused; whether “other
    industry” is one, or pollutes or harms the landscape (art 32), is for a person; other projects are warned of."""
    digs = case.project.class_ in MINING and not case.exempt_with_proof
    doubtful = case.project.class_ in INDUSTRY
    for parcel in case.parcels:
        if parcel.zone == "reserve":
            yield hit(
                _(
                    "The parcel lies in a reserve's experimental zone, where the regulation in force until 14 March "
                    "2026 forbade mining, quarrying, digging sand and facilities that pollute or harm the landscape."
                ),
                where=parcel.where,
                severity="refuse" if digs else "refer" if doubtful else None,
            )
