"""Example felling licences, and the ways they went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from permits.models.material import current_files
from permits.tables.example import Allotment, Desks, Example, Story, Walker, drafted
from roles.days import local_today

FARM = Desks("farm", "miyun-accept", "miyun-review", "miyun-final", "miyun-decide", "110118", decide_head="miyun-head")
VILLAGE = Desks("village", "miyun-accept", "miyun-review", "miyun-final", "miyun-decide", "110118")
CITY = Desks("cityfarm", "city-accept", "city-first", "city-review", "city-decide", "110116")
HILL = Desks("jizhoufarm", "jizhou-accept", "jizhou-first", "jizhou-review", "jizhou-decide", "120119")
PARTNER = {"miyun-final": "miyun-review", "city-review": "city-review2", "jizhou-review": "jizhou-first"}
SPECIES = ("刺槐", "杨树", "油松", "侧柏")


def stand(number: int, **other: Any) -> dict[str, Any]:
    """A ripe planted stand of timber forest, cut clear and planted again; `other` changes fields."""
    area = Decimal("1.2500") + Decimal(number % 5) / 2
    volume = (area * 82).quantize(Decimal("0.01"))
    species = SPECIES[number % 4]
    row: dict[str, Any] = {
        "township": "石城镇", "compartment": f"{20 + number // 6}林班", "number": str(number),
        "bounds": "东至防火道，南至沟底，西至山脊，北至林班线",
        "longitude": Decimal("117.20000") + Decimal(number) / 1000, "latitude": Decimal("40.56000"),
        "site": "forest_land", "special_place": "none", "zone": "none",
        "closed": False, "area_ha": area, "ownership": "state", "certificate": "密林证字（2009）第0012号",
        "origin": "planted", "stand": "arbor", "stand_purpose": "timber", "forest_category": "common_commodity",
        "public_benefit": "none", "species_composition": f"10{species}", "age_group": "mature", "stand_age": 38,
        "mean_dbh_cm": Decimal("18.4"), "mean_height_m": Decimal("12.5"), "canopy_before": Decimal("0.80"),
        "stock_m3": volume, "purpose": "commercial", "felling_type": "final", "manner": "clear", "species": species,
        "volume_m3": volume, "stems": int(area * 600), "timber_m3": (volume * 7 / 10).quantize(Decimal("0.01")),
        "regeneration_method": "planting", "regeneration_species": "侧柏、栓皮栎", "regeneration_area_ha": area,
        "regeneration_year": local_today().year + 2,
    }  # fmt: skip
    return row | other


TENDED: dict[str, Any] = {
    "origin": "planted", "stand_purpose": "protection", "forest_category": "common_public",
    "public_benefit": "local", "age_group": "middle", "purpose": "health", "felling_type": "tending",
    "manner": "thinning", "regeneration_method": "", "regeneration_species": "", "regeneration_area_ha": None,
    "regeneration_year": None, "canopy_after": Decimal("0.65"),
}  # fmt: skip


def tended(number: int, **other: Any) -> dict[str, Any]:
    """A stand of protection forest thinned by a seventh of its volume."""
    row = stand(number) | TENDED
    volume = (row["stock_m3"] * 15 / 100).quantize(Decimal("0.01"))
    timber = (volume * 6 / 10).quantize(Decimal("0.01"))
    return row | {"volume_m3": volume, "volume_intensity_pct": Decimal(15), "timber_m3": timber, "stems": 210} | other


def head(begins: date, **other: Any) -> dict[str, Any]:
    """Felling for two months from `begins`."""
    return {
        "applicant": "county_farm", "surveyor": "京北林业调查规划设计院（示例）", "tending_design": "",
        "work_from": begins, "work_to": begins + timedelta(days=60), "last_regeneration": "done",
        "last_year_event": "none",
    } | other  # fmt: skip


def _season(walker: Walker) -> date:
    """The first 20 November that leaves time for the procedure: trees are felled from 15 October to 31 March."""
    day = walker.moment.date() + timedelta(days=45)
    return date(day.year if day <= date(day.year, 11, 20) else day.year + 1, 11, 20)


def submitted(walker: Walker, desks: Desks) -> None:
    """Handed in; in the agency's queue."""
    walker.unit("submit", desks.clerk, statement=True)


def correcting(walker: Walker, desks: Desks) -> None:
    """One complete list of what to correct was sent."""
    submitted(walker, desks)
    walker.rest(2).officer("request_correction", desks.accept, items=[
        {"where": "stands", "what": "第3小班采伐蓄积与伐区调查设计说明书不一致，请核对。"}])  # fmt: skip


def accepted(walker: Walker, desks: Desks) -> None:
    """Accepted; on the reviewer's desk at once, because nobody reviews before."""
    submitted(walker, desks)
    walker.rest(3).officer("accept", desks.accept, note="材料齐全，符合法定形式。")


