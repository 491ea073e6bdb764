"""Who decides an occupation: by area and purpose (实施条例 art 16), by delegation, by place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.occupation.facts import Occupation, Parcel
from permits.occupation.rules.zones import OCCUPATION
from permits.occupation.vocabulary import LAND_PURPOSES
from permits.rules import parameters, sources
from permits.rules.base import Citation, Hit, hit, rule
from permits.rules.competence import UNKNOWN, Competence
from permits.rules.places import (
    BEIJING,
    BINHAI,
    BINHAI_SERVICES,
    EVERYWHERE,
    JIZHOU,
    JIZHOU_SERVICES,
    STATE_FORESTRY,
    TIANJIN,
    municipal_forestry,
    place_of,
)

THRESHOLDS: Final = ("national_level_protection_ha", "national_level_commercial_ha", "national_level_other_ha")
O05: Final = sources.s1(61, "负责天然林保护区域内建设项目的审核、批准。")

IN_WHOSE_NAME: Final = _(
    "What is decided by delegation is decided in the name of the organ that delegated it, and may not be delegated "
    "again (Licensing Law art 24). The papers made here bear the service office's name: who decides reads in the "
    "instrument whether it delegates or moves the power, in whose name the decision is made, and against whom its "
    "remedies go."
)
BINHAI_NOTICES: Final = Citation(
    "滨海新区使用林地公示（zwb.tjbh.gov.cn，W21，五件）",
    "公示全文",
    "（摘要）永久和临时使用林地均由滨海新区行政审批局／政务服务办受理、公示，“根据该公示内容予以审核批准”；授权或者委托文书未见",
    "practice",
    date(2023, 7, 6),
)


def group(parcel: Parcel) -> str:
    """The group of art 16 a parcel counts in. Cutover land counts as commercial forest land unless it is protection."""
    if parcel.stand_purpose in {"protection", "special"}:
        return "protection"
    if parcel.stand_purpose in {"timber", "economic", "energy"} or parcel.land_class == "cutover":
        return "commercial"
    return "other"


def areas(case: Occupation) -> dict[str, Decimal]:
    """Hectares by group of art 16, of the groups the case has."""
    found: dict[str, Decimal] = {}
    for parcel in case.parcels:
        found[group(parcel)] = found.get(group(parcel), Decimal(0)) + parcel.area_ha
    return found


def reaches_national(case: Occupation, on: date, *, with_earlier: bool = True) -> bool | None:
    """Whether a group reaches its national threshold; None where no threshold is known for that day.

    The same project's earlier area is added to every group the case has: its purposes are not in the file, and a
    project may not be split to stay below.
    """
    earlier = case.same_project_area_ha if with_earlier else Decimal(0)
    reached = False
    for name, area in areas(case).items():
        threshold = parameters.find(f"national_level_{name}_ha", on, case.jurisdiction)
        if threshold is None:
            return None
        reached = reached or area + earlier >= Decimal(threshold.value)
    return reached


def in_protection_area(parcel: Parcel) -> bool:
    """Whether it lies in Jizhou's natural-forest protection area: all natural forest, and the key zone."""
    return parcel.natural or parcel.zone in {"key", "core"}


def district_body(case: Occupation, on: date) -> str:
    """The district's own body that decides here below the national level; empty where none is named.

    Jizhou: inside the natural-forest protection area, of permanent use by an instrument of delegation (S1 L61). Binhai:
    permanent and temporary use, by the cases it published (W21: practice, which O-W21 tells).
    """
    if case.jurisdiction == BINHAI and on >= (BINHAI_NOTICES.valid_from or on):
        return BINHAI_SERVICES if case.tenure != "forestry_service" else ""
    inside = place_of(case.jurisdiction) == JIZHOU and all(in_protection_area(parcel) for parcel in case.parcels)
    delegated = case.tenure != "permanent" or "delegation_instrument" in case.documents
    return JIZHOU_SERVICES if inside and delegated and on >= (O05.valid_from or on) else ""


def competence(case: Occupation, on: date) -> Competence:
    """The level and the agency; unknown for temporary use and forestry-service facilities, whose level each province
    fixes (令35 art 5, from memory), where no district's body is named."""
    body = district_body(case, on)
    here = Competence("district", body) if body else None
    if case.tenure != "permanent":
        return here or UNKNOWN
    national = reaches_national(case, on)
    if national is None:
        return UNKNOWN
    if national and parameters.find("national_share_delegated", on) is None:
        return Competence("national", STATE_FORESTRY)
    municipal = Competence("municipal", municipal_forestry(place_of(case.jurisdiction)))
    return here if here and not national else municipal


