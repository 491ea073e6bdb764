"""Who issues the licence: by the applicant and the place (森林法 art 57, 实施条例 art 32, 北京条例 art 32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling
from permits.felling.rules.sources import ISSUED_BY, LEVELS, RURAL_ISSUE, tianjin_limits
from permits.felling.rules.words import FELLING
from permits.rules.base import Hit, hit, rule
from permits.rules.competence import UNKNOWN, Competence
from permits.rules.places import (
    BEIJING,
    EVERYWHERE,
    JIZHOU,
    JIZHOU_FORESTRY,
    NAMES,
    TIANJIN,
    municipal_forestry,
    place_of,
)
from permits.rules.sources import beijing_forest

BEIJING_LEVELS: Final = beijing_forest(
    "第三十二条第二款",
    (
        "市林业、公路、铁路、水利、矿务等部门和部队采伐林木，由市林业行政主管部门核发林木采伐许可证；"
        "其他机关及企业事业单位、团体、组织或者个人采伐林木，由所在区、县林业行政主管部门核发林木采伐许可证。"
    ),
)
SERVICE_OFFICES: Final = tianjin_limits(
    "第三点", "各区林业主管部门、公路管理部门要创新采伐管理方式，指导监督政务服务部门做好采伐许可证发放"
)
OF_THE_MUNICIPALITY: Final = frozenset({"municipal_farm", "municipal_unit"})
RURAL_SITES: Final = frozenset({"private_hill", "contracted"})


def rural(applicant: str, sites: Iterable[str]) -> bool:
    """Whether all of it is a rural resident's felling on a private hill or on personally contracted land."""
    return applicant == "rural_resident" and set(sites) <= RURAL_SITES


def level_of(applicant: str, jurisdiction: str, sites: Iterable[str]) -> str | None:
    """municipal, district, or None where the law's answer was not found; by codes of the contract and GB/T 2260."""
    place = place_of(jurisdiction)
    if applicant in OF_THE_MUNICIPALITY:
        return "municipal"
    if applicant == "municipal_department":
        return "municipal" if place == BEIJING else None
    if applicant == "county_farm" or rural(applicant, sites):
        return "district"
    return None if place == TIANJIN else "district"


def of_a_rural_resident(case: Felling) -> bool:
    """Whether a rural resident's own organ issues it, or the township it entrusts."""
    return rural(case.applicant, (stand.site for stand in case.stands))


def issuing_level(case: Felling) -> str | None:
    """The level that issues in this case."""
    return level_of(case.applicant, case.jurisdiction, (stand.site for stand in case.stands))


def competence(case: Felling, on: date) -> Competence:
    """The level and the agency that issues.

    Municipal: units of the municipality (实施条例 art 32(2)), and in Beijing its departments and the army (北京条例
    art 32). District: everyone else in Beijing; in Jizhou by 森林法 art 57, read as 区林业局. Elsewhere in Tianjin
    the law says no more than “at or above county level”: unknown, but for county forest farms and rural residents.
    """
    place, level = place_of(case.jurisdiction), issuing_level(case)
    if level == "municipal":
        return Competence(level, municipal_forestry(place))
    if level is None or case.jurisdiction.endswith("0000"):
        return UNKNOWN
    if place == BEIJING:
        return Competence(level, f"{NAMES[case.jurisdiction]}园林绿化局")
    return Competence(level, JIZHOU_FORESTRY if place == JIZHOU else None)


@rule(
    "F-FL57-1",
    title=_("Level that issues"),
    kinds=FELLING,
    places=(TIANJIN,),
    severity="warn",
    citations=(ISSUED_BY, LEVELS, SERVICE_OFFICES),
)
def level_not_found(case: Felling, on: date) -> Iterator[Hit]:
    """The law names the county level “or above”; the division of powers in this place was not found."""
    if issuing_level(case) is None:
        yield hit(
            _("Which level issues the licence in this place was not found: the law says “at or above county level”.")
        )


@rule(
    "F-FL57-2",
    title=_("Organ that issues (Jizhou)"),
    kinds=FELLING,
    places=(JIZHOU,),
    severity="warn",
    citations=(ISSUED_BY, SERVICE_OFFICES),
)
def service_office(case: Felling, on: date) -> Iterator[Hit]:
    """Tianjin's notice of 2021 speaks of licences handed out by the government service departments under the guidance
    of the district forestry authority. The instrument that would move the power was not found: the law's own organ is
    taken, and the doubt is shown."""
    if issuing_level(case) != "municipal":
        yield hit(
            _(
                "The district forestry bureau is taken to issue the licence, as the law says; a municipal notice of "
                "2021 (its term is over) speaks of the government service office. Whether the power was moved was not "
                "found."
            )
        )


@rule(
    "F-FL57-3",
    title=_("Rural residents: the county's organ or the township it entrusts"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="info",
    citations=(RURAL_ISSUE,),
)
def entrusted_township(case: Felling, on: date) -> Iterator[Hit]:
    """Whether a township was entrusted is no fact of the case."""
    if of_a_rural_resident(case):
        yield hit(
            _(
                "For a rural resident's private hill or contracted collective forest land the county-level authority "
                "may have entrusted the township."
            )
        )


@rule(
    "F-IR32",
    title=_("State units of the municipality: two texts on the level"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="warn",
    citations=(LEVELS, BEIJING_LEVELS),
)
def two_texts(case: Felling, on: date) -> Iterator[Hit]:
    """The national regulation gives units of the municipality to the provincial level, Beijing's text names
    departments and the army only. The national one ranks higher and is followed."""
    if case.applicant == "municipal_unit":
        yield hit(
            _(
                "National regulations give state units of the municipality to the municipal authority; the city's own "
                "text gives units it does not name to the district. The national text is followed."
            )
        )
