"""The official papers of a tending design: the reply that consents or refuses, and the certificate, in Chinese.

What they say of the design is read from the last submission, not from the rows: what was decided on is what is printed.
"""

from datetime import date

from permits.documents.content import Align, Certificate, Column, Letter, Table, chinese_date
from permits.documents.forms import (
    Matter,
    TendingDesign,
    clauses,
    tending_approval,
    tending_certificate,
    tending_refusal,
)
from permits.documents.issue import issue_of
from permits.models import Act, Application, Document
from permits.models.document import DocumentKind
from permits.tending import summary
from permits.tending.columns import BRIEF, BY_NAME

MATTER = "天然林抚育作业设计审批"
UNTITLED = "天然林抚育作业设计"
# National rule on the approval of designs (facts 2.6, VERIFIED W10). The local clause is the mandate's.
BASIS = ("《森林抚育作业设计规定》（林造发〔2012〕191号）",)


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval or a refusal of a tending design required."""
    issue, matter, design = issue_of(document), matter_of(document.application), design_of(document.application)
    act = document.act
    if document.kind == DocumentKind.TENDING_REFUSAL:
        return tending_refusal(issue, matter, design, reasons=clauses(act.facts.get("reasons")), basis=BASIS)
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == DocumentKind.TENDING_CERTIFICATE:
        return tending_certificate(issue, matter, design, reply=_reply_number(act), conditions=conditions)
    reviewer = _first_reviewer(document.application)
    return tending_approval(issue, matter, design, basis=BASIS, first_review=reviewer, conditions=conditions)


def matter_of(application: Application) -> Matter:
    """The case as papers refer to it. A tending design is no 行政许可 (facts 2.6)."""
    unit = application.unit
    assert application.received_on is not None  # noqa: S101  # papers follow acts, and acts follow the receipt
    return Matter(
        name=MATTER,
        applicant=unit.name,
        case_number=str(application.number),
        received_on=application.received_on,
        licence=False,
        person=unit.kind == unit.Kind.PERSON,
    )


def design_of(application: Application) -> TendingDesign:
    """What was handed in last, in the words of the papers."""
    snapshot = handed_in(application)
    head, plots = snapshot["design"], snapshot["plots"]
    total = summary.total(plots)
    return TendingDesign(
        name=application.title or UNTITLED,
        place=_place(application, plots),
        area_ha=total.area,
        plot_count=total.plots,
        methods=tuple(one.label for one in summary.totals_by_method(plots, official=True)),
        work_from=date.fromisoformat(head["work_from"]),
        work_to=date.fromisoformat(head["work_to"]),
        plots=plots_table(plots),
        felling=summary.fells(snapshot),
        uscc=application.unit.uscc,
        compiled_by=head["compiler"],
    )


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Design, place, area, methods and time of the work."""
    design = design_of(application)
    work = f"{chinese_date(design.work_from)}至{chinese_date(design.work_to)}"
    return (
        ("作业设计", design.name),
        ("地点", design.place),
        ("面积", f"{design.area_ha}公顷，共{design.plot_count}个小班"),
        ("抚育方式", "、".join(design.methods)),
        ("作业时间", work),
    )


def handed_in(application: Application) -> summary.Snapshot:
    """The snapshot of the last submission. LookupError if nothing was handed in yet."""
    submission = application.submissions.order_by("-act__seq").first()
    if submission is None:
        raise LookupError("nothing was handed in")
    asked: summary.Snapshot = submission.content["asked"]
    return asked


def plots_table(plots: list[summary.Plot]) -> Table:
    """The rows as a table of the papers: the columns that say where, how much and how, with the total of the area."""
    columns = [BY_NAME[name] for name in BRIEF]
    rows = ([summary.shown(column, plot[column.name], official=True) for column in columns] for plot in plots)
    return Table(
        columns=tuple(
            Column(
                head=column.heading,
                weight=1.4 if column.length else 1.0,
                align=Align.RIGHT if column.numeric else Align.CENTRE,
            )
            for column in columns
        ),
        rows=tuple(tuple(row) for row in rows),
        totals=tuple(_in_totals(column.name, plots) for column in columns),
    )


def _in_totals(name: str, plots: list[summary.Plot]) -> str:
    if name == BRIEF[0]:
        return "合计"
    return summary.total(plots).area if name == "area_ha" else ""


def _place(application: Application, plots: list[summary.Plot]) -> str:
    """The district and the townships or farms, each once."""
    townships = dict.fromkeys(str(plot["township"]) for plot in plots)
    return f"{application.jurisdiction.name}{'、'.join(townships)}"


def _reply_number(act: Act) -> str:
    """The number of the reply that the same act required: it is reserved in the same transaction."""
    return act.documents.get(kind=DocumentKind.TENDING_APPROVAL).number


def _first_reviewer(application: Application) -> str:
    act = Act.objects.filter(application=application, act="recommend").order_by("-seq").first()
    return act.agency.name if act and act.agency else ""