@rule(
    "O-IR16",
    title=_("Level of authority by area and purpose"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    parameters=THRESHOLDS,
    citations=(
        sources.forest_regulation(
            "第十六条第二项",
            "占用或者征收、征用林地面积低于上述规定数量的，由省、自治区、直辖市人民政府林业主管部门审核。",
        ),
    ),
)
def level_by_area(case: Occupation, on: date) -> Iterator[Hit]:
    """Shows the sums the level follows from."""
    if case.tenure != "permanent":
        return
    for name, area in areas(case).items():
        threshold = parameters.find(f"national_level_{name}_ha", on, case.jurisdiction)
        if threshold is not None:
            yield hit(
                _(
                    "%(group)s: %(area)s ha, with earlier area of the same project %(sum)s ha; from %(threshold)s "
                    "ha the State Council's forestry authority decides."
                ),
                group=LAND_PURPOSES[name],
                area=area,
                sum=area + case.same_project_area_ha,
                threshold=threshold.value,
            )


@rule(
    "O-W9",
    title=_("National share delegated to the province"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="info",
    parameters=("national_share_delegated",),
)
def delegated(case: Occupation, on: date) -> Iterator[Hit]:
    """公告2021年第2号, from 2021-02-01 to 2023-02-01; a renewal was not found."""
    in_force = parameters.find("national_share_delegated", on) is not None
    if case.tenure == "permanent" and in_force and reaches_national(case, on):
        yield hit(
            _(
                "The case reaches the national threshold, whose share was delegated to the municipal "
                "authority on that day."
            )
        )


@rule(
    "O-BF17",
    title=_("Municipal examination of every occupation"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="info",
    citations=(
        sources.beijing_forest(
            "第十七条第二款", "建设工程和勘查、采矿征用或者占用林地的，须经市林业行政主管部门审核同意"
        ),
    ),
)
def municipal_examination(case: Occupation, on: date) -> Iterator[Hit]:
    """No district decides an occupation in Beijing; whether the clause covers temporary use is not said."""
    if case.tenure == "permanent":
        yield hit(
            _(
                "In Beijing the municipal authority examines every occupation of forest land; the district "
                "only reviews first."
            )
        )


@rule(
    "O-BF18",
    title=_("State forestry units' land: approval of the city's government as well"),
    kinds=OCCUPATION,
    places=(BEIJING,),
    severity="refer",
    citations=(
        sources.beijing_forest(
            "第十八条",
            (
                "未经市林业行政主管部门审核同意并报市人民政府批准，"
                "任何单位或者个人不得改交〔改变〕国有林业企业事业单位林木、林地的权属和用途。"
            ),
        ),
    ),
)
def state_forestry_units(case: Occupation, on: date) -> Iterator[Hit]:
    """Whose state-owned land it is the case does not tell, nor whether the city's government approved: a person finds
    both. Temporary use gives the land back, and forestry's own works leave it forest land: neither is read as a change
    of its use. “改交” stands in the text read; 〔改变〕, which is meant, is ours."""
    if case.tenure == "permanent":
        for parcel in case.parcels:
            if parcel.ownership == "state":
                yield hit(
                    _(
                        "State-owned forest land: where it belongs to a state forestry unit, its use may not be "
                        "changed before the city's government has approved, too. A person must find whose it is, and "
                        "that approval."
                    ),
                    where=parcel.where,
                )


@rule(
    "O-AD5",
    title=_("Level for temporary use and forestry-service facilities (not found)"),
    kinds=OCCUPATION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.land_use_measures(
            "第五条、第六条",
            "临时占用林地和直接为林业生产服务的工程设施占用林地的审批权限由各省规定（凭记忆，未见原文）",
            "memory",
        ),
        sources.forest_law("第三十八条第一款", "需要临时使用林地的，应当经县级以上人民政府林业主管部门批准"),
    ),
)
def level_not_found(case: Occupation, on: date) -> Iterator[Hit]:
    """Beijing's and Tianjin's answers were not found: the software names no decider."""
    if case.tenure != "permanent" and competence(case, on) == UNKNOWN:
        yield hit(
            _(
                "Which level decides temporary use and forestry-service facilities here was not found: each "
                "province fixes it."
            )
        )


@rule(
    "O-W21",
    title=_("Binhai: the district's approval body decides, by published practice"),
    kinds=OCCUPATION,
    places=(TIANJIN,),
    severity="warn",
    citations=(BINHAI_NOTICES, sources.PERMIT_LAW_DELEGATION),
)
def binhai_practice(case: Occupation, on: date) -> Iterator[Hit]:
    """The published cases are permanent and temporary ones below the national level. 实施条例 art 16 gives permanent
    use to the municipal authority; the instrument that moved the power was not found."""
    if competence(case, on).agency == BINHAI_SERVICES:
        yield hit(
            _(
                "That %(organ)s decides rests on cases it published (2023 to 2026); the instrument of delegation was "
                "not found, and the law names the municipal authority for permanent use."
            ),
            organ=BINHAI_SERVICES,
        )


@rule(
    "O-05",
    title=_("Building projects in the natural-forest protection area (Jizhou)"),
    kinds=OCCUPATION,
    places=(JIZHOU,),
    severity="refer",
    also=("warn", "info"),
    citations=(O05, sources.PERMIT_LAW_DELEGATION),
)
def jizhou_services(case: Occupation, on: date) -> Iterator[Hit]:
    """The district's service office decides inside the protection area only; for permanent use this needs the
    instrument of delegation, for 实施条例 art 16 keeps the level of authority, as it does for land partly outside and
    for what the State Council's authority decides."""
    inside = [in_protection_area(parcel) for parcel in case.parcels]
    if not any(inside):
        return
    if not all(inside):
        yield hit(
            _(
                "Part of the land lies outside the natural-forest protection area, where the power of the district's "
                "service office ends: it cannot decide this one application."
            ),
            severity="warn",
        )
    elif competence(case, on).level == "national":
        yield hit(
            _(
                "The area reaches the national level: the power of the district's service office over building "
                "projects in the protection area does not reach so far."
            ),
            severity="warn",
        )
    elif case.tenure == "permanent" and "delegation_instrument" not in case.documents:
        yield hit(
            _(
                "The district's service office may decide permanent use in the protection area only by an "
                "instrument of delegation; none was found in this case."
            )
        )
    else:
        yield hit(
            _(
                "In the natural-forest protection area the district's service office examines and approves "
                "building projects."
            ),
            severity="info",
        )
        if case.tenure == "permanent":
            yield hit(IN_WHOSE_NAME, severity="warn")
