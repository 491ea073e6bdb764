"""The official papers of a tending design: the reply that consents or refuses, and the certificate, in Chinese.

What they say of the design is read from the last submission, not from the rows: what was decided on is what is printed.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permits.acts.decided import decided_matter
from permits.documents.content import Certificate, Letter, chinese_date
from permits.documents.forms import clauses
from permits.documents.numbering import issue_of
from permits.documents.standard import clauses_against
from permits.models import Act, Application, Document
from permits.rules.places import JIZHOU, place_of
from permits.tables.kind import handed_in
from permits.tables.listing import MAP_TO_SEE, annex, publicly_told, summed, sums_by
from permits.tending import checks
from permits.tending.columns import PLOTS
from permits.tending.letters import TendingDesign, tending_approval, tending_certificate, tending_refusal

UNTITLED = "天然林抚育作业设计"
# National rule on the approval of designs (facts 2.6, VERIFIED W10).
BASIS = ("《森林抚育作业设计规定》（林造发〔2012〕191号）",)
# The local plan that has designs approved: Jizhou's (S1 L31). Beijing's is not cited, for its title is presumed.
LOCAL = {JIZHOU: ("《蓟州区落实天然林保护修复制度实施方案》",)}


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval or a refusal of a tending design required."""
    application, act = document.application, document.act
    issue, matter, design = issue_of(document), decided_matter(application, act), design_of(application)
    basis = (*BASIS, *LOCAL.get(place_of(application.jurisdiction_id), ()))
    if document.kind == "tending_refusal":
        return tending_refusal(
            issue, matter, design, reasons=clauses(act.facts.get("reasons")), basis=(*basis, *clauses_against(act))
        )
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == "tending_certificate":
        return tending_certificate(issue, matter, design, reply=_reply_number(act), conditions=conditions)
    reviewer = _first_reviewer(document.application)
    return tending_approval(issue, matter, design, basis=basis, first_review=reviewer, conditions=conditions)


def design_of(application: Application) -> TendingDesign:
    """What was handed in last, in the words of the papers."""
    snapshot = handed_in(application)
    head, plots = snapshot["design"], snapshot["plots"]
    area, methods = summed(plots), sums_by(PLOTS.by_name["method"], plots, official=True)
    return TendingDesign(
        name=application.title or UNTITLED,
        place=_place(application, plots),
        area_ha=area,
        plot_count=len(plots),
        methods=tuple(label for label, _count, _area in methods),
        work_from=date.fromisoformat(head["work_from"]),
        work_to=date.fromisoformat(head["work_to"]),
        plots=annex(PLOTS, plots, summed={"area_ha": area}),
        felling=_fells(snapshot),
        uscc=application.unit.credit_code,
        compiled_by=head["compiler"],
    )


PUBLIC_HEADS: Final = {
    "作业设计": _("The design"), "地点": _("location"), "面积": _("Area"), "作业期限": _("Time of the work"),
}  # fmt: skip
"""The heads of `made_public` that no column has, for readers of another language."""


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Design, place, area, methods and time of the work."""
    design = design_of(application)
    work = f"{chinese_date(design.work_from)}至{chinese_date(design.work_to)}"
    return (
        ("作业设计", design.name),
        ("地点", design.place),
        ("面积", f"{design.area_ha}公顷，共{design.plot_count}个小班"),
        ("抚育方式", "、".join(design.methods)),
        ("作业期限", work),
        *publicly_told(
            PLOTS,
            handed_in(application)["plots"],
            ("compartment", "ownership", "forest_category", "stand_purpose", "species_composition"),
        ),
        MAP_TO_SEE,
    )


def _place(application: Application, plots: list[dict[str, Any]]) -> str:
    """The district and the townships or farms, each once."""
    townships = dict.fromkeys(str(plot["township"]) for plot in plots)
    return f"{application.jurisdiction.name}{'、'.join(townships)}"


def _reply_number(act: Act) -> str:
    """The number of the reply that the same act required: it is reserved in the same transaction."""
    return act.documents.get(kind="tending_approval").number


def _first_reviewer(application: Application) -> str:
    act = Act.objects.filter(application=application, act="recommend").order_by("-seq").first()
    return act.agency_name if act else ""


def _fells(snapshot: dict[str, Any]) -> bool:
    """Whether the design fells trees: as its head says, or any of its rows."""
    intensities = ("stem_intensity_pct", "volume_intensity_pct")
    numbers = ({name: Decimal(plot[name] or 0) for name in intensities} for plot in snapshot["plots"])
    return bool(snapshot["design"]["felling"]) or checks.fells(numbers)
