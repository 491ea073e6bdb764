"""Forest-land occupation: decisions 准予 / 不予行政许可决定书, 使用林地审核同意书, 临时使用林地审批同意书.

Names of the papers: facts 2.3 (实施条例 16; W2, W28; Jiaozuo notice). The conditions follow the clauses that a real
decision held (W28), in our words.
"""

from __future__ import annotations

import enum
from decimal import Decimal

from msgspec import Struct, field

from permits.documents.content import Annex, Certificate, Column, KeyValues, Letter, Table
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
from permits.documents.forms.titles import named


class Tenure(enum.Enum):
    """How the land is used (令35 art 2)."""

    PERMANENT = "permanent"  # 永久使用林地
    TEMPORARY = "temporary"  # 临时使用林地
    FORESTRY_SERVICE = "forestry_service"  # 直接为林业生产经营服务


USE_WORDS = {
    Tenure.PERMANENT: "永久使用林地",
    Tenure.TEMPORARY: "临时使用林地",
    Tenure.FORESTRY_SERVICE: "使用林地修筑直接为林业生产经营服务的工程设施",
}
ARTICLES = {
    Tenure.PERMANENT: f"{FOREST_LAW}第三十七条",
    Tenure.TEMPORARY: f"{FOREST_LAW}第三十八条",
    Tenure.FORESTRY_SERVICE: f"{FOREST_LAW}第五十二条",
}


class Breakdown(Struct, frozen=True, kw_only=True):
    """The area by one attribute, such as 林地保护等级: pairs of value and hectares with four decimals."""

    by: str
    parts: tuple[tuple[str, str], ...]


class LandUse(Struct, frozen=True, kw_only=True):
    """What was applied for. All areas in hectares, four decimals, as text."""

    project: str
    tenure: Tenure
    place: str
    area_ha: str
    breakdowns: tuple[Breakdown, ...]
    parcels: Table
    term: str = ""  # of temporary use, such as 2026年12月1日至2028年11月30日
    purpose: str = ""
    uscc: str = ""
    fee: str = ""  # 森林植被恢复费, as it is to be printed; empty where it was not computed
    annexes: tuple[Annex, ...] = field(default=())

    @property
    def parts_table(self) -> Table:
        """All breakdowns in one table, each adding up to the whole."""
        rows = tuple(
            (part.by if at == 0 else "", name, area)
            for part in self.breakdowns
            for at, (name, area) in enumerate(part.parts)
        )
        columns = (
            Column(head="分类", weight=1.2),
            Column(head="类别", weight=1.6),
            Column(head="面积（公顷）", weight=1.2),
        )
        return Table(columns=columns, rows=rows, totals=("各分类合计", "", self.area_ha), caption="使用林地面积分类表")

    @property
    def annex(self) -> Annex:
        """The parcels, landscape where the table is wide."""
        return Annex(title="使用林地地块一览表", blocks=(self.parcels,), landscape=len(self.parcels.columns) > 7)


def _conditions(use: LandUse) -> tuple[str, ...]:
    """What a grant binds the user to, by kind of use."""
    common = (
        "需要采伐所使用林地上的林木的，应当依法另行办理林木采伐许可手续。",
        "应当按照批准的地点、范围、面积和用途使用林地，不得超范围使用；确需变更的，应当重新申请。",
        "应当及时足额支付林地、林木补偿等费用，维护林地、林木权利人的合法权益。",
        "施工中应当采取措施防止水土流失，做好森林防火、有害生物防治和野生动植物保护。",
    )
    own = {
        Tenure.PERMANENT: (
            "本决定有效期为2年。有效期内未取得建设用地批准文件的，应当在有效期届满前3个月申请延期；逾期未申请的，本决定失效。",
        ),
        Tenure.TEMPORARY: (
            f"使用期限为{use.term or '自批准之日起不超过2年'}。不得在临时使用的林地上修建永久性建筑物。",
            "使用期满后1年内，应当恢复植被和林业生产条件，并将林地归还权利人。",
        ),
        Tenure.FORESTRY_SERVICE: ("所修筑的工程设施应当直接为林业生产经营服务，不得改作他用。",),
    }[use.tenure]
    return (*common, *own)


