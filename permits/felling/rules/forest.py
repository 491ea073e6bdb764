"""What may be felled where, and how: public-benefit and commodity forest, manner, area (森林法 art 55, 采伐办法)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling, Stand
from permits.felling.rules.sources import felling_measures
from permits.felling.rules.words import FELLING, FELLING_TYPES, PURPOSES, SPECIAL_PLACES
from permits.rules import parameters
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE, JIZHOU, TIANJIN
from permits.rules.sources import beijing_forest, forest_law, forest_regulation, soil_and_water

PUBLIC_TYPES: Final = frozenset({"tending", "regeneration", "improvement"})
TENDING_OR_REGENERATION: Final = frozenset({"tending", "regeneration"})
EXCEPTED: Final = frozenset({"research", "pest", "fire", "disaster"})
"""科研或者实验、防治林业有害生物、建设护林防火设施和营造生物防火隔离带、遭受自然灾害 (森林法 art 55)."""
DOUBTFUL: Final = frozenset({"habitat", "construction"})
PROTECTIVE: Final = frozenset({"protection", "special"})
MATURE: Final = frozenset({"mature", "over_mature"})


def limit(name: str, case: Felling, on: date) -> Decimal | None:
    """The limit in force, or None where none is known."""
    found = parameters.find(name, on, case.jurisdiction)
    return Decimal(found.value) if found else None


def main_fellings(case: Felling, manner: str) -> Iterator[Stand]:
    """The stands of timber forest that are felled finally 主伐 in that manner."""
    return (
        stand
        for stand in case.stands
        if stand.stand_purpose == "timber" and stand.felling_type == "final" and stand.manner == manner
    )


@rule(
    "F-FL55-1",
    title=_("Public-benefit forest: tending, regeneration and improvement only"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    exception=_("“and the like”: the list of what is excepted is open"),
    citations=(
        forest_law(
            "第五十五条第一款第一项",
            (
                "公益林只能进行抚育、更新和低质低效林改造性质的采伐。但是，因科研或者实验、防治林业有害生物、"
                "建设护林防火设施、营造生物防火隔离带、遭受自然灾害等需要采伐的除外。"
            ),
        ),
    ),
)
def public_benefit(case: Felling, on: date) -> Iterator[Hit]:
    """Felling for sale is none of the three, whatever it is called. Excepted purposes pass with any type; habitat care
    and construction are not named, the list is open: referred."""
    for stand in case.stands:
        if not stand.public or (stand.felling_type in PUBLIC_TYPES and stand.purpose != "commercial"):
            continue
        if stand.purpose not in EXCEPTED:
            yield hit(
                _(
                    "Public-benefit forest may only be felled for tending, regeneration or improvement: %(type)s, "
                    "%(purpose)s."
                ),
                where=stand.where,
                severity="refer" if stand.purpose in DOUBTFUL else None,
                type=FELLING_TYPES[stand.felling_type],
                purpose=PURPOSES[stand.purpose],
            )


@rule(
    "F-IR31",
    title=_("Protection and special-purpose forest outside public-benefit forest"),
    kinds=FELLING,
    places=(JIZHOU, TIANJIN),
    severity="refuse",
    citations=(
        forest_regulation(
            "第三十一条第一项", "不得核发林木采伐许可证：（一）防护林和特种用途林进行非抚育或者非更新性质的采伐的"
        ),
    ),
)
def protective_forest(case: Felling, on: date) -> Iterator[Hit]:
    """Where such forest was not made public-benefit forest. What the later law allows or excepts for public-benefit
    forest is not held against it here; in Beijing the city's own article goes further."""
    for stand in case.stands:
        protective = stand.stand_purpose in PROTECTIVE and not stand.public
        allowed = stand.felling_type in PUBLIC_TYPES or stand.purpose in EXCEPTED | DOUBTFUL
        if protective and not allowed:
            yield hit(
                _("Protection and special-purpose forest is not felled but for tending or regeneration."),
                where=stand.where,
            )


