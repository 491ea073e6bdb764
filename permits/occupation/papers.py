"""The official papers of an occupation, in Chinese, from what was handed in last: what was decided on is printed."""

from datetime import date
from decimal import Decimal
from typing import Any

from permits.documents.content import Align, Certificate, Column, Letter, Table, chinese_date
from permits.documents.forms import (
    Breakdown,
    LandUse,
    Matter,
    Tenure,
    clauses,
    occupation_approval,
    occupation_consent,
    occupation_refusal,
)
from permits.documents.issue import issue_of
from permits.models import Application, Document
from permits.models.document import DocumentKind
from permits.occupation import summary
from permits.occupation.columns import BRIEF, BY_NAME, parcel_name

MATTER = {
    "permanent": "建设项目使用林地审核",
    "temporary": "临时使用林地审批",
    "forestry_service": "直接为林业生产经营服务的工程设施占用林地审批",
}
BASIS = ("《建设项目使用林地审核审批管理办法》（国家林业局令第35号）",)


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval or a refusal required."""
    application, act = document.application, document.act
    issue, matter, use = issue_of(document), matter_of(application), use_of(application)
    if document.kind == DocumentKind.OCCUPATION_REFUSAL:
        paid = application.acts.filter(act="record_fee").exists()
        reasons = clauses(act.facts.get("reasons"))
        return occupation_refusal(issue, matter, use, reasons=reasons, basis=BASIS, fee_paid=paid)
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == DocumentKind.OCCUPATION_APPROVAL:
        return occupation_approval(issue, matter, use, basis=BASIS, conditions=conditions)
    decision = act.documents.get(kind=DocumentKind.OCCUPATION_APPROVAL).number
    return occupation_consent(issue, matter, use, decision=decision, conditions=conditions)


def matter_of(application: Application) -> Matter:
    """The case as papers refer to it."""
    unit = application.unit
    assert application.received_on is not None  # noqa: S101  # papers follow acts, and acts follow the receipt
    tenure = handed_in(application)["occupation"]["tenure"]
    return Matter(
        name=MATTER[tenure],
        applicant=unit.name,
        case_number=str(application.number),
        received_on=application.received_on,
        person=unit.kind == unit.Kind.PERSON,
    )


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Project, use, place and areas (令35 art 11); nothing of a state secret."""
    snapshot = handed_in(application)
    if snapshot["occupation"]["secret"]:
        return ()
    use = use_of(application)
    grades = summary.breakdown(snapshot["parcels"], "grade", official=True)
    classes = summary.breakdown(snapshot["parcels"], "land_class", official=True)
    return (
        ("项目名称", use.project),
        ("使用林地类型", MATTER[use.tenure.value].removesuffix("审核").removesuffix("审批")),
        ("用途", use.purpose),
        ("地点", use.place),
        ("拟使用林地面积", f"{use.area_ha}公顷"),
        *((part.label, "、".join(f"{name}{area}公顷" for name, area in part.parts)) for part in (classes, grades)),
    )


def handed_in(application: Application) -> dict[str, Any]:
    """The snapshot of the last submission. LookupError if nothing was handed in yet."""
    submission = application.submissions.order_by("-act__seq").first()
    if submission is None:
        raise LookupError("nothing was handed in")
    asked: dict[str, Any] = submission.content["asked"]
    return asked


def use_of(application: Application) -> LandUse:
    """What was handed in last, in the words of the papers."""
    snapshot = handed_in(application)
    head, rows = snapshot["occupation"], snapshot["parcels"]
    return LandUse(
        project=head["project_name"],
        tenure=Tenure(head["tenure"]),
        place=summary.place(snapshot),
        area_ha=summary.hectares(summary.total(rows)),
        breakdowns=tuple(Breakdown(by=one.label, parts=one.parts) for one in summary.breakdowns(rows, official=True)),
        parcels=parcels_table(rows),
        term=_term(application, head),
        purpose=head["purpose"],
        uscc=application.unit.uscc,
        fee=_fee(application),
    )


def _term(application: Application, head: dict[str, Any]) -> str:
    """Of temporary use: from the decision to the last day of the permit."""
    if head["tenure"] != "temporary" or application.decided_on is None:
        return ""
    from permits.occupation.kind import OCCUPATION

    last = OCCUPATION.valid_to(application)
    return f"{chinese_date(application.decided_on)}至{chinese_date(last)}" if last else ""


def _fee(application: Application) -> str:
    """What was recorded as paid."""
    paid = application.acts.filter(act="record_fee").order_by("-seq").first()
    if paid is None:
        return ""
    on = chinese_date(date.fromisoformat(paid.facts["paid_on"]))
    return f"{Decimal(paid.facts['amount']):,.2f}元（{on}缴纳，票据号{paid.facts['receipt']}）"


def parcels_table(rows: list[dict[str, Any]]) -> Table:
    """The parcels with their areas and the total."""
    columns = [BY_NAME[name] for name in BRIEF if name not in ("township", "village")]
    cells = (
        (str(number), columns[0].display(row["district"], official=True), parcel_name(row) or "—",
         *(summary.shown(column, row[column.name], official=True) or "—" for column in columns[1:]))
        for number, row in enumerate(rows, 1)
    )  # fmt: skip
    heads = (
        Column(head="序号", weight=0.5),
        Column(head=columns[0].head, weight=1.1),
        Column(head="位置", weight=1.8),
        *(Column(head=column.heading, align=Align.RIGHT if column.numeric else Align.CENTRE) for column in columns[1:]),
    )
    empty = ("",) * (len(columns) - 2)
    total = summary.hectares(summary.total(rows))
    return Table(columns=heads, rows=tuple(cells), totals=("合计", "", "", total, *empty))
