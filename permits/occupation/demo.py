"""Example occupations of forest land, and the ways they went."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from permits.acts.assessment import verdict
from permits.models.material import current_files
from permits.tables.example import WATCH, Allotment, Desks, Example, Story, Walker, drafted

MIYUN, HUAIROU, TIANJIN = "110118", "110116", "120119"
ROAD = Desks("company", "miyun-accept", "miyun-review", "city-review", "city-decide", MIYUN)
HILL = Desks("jizhoufarm", "jizhou-accept", "jizhou-first", "jizhou-review", "jizhou-service", TIANJIN)
BEIJING_ADVISERS = ("planning", "miyun-gov", "reform", "ecology", "finance")
JIZHOU_ADVISERS = ("jizhou-reform", "jizhou-culture", "jizhou-planning")
PARTNER = {"miyun-review": "miyun-review2", "jizhou-first": "jizhou-review"}


def head(title: str, **other: Any) -> dict[str, Any]:
    """A road of the municipality, changed by `other`."""
    return {
        "project_name": title, "project_class": "provincial_infrastructure", "purpose": "公路", "national_major": False,
        "tenure": "permanent", "location": "密云区石城镇、冯家峪镇", "stock_m3": Decimal("36.5"),
        "same_project_area_ha": Decimal("0"), "prior_violation": "none",
        "secret": False,
    } | other  # fmt: skip


def parcel(number: int, **other: Any) -> dict[str, Any]:
    """Planted timber forest outside every zone, changed by `other`."""
    return {
        "district": MIYUN, "township": "石城镇", "village": "石塘路村", "compartment": str(10 + number // 4),
        "sub_compartment": str(number), "area_ha": Decimal("0.4375") + Decimal(number % 5) / 8, "land_class": "arbor",
        "stand_purpose": "timber", "origin": "planted", "public_benefit": "none", "grade": "IV",
        "ownership": "collective", "zone": "none", "red_line": False, "urban_planning_area": False, "species": "油松",
    } | other  # fmt: skip


def in_first_review(walker: Walker, desks: Desks) -> None:
    """Accepted; every district the land lies in has it on its desk."""
    walker.unit("submit", desks.clerk, statement=True)
    walker.rest(2)
    permanent = walker.application.occupation.tenure == "permanent"
    if desks is HILL and permanent:  # what it decides there without the instrument is the municipal bureau's
        walker.meanwhile("determine", desks.accept, "accept", field="documents.delegation_instrument", value="yes",
            ground="official_record", statement="区政务服务办公室持有委托书（示例）。",
            document=current_files(walker.application).first())  # fmt: skip
    walker.officer("accept", desks.accept, note="材料齐全，符合法定形式。")


def inspected(walker: Walker, desks: Desks) -> None:
    """The site was checked, and the notice hangs in the village."""
    in_first_review(walker, desks)
    two = (walker.people[desks.first], walker.people[PARTNER[desks.first]])
    walker.rest(1).claim(desks.first)
    day = walker.moment.date()
    walker.meanwhile("record_site_check", desks.first, checked_on=day, place="拟使用林地现场",
        inspectors=[{"person": one} for one in two],
        result="拟使用林地与图件一致，未见古树名木和重点保护野生动植物，未发现违法使用林地行为。")  # fmt: skip
    walker.meanwhile("publish_notice", desks.first, starts=day, ends=walker.calendar.add(day, 6).date,
        place="村务公开栏",
        contact=f"林业主管部门资源管理科 {'022' if desks is HILL else '010'}-00000000")  # fmt: skip


def consulting(walker: Walker, desks: Desks, outcome: str = "approve") -> None:
    """Recommended; the consulted agencies are asked, and none has answered."""
    inspected(walker, desks)
    opinion = "项目符合林地保护利用规划，定额内，建议同意。" if outcome == "approve" else "占用天然林地，建议不同意。"
    walker.rest(7).officer("recommend", desks.first, outcome=outcome, opinion=opinion)


def half_heard(walker: Walker, desks: Desks) -> None:
    """Two of the consulted agencies have answered."""
    consulting(walker, desks)
    for login in BEIJING_ADVISERS[:2]:
        walker.rest(1).officer("give_opinion", login, position="agree", opinion="无不同意见。")


def heard(walker: Walker, desks: Desks, outcome: str = "approve") -> None:
    """All have answered; the final review is open."""
    consulting(walker, desks, outcome)
    walker.rest(1)
    for login in JIZHOU_ADVISERS if desks is HILL else BEIJING_ADVISERS:
        walker.officer("give_opinion", login, position="agree", opinion="无不同意见。")


def reported_up(walker: Walker, desks: Desks) -> None:
    """So large that the national authority decides."""
    heard(walker, desks)
    walker.rest(2).officer("report_up", desks.final, organ="国家林业和草原局", opinion="经审查，拟同意，请予审核。")


def approved(walker: Walker, desks: Desks) -> None:
    """Granted: inspected, published, the fee paid."""
    heard(walker, desks)
    day = walker.rest(3).moment.date()
    if walker.application.occupation.tenure == "permanent":
        walker.meanwhile(
            "record_fee", desks.final, paid_on=day, receipt="示例0001", amount=str(verdict(walker.application).fee_yuan)
        )
    walker.officer("propose", desks.final, outcome="approve", opinion="符合使用林地条件，拟同意。")
    walker.rest(1).officer("approve", desks.decide, opinion="同意。", conditions="施工前应当设置林地边界标识")


def overrun(walker: Walker, desks: Desks) -> None:
    """Granted and begun; more was used than consented to: a breach, and the end that is proposed."""
    approved(walker, desks)
    walker.rest(10).report(desks.clerk, "start", began_on=walker.moment.date(), responsible="张工 010-00000000")
    walker.rest(1).supervisor("check_report", WATCH[0], obligation="start", outcome="accepted")
    walker.rest(15).inspection(WATCH, "K3+200至K3+800", area=("not_in_order", "弃渣超出批准范围约0.3公顷。"))
    walker.rest(2).supervisor("find_breach", WATCH[0], obligation="area", proposal="forfeit_permit",
        reasons="超出批准范围占用林地，已移送执法机构处理。")  # fmt: skip


def refused(walker: Walker, desks: Desks) -> None:
    """Natural forest land: the ban has two exceptions, and this is neither."""
    heard(walker, desks, "refuse")
    walker.rest(2).officer("propose", desks.final, outcome="refuse", opinion="占用天然林地，拟不予许可。")
    walker.rest(1).officer("refuse", desks.decide,
        reasons="拟占用林地为天然林地。项目不属于国防建设、国家重大工程，依规定禁止占用天然林地。")  # fmt: skip


TWO_DISTRICTS = (
    *(parcel(number) for number in range(1, 4)),
    *(parcel(number, district=HUAIROU, township="琉璃庙镇", village="双文铺村") for number in range(4, 6)),
)
LARGE = tuple(parcel(n, area_ha=Decimal("3.5000"), stand_purpose="protection", grade="III") for n in range(1, 5))
BORROW = {"tenure": "temporary", "years": Decimal("2"), "permanent_building": False, "purpose": "施工便道、拌合站"}
BARE = tuple(parcel(number, land_class="other", stand_purpose="other", origin="none") for number in range(1, 3))
VILLAGE = {"district": TIANJIN, "township": "下营镇", "village": "常州村"}
NATURAL = (parcel(1, **VILLAGE, origin="natural"),)
SHRUB = tuple(parcel(n, **VILLAGE, land_class="shrub", stand_purpose="protection", zone="key") for n in range(1, 3))
HILL_BORROW = BORROW | {
    "location": "蓟州区下营镇常州村", "purpose": "防火道路施工便道", "years": Decimal("1"),
}  # fmt: skip
HILL_HEAD = {
    "location": "蓟州区下营镇常州村",
    "project_class": "eco_tourism", "purpose": "游客服务设施",
}  # fmt: skip


FOUR = tuple(parcel(number) for number in range(1, 5))


def _example(  # noqa: PLR0917 - a table of examples reads best in columns
    title: str, story: Story, ago: int, desks: Desks = ROAD, fields: dict[str, Any] | None = None,
    parcels: tuple[dict[str, Any], ...] = FOUR, own_ground: bool = True,
) -> Example:  # fmt: skip
    total = sum((row["area_ha"] for row in parcels), Decimal(0))
    said = head(title, total_ha=total, **(fields or {}))
    return Example(
        title=title, story=story, ago=ago, desks=desks, rows=parcels, head=lambda walker: said, own_ground=own_ground
    )


def quotas(year: int) -> Iterator[Allotment]:
    """The districts' quota of the year, as if it had been allotted to them."""
    for district in (MIYUN, HUAIROU):
        yield Allotment("city-head", district, Decimal(120), f"示例：京绿林定额〔{year}〕{district}号")
    yield Allotment("jizhou-head", TIANJIN, Decimal(60), f"示例：林地定额〔{year}〕蓟州")


def examples() -> Iterator[Example]:
    """In the order in which they were begun."""
    yield _example("松曹路改建工程使用林地", overrun, 150, own_ground=False)
    yield _example("常州村游客服务设施使用林地", refused, 90, HILL, HILL_HEAD, NATURAL)
    yield _example("石城隧道施工便道临时使用林地", approved, 60, fields=BORROW, parcels=BARE)
    yield _example("常州村防火道路施工便道临时使用林地", approved, 45, HILL, HILL_BORROW, SHRUB)
    yield _example("京北高速公路密云段使用林地", reported_up, 40, parcels=LARGE)
    yield _example("云蒙山旅游公路改建使用林地", half_heard, 14)
    overlapping = (parcel(1, land_class="shrub", origin="none"), *FOUR[1:])  # with what was approved before
    yield _example("水库环线道路使用林地", inspected, 8, parcels=overlapping, own_ground=False)
    both = {"location": "密云区石城镇、怀柔区琉璃庙镇"}
    yield _example("密怀联络线使用林地", in_first_review, 5, fields=both, parcels=TWO_DISTRICTS)
    yield _example("冯家峪桥梁改建使用林地", drafted, 1)
