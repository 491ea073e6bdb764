"""Where introduced species may not be kept, bred or planted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction
from permits.introduction.rules.routes import INTRODUCTION
from permits.introduction.vocabulary import SITES
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE

NATURE_AREAS: Final = frozenset({"nature_area", "core_zone"})
BARRED_IN_BEIJING: Final = frozenset({"central_city", "sub_centre", "drinking_water_zone"})


@rule(
    "W-WL12",
    title=_("No alien species in nature areas"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    exception=_("the law says “forbidden or limited”: where a nature area's rules only limit, it is not excluded"),
    citations=(
        sources.wildlife_law(
            "第十二条第三款",
            (
                "禁止或者限制在自然保护地内引入外来物种、营造单一纯林、过量施洒农药等人为干扰、"
                "威胁野生动物生息繁衍的行为。"
            ),
        ),
        sources.import_measures(
            "条号未查到",
            "不得在自然保护区、森林公园、风景名胜区和生态脆弱区进行隔离引种试验（凭记忆，未见原文）",
            "memory",
        ),
    ),
)
def nature_area(case: Introduction, on: date) -> Iterator[Hit]:
    """From abroad: refused, with the law's own “or limited”. A species of China new to the place is referred."""
    if case.site in NATURE_AREAS:
        for one in case.species:
            if one.source != "same_province":
                yield hit(
                    _("The site lies in %(site)s, where bringing in species from elsewhere is forbidden or limited."),
                    where=one.scientific_name,
                    severity=None if one.source == "abroad" else "refer",
                    site=SITES[case.site],
                )


@rule(
    "W-NR1",
    title=_("No site in a core protection zone"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refuse",
    citations=(sources.CORE_ZONE,),
)
def core_zone(case: Introduction, on: date) -> Iterator[Hit]:
    """Whatever the species: human activity is in principle forbidden."""
    if case.site == "core_zone":
        yield hit(_("The site lies in a core protection zone, where human activity is in principle forbidden."))


@rule(
    "W-NR27",
    title=_("No site in a reserve's core or buffer zone (until 14 March 2026)"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refuse",
    citations=(sources.OLD_CORE_ZONE, sources.OLD_BUFFER_ZONE, sources.OLD_FACILITIES),
)
def old_core_zone(case: Introduction, on: date) -> Iterator[Hit]:
    """Whatever the species: nobody enters the core zone, and no facility stands in either."""
    if case.site == "core_zone":
        yield hit(
            _(
                "The site lies in the core or buffer zone of a reserve, which the regulation in force until "
                "14 March 2026 closed."
            )
        )


@rule(
    "W-BW23-1",
    title=_("No breeding site of terrestrial wildlife in central Beijing and water zones"),
    kinds=INTRODUCTION,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    citations=(
        sources.beijing_wildlife(
            "第二十三条第三款", "禁止在本市中心城区、城市副中心、生活饮用水水源保护区设立陆生野生动物人工繁育场所。"
        ),
    ),
)
def breeding_site(case: Introduction, on: date) -> Iterator[Hit]:
    """Breeding is refused. Whether keeping for display or research is a breeding site is for a person."""
    if case.site not in BARRED_IN_BEIJING or case.purpose == "release":
        return
    for one in case.species:
        if one.taxon == "terrestrial_animal":
            yield hit(
                _("No breeding site of terrestrial wildlife may be set up in %(site)s."),
                where=one.scientific_name,
                severity=None if case.purpose == "breeding" else "refer",
                site=SITES[case.site],
            )


@rule(
    "W-BW23-2",
    title=_("Breeding of listed animals (Beijing)"),
    kinds=INTRODUCTION,
    places=(BEIJING,),
    severity="info",
    citations=(
        sources.beijing_wildlife(
            "第二十三条",
            (
                "人工繁育列入名录的野生动物仅限于科学研究、物种保护、药用、展示等特殊情况。"
                "……应当向市野生动物主管部门申请人工繁育许可证"
            ),
        ),
        sources.beijing_wildlife(
            "第二十四条第九项",
            "定期向野生动物主管部门报告人工繁育情况，按月公示人工繁育野生动物的流向信息，并接受监督检查。",
        ),
    ),
)
def breeding_licence(case: Introduction, on: date) -> Iterator[Hit]:
    """Whether the species is listed is no fact of the case."""
    if case.purpose == "breeding" and any(one.taxon == "terrestrial_animal" for one in case.species):
        yield hit(
            _(
                "Listed animals are bred only for research, conservation, medicine or display, with the "
                "municipal licence; their whereabouts are published monthly."
            )
        )