def inspected(walker: Walker, desks: Desks) -> None:
    """Taken by the reviewer; two officers were on site."""
    accepted(walker, desks)
    walker.rest(1).claim(desks.final)
    two = (walker.people[desks.final], walker.people[PARTNER[desks.final]])
    walker.rest(1).meanwhile("record_site_check", desks.final, checked_on=walker.moment.date(),
        inspectors=[{"person": one} for one in two], place="申请采伐的各小班",
        result="小班界线、树种、林龄与伐区调查设计一致；未见古树名木和重点保护野生植物。")  # fmt: skip


def proposed(walker: Walker, desks: Desks) -> None:
    """Reviewed; before the one who decides."""
    inspected(walker, desks)
    walker.rest(2).officer("propose", desks.final, outcome="approve", opinion="在年采伐限额内，符合采伐条件，拟准予。")


def approved(walker: Walker, desks: Desks) -> None:
    """Licensed."""
    proposed(walker, desks)
    walker.rest(1).officer("approve", desks.decide, opinion="同意。", conditions="采伐前应当在现地标明小班界线")


def marked(walker: Walker, desks: Desks) -> None:
    """Licensed; a condition of the licence reported, to be checked."""
    approved(walker, desks)
    walker.rest(4).report(desks.clerk, "condition-1", done="各小班界线已用红漆和木桩标明，附标界记录。")


def refused(walker: Walker, desks: Desks) -> None:
    """More is asked for than is left of the year's limit."""
    inspected(walker, desks)
    walker.rest(1).meanwhile("determine", desks.final, "final_review", field="limit_left_m3", value="120",
        ground="official_record", statement="查年度采伐限额台账，该编限单位商品林限额仅余120立方米。",
        document=current_files(walker.application).first())  # fmt: skip
    walker.rest(1).officer("propose", desks.final, outcome="refuse", opinion="超过剩余年采伐限额，拟不予许可。")
    walker.rest(1).officer("refuse", desks.decide,
        reasons="申请采伐蓄积超过本区剩余年采伐限额，依照森林法第五十九条，不得核发采伐许可证。")  # fmt: skip


def withdrawn(walker: Walker, desks: Desks) -> None:
    """Taken back by the applicant."""
    accepted(walker, desks)
    walker.rest(2).unit("withdraw", desks.clerk, reason="采伐计划调整，申请撤回。")


def _example(  # noqa: PLR0917 - a table of examples reads best in columns
    title: str, story: Story, ago: int, desks: Desks, rows: tuple[dict[str, Any], ...], fields: dict[str, Any]
) -> Example:  # fmt: skip
    return Example(
        title=title, story=story, ago=ago, desks=desks, rows=rows, head=lambda walker: head(_season(walker), **fields)
    )


def quotas(year: int) -> Iterator[Allotment]:
    """The districts' felling limits of the year, as if they had been handed down."""
    yield Allotment("miyun-head", "110118", Decimal(20000), f"示例：采伐限额〔{year}〕密云")
    yield Allotment("city-head", "110116", Decimal(8000), f"示例：采伐限额〔{year}〕怀柔")
    yield Allotment("jizhou-head", "120119", Decimal(6000), f"示例：采伐限额〔{year}〕蓟州")


def examples() -> Iterator[Example]:
    """In the order in which they were begun."""
    ripe = tuple(stand(number) for number in range(1, 6))
    thinned = tuple(tended(number) for number in range(1, 5))
    in_the_city_farm = tuple(tended(number, township="松谷分场") for number in range(1, 5))
    in_jizhou = tuple(stand(number, township="孙各庄满族乡") for number in range(1, 6))
    thinned_in_jizhou = tuple(tended(number, township="孙各庄满族乡") for number in range(1, 5))
    collective = tuple(stand(number, ownership="collective") for number in range(1, 4))
    farm: dict[str, Any] = {}
    city = {"applicant": "municipal_farm"}
    village = {"applicant": "organisation", "last_regeneration": "none_due"}
    yield _example("云岭林场用材林主伐", marked, 55, FARM, ripe, farm)
    yield _example("云岭林场超限额采伐", refused, 50, FARM, ripe, farm)
    yield _example("石塘村集体林更新采伐", withdrawn, 30, VILLAGE, collective, village)
    yield _example("松谷林场防护林抚育采伐", approved, 28, CITY, in_the_city_farm, city)
    yield _example("蓟州林场用材林主伐", proposed, 12, HILL, in_jizhou, farm)
    yield _example("云岭林场水源林抚育采伐", proposed, 10, FARM, thinned, farm)
    yield _example("云岭林场防护林抚育采伐", inspected, 9, FARM, thinned, farm)
    yield _example("松谷林场水源林抚育采伐", accepted, 6, CITY, in_the_city_farm, city)
    yield _example("蓟州林场抚育采伐", correcting, 5, HILL, thinned_in_jizhou, farm)
    yield _example("石塘村集体林主伐", submitted, 2, VILLAGE, collective, village)
    yield _example("云岭林场2027年度采伐", drafted, 1, FARM, ripe, farm)
