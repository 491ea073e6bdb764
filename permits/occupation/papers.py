"""The official papers of an occupation, in Chinese, from what was handed in last: what was decided on is printed."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permits.acts.decided import decided_matter
from permits.acts.fees import fees_paid, paid
from permits.acts.found import found_value
from permits.documents.content import Align, Certificate, Column, Letter, Table, chinese_date
from permits.documents.forms import clauses
from permits.documents.numbering import issue_of
from permits.documents.standard import clauses_against
from permits.kinds import kind_of
from permits.models import Act, Application, Document
from permits.models.permit import granting
from permits.models.submission import handed_in_as
from permits.occupation import vocabulary as v
from permits.occupation.columns import PARCELS, parcel_name
from permits.occupation.fee_notice import fee_notice
from permits.occupation.letters import (
    USE_WORDS,
    Breakdown,
    LandUse,
    Tenure,
    occupation_approval,
    occupation_consent,
    occupation_refusal,
)
from permits.occupation.requirements import PARCEL_MAP
from permits.occupation.vocabulary import BROKEN_DOWN
from permits.tables.columns import find, plain
from permits.tables.kind import handed_in
from permits.tables.listing import MAP_TO_SEE, cell, publicly_told, sums_by, total

BASIS = ("《建设项目使用林地审核审批管理办法》（国家林业局令第35号）",)
POWER = ("《蓟州区落实天然林保护修复制度实施方案》",)
"""What Jizhou's service office rests its power on in the natural-forest protection area (S1 L61)."""


BARE = {"起源": "无林木", "林种": "无林种"}
"""What 无 of these says, where an area follows it."""


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval, a refusal or the telling of the fee required."""
    application, act = document.application, document.act
    issue, matter, use = issue_of(document), decided_matter(application, act), use_of(application, act)
    basis = (*BASIS, *(POWER if application.scope == "protection_area" else ()))
    if document.kind == "occupation_fee_notice":
        return fee_notice(issue, matter, use, said=act.facts, replaced=_replaced(document))
    if document.kind == "occupation_refusal":
        reasons = clauses(act.facts.get("reasons"))
        return occupation_refusal(
            issue, matter, use, reasons=reasons, basis=(*basis, *clauses_against(act)), fee_paid=paid(application, act)
        )
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == "occupation_approval":
        return occupation_approval(issue, matter, use, basis=basis, conditions=conditions)
    decision = act.documents.get(kind="occupation_approval").number
    return occupation_consent(issue, matter, use, decision=decision, conditions=conditions)


PUBLIC_HEADS: Final = {
    "项目名称": _("name of the project"), "使用林地类型": _("kind of use"), "用途": _("what the land is used for"),
    "使用期限": _("years of temporary use"), "地点": _("location"), "拟使用林地面积": _("Area to be used"),
    "使用林地面积": _("Area to be used"),
}  # fmt: skip
"""The heads of `made_public` that no column has, for readers of another language."""


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Project, use, place and areas (令35 art 11); nothing of what was declared or found to be a state secret."""
    snapshot = handed_in(application)
    if snapshot["occupation"]["secret"] or found_value(application, "secret") is True:
        return ()
    use, parcels = use_of(application), snapshot["parcels"]
    years = plain(Decimal(snapshot["occupation"]["years"])) if use.tenure is Tenure.TEMPORARY else ""
    return (
        ("项目名称", use.project),
        ("使用林地类型", USE_WORDS[use.tenure]),
        ("用途", use.purpose),
        *((("使用期限", f"{years}年"),) if years else ()),
        ("地点", use.place),
        ("拟使用林地面积", f"{use.area_ha}公顷"),
        *publicly_told(PARCELS, parcels, ("village", "ownership", "forest_category", "stand_purpose", "species")),
        *(
            (part.by, "、".join(f"{name}{area}公顷" for name, area in part.parts))
            for part in breakdowns(parcels, ("land_class", "grade"))
        ),
        *((MAP_TO_SEE,) if handed_in_as(application, PARCEL_MAP.slot) else ()),
    )