@rule(
    "F-BF33-2",
    title=_("Protection and special-purpose forest: tending and regeneration only"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    citations=(
        beijing_forest(
            "第三十三条第一款第二项",
            "防护林和特种用途林中的国防林、母树林、环境保护林、风景林、实验林，只准进行抚育和更新性质的采伐",
        ),
        beijing_forest(
            "第三十三条第一款第三项", "特种用途林中的名胜古迹和革命纪念地的林木、自然保护区的森林，禁止采伐。"
        ),
    ),
)
def protective_forest_beijing(case: Felling, on: date) -> Iterator[Hit]:
    """The city's text knows neither improvement nor exceptions, the later national law does: referred. So is
    special-purpose forest, whose sort the case does not tell: some sorts are named, some may not be felled at all."""
    for stand in case.stands:
        fits = stand.felling_type in TENDING_OR_REGENERATION and stand.purpose != "commercial"
        if stand.stand_purpose not in PROTECTIVE or (fits and stand.stand_purpose == "protection"):
            continue
        later = stand.felling_type == "improvement" and stand.purpose != "commercial"
        doubtful = stand.stand_purpose == "special" or later or stand.purpose in EXCEPTED | DOUBTFUL
        yield hit(
            _(
                "Protection forest and the named special-purpose forests may only be felled for tending or "
                "regeneration; trees of historic and memorial sites not at all."
            ),
            where=stand.where,
            severity="refer" if doubtful else None,
        )


@rule(
    "F-FL55-2",
    title=_("Commodity forest: clear cutting is strictly controlled"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        forest_law(
            "第五十五条第一款第二项",
            "商品林应当根据不同情况，采取不同采伐方式，严格控制皆伐面积，伐育同步规划实施。",
        ),
    ),
)
def clear_cutting(case: Felling, on: date) -> Iterator[Hit]:
    """“Strictly controlled” is no number; for timber forest the older measures have one."""
    for stand in case.stands:
        if not stand.public and stand.manner == "clear":
            yield hit(
                _(
                    "Clear cutting of %(area)s ha of commodity forest: its area is strictly controlled, and felling "
                    "and regeneration are planned together."
                ),
                where=stand.where,
                area=stand.area_ha,
            )


@rule(
    "F-FR7",
    title=_("Final felling is for mature timber forest"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    citations=(
        felling_measures(
            "第七条",
            (
                "对用材林的成熟林和过熟林实行主伐。……定向培育的森林以及表内未列入树种的主伐年龄，"
                "由省、自治区、直辖市林业主管部门规定。"
            ),
        ),
    ),
)
def final_before_maturity(case: Felling, on: date) -> Iterator[Hit]:
    """Ages of forest grown for one use are set by the province and were not found: referred."""
    for stand in case.stands:
        young = stand.age_group is not None and stand.age_group not in MATURE
        if stand.stand_purpose == "timber" and stand.felling_type == "final" and young:
            yield hit(_("Final felling of timber forest that is not yet mature."), where=stand.where)


@rule(
    "F-FR8-1",
    title=_("Selective final felling: intensity and canopy closure"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    parameters=("selective_intensity_most_pct", "canopy_after_selective_least"),
)
def selective(case: Felling, on: date) -> Iterator[Hit]:
    """Of timber forest. Both values are written for stands of many ages with much young growth, where selective
    cutting is the manner; they are read for every selective final felling."""
    most = limit("selective_intensity_most_pct", case, on)
    least = limit("canopy_after_selective_least", case, on)
    for stand in main_fellings(case, "selective"):
        if most is not None and stand.volume_intensity_pct is not None and stand.volume_intensity_pct > most:
            yield hit(
                _("The selective felling takes %(intensity)s %% of the volume; at most %(most)s %% is allowed."),
                where=stand.where,
                intensity=stand.volume_intensity_pct,
                most=most,
            )
        if least is not None and stand.canopy_after is not None and stand.canopy_after < least:
            yield hit(
                _("Canopy closure after selective felling is %(after)s; at least %(least)s is required."),
                where=stand.where,
                after=stand.canopy_after,
                least=least,
            )


@rule(
    "F-FR8-2",
    title=_("Area of one clear cut"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer", "warn"),
    parameters=("clear_cut_most_ha", "clear_cut_extended_most_ha"),
)
def clear_cut_area(case: Felling, on: date) -> Iterator[Hit]:
    """Of timber forest: 5 ha at once, up to 20 ha where slope, soil and regeneration are favourable, which a person
    finds. Stands that stay below one by one may adjoin: a warning."""
    most, extended = limit("clear_cut_most_ha", case, on), limit("clear_cut_extended_most_ha", case, on)
    cut = list(main_fellings(case, "clear"))
    if most is None or extended is None:
        return
    for stand in cut:
        if stand.area_ha > most:
            yield hit(
                _(
                    "A clear cut of %(area)s ha; %(most)s ha are allowed at once, up to %(extended)s ha on gentle "
                    "slopes with rich soil that regenerate easily."
                ),
                where=stand.where,
                severity="refer" if stand.area_ha <= extended else None,
                area=stand.area_ha,
                most=most,
                extended=extended,
            )
    yield from adjoining(cut, most)


def adjoining(cut: list[Stand], most: Decimal) -> Iterator[Hit]:
    """Clear cuts each within `most` hectares that come to more together."""
    total = sum((stand.area_ha for stand in cut), Decimal(0))
    if total > most and all(stand.area_ha <= most for stand in cut):
        yield hit(
            _("The clear cuts come to %(total)s ha: where they adjoin, belts of the same area must be left between."),
            severity="warn",
            total=total,
        )


@rule(
    "F-FR9",
    title=_("Forest by waters, railways and roads, on steep or rocky ground"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    also=("refer",),
    citations=(
        felling_measures(
            "第九条",
            (
                "对下列森林只准进行抚育和更新采伐：（一）大型水库、湖泊周围山脊以内和平地150米以内的森林，干渠的护岸林。"
                "（二）大江、大河两岸150米以内，以及大江、大河主要支流两岸50米以内的森林；在此范围内有山脊的，"
                "以第一层山脊为界。（三）铁路两侧各100米、公路干线两侧各50米以内的森林；在此范围内有山脊的，"
                "以第一层山脊为界。（四）高山森林分布上限以下150米至200米以内的森林。"
                "（五）生长在坡陡和岩石裸露地方的森林。"
            ),
        ),
    ),
)
def special_places(case: Felling, on: date) -> Iterator[Hit]:
    """No exception is written. Improvement, and the purposes the later law excepts, are referred."""
    for stand in case.stands:
        if stand.special_place == "none" or stand.felling_type in TENDING_OR_REGENERATION:
            continue
        later = stand.felling_type == "improvement" or stand.purpose in EXCEPTED | DOUBTFUL
        yield hit(
            _("Forest %(place)s may only be felled for tending or regeneration: %(type)s."),
            where=stand.where,
            severity="refer" if later else None,
            place=SPECIAL_PLACES[stand.special_place],
            type=FELLING_TYPES[stand.felling_type],
        )


@rule(
    "F-GB1",
    title=_("Canopy closure after thinning"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    parameters=("canopy_after_thinning_least",),
)
def canopy_after_thinning(case: Felling, on: date) -> Iterator[Hit]:
    """The value of a tending design, for tending fellings that thin a stand."""
    least = limit("canopy_after_thinning_least", case, on)
    for stand in case.stands:
        after = stand.canopy_after if stand.felling_type == "tending" and stand.manner == "thinning" else None
        if least is not None and after is not None and after < least:
            yield hit(
                _("Canopy closure after thinning is %(after)s; at least %(least)s is believed to be required."),
                where=stand.where,
                after=after,
                least=least,
            )


@rule(
    "F-SW22-1",
    title=_("Protection forest: two laws on what may be felled"),
    kinds=FELLING,
    places=(JIZHOU, TIANJIN),
    severity="warn",
    citations=(
        soil_and_water(
            "第二十二条第一款",
            "对水源涵养林、水土保持林、防风固沙林等防护林只能进行抚育和更新性质的采伐",
        ),
        forest_law("第五十五条第一款第一项", "公益林只能进行抚育、更新和低质低效林改造性质的采伐。"),
    ),
)
def protection_forest(case: Felling, on: date) -> Iterator[Hit]:
    """The law of 2010 knows neither improvement nor exceptions, the Forest Law of 2019 does, and is followed as the
    later one; the reviewer is told. In Beijing the city's own article says the same as the older law (F-BF33-2). Land
    that is built on is forest no more."""
    for stand in case.stands:
        fits = stand.felling_type in TENDING_OR_REGENERATION
        if stand.stand_purpose == "protection" and not fits and not case.built_on(stand):
            yield hit(
                _(
                    "By the law on water and soil conservation protection forest is felled for tending and "
                    "regeneration only; the later Forest Law also allows improvement, and names exceptions: %(type)s."
                ),
                where=stand.where,
                type=FELLING_TYPES[stand.felling_type],
            )
