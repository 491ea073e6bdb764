"""The felling licence 林木采伐许可: what it is, how it goes, what is filled in, what comes of it.

It is a 行政许可: 森林法 56–59; 实施条例 30–32; 北京市森林资源保护管理条例 31–35.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.quota_draws import left_for
from permits.contract.kind import FlowVersion, PaperKind, Quota, Term
from permits.contract.obligations import Held, Obligation
from permits.errors import Problem
from permits.felling import facts, requirements, rules
from permits.felling import obligations as after
from permits.felling.columns import STANDS, needed, stand_name
from permits.felling.facts import to_regenerate
from permits.felling.models import Felling, PendingStands, Stand
from permits.felling.rules.level import level_of
from permits.models import Act, Application, Document
from permits.models.permit import P
from permits.rules.facts import CaseKind, register, work_in_order
from permits.rules.found import Determinable, amount
from permits.tables import stands
from permits.tables.columns import Said, plain
from permits.tables.head import HeadPage
from permits.tables.kind import TableKind, handed_in, said_only
from permits.tables.listing import Sums, summed, sums_by, total
from roles.days import local_today

# Which of the law's applicants a unit can be: it decides who issues, so a farm or a village is what it is.
APPLICANTS_OF = {
    "municipal_state_farm": {"municipal_farm"},
    "district_state_farm": {"county_farm"},
    "village": {"organisation", "rural_resident"},
    "company": {"municipal_unit", "organisation"},
    "public_body": {"municipal_department", "municipal_unit", "organisation"},
    "person": {"rural_resident", "person"},
}
# Fields of a stand as the rules name them, in every case; the others only where they apply (columns.needed).
_ALWAYS = (
    "site", "area_ha", "origin", "stand", "stand_purpose", "zone", "public_benefit", "ownership", "closed",
    "special_place", "purpose", "felling_type", "manner", "volume_m3", "stems",
)  # fmt: skip

_WHERE_IT_APPLIES = (
    "age_group", "stock_m3", "volume_intensity_pct", "canopy_after", "regeneration_method", "regeneration_area_ha",
    "converts_to_plantation",
)  # fmt: skip


def wrong(values: Mapping[str, Any], head: Any) -> Iterator[Said]:
    """A time that is over; where the head does not fit the unit that applies, or names an approval nobody gave it."""
    if (end := values.get("work_to")) and end < local_today():
        yield "work_to", _("This day is over: a licence is for days to come.")
    if not head.pk:
        return
    unit, applicant = head.application.unit, values.get("applicant")
    if applicant and applicant not in APPLICANTS_OF[unit.kind]:
        yield "applicant", _("%(unit)s is: %(kind)s.") % {"unit": unit.name, "kind": unit.get_kind_display()}
    if applicant and _level(head, applicant) != _level_handed_in(head, applicant):
        yield "applicant", _("Another authority would issue it then: withdraw, and apply there.")
    if (number := values.get("tending_design")) and not _approved_design(head.application, number, values):
        yield (
            "tending_design",
            _(
                "No tending design of this unit, for this district and time, was approved here under this number. "
                "Leave it empty and hand in the approval instead."
            ),
        )


def _level(head: Any, applicant: str) -> str | None:
    sites = head.rows.values_list("site", flat=True)
    return level_of(applicant, head.application.jurisdiction_id, sites)


def _level_handed_in(head: Any, applicant: str) -> str | None:
    """The level of what was handed in, which has the case; before that, whatever the applicant says."""
    if not head.application.number:
        return _level(head, applicant)
    asked = handed_in(head.application)
    sites = [row["site"] for row in asked["stands"]]
    return level_of(asked["felling"]["applicant"], head.application.jurisdiction_id, sites)


def impossible(values: Mapping[str, Any]) -> Iterator[Said]:
    """Days that cannot both be meant."""
    start, end = values.get("work_from"), values.get("work_to")
    if start and end and end < start:
        yield "work_to", _("The felling cannot end before it begins.")


def _approved_design(application: Application, number: str, values: Mapping[str, Any]) -> bool:
    """Whether a reply of that number consented to a design of the unit there, and holds when the felling begins."""
    begins = values.get("work_from") or local_today()
    return Document.objects.filter(
        kind="tending_approval",
        number=number,
        status=Document.Status.ISSUED,
        application__unit=application.unit_id,
        application__jurisdiction=application.jurisdiction_id,
        application__permit__status=P.VALID,
        application__permit__valid_to__gte=begins,
    ).exists()


def choosable(head: Any) -> Mapping[str, Collection[str]]:
    """Of the law's applicants those the unit can be."""
    return {"applicant": APPLICANTS_OF[head.application.unit.kind]}


