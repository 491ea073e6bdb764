"""The legal routes of an introduction: who decides which species, and where to file.

A: terrestrial wildlife from abroad, the State Council's authority. B: forest seeds and seedlings from abroad, the
municipal plant-quarantine organ. C: what other departments decide. D: moving or releasing wildlife inside China.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction, Species
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.competence import UNKNOWN, Competence
from permits.rules.places import BEIJING, BEIJING_AGRICULTURE, BEIJING_FORESTRY, EVERYWHERE, STATE_FORESTRY, place_of

INTRODUCTION: Final = ("introduction",)
WILDLIFE_ABROAD: Final = sources.wildlife_law(
    "第四十条第一款", "从境外引进野生动物物种的，应当经国务院野生动物保护主管部门批准。"
)
SEEDS_ABROAD: Final = sources.plant_quarantine(
    "第十二条第一款",
    (
        "从国外引进种子、苗木，引进单位应当向所在地的省、自治区、直辖市植物检疫机构提出申请，"
        "办理检疫审批手续。但是，国务院有关部门所属的在京单位从国外引进种子、苗木，"
        "应当向国务院农业主管部门、林业主管部门所属的植物检疫机构提出申请"
    ),
)
SEEDS_INSIDE: Final = sources.plant_quarantine(
    "第十条第一款",
    (
        "省、自治区、直辖市间调运本条例第七条规定必须经过检疫的植物和植物产品的，"
        "调入单位必须事先征得所在地的省、自治区、直辖市植物检疫机构同意"
    ),
)
RELEASE: Final = sources.wildlife_regulation(
    "第二十二条第一款",
    (
        "需要将其放生于野外的，放生单位应当向所在省、自治区、直辖市人民政府林业行政主管部门提出申请，"
        "经省级以上人民政府林业行政主管部门指定的科研机构进行科学论证后，"
        "报国务院林业行政主管部门或者其授权的单位批准。"
    ),
)
AGRICULTURE: Final = _("the agriculture and rural affairs authority")


def route(case: Introduction, one: Species) -> str:
    """The route a species takes: A, B, C, D (release of wildlife moved in), or empty where none was found."""
    if one.taxon == "terrestrial_animal" and one.source == "abroad":
        return "A"
    if one.taxon == "forest_plant" and one.source == "abroad":
        return "B"
    if one.taxon in {"aquatic_animal", "other_plant", "microbe"}:
        return "C"
    return (
        "D"
        if case.purpose == "release" and one.source == "other_province" and one.taxon == "terrestrial_animal"
        else ""
    )


def moved_inside(case: Introduction, one: Species) -> bool:
    """Whether it is forestry's own species moved inside China and not released: no article makes that a permit."""
    released = case.purpose == "release" and one.taxon == "terrestrial_animal"
    return one.source != "abroad" and one.taxon in {"terrestrial_animal", "forest_plant"} and not released


def to_decide(case: Introduction) -> tuple[Species, ...]:
    """The species whose introduction somebody decides: all of them where none needs a permit (W-XK32)."""
    return tuple(one for one in case.species if not moved_inside(case, one)) or case.species


def by_route(case: Introduction, wanted: str) -> Iterator[Species]:
    """The species that take that route."""
    return (one for one in case.species if route(case, one) == wanted)


def agriculture(case: Introduction) -> object:
    """The organ for aquatic animals and farm plants; Tianjin's name was not found."""
    return BEIJING_AGRICULTURE if place_of(case.jurisdiction) == BEIJING else AGRICULTURE


def quarantine(case: Introduction) -> object:
    """The provincial plant-quarantine organ; Tianjin's name was not found."""
    if place_of(case.jurisdiction) == BEIJING:
        return BEIJING_FORESTRY
    return _("Tianjin's plant-quarantine organ for forestry")


def one_competence(case: Introduction, one: Species, on: date) -> Competence:
    """Who decides one species."""
    beijing = place_of(case.jurisdiction) == BEIJING
    way = route(case, one)
    if way == "A" and on >= (WILDLIFE_ABROAD.valid_from or on):
        return Competence("national", STATE_FORESTRY)
    if way == "B":
        return Competence("municipal", BEIJING_FORESTRY if beijing else None)
    if way == "C" and one.taxon != "microbe" and one.source == "abroad":
        return Competence(None, BEIJING_AGRICULTURE if beijing else None)
    return Competence("national", STATE_FORESTRY) if way == "D" else UNKNOWN


