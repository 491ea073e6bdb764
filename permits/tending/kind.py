"""What the tending design gives to everything common to all kinds: its draft's sections, its facts, its papers.

It is 其他行政审批, not a 行政许可: no law or State Council decision is known that lists it as one (facts 2.6).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.kinds import Label, Problem, Requirement, Section
from permits.materials import current_files
from permits.models import Act, Application, Document
from permits.models.document import DocumentKind
from permits.states import S
from permits.tending import checks, edit, requirements
from permits.tending import vocabulary as v
from permits.tending.columns import BY_NAME
from permits.tending.models import SubCompartment, TendingDesign

if TYPE_CHECKING:
    from permits.documents.content import Paper
    from permits.documents.forms import Matter

# Fields of a plot as the rules name them; `plot`, `method` and `species_cut` are put into their words below.
_AS_THEY_ARE = (
    "area_ha", "origin", "stand", "stand_purpose", "zone", "public_benefit", "ownership", "purpose", "first_thinning",
    "canopy_before", "canopy_after", "mean_dbh_before_cm", "mean_dbh_after_cm", "stem_intensity_pct",
    "volume_intensity_pct", "target_share_before_pct", "target_share_after_pct", "converts_to_plantation",
)  # fmt: skip
_SHOWN_PROBLEMS = 30


class TendingKind:
    """Implements permits.kinds.Kind."""

    code = "tending"
    label = gettext_lazy("Approval of a tending design")
    nature = gettext_lazy("other administrative approval")
    licence = False
    inspected = False
    words: Mapping[str, Label] = {  # 同意 and 不同意, as the replies say; 准予 is the word of a licence (facts 2.6)
        "approve": gettext_lazy("Consent"),
        "refuse": gettext_lazy("Do not consent"),
        S.APPROVED: gettext_lazy("Consented to"),
        S.REFUSED: gettext_lazy("Not consented to"),
    }
    letter = "FY"
    summary_template = "permits/tending/summary.html"

    @property
    def sections(self) -> Sequence[Section]:
        return (
            Section(
                slug=edit.HEAD,
                label=gettext_lazy("The design"),
                url_name="tending-head",
                problems=head_problems,
                started=head_started,
            ),
            Section(
                slug=edit.PLOTS,
                label=gettext_lazy("Sub-compartments"),
                url_name="tending-plots",
                problems=plot_problems,
                started=plots_started,
            ),
        )

    def begin(self, application: Application) -> None:
        edit.begin(application)

    def requirements(self, application: Application) -> Sequence[Requirement]:
        return requirements.requirements(application)

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        design = application.tending
        day = application.accepted_on or application.received_on or timezone.localdate()
        work = {"from": design.work_from, "to": design.work_to, "felling": design.felling}
        return {
            "kind": self.code,
            "jurisdiction": application.jurisdiction_id,
            "date": day.isoformat(),
            "plots": [_plot_facts(plot) for plot in design.plots.all()],
            "work": {name: plain_json(value) for name, value in work.items() if value is not None},
            "documents": self._documents(application),
        }

    def _documents(self, application: Application) -> list[str]:
        codes = {entry.slot: entry.document for entry in self.requirements(application)}
        slots = current_files(application).values_list("material__slot", flat=True)
        return sorted({codes[slot] for slot in slots if codes.get(slot)})

    def districts(self, application: Application) -> Sequence[str]:
        """A tending design is filed with the district its land lies in."""
        return (application.jurisdiction_id,)

    def scope(self, application: Application) -> str:
        return ""

    def snapshot(self, application: Application) -> dict[str, Any]:
        design = application.tending
        plots = list(design.plots.all())
        return {
            "design": {name: plain_json(getattr(design, name)) for name in edit.HEAD_FIELDS},
            "plots": [
                {"plot": plot.name} | {name: plain_json(value) for name, value in plot.values.items()} for plot in plots
            ],
            "totals": {"plots": len(plots), "area_ha": str(design.total_area)},
        }

    def valid_to(self, application: Application) -> date | None:
        """The approval covers the work period of the design."""
        end: date | None = application.tending.work_to
        return end

    def before_approval(self, application: Application) -> Sequence[Problem]:
        return ()

    def papers(self, record: Act) -> Sequence[str]:
        """The reply to an approval and its certificate; the reply to a refusal."""
        if record.act == "approve":
            return (DocumentKind.TENDING_APPROVAL, DocumentKind.TENDING_CERTIFICATE)
        return (DocumentKind.TENDING_REFUSAL,) if record.act == "refuse" else ()

    def matter(self, application: Application) -> "Matter":
        """What notices call the case: no 行政许可 (facts 2.6)."""
        from permits.tending import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.matter_of(application)

    def made_public(self, application: Application) -> tuple[tuple[str, str], ...]:
        """What a public notice tells of the case."""
        from permits.tending import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.made_public(application)

    def paper(self, document: Document) -> "Paper":
        from permits.tending import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.paper(document)


TENDING = TendingKind()


def plain_json(value: Any) -> Any:
    """Plain JSON: decimals and dates as text."""
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def _plot_facts(plot: SubCompartment) -> dict[str, Any]:
    facts: dict[str, Any] = {"plot": plot.name, "species_cut": plot.species_felled}
    for name in _AS_THEY_ARE:
        value = getattr(plot, name)
        if value is not None and value != "":
            facts[name] = plain_json(value)
    if plot.method:
        facts["method"] = v.find(v.METHOD, plot.method).fact
    return facts


def head_started(application: Application) -> bool:
    """Whether the head was saved at least once."""
    return bool(application.tending.version > 1)


def plots_started(application: Application) -> bool:
    """Whether there is a row."""
    return bool(application.tending.plots.exists())


def head_problems(application: Application) -> list[Problem]:
    """What must be mended in the head before the design is handed in."""
    design = application.tending
    values = {name: getattr(design, name) for name in edit.HEAD_FIELDS}
    said = [*checks.head_missing(values), *checks.head_contradictions(values), *_felling_denied(design)]
    page = reverse("tending-head", args=[application.pk])
    return [_problem(name, message, page) for name, message in said]


def _felling_denied(design: TendingDesign) -> Iterator[checks.Said]:
    if design.felling is False and checks.fells(design.plots.values("stem_intensity_pct", "volume_intensity_pct")):
        yield "felling", _("Sub-compartments are to be felled: this cannot be “no”.")


def _problem(name: str, message: str, page: str) -> Problem:
    return Problem(where=TendingDesign.label(name), message=message, anchor=f"{page}#id_{name}")


def plot_problems(application: Application) -> list[Problem]:
    """What must be mended in the table: one line for each bad row, the first ones only when there are many."""
    design = application.tending
    page = reverse("tending-plots", args=[application.pk])
    plots = list(design.plots.all())
    if not plots:
        return [Problem(where=_("Sub-compartments"), message=_("There is no sub-compartment yet."), anchor=page)]
    bad = [(plot, said) for plot in plots if (said := row_problems(plot))]
    problems = [
        Problem(
            where=plot.name, message=described(said), anchor=reverse("tending-plot", args=[application.pk, plot.pk])
        )
        for plot, said in bad[:_SHOWN_PROBLEMS]
    ]
    if len(bad) > _SHOWN_PROBLEMS:
        message = _("%(count)d more rows have problems.") % {"count": len(bad) - _SHOWN_PROBLEMS}
        problems.append(Problem(where=_("Sub-compartments"), message=message, anchor=page))
    if not any(plot.area_ha for plot in plots):
        problems.append(Problem(where=_("Sub-compartments"), message=_("The total area is 0."), anchor=page))
    return problems


def row_problems(plot: SubCompartment) -> list[checks.Said]:
    """What is missing or contradicts itself in one stored row."""
    return checks.row_problems(plot.values)


def described(said: Sequence[checks.Said]) -> str:
    """Problems of one row in one line: the missing fields together, the others with their reason."""
    open_fields = [str(BY_NAME[name].label) for name, message in said if message == _("This must be filled in.")]
    other = [f"{BY_NAME[name].label}: {message}" for name, message in said if message != _("This must be filled in.")]
    if open_fields:
        shown = ", ".join(open_fields[:4]) + (" …" if len(open_fields) > 4 else "")
        other.insert(0, _("%(count)d fields to fill in (%(fields)s)") % {"count": len(open_fields), "fields": shown})
    return "; ".join(other)