def occupation_approval(
    issue: Issue, matter: Matter, use: LandUse, *, basis: tuple[str, ...] = (), conditions: tuple[str, ...] = (),
) -> Letter:  # fmt: skip
    """准予行政许可决定书, with the area broken down, the conditions and the parcels."""
    what = USE_WORDS[use.tenure]
    opens = (
        f"{opening(matter)}经审查，符合法定条件和标准。"
        f"{resting_on(ARTICLES[use.tenure], *basis, f'{LICENSING_LAW}第三十八条第一款')}"
        f"决定准予{named(use.project, what)}，面积{use.area_ha}公顷，位于{use.place}。面积分类如下："
    )
    return issue.letter(
        title="准予行政许可决定书",
        addressee=matter.applicant,
        blocks=(
            para(opens),
            use.parts_table,
            para(f"{matter.you}应当遵守下列要求："),
            *numbered((*_conditions(use), *conditions, "自觉接受林业主管部门的监督检查。")),
        ),
        annexes=(use.annex, *use.annexes),
    )


def occupation_refusal(
    issue: Issue, matter: Matter, use: LandUse, *, reasons: tuple[str, ...], basis: tuple[str, ...] = (),
    fee_paid: Decimal = Decimal(0),
) -> Letter:  # fmt: skip
    """不予行政许可决定书: reasons and remedies (许可法 38(2)); the fee paid in advance, in yuan, is refunded in full
    (实施条例 16(4))."""
    refund = (
        para(
            f"已经预交的森林植被恢复费{fee_paid:,.2f}元，有关林业主管部门自接到不予批准通知之日起7日内如数退还"
            "（《中华人民共和国森林法实施条例》第十六条第四项）。"
        ),
    )
    asked = f"{named(use.project, USE_WORDS[use.tenure])}（申请面积{use.area_ha}公顷，位于{use.place}）"
    return licence_refusal(
        issue, matter, asked=asked, reasons=reasons, basis=(ARTICLES[use.tenure], *basis),
        meanwhile="未经许可，不得使用上述林地。",
        refund=refund if fee_paid else (),
    )  # fmt: skip


def occupation_consent(
    issue: Issue, matter: Matter, use: LandUse, *, decision: str, conditions: tuple[str, ...] = ()
) -> Certificate:
    """使用林地审核同意书 (permanent) or 临时使用林地审批同意书 (temporary). `decision` is the decision's number."""
    temporary = use.tenure is Tenure.TEMPORARY
    pairs = (
        ("用地单位（个人）", matter.applicant),
        *((("统一社会信用代码", use.uscc),) if use.uscc else ()),
        ("项目名称", use.project),
        *((("用途", use.purpose),) if use.purpose else ()),
        ("使用方式", USE_WORDS[use.tenure]),
        ("林地位置", use.place),
        ("使用林地面积", f"{use.area_ha}公顷"),
        *((part.by, "；".join(f"{name}{area}公顷" for name, area in part.parts)) for part in use.breakdowns),
        *((("森林植被恢复费", use.fee),) if use.fee else ()),
        ("决定书文号", decision),
    )
    return Certificate(
        agency=issue.agency,
        number=issue.number,
        title="临时使用林地审批同意书" if temporary else "使用林地审核同意书",
        holder=matter.applicant,
        statement=(
            f"根据{ARTICLES[use.tenure]}，经审查，同意{named(use.project, USE_WORDS[use.tenure])}{use.area_ha}公顷。"
        ),
        facts=KeyValues(pairs=pairs),
        conditions=(
            "本同意书不能代替林木采伐许可证；需要采伐林木的，应当依法另行办理。",
            *(("不得修建永久性建筑物；使用期满后1年内恢复植被和林业生产条件。",) if temporary else ()),
            *conditions,
        ),
        validity=use.term if temporary else "自签发之日起2年",
        date=issue.date,
        verification=issue.verification,
        annexes=(use.annex,),
        test_seal=issue.test_seal,
    )