HEAD = HeadPage(
    title=gettext_lazy("The application"),
    saved=gettext_lazy("The application was saved."),
    groups=(
        (gettext_lazy("Who applies"), ("applicant", "surveyor", "tending_design")),
        (gettext_lazy("When trees are felled"), ("work_from", "work_to")),
        (
            gettext_lazy("The year before"),
            ("last_regeneration", "last_year_event"),
        ),
    ),
    asked=("applicant", "work_from", "work_to", "last_regeneration", "last_year_event"),
    wrong=wrong,
    impossible=impossible,
    folded=("surveyor", "tending_design"),
    choosable=choosable,
    hints={
        "applicant": gettext_lazy("It decides which authority issues the licence (Forest Law art 57)."),
        "tending_design": gettext_lazy("Number of the reply, where natural forest is tended; its copy is not needed."),
        "work_to": gettext_lazy("The licence ends with this day."),
    },
)


class FellingKind(TableKind):
    """Declared here; pages, forms, import, export and annex come from permits.tables."""

    code = "felling"
    label = gettext_lazy("Licence to fell trees")
    short_label = gettext_lazy("Felling of trees")
    nature = gettext_lazy("administrative licence")
    needed_for = gettext_lazy(
        "Felling of trees on forest land; not of bamboo outside nature reserves, nor of scattered trees of "
        "one's own on private plots and beside rural houses (Forest Law art 56)."
    )
    licence = True
    single_review = True  # whoever issues reviews for itself (森林法 57); no lower organ goes before it
    first_review_follows_owner = False  # the level is the scope's, below
    case_prefix = "CF"
    flows = (
        FlowVersion(
            path="workflows.flows.felling.FellingLicenceV1",
            valid_from=date(2020, 7, 1),
            frozen="777edc17988b869c57c5b366007ca100c44399449e872a86e40e2c466bc867db",
        ),
    )
    papers = (
        PaperKind(code="felling_approval", label=gettext_lazy("decision granting a felling licence"), grants=True),
        PaperKind(code="felling_refusal", label=gettext_lazy("decision refusing a felling licence"), adverse=True),
        PaperKind(
            code="felling_licence", label=gettext_lazy("felling licence"), certificate=True, grants=True, series="采"
        ),
    )
    table, head, materials = STANDS, HEAD, staticmethod(requirements.requirements)
    former_fields = frozenset({"limit_left_m3"})
    head_model, row_model, pending_model = Felling, Stand, PendingStands
    head_key, rows_key = "felling", "stands"
    case = register(
        CaseKind(
            facts=facts.Felling,
            fields=facts.fields,
            build=facts.build,
            competence=rules.competence,
            documents=requirements.DOCUMENTS,
            rules_folder=Path(rules.__path__[0]),
            check=work_in_order,
        )
    )

    ground_columns = (("township",), ("compartment",), ("number",))
    found_rows = "stands", {name: name for name in (*_ALWAYS, *_WHERE_IT_APPLIES)}
    found_head = {
        "applicant": "applicant", "work.from": "work_from", "work.to": "work_to",
        "last_regeneration": "last_regeneration", "last_year_event": "last_year_event",
    }  # fmt: skip
    found_documents = requirements.DOCUMENTS
    precheck_rows = ("species", "regeneration_year")
    organs_own = (
        Determinable(
            path="limit_left_m3", label=gettext_lazy("What is left of the year's felling limit (m³)"), type="number",
            organs_own=True,
        ),
    )  # fmt: skip

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        head = self.head_of(application)
        own = ("applicant", "last_regeneration", "last_year_event", "tending_design")
        return {
            **self.common_facts(application),
            **said_only({name: getattr(head, name) for name in own}),
            "work": said_only({"from": head.work_from, "to": head.work_to}),
            "stands": [stand_facts(row.values) for row in self.rows_of(application)],
        }

    quota = Quota(
        label=gettext_lazy("Felling limit"), unit=gettext_lazy("m³"), law="《森林法》第五十四条、第五十九条",
        rule="F-FL59",
    )  # fmt: skip

    def draws(self, application: Application, case: Mapping[str, Any]) -> Mapping[str, Decimal]:
        """The standing volume to be felled, in the district it is filed with."""
        volume = sum((amount(stand.get("volume_m3")) for stand in case["stands"]), Decimal(0))
        return {application.jurisdiction_id: volume}

    def draws_as_declared(self, cases: QuerySet[Application], place: str) -> Mapping[int, Decimal]:
        """The same of those filed there."""
        rows = Stand.objects.filter(head__in=cases.filter(jurisdiction=place).values("pk"), volume_m3__isnull=False)
        return dict(rows.order_by().values_list("head").annotate(Sum("volume_m3")))

    def kept_by_organs(self, application: Application, case: Mapping[str, Any]) -> dict[str, Any]:
        """What is left of the year's limit, where the district's book is kept; what earlier licences were for."""
        left = left_for(application, self.draws(application, case))
        licences = {"regeneration_owed": after.owed_by(application), "felled_last_year": after.felled_by(application)}
        told = {name: numbers for name, numbers in licences.items() if numbers}
        return ({} if left is None else {"limit_left_m3": str(left)}) | told

    def row_in_snapshot(self, row: Any) -> dict[str, Any]:
        """With the name by which papers and differences call it."""
        return {"stand_name": row.name} | super().row_in_snapshot(row)

    def totals_in_snapshot(self, rows: Sequence[Any]) -> dict[str, Any]:
        """How many, how large, how much."""
        values = [row.values for row in rows]
        return {"stands": len(rows), "area_ha": str(total(values)), "volume_m3": str(total(values, "volume_m3"))}

    def sums(self, rows: Sequence[Mapping[str, Any]], *, official: bool = False) -> Sums:
        """Rows, hectares and cubic metres by type of felling."""
        column = STANDS.by_name["felling_type"]
        volumes = {label: of for label, _n, of in sums_by(column, rows, of="volume_m3", official=official)}
        return Sums(
            caption=_("Totals by type of felling"),
            heads=(_("Type of felling"), _("Rows"), _("Area (ha)"), _("Volume felled (m³)")),
            rows=tuple(
                (label, str(count), plain(area), plain(volumes[label]))
                for label, count, area in sums_by(column, rows, official=official)
            ),
            total=(_("Total"), str(len(rows)), summed(rows), summed(rows, "volume_m3")),
            numbers=1,
        )

    def wrong_rows(self, application: Application, rows: Sequence[Any]) -> Iterator[str]:
        """What grows again before it was felled."""
        starts = self.head_of(application).work_from
        due = (row for row in rows if row.regeneration_year and to_regenerate(row.felling_type, row.purpose))
        early = [row.name for row in due if starts and row.regeneration_year < starts.year]
        if early:
            facts = {"stands": _(", ").join(early), "year": starts.year}
            yield _("Regeneration is finished before the felling of %(year)s begins: %(stands)s.") % facts

    def scope(self, application: Application, case: Mapping[str, Any]) -> str:
        """The level that issues; nothing where the law's answer was not found, and then nobody is."""
        sites = [stand.get("site", "") for stand in case["stands"]]
        return level_of(case.get("applicant", ""), application.jurisdiction_id, sites) or ""

    def term(self, application: Application) -> Term:
        """From the decision, or from the first day of felling where that is later, to the last day of felling."""
        head, decided = self.head_of(application), application.decided_on
        return Term(first=max(decided, head.work_from) if decided else None, last=head.work_to)

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """A licence is for days to come."""
        if self.head_of(application).work_to < local_today():
            return (Problem(where="", message=_("The time applied for is over: no licence can be given for it.")),)
        return ()

    obligation_labels, ends_at = after.LABELS, "work.to"

    def obligations(self, application: Application, held: Held) -> Sequence[Obligation]:
        """The felling, the regeneration, its survival."""
        return list(after.obligations(held, self.rows_of(application)))

    def papers_of(self, record: Act) -> Sequence[str]:
        """The decision and the licence of an approval; the decision of a refusal."""
        if record.act == "approve":
            return ("felling_approval", "felling_licence")
        return ("felling_refusal",) if record.act == "refuse" else ()

    def matter_name(self, application: Application) -> str:
        """As the law calls it (森林法 56)."""
        return "林木采伐许可"


def stand_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """A stand as the rules read it: what does not apply is left out even where it was filled in."""
    applies = needed(values)
    told = {"where": stand_name(values), "species": stands.species(str(values.get("species") or ""))}
    told |= said_only({name: values.get(name) for name in (*_ALWAYS, *sorted(applies - {"regeneration_year"}))})
    year = values.get("regeneration_year") if "regeneration_year" in applies else None
    return told | ({"regeneration_until": f"{year}-12-31"} if year else {})


KIND = FELLING = FellingKind()
