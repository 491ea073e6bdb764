"""Example introductions of species, and the ways they went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from permits.kinds import kind_of
from permits.tables.example import Desks, Example, Story, Walker, drafted

MIYUN = "110118"
# The municipal bureau accepts; wildlife of route D is first reviewed by the district.
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


def experts_needed(walker: Walker) -> bool:
    """Whether experts must review the walker's case."""
    return bool(kind_of(walker.application).experts_needed(walker.application))


def with_experts(walker: Walker, desks: Desks) -> None:
    """Where experts must review it, the period stands still for that."""
    consulting(walker, desks)
    if experts_needed(walker):
        walker.meanwhile("suspend_clock", desks.final, ground="expert_review", reason="组织专家评审引种风险。")


def heard(walker: Walker, desks: Desks) -> None:
    """All have answered, and the experts have met where they must; the final review is open."""
    with_experts(walker, desks)
    walker.rest(2)
    for login in ADVISERS[1:]:
        walker.officer("give_opinion", login, position="agree", opinion="无不同意见。")
    if not experts_needed(walker):
        return
    walker.rest(3).meanwhile("resume_clock", desks.final)
    walker.officer("record_expert_review", desks.final, held_on=walker.moment.date(), experts="李龘、周喆、孙堃",
        conclusion="引种用途明确，隔离与防逃逸措施可行，风险可控。")  # fmt: skip


def approved(walker: Walker, desks: Desks) -> None:
    """Granted."""
    heard(walker, desks)
    walker.rest(2).officer("propose", desks.final, outcome="approve", opinion="符合引进条件，拟同意。")
    walker.rest(1).officer("approve", desks.decide, opinion="同意。", conditions="种植圃四周设置隔离带，每月巡查并记录")


def arrived(walker: Walker, desks: Desks) -> None:
    """Granted; the arrival reported, to be checked."""
    approved(walker, desks)
    day = walker.rest(8).moment.date()
    walker.report(desks.clerk, "arrival", {"number": "12"}, "photos", arrived_on=day, place="石城镇繁育场隔离圃",
                  responsible="赵堃", marking="挂牌1–12号", isolation_from=day,
                  isolation_to=day + timedelta(days=90))  # fmt: skip


def refused(walker: Walker, desks: Desks) -> None:
    """No alien species comes into a nature area."""
    heard(walker, desks)
    walker.rest(2).officer("propose", desks.final, outcome="refuse", opinion="种植地点位于自然保护地内，拟不予许可。")
    walker.rest(1).officer("refuse", desks.decide,
        reasons="种植地点位于自然保护地内，《中华人民共和国野生动物保护法》第十二条第三款"
        "禁止或者限制在自然保护地内引入外来物种。")  # fmt: skip


def another_organs(walker: Walker, desks: Desks) -> None:
    """Terrestrial wildlife from abroad: the national authority decides, and the applicant is told so."""
    walker.unit("submit", desks.clerk, statement=True)
    walker.rest(2).officer("refuse_acceptance", desks.accept, ground="other_organ", organ="国家林业和草原局",
        reason="从境外引进陆生野生动物由国务院野生动物保护主管部门批准，请向国家林业和草原局申请。")  # fmt: skip


def not_needed(walker: Walker, desks: Desks) -> None:
    """Moved inside China: no law creates a permit for that, and the applicant is told so."""
    walker.unit("submit", desks.clerk, statement=True)
    walker.rest(2).officer("refuse_acceptance", desks.accept, ground="no_permit_needed",
        reason="从外省引进陆生野生动物用于人工繁育，法律没有设定引进许可，应当采取防逃措施；"
        "属于国家重点保护野生动物的，请另行申请人工繁育许可证。")  # fmt: skip


OAK = tree("Quercus rubra", "北美红栎", first_introduction=True)
MAPLE = tree("Acer saccharum", "糖槭", first_introduction=True)
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
    area = planting | {"site_in": "nature_area"}
    yield _example("北美红栎种子引进", arrived, 60, (OAK,), head=planting)
    yield _example("梅花鹿引进（外省）", not_needed, 50, (DEER,), DISTRICT)
    yield _example("自然保护地内火炬树种子引进", refused, 45, (tree("Rhus typhina", "火炬树"),), head=area)
    yield _example("平原斑马引进", another_organs, 30, (ZEBRA,), head=abroad)
    yield _example("糖槭种子引进", with_experts, 9, (MAPLE,), head=planting)
    yield _example("欧洲鹅耳枥种子引进", consulting, 8, (tree("Carpinus betulus", "欧洲鹅耳枥"),), head=planting)
    yield _example("牛蛙引进", in_first_review, 6, (FROG,), DISTRICT)
    yield _example("欧洲云杉种子引进", drafted, 1, (tree("Picea abies", "欧洲云杉"),), head=planting)
