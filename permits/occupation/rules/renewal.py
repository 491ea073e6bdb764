"""Renewal of temporary use 延续临时使用林地 (令35 art 20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation
from permits.occupation.rules.zones import OCCUPATION
from permits.rules import parameters, sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import EVERYWHERE

ART_20: Final = sources.land_use_measures(
    "第二十条",
    (
        "公路、铁路、水利水电、航道等建设项目临时占用的林地在批准期限届满后仍需继续使用的，应当在届满之日前3个月，"
        "由用地单位向原审批机关提出延续临时占用申请，并且提供本办法第七条第（三）项规定的有关补偿材料。"
        "原审批机关应当按照本办法规定的条件进行审查，作出延续行政许可决定。"
    ),
)
WORKS: Final = frozenset(
    {
        "state_council",
        "provincial_infrastructure",
        "county_infrastructure",
        "national_defence",
        "linear_works_borrow",
    }
)
"""Classes among which roads, railways, water works and waterways are; the case does not tell them from others."""


@rule(
    "O-AD20-1",
    title=_("Renewal of temporary use: for which works"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refuse",
    also=("info",),
    exception=_("“and other construction projects” (art 20): the list of works is open"),
    citations=(ART_20,),
)
def works(case: Occupation, on: date) -> Iterator[Hit]:
    """Roads, railways, water and hydropower works, waterways; what belongs to none of their classes is refused, with
    the open list as exception."""
    if not case.renewal_of:
        return
    if case.project.class_ in WORKS:
        yield hit(
            _(
                "A renewal is for roads, railways, water and hydropower works and waterways; it is asked for three "
                "months before the end, with the agreement on compensation."
            ),
            severity="info",
        )
    else:
        yield hit(
            _("Temporary use is renewed for roads, railways, water and hydropower works and waterways only: ask anew.")
        )


@rule(
    "O-AD20-2",
    title=_("Renewal of temporary use: the same parcels"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="incomplete",
    also=("refer",),
    citations=(ART_20,),
)
def parcels(case: Occupation, on: date) -> Iterator[Hit]:
    """What goes on being used is what was consented to. A consent that is not in the register is compared by a
    person."""
    if not case.renewal_of or case.same_parcels:
        return
    if case.same_parcels is None:
        yield hit(
            _(
                "The consent %(number)s is not in this register, or was ended by a decision: an officer must look at "
                "it, and compare its parcels with these."
            ),
            severity="refer",
            number=case.renewal_of,
        )
    else:
        yield hit(
            _("A renewal covers parcels of the consent %(number)s only; what goes beyond them is applied for apart."),
            number=case.renewal_of,
        )


@rule(
    "O-AD20-3",
    title=_("Renewal of temporary use: years in all"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="refer",
    parameters=("temporary_years_most",),
    citations=(ART_20, sources.forest_regulation("第十七条第二款", "临时占用林地的期限不得超过两年")),
)
def years_in_all(case: Occupation, on: date) -> Iterator[Hit]:
    """Never past two years without a person. The article lets use go on after its term, published renewals add up to
    more than two years, and no text that was read says whether the two years bind the sum."""
    most = parameters.find("temporary_years_most", on, case.jurisdiction)
    limit = Decimal(most.value) if most else Decimal(2)
    total = case.years_before + (case.years or Decimal(0))
    if case.renewal_of and total > limit:
        yield hit(
            _(
                "With the %(before)s years consented to before, the use comes to %(total)s years; the law allows "
                "%(most)s: a person must find that it may go on."
            ),
            before=case.years_before,
            total=total,
            most=limit,
        )
