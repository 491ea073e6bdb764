"""Example introductions of species, and the ways they went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from permits.tables.example import Desks, Example, Story, Walker, drafted

MIYUN = "110118"
# The municipal bureau accepts; wildlife moved inside China (route D) is first reviewed by the district.
CENTRE = Desks("zoo", "city-accept", "city-first", "city-review", "city-decide", MIYUN)
DISTRICT = Desks("zoo", "city-accept", "miyun-review", "city-review", "city-decide", MIYUN)
ADVISERS = ("agriculture", "ecology", "water")


def _head(**other: Any) -> dict[str, Any]:
    """A place outside every zone, with its safeguards."""
    return {
        "purpose": "breeding", "purpose_note": "人工繁育技术研究与种群复壮", "origin": "吉林省",
        "supplier": "引种合同（示例）", "transport": "专用笼箱，恒温车运输", "place": "密云区石城镇繁育场",
        "site_in": "none", "responsible": "赵堃", "escape_prevention": True,
        "escape_measures": "双层围栏，出入口双门，专人看管，每日巡查。", "marking": "电子芯片", "isolation_trial": True,
        "filed_with": "municipal",
    } | other  # fmt: skip


def animal(name: str, chinese: str, **other: Any) -> dict[str, Any]:
    """Live terrestrial animals of another province, changed by `other`."""
    return {
        "scientific_name": name, "chinese_name": chinese, "taxon": "terrestrial_animal", "source": "other_province",
        "first_introduction": False, "cites": False, "quantity": 12, "unit": "只", "material": "活体",
    } | other  # fmt: skip


def tree(name: str, chinese: str, **other: Any) -> dict[str, Any]:
    """Seeds of a forest tree from abroad, changed by `other`."""
    return (
        animal(name, chinese, taxon="forest_plant", source="abroad", quantity=20, unit="千克", material="种子") | other
    )


def in_first_review(walker: Walker, desks: Desks) -> None:
    """Accepted, and taken by the first reviewer."""
    walker.unit("submit", desks.clerk, statement=True)
    walker.rest(2).officer("accept", desks.accept, note="材料齐全，符合法定形式。")
    walker.rest(1).claim(desks.first)


def consulting(walker: Walker, desks: Desks) -> None:
    """Recommended; one of the consulted agencies has answered, the experts have not met."""
    in_first_review(walker, desks)
    walker.rest(1).officer("recommend", desks.first, outcome="approve", opinion="防逃逸措施完备，建议同意。")
    walker.rest(1).officer("give_opinion", ADVISERS[0], position="agree", opinion="无不同意见。")


def with_experts(walker: Walker, desks: Desks) -> None:
    """The period stands still for the expert review."""
    consulting(walker, desks)
    walker.meanwhile("suspend_clock", desks.final, ground="expert_review", reason="组织专家评审引种风险。")


def heard(walker: Walker, desks: Desks) -> None:
    """The experts have met and all have answered; the final review is open."""
    with_experts(walker, desks)
    walker.rest(2)
    for login in ADVISERS[1:]:
        walker.officer("give_opinion", login, position="agree", opinion="无不同意见。")
    walker.rest(3).meanwhile("resume_clock", desks.final)
    walker.officer("record_expert_review", desks.final, held_on=walker.moment.date(), experts="李龘、周喆、孙堃",
        conclusion="引种用途明确，隔离与防逃逸措施可行，风险可控。")  # fmt: skip


def approved(walker: Walker, desks: Desks) -> None:
    """Granted."""
    heard(walker, desks)
    walker.rest(2).officer("propose", desks.final, outcome="approve", opinion="符合引进条件，拟同意。")
    walker.rest(1).officer("approve", desks.decide, opinion="同意。", conditions="发现逃逸应当立即采取措施并报告")


def refused(walker: Walker, desks: Desks) -> None:
    """No breeding site of terrestrial wildlife may lie in a protection zone of drinking water."""
    heard(walker, desks)
    walker.rest(2).officer(
        "propose", desks.final, outcome="refuse", opinion="繁育场所位于饮用水水源保护区，拟不予许可。"
    )
    walker.rest(1).officer("refuse", desks.decide,
        reasons="拟设人工繁育场所位于饮用水水源保护区，依规定不得在该区域建设陆生野生动物人工繁育场所。")  # fmt: skip


def reported_up(walker: Walker, desks: Desks) -> None:
    """Terrestrial wildlife from abroad: the national authority decides."""
    heard(walker, desks)
    walker.rest(2).officer("report_up", desks.final, organ="国家林业和草原局", opinion="经审查，建议同意，请予审批。")


OAK = tree("Quercus rubra", "北美红栎")
DEER = animal("Cervus nippon", "梅花鹿")
ZEBRA = animal("Equus quagga", "平原斑马", source="abroad", first_introduction=True, quantity=4)
FROG = animal("Lithobates catesbeianus", "牛蛙", quantity=60)


def _example(  # noqa: PLR0917 - a table of examples reads best in columns
    title: str, story: Story, ago: int, species: tuple[dict[str, Any], ...], desks: Desks = CENTRE,
    head: dict[str, Any] | None = None,
) -> Example:  # fmt: skip
    said = _head(**(head or {}))
    return Example(title=title, story=story, ago=ago, desks=desks, rows=species, head=lambda walker: said)


def examples() -> Iterator[Example]:
    """In the order in which they were begun."""
    planting = {"purpose": "planting", "purpose_note": "彩叶树种引种试验", "origin": "美国", "marking": "挂牌"}
    abroad = {"origin": "肯尼亚", "purpose": "display", "purpose_note": "科普展示"}
    water = {"site_in": "drinking_water_zone"}
    yield _example("北美红栎种子引进", approved, 60, (OAK,), head=planting)
    yield _example("梅花鹿引进（外省）", approved, 50, (DEER,), DISTRICT)
    yield _example("水库周边马鹿繁育引进", refused, 45, (animal("Cervus elaphus", "马鹿"),), DISTRICT, water)
    yield _example("平原斑马引进", reported_up, 30, (ZEBRA,), head=abroad)
    yield _example("糖槭种子引进", with_experts, 9, (tree("Acer saccharum", "糖槭"),), head=planting)
    yield _example("狍引进（外省）", consulting, 8, (animal("Capreolus pygargus", "狍"),), DISTRICT)
    yield _example("牛蛙引进", in_first_review, 6, (FROG,), DISTRICT)
    yield _example("欧洲云杉种子引进", drafted, 1, (tree("Picea abies", "欧洲云杉"),), head=planting)