def _replaced(document: Document) -> tuple[str, ...]:
    """The numbers of the notices of the fee that this one takes the place of."""
    earlier = document.application.documents.filter(kind=document.kind, act__seq__lt=document.act.seq)
    return tuple(earlier.order_by("act__seq").values_list("number", flat=True))


def use_of(application: Application, act: Act | None = None) -> LandUse:
    """What was handed in last, in the words of the papers; the fee as it was recorded when `act` was done (None: now),
    however late the paper is printed."""
    snapshot = handed_in(application)
    head, rows = snapshot["occupation"], snapshot["parcels"]
    return LandUse(
        project=head["project_name"],
        tenure=Tenure(head["tenure"]),
        place=_place(snapshot),
        area_ha=f"{total(rows):.4f}",
        breakdowns=breakdowns(rows, BROKEN_DOWN),
        parcels=parcels_table(rows),
        term=_term(application, head),
        purpose=head["purpose"],
        uscc=application.unit.credit_code,
        fee=_fee(application, act),
    )


def _term(application: Application, head: dict[str, Any]) -> str:
    """Of temporary use: from the decision to the last day that the approval gave the permit, however late its paper is
    printed, and by whichever version's reading of a term; where nothing is approved yet, as it would be."""
    if head["tenure"] != "temporary" or application.decided_on is None:
        return ""
    approval = granting(application.history)
    given = approval.content.get("sets", {}).get("permit") if approval else None
    last = date.fromisoformat(given[1]) if given and given[1] else kind_of(application).term(application).last
    return f"{chinese_date(application.decided_on)}至{chinese_date(last)}" if last else ""


def _fee(application: Application, act: Act | None) -> str:
    """What was recorded as paid: each payment, and where there were several their sum."""
    each_paid = fees_paid(application, act)
    each = [f"{one.amount:,.2f}元（{chinese_date(one.on)}缴纳，票据号{one.receipt}）" for one in each_paid]
    if len(each) < 2:
        return "".join(each)
    return f"共{sum(one.amount for one in each_paid):,.2f}元：{'；'.join(each)}"


def parcels_table(rows: list[dict[str, Any]]) -> Table:
    """The parcels with their areas and the total."""
    columns = [PARCELS.by_name[name] for name in ("district", *PARCELS.listed)]
    cells = (
        (str(number), columns[0].display(row["district"], official=True), parcel_name(row) or "—",
         *(cell(column, row[column.name], official=True) or "—" for column in columns[1:]))
        for number, row in enumerate(rows, 1)
    )  # fmt: skip
    heads = (
        Column(head="序号", weight=0.5),
        Column(head=columns[0].head, weight=1.1),
        Column(head="位置", weight=1.8),
        *(Column(head=column.heading, align=Align.RIGHT if column.numeric else Align.CENTRE) for column in columns[1:]),
    )
    empty = ("",) * (len(columns) - 2)
    sum_of_all = f"{total(rows):.4f}"
    return Table(columns=heads, rows=tuple(cells), totals=("合计", "", "", sum_of_all, *empty))


def breakdowns(rows: list[dict[str, Any]], names: tuple[str, ...]) -> tuple[Breakdown, ...]:
    """The area by the values of each of these fields, in the official words."""
    columns = [PARCELS.by_name[name] for name in names]
    return tuple(
        Breakdown(
            by=column.head,
            parts=tuple(
                (BARE.get(column.head, value) if value == "无" else value, f"{area:.4f}")
                for value, _count, area in sums_by(column, rows, official=True)
            ),
        )
        for column in columns
    )


def _place(snapshot: dict[str, Any]) -> str:
    """The location as declared; failing that the parcels."""
    names = dict.fromkeys(find(v.DISTRICT, row["district"]).zh + parcel_name(row) for row in snapshot["parcels"])
    return str(snapshot["occupation"]["location"]) or "、".join(names)
