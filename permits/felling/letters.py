"""The felling licence: decisions 准予 / 不予行政许可决定书, and the licence 林木采伐许可证.

What a licence says: 森林法 56 to 59 (place, species, area, volume, manner, term, regeneration). The wording is ours.
"""

from __future__ import annotations

from msgspec import Struct

from permits.documents.content import Annex, Certificate, KeyValues, Letter, Table
from permits.documents.forms.common import (
    FOREST_LAW,
    LICENSING_LAW,
    Issue,
    Matter,
    licence_refusal,
    numbered,
    opening,
    para,
    resting_on,
)

AS_LICENSED = "应当按照林木采伐许可证规定的地点、树种、面积、蓄积、株数、方式和期限采伐；确需变更的，应当重新申请。"
NOT_LENT = "林木采伐许可证不得伪造、变造、买卖、租借。"
CARE = "采伐作业中应当做好森林防火、水土保持和野生动植物保护，接受林业主管部门的检查验收。"


class FellingWork(Struct, frozen=True, kw_only=True):
    """What was applied for. Hectares and cubic metres as text, so that the papers repeat the record digit by digit."""

    place: str
    area_ha: str
    volume_m3: str
    stems: str
    types: tuple[str, ...]
    manners: tuple[str, ...]
    species: tuple[str, ...]
    ownership: tuple[str, ...]
    term: str
    regeneration: str  # such as 人工更新4公顷，2028年12月31日前完成; empty where nothing is regenerated
    stands: Table
    uscc: str = ""
    tending_design: str = ""

    @property
    def amount(self) -> str:
        """Area, volume and stems in one."""
        return f"面积{self.area_ha}公顷，采伐蓄积{self.volume_m3}立方米，{self.stems}株"

    @property
    def annex(self) -> Annex:
        """The stands, across the page."""
        return Annex(title="采伐小班一览表", blocks=(self.stands,), landscape=True)


def felling_approval(issue: Issue, matter: Matter, work: FellingWork, *, conditions: tuple[str, ...] = ()) -> Letter:
    """准予行政许可决定书, with what the licence binds its holder to."""
    regenerated = f"采伐后应当按期完成更新：{work.regeneration}。" if work.regeneration else ""
    clauses = (AS_LICENSED, *((regenerated,) if regenerated else ()), NOT_LENT, CARE, *conditions)
    return issue.letter(
        title="准予行政许可决定书",
        addressee=matter.applicant,
        blocks=(
            para(
                f"{opening(matter)}经审查，符合法定条件和标准。"
                f"{resting_on(f'{FOREST_LAW}第五十六条、第五十七条', f'{LICENSING_LAW}第三十八条第一款')}"
                f"决定准予{matter.you}采伐{work.place}的林木，{work.amount}，"
                f"采伐类型为{'、'.join(work.types)}，采伐方式为{'、'.join(work.manners)}，采伐期限为{work.term}。"
                "各小班见附件。"
            ),
            para(f"{matter.you}应当遵守下列要求："),
            *numbered(clauses),
        ),
        annexes=(work.annex,),
    )


def felling_refusal(
    issue: Issue, matter: Matter, work: FellingWork, *, reasons: tuple[str, ...], basis: tuple[str, ...] = ()
) -> Letter:
    """不予行政许可决定书, with every reason and the remedies (许可法 38(2)). ValueError without a reason."""
    asked = f"{matter.you}采伐{work.place}林木（申请{work.amount}）"
    return licence_refusal(
        issue, matter, asked=asked, reasons=reasons, basis=basis, meanwhile="未取得林木采伐许可证，不得采伐上述林木。"
    )


def felling_licence(
    issue: Issue, matter: Matter, work: FellingWork, *, decision: str, conditions: tuple[str, ...] = ()
) -> Certificate:
    """林木采伐许可证. `decision` is the number of the decision it follows from."""
    pairs = (
        ("采伐单位（个人）", matter.applicant),
        *((("统一社会信用代码", work.uscc),) if work.uscc else ()),
        ("采伐地点", work.place),
        ("林木权属", "、".join(work.ownership)),
        ("树种", "、".join(work.species)),
        ("采伐类型", "、".join(work.types)),
        ("采伐方式", "、".join(work.manners)),
        ("采伐面积", f"{work.area_ha}公顷"),
        ("采伐蓄积", f"{work.volume_m3}立方米（{work.stems}株）"),
        *((("更新", work.regeneration),) if work.regeneration else ()),
        *((("抚育作业设计批复", work.tending_design),) if work.tending_design else ()),
        ("决定书文号", decision),
    )
    return Certificate(
        agency=issue.agency,
        number=issue.number,
        title="林木采伐许可证",
        holder=matter.applicant,
        statement=f"根据{FOREST_LAW}第五十六条、第五十七条，经审查，准予按照本证规定采伐林木。",
        facts=KeyValues(pairs=pairs),
        conditions=(AS_LICENSED, NOT_LENT, *conditions),
        validity=work.term,
        date=issue.date,
        verification=issue.verification,
        annexes=(work.annex,),
        test_seal=issue.test_seal,
    )