def competence(case: Introduction, on: date) -> Competence:
    """Who decides the application; unknown where its species are decided by different organs."""
    answers = {one_competence(case, one, on) for one in to_decide(case)}
    return answers.pop() if len(answers) == 1 else UNKNOWN


@rule(
    "W-WL40",
    title=_("Terrestrial wildlife from abroad: national approval"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="not_competent",
    also=("refer",),
    citations=(WILDLIFE_ABROAD, sources.PERMIT_LAW_COMPETENCE),
)
def wildlife_from_abroad(case: Introduction, on: date) -> Iterator[Hit]:
    """Decided by 国家林业和草原局. A municipal filing with an instrument of delegation is referred."""
    if case.filed_with == "national":
        return
    delegated = case.filed_with == "municipal" and "delegation_instrument" in case.documents
    for one in by_route(case, "A"):
        yield hit(
            _(
                "Terrestrial wildlife from abroad is approved by the State Council's wildlife authority: "
                "apply to %(organ)s."
            ),
            where=one.scientific_name,
            severity="refer" if delegated else None,
            organ=STATE_FORESTRY,
        )


@rule(
    "W-PQ12-1",
    title=_("Forest seeds and seedlings from abroad: municipal quarantine approval"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="not_competent",
    also=("refer",),
    citations=(SEEDS_ABROAD, sources.PERMIT_LAW_COMPETENCE),
)
def seeds_from_abroad(case: Introduction, on: date) -> Iterator[Hit]:
    """The provincial organ decides; units of State Council departments in Beijing go to the national one. Whether the
    applicant is such a unit is no fact of the case: a national filing in Beijing is referred."""
    if case.filed_with == "municipal":
        return
    maybe_state_unit = case.filed_with == "national" and place_of(case.jurisdiction) == BEIJING
    for one in by_route(case, "B"):
        yield hit(
            _(
                "Forest seeds and seedlings from abroad are approved by the provincial plant-quarantine "
                "organ: apply to %(organ)s. Only units of State Council departments in Beijing apply to the "
                "national organ."
            ),
            where=one.scientific_name,
            severity="refer" if maybe_state_unit else None,
            organ=quarantine(case),
        )


@rule(
    "W-PQ10",
    title=_("Plants from another province: consent of the quarantine organ"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    citations=(SEEDS_INSIDE,),
)
def plants_from_other_province(case: Introduction, on: date) -> Iterator[Hit]:
    """A consent before transport, not an approval of the introduction, for which none was found."""
    for one in case.species:
        if one.taxon == "forest_plant" and one.source == "other_province":
            yield hit(
                _(
                    "No approval for moving forest plants inside China was found; before transport, %(organ)s "
                    "must consent."
                ),
                where=one.scientific_name,
                organ=quarantine(case),
            )


@rule(
    "W-WL7",
    title=_("Aquatic animals are not decided by forestry"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="not_competent",
    citations=(
        sources.wildlife_law(
            "第七条第二款", "其林业草原、渔业主管部门分别主管本行政区域内陆生、水生野生动物保护工作。"
        ),
        sources.beijing_wildlife(
            "第五条第一款",
            (
                "市、"
                "区园林绿化和农业农村部门（以下统称为野生动物主管部门）分别负责陆生野生动物和水生野生动物的保护管理工作。"
            ),
        ),
        sources.PERMIT_LAW_COMPETENCE,
    ),
)
def aquatic_animals(case: Introduction, on: date) -> Iterator[Hit]:
    """Fisheries belong to agriculture and rural affairs."""
    for one in case.species:
        if one.taxon == "aquatic_animal":
            yield hit(
                _("Aquatic animals are not decided by the forestry authority: apply to %(organ)s."),
                where=one.scientific_name,
                organ=agriculture(case),
            )


@rule(
    "W-PQ2",
    title=_("Plants outside forestry are not decided by forestry"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="not_competent",
    citations=(
        sources.plant_quarantine("第二条", "各省、自治区、直辖市农业主管部门、林业主管部门主管本地区的植物检疫工作。"),
        sources.PERMIT_LAW_COMPETENCE,
    ),
)
def other_plants(case: Introduction, on: date) -> Iterator[Hit]:
    """Farm plants belong to agriculture and rural affairs."""
    for one in case.species:
        if one.taxon == "other_plant":
            yield hit(
                _("Plants outside forestry are not decided by the forestry authority: apply to %(organ)s."),
                where=one.scientific_name,
                organ=agriculture(case),
            )


@rule(
    "W-BIO60-1",
    title=_("Micro-organisms: the competent department must be found"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.biosecurity("第六十条第三款", "任何单位和个人未经批准，不得擅自引进、释放或者丢弃外来物种。"),),
)
def microbes(case: Introduction, on: date) -> Iterator[Hit]:
    """Each department decides within its competence; for micro-organisms none was found."""
    for one in case.species:
        if one.taxon == "microbe":
            yield hit(
                _(
                    "No alien species may be introduced without approval, but which department decides on "
                    "micro-organisms was not found."
                ),
                where=one.scientific_name,
            )


@rule(
    "W-WR22-1",
    title=_("Release of wildlife from another province: apply to the municipal authority"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="not_competent",
    citations=(RELEASE, sources.PERMIT_LAW_COMPETENCE),
)
def release_filed(case: Introduction, on: date) -> Iterator[Hit]:
    """Filed with the provincial forestry authority, which sends it up to the State Council's or its delegate."""
    if case.filed_with != "municipal":
        for one in by_route(case, "D"):
            yield hit(
                _(
                    "A release of wildlife from another province is filed with %(organ)s, which sends it up after "
                    "a scientific argument."
                ),
                where=one.scientific_name,
                organ=_municipal(case),
            )


def _municipal(case: Introduction) -> object:
    beijing = place_of(case.jurisdiction) == BEIJING
    return BEIJING_FORESTRY if beijing else _("Tianjin's municipal forestry authority")


@rule(
    "W-D1",
    title=_("Terrestrial wildlife inside China: no approval found"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.wildlife_regulation(
            "第二十二条第一款",
            "从国外或者外省、自治区、直辖市引进野生动物进行驯养繁殖的，应当采取适当措施，防止其逃至野外",
        ),
        sources.wildlife_law(
            "第二十五条第二款",
            (
                "人工繁育国家重点保护野生动物的，应当经省、自治区、直辖市人民政府野生动物保护主管部门批准，"
                "取得人工繁育许可证"
            ),
        ),
        sources.wildlife_law(
            "第二十五条第三款",
            "人工繁育有重要生态、科学、社会价值的陆生野生动物的，应当向县级人民政府野生动物保护主管部门备案。",
        ),
        sources.wildlife_law(
            "第二十八条第二款",
            (
                "因科学研究、人工繁育、公众展示展演、文物保护或者其他特殊情况，需要出售、购买、"
                "利用国家重点保护野生动物及其制品的，应当经省、自治区、直辖市人民政府野生动物保护主管部门批准"
            ),
        ),
    ),
)
def inside_china(case: Introduction, on: date) -> Iterator[Hit]:
    """Moving as such needs precautions; breeding listed animals needs a municipal licence of its own, breeding others
    that the State protects for their value is filed with the county, and what is bought or used is approved apart."""
    for one in case.species:
        if one.taxon == "terrestrial_animal" and one.source != "abroad" and case.purpose != "release":
            yield hit(
                _(
                    "No approval for moving terrestrial wildlife inside China was found; breeding nationally "
                    "protected animals, and buying or using them, needs the municipal authority's licence or approval; "
                    "breeding land animals of ecological, scientific or social value is filed with the district."
                ),
                where=one.scientific_name,
            )


@rule(
    "W-MIX",
    title=_("Species of different routes in one application"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.PERMIT_LAW_COMPETENCE, sources.PERMIT_LAW_NOT_NEEDED),
)
def mixed_routes(case: Introduction, on: date) -> Iterator[Hit]:
    """No single organ decides them all: the application should be divided. Whether what needs no permit is decided on
    beside what needs one is for a person."""
    needing = to_decide(case)
    if len({one_competence(case, one, on) for one in needing}) > 1:
        yield hit(_("The species are decided by different organs: the application should be divided."))
    elif len(needing) < len(case.species):
        yield hit(_("Some of the species are moved inside China and need no permit: they can be left out."))
