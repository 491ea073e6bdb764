"""The tending design 天然林抚育作业设计: what it is, how it goes, what is filled in, what comes of it.

It is 其他行政审批, not a 行政许可: no law or State Council decision is known that lists it as one (facts 2.6).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.contract.kind import FlowVersion, PaperKind, Term
from permits.contract.obligations import Held, Obligation
from permits.contract.terms import Extension
from permits.errors import Problem
from permits.models import Act, Application
from permits.models.states import S
from permits.rules.facts import CaseKind, register, work_in_order
from permits.tables import stands
from permits.tables.columns import Said, plain
from permits.tables.head import HeadPage
from permits.tables.kind import TableKind, plain_json, said_only
from permits.tables.listing import Sums, summed, sums_by, total
from permits.tending import checks, facts, requirements, rules
from permits.tending import obligations as after
from permits.tending import vocabulary as v
from permits.tending.columns import PLOTS
from permits.tending.letters import reply_title
from permits.tending.models import PendingImport, SubCompartment, TendingDesign
from roles.days import local_today

# Fields of a plot as the rules name them; `plot`, `method` and `species_cut` are put into their words below.
_AS_THEY_ARE = (
    "area_ha", "origin", "stand", "stand_purpose", "zone", "public_benefit", "ownership", "purpose", "first_thinning",
    "canopy_before", "canopy_after", "mean_dbh_before_cm", "mean_dbh_after_cm", "stem_intensity_pct",
    "volume_intensity_pct", "target_share_before_pct", "target_share_after_pct", "converts_to_plantation",
)  # fmt: skip


def wrong(values: Mapping[str, Any], design: Any) -> list[Said]:
    """What the head leaves open beside the fields asked for, and where it denies what the rows say."""
    said = []
    if values.get("funding") == "other" and not values.get("funding_note"):
        said.append(("funding_note", _("Name the source of funds.")))
    felled = design.rows.values("stem_intensity_pct", "volume_intensity_pct") if design.pk else ()
    if values.get("felling") is False and checks.fells(felled):
        said.append(("felling", _("Sub-compartments are to be felled: this cannot be “no”.")))
    return said


HEAD = HeadPage(
    title=gettext_lazy("The design"),
    saved=gettext_lazy("The design was saved."),
    groups=(
        (
            gettext_lazy("Who compiled the design"),
            ("compiler", "qualification", "lead_designer", "staff", "surveyed_on"),
        ),
        (gettext_lazy("Basis and purpose"), ("management_plan", "standards", "purpose")),
        (gettext_lazy("Work"), ("work_from", "work_to", "felling", "labour_days", "supplies")),
        (gettext_lazy("Money"), ("cost_yuan", "funding", "funding_note")),
    ),
    asked=("compiler", "lead_designer", "management_plan", "purpose", "funding", "work_from", "work_to", "felling"),
    applies_where=(("funding", "other", ("funding_note",)),),
    wrong=wrong,
    impossible=checks.impossible,
    hints={
        "compiler": gettext_lazy("The unit may be another than the applicant."),
        "qualification": gettext_lazy(
            "Grade and number, if it holds one. Whether the state still grants it is open; it decides nothing."
        ),
        "management_plan": gettext_lazy("Title and number of the management plan of natural forest."),
        "standards": gettext_lazy("For example GB/T 15781, GB/T 26424, LY/T 1646 and local rules."),
        "cost_yuan": gettext_lazy("In yuan, at most two decimals."),
    },
)


class TendingKind(TableKind):
    """Declared here; pages, forms, import, export and annex come from permits.tables."""

    code = "tending"
    label = gettext_lazy("Approval of a tending design")
    short_label = gettext_lazy("Tending in natural forest")
    nature = gettext_lazy("other administrative approval")
    needed_for = gettext_lazy(
        "Tending of natural forest: its design is consented to before the work begins (the plans of Beijing "
        "and of Jizhou for natural forest)."
    )
    licence = False
    case_prefix = "FY"
    called = {  # 同意 and 不同意, as the replies say; 准予 is the word of a licence (facts 2.6)
        "approve": gettext_lazy("Consent"),
        "refuse": gettext_lazy("Do not consent"),
        S.APPROVED: gettext_lazy("Consented to"),
        S.REFUSED: gettext_lazy("Not consented to"),
    }
    flows = (
        FlowVersion(
            path="workflows.flows.tending.TendingDesignV1",
            valid_from=date(2020, 1, 1),
            frozen="8d64964a0d0a951617a308d9931b34e12e0bd2f5a8a5a08769da59a2c3146166",
        ),
    )
    papers = (
        PaperKind(code="tending_approval", label=gettext_lazy("reply approving a tending design"), grants=True),
        PaperKind(code="tending_refusal", label=gettext_lazy("reply refusing a tending design"), adverse=True),
        PaperKind(
            code="tending_certificate",
            label=gettext_lazy("tending approval certificate"),
            certificate=True,
            grants=True,
        ),
    )
    table, head, materials = PLOTS, HEAD, staticmethod(requirements.requirements)
    former_materials = requirements.FORMER
    head_model, row_model, pending_model = TendingDesign, SubCompartment, PendingImport
    head_key, rows_key = "design", "plots"
    case = register(
        CaseKind(
            facts=facts.Tending,
            fields=facts.fields,
            build=facts.build,
            competence=rules.competence,
            documents=requirements.DOCUMENTS,
            rules_folder=Path(rules.__path__[0]),
            check=work_in_order,
        )
    )

    ground_columns = (("township",), ("compartment",), ("number",))
    found_rows = "plots", {name: name for name in (*_AS_THEY_ARE, "method")}
    found_head = {"work.from": "work_from", "work.to": "work_to", "work.felling": "felling"}
    found_documents = requirements.DOCUMENTS
    precheck_rows = ("species_cut",)

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        design = self.head_of(application)
        work = {"from": design.work_from, "to": design.work_to, "felling": design.felling}
        plots = [_plot_facts(row) for row in self.rows_of(application)]
        return self.common_facts(application) | {"plots": plots, "work": said_only(work)}

    def row_in_snapshot(self, row: Any) -> dict[str, Any]:
        """With the name by which papers and differences call it."""
        return {"plot": row.name} | super().row_in_snapshot(row)

    def totals_in_snapshot(self, rows: Sequence[Any]) -> dict[str, Any]:
        """How many, and how large."""
        return {"plots": len(rows), "area_ha": str(total(row.values for row in rows))}

    def sums(self, rows: Sequence[Mapping[str, Any]], *, official: bool = False) -> Sums:
        """Rows and hectares by method."""
        parts = sums_by(PLOTS.by_name["method"], rows, official=official)
        return Sums(
            caption=_("Totals by tending method"),
            heads=(_("Tending method"), _("Rows"), _("Area (ha)")),
            rows=tuple((label, str(count), plain(area)) for label, count, area in parts),
            total=(_("Total"), str(len(rows)), summed(rows)),
            numbers=1,
        )

    def wrong_rows(self, application: Application, rows: Sequence[Any]) -> list[str]:
        """A design of nothing."""
        return [] if any(row.area_ha for row in rows) else [_("The total area is 0.")]

    def term(self, application: Application) -> Term:
        """From the decision to the end of the design's work."""
        return Term(first=application.decided_on, last=application.tending.work_to)

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """A design is approved for days to come."""
        if self.head_of(application).work_to < local_today():
            message = _(
                "The time in which the work was to be done is over: the design cannot be approved for it. The unit "
                "withdraws it and hands in one for another time, or it is refused for this reason."
            )
            return (Problem(where="", message=message),)
        return ()

    def extension(self, application: Application) -> Extension:
        """Never: it is no licence, and what was approved is work in the time its design says."""
        return Extension(
            never=_("A tending design is approved for the time of its work. For another time a new design is needed.")
        )

    obligation_labels = after.LABELS

    def obligations(self, application: Application, held: Held) -> Sequence[Obligation]:
        """Start, completion, evaluation, archive."""
        rows, design = self.rows_of(application), self.head_of(application)
        return list(after.obligations(application, held, rows, bool(design.felling), design.work_from))

    def papers_of(self, record: Act) -> Sequence[str]:
        """The reply to an approval and its certificate; the reply to a refusal."""
        if record.act == "approve":
            return ("tending_approval", "tending_certificate")
        return ("tending_refusal",) if record.act == "refuse" else ()

    def matter_name(self, application: Application) -> str:
        """As the source documents call it."""
        return "天然林抚育作业设计审批"

    def reply_title(self, application: Application) -> str:
        """The reply that consents."""
        return reply_title(application.unit.name, application.title)


KIND = TENDING = TendingKind()


def _plot_facts(plot: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"plot": plot.name, "species_cut": stands.species(plot.species_cut or "")}
    told |= said_only({name: getattr(plot, name) for name in _AS_THEY_ARE})
    if plot.method:
        told["method"] = plain_json(v.find(v.METHOD, plot.method).fact)
    return told
