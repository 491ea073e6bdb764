"""The occupation of forest land 占用林地: what it is, how it goes, what is filled in, what comes of it.

It is a 行政许可: 森林法 37, 38, 52; 实施条例 16, 17; 令35号 (facts 2.3).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.found import found_value
from permits.acts.quota_draws import left_for
from permits.contract.kind import FlowVersion, PaperKind, Quota, Term
from permits.contract.obligations import Held, Obligation
from permits.contract.terms import Extension, last_of_years
from permits.errors import Problem
from permits.models import Act, Application
from permits.occupation import checks, facts, fees, on_site, renewal, requirements, rules
from permits.occupation import obligations as after
from permits.occupation.columns import CONTRACT, PARCELS
from permits.occupation.models import LandOccupation, Parcel, PendingParcels
from permits.occupation.vocabulary import ASKED, BROKEN_DOWN, MATTER
from permits.rules import BadCase, parse
from permits.rules.facts import CaseKind, register
from permits.rules.found import Determinable, amount
from permits.rules.places import JIZHOU_SERVICES
from permits.rules.places import NAMES as PLACES
from permits.tables.columns import Said
from permits.tables.head import HeadPage
from permits.tables.kind import TableKind, handed_in, said_only
from permits.tables.listing import Sums, sums_by, total

VALID_YEARS = 2  # 令35号 art 25: the decision on permanent use (facts 2.3)


def wrong(values: Mapping[str, Any], head: Any) -> Iterator[Said]:
    """What the head leaves open beside the fields asked for."""
    if values.get("total_ha") == 0:
        yield "total_ha", _("The total area is 0.")
    if values.get("renews") and values.get("tenure") != "temporary":
        yield "renews", _("Only a consent to temporary use is renewed.")
    if values.get("renews") and not values.get("years_before"):
        yield "years_before", _("Say for how many years in all the use was consented to before.")
    if values.get("years_before") and not values.get("renews"):
        yield "renews", _("Say which consent is to be renewed.")


HEAD = HeadPage(
    title=gettext_lazy("The project and the use"),
    saved=gettext_lazy("The project was saved."),
    groups=(
        (
            gettext_lazy("The project"),
            ("project_name", "project_class", "main_project_level", "in_plan_area", "national_major", "purpose"),
        ),
        (gettext_lazy("The use"), ("tenure", "years", "permanent_building", "renews", "years_before", "facility")),
        (gettext_lazy("The land"), ("location", "total_ha", "stock_m3")),
        (
            gettext_lazy("Earlier use"),
            ("same_project_area_ha", "prior_violation", "violation_note", "secret"),
        ),
    ),
    asked=(
        "project_name", "project_class", "purpose", "tenure", "location", "total_ha",
        "same_project_area_ha", "prior_violation", "secret",
    ),
    asked_where=(  # the contract of a case file
        ("tenure", "temporary", ("years", "permanent_building")),
        ("tenure", "forestry_service", ("facility",)),
        ("project_class", "linear_works_borrow", ("main_project_level",)),
        ("project_class", "nature_area_plan", ("in_plan_area",)),
        ("prior_violation", "punished", ("violation_note",)),
    ),
    offered_where=(("tenure", "temporary", ("renews", "years_before")),),
    wrong=wrong,
    folded=(
        "main_project_level", "in_plan_area", "years", "permanent_building", "renews", "years_before", "facility",
        "violation_note",
    ),
    hints={
        "total_ha": gettext_lazy("In ha, with four decimals; the parcels must add up to it."),
        "years": gettext_lazy("Temporary use only; generally not more than two years (Forest Law art 38)."),
        "permanent_building": gettext_lazy("Temporary use only."),
        "renews": gettext_lazy("Renewal of temporary use only: the number of the earlier consent to the same parcels."),
        "years_before": gettext_lazy("All years of the consents before this one, earlier renewals included."),
        "facility": gettext_lazy("Facilities serving forestry only (Forest Law art 52)."),
        "main_project_level": gettext_lazy("Quarries and borrow pits for linear or water works only."),
        "in_plan_area": gettext_lazy("Projects of a nature area's plan only."),
        "violation_note": gettext_lazy("Needed where earlier illegal use was punished."),
        "same_project_area_ha": gettext_lazy("0 if this is the project's first application; it may not be split."),
        "national_major": gettext_lazy("Needs its proof among the materials; a person decides."),
    },
)  # fmt: skip


class OccupationKind(TableKind):
    """Declared here; pages, forms, import, export and annex come from permits.tables."""

    code = "occupation"
    label = gettext_lazy("Consent to the occupation of forest land")
    short_label = gettext_lazy("Occupation of forest land")
    nature = gettext_lazy("administrative licence")
    needed_for = gettext_lazy(
        "Construction, surveying or mining on forest land, its temporary use, works on it that serve forestry "
        "directly (Forest Law art 37, 38, 52)."
    )
    licence = True
    inspected = True
    may_be_secret = True
    case_prefix = "LD"
    flows = (
        FlowVersion(
            path="workflows.flows.occupation.LandOccupationV1",
            valid_from=date(2020, 1, 1),
            frozen="378851b9bc0fde0fd5749d4567d6155ec0b6c160f05c76978fe01f96ff38ed96",
        ),
    )
    papers = (
        PaperKind(
            code="occupation_approval", label=gettext_lazy("decision granting the use of forest land"), grants=True
        ),
        PaperKind(
            code="occupation_fee_notice",
            label=gettext_lazy("notice of the restoration fee due"),
            adverse=True,
            notice=True,
        ),
        PaperKind(
            code="occupation_refusal", label=gettext_lazy("decision refusing the use of forest land"), adverse=True
        ),
        PaperKind(
            code="occupation_consent",
            label=gettext_lazy("consent to the use of forest land"),
            certificate=True,
            grants=True,
        ),
        PaperKind(
            code="temporary_consent",
            label=gettext_lazy("consent to the temporary use of forest land"),
            certificate=True,
            grants=True,
        ),
    )
    table, head, materials = PARCELS, HEAD, staticmethod(requirements.requirements)
    former_materials = requirements.FORMER
    former_fields = frozenset({"quota_left_ha", "protection_area"})
    head_model, row_model, pending_model = LandOccupation, Parcel, PendingParcels
    head_key, rows_key = "occupation", "parcels"
    case = register(
        CaseKind(
            facts=facts.Occupation,
            fields=facts.fields,
            build=facts.build,
            competence=rules.competence,
            documents=requirements.DOCUMENTS,
            rules_folder=Path(rules.__path__[0]),
            fee=rules.fee,
        )
    )

    ground_columns = (("township",), ("village", "compartment"), ("sub_compartment",))
    found_rows = "parcels", {name: name for name in CONTRACT}
    found_head = {
        "project.class": "project_class", "project.national_major": "national_major",
        "project.main_project_level": "main_project_level", "project.in_plan_area": "in_plan_area",
        "tenure": "tenure", "years": "years", "permanent_building": "permanent_building",
        "years_before": "years_before", "same_project_area_ha": "same_project_area_ha",
        "prior_violation": "prior_violation",
    }  # fmt: skip
    found_documents = requirements.DOCUMENTS
    never_asked = frozenset({"documents.delegation_instrument"})
    precheck_head, precheck_rows = ("project_name", "renews"), ("district",)
    organs_own = (
        Determinable(
            path="quota_left_ha", label=gettext_lazy("What is left of the year's quota of forest land (ha)"),
            type="number", organs_own=True,
        ),
        Determinable(
            path="same_parcels", label=gettext_lazy("The parcels are those of the consent to be renewed"), type="flag",
            organs_own=True,
        ),
        Determinable(path="secret", label=gettext_lazy("The project is a state secret"), type="flag", in_case=False),
    )  # fmt: skip

    def declared(self, application: Application, path: str) -> Any:
        """Whether the project is claimed to be a national major one or a state secret, be it answered no."""
        column = {"project.national_major": "national_major", "secret": "secret"}.get(path)
        return getattr(self.head_of(application), column) if column else None

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        row = self.head_of(application)
        project = {"name": row.project_name, "class": row.project_class, "national_major": row.national_major or None}
        if row.project_class == "linear_works_borrow":
            project["main_project_level"] = row.main_project_level
        if row.project_class == "nature_area_plan":
            project["in_plan_area"] = row.in_plan_area
        names = ["tenure", "same_project_area_ha", "prior_violation"]
        names += ["years", "permanent_building"] if row.tenure == "temporary" else []
        return {
            **self.common_facts(application),
            "project": said_only(project),
            **said_only({name: getattr(row, name) for name in names}),
            **renewal.facts_of(row),
            "parcels": [
                said_only({name: getattr(one, name) for name in CONTRACT}) for one in self.rows_of(application)
            ],
        }

    quota = Quota(
        label=gettext_lazy("Quota of forest land"), unit=gettext_lazy("ha"), law="《森林法》第三十六条", rule="O-FL36"
    )

    def draws(self, application: Application, case: Mapping[str, Any]) -> Mapping[str, Decimal]:
        """The parcels' area by district. Whether temporary use and forestry's own facilities draw on the quota was not
        found: they take nothing, and the rule refers what would not fit (O-FL36)."""
        if case.get("tenure") != "permanent":
            return {}
        taken: dict[str, Decimal] = {}
        for row, parcel in zip(self.rows_of(application), case["parcels"], strict=True):
            place = row.district or application.jurisdiction_id
            taken[place] = taken.get(place, Decimal(0)) + amount(parcel.get("area_ha"))
        return taken

    def draws_as_declared(self, cases: QuerySet[Application], place: str) -> Mapping[int, Decimal]:
        """The same; a parcel without a district lies where its case was filed."""
        there = Q(district=place) | Q(district="", head__application__jurisdiction=place)
        rows = Parcel.objects.filter(
            there, head__in=cases.values("pk"), head__tenure="permanent", area_ha__isnull=False
        )
        return dict(rows.order_by().values_list("head").annotate(Sum("area_ha")))

    def kept_by_organs(self, application: Application, case: Mapping[str, Any]) -> dict[str, Any]:
        """What is left of the quota, where the districts' books are kept; of a renewal whose earlier consent is in the
        register, whether the parcels are the same."""
        left = left_for(application, self.draws(application, dict(case) | {"tenure": "permanent"}))
        kept: dict[str, Any] = {} if left is None else {"quota_left_ha": str(left)}
        if number := case.get("renewal_of"):
            same = renewal.same_parcels(application, str(number), self.rows_of(application))
            kept |= {} if same is None else {"same_parcels": same}
        return kept

    def new_row(self, application: Application) -> dict[str, Any]:
        """In the district the application is filed with."""
        return {"district": application.jurisdiction_id}

    def totals_in_snapshot(self, rows: Sequence[Any]) -> dict[str, Any]:
        """How many, and how large."""
        return {"parcels": len(rows), "area_ha": f"{total(row.values for row in rows):.4f}"}

    def sums(self, rows: Sequence[Mapping[str, Any]], *, official: bool = False) -> Sums:
        """The area broken down as decisions are."""
        parts = (
            (column.head if official else str(column.label), value, f"{area:.4f}")
            for column in (PARCELS.by_name[name] for name in BROKEN_DOWN)
            for value, _count, area in sums_by(column, rows, official=official)
        )
        return Sums(
            caption=_("Area by purpose, grade, class and ownership"),
            heads=(_("By"), _("Value"), _("Area (ha)")),
            rows=tuple(parts),
            total=(_("Total"), "", f"{total(rows):.4f}"),
            numbers=2,
        )

    def disagreement(self, head: Any, rows: Sequence[Mapping[str, Any]]) -> Said | None:
        """Parcels that do not add up to the declared total."""
        differs = checks.sum_differs(head.total_ha, total(rows))
        return ("total_ha", differs) if differs else None

    def wrong_rows(self, application: Application, rows: Sequence[Any]) -> Iterator[str]:
        """No parcel where the application is filed, or parcels in two municipalities."""
        lies = {row.district for row in rows} - {""}
        if lies and application.jurisdiction_id not in lies:
            facts = {"place": PLACES[application.jurisdiction_id]}
            yield _("No parcel lies in %(place)s, with which the application is filed.") % facts
        if {code[:2] for code in lies} - {application.jurisdiction_id[:2]}:
            yield _("The parcels lie in two municipalities: each is applied to for its own.")
        yield from renewal.years_left_out(application, self.head_of(application))

    def districts(self, application: Application) -> Sequence[str]:
        """The one filed with first, then every other in which a parcel lies."""
        lies = [row.district for row in self.rows_of(application) if row.district]
        return tuple(dict.fromkeys([application.jurisdiction_id, *lies]))

    def scope(self, application: Application, case: Mapping[str, Any]) -> str:
        """In Jizhou the government service office decides inside the natural-forest protection area only, and of
        permanent use only by an instrument of delegation (S1 L61): where the rules say that it does."""
        try:
            read: Any = parse(case)
        except BadCase:
            return ""
        return "protection_area" if rules.competence(read, read.date).agency == JIZHOU_SERVICES else ""

    def term(self, application: Application) -> Term:
        """Permanent use: two years (令35号 art 25). Temporary: its years. Facilities: no term was found."""
        row, first = self.head_of(application), application.decided_on
        if first is None or row.tenure == "forestry_service":
            return Term(first=first)
        years = row.years if row.tenure == "temporary" and row.years else VALID_YEARS
        return Term(first=first, last=last_of_years(first, Decimal(years)))

    def extension(self, application: Application) -> Extension:
        """Asked three months before the end (令35号 art 20, 25); a temporary use lasts two years in sum (森林法 38;
        实施条例 17), earlier consents to it counted."""
        head, first = self.head_of(application), application.decided_on
        if head.tenure != "temporary" or first is None:
            return Extension(law="国家林业局令第35号第二十五条", months=3)
        left = max(VALID_YEARS - (head.years_before or Decimal(0)), Decimal(0))
        most = "《森林法》第三十八条、《森林法实施条例》第十七条"
        project = found_value(application, "project.class") or head.project_class
        doubted = _(
            "Art 20 names roads, railways, water and hydropower works, waterways “and other construction projects”: "
            "whether this project is one of them is for the organ to find."
        )
        return Extension(
            law="国家林业局令第35号第二十条", months=3, last=last_of_years(first, left), last_law=most,
            to_find="" if project in rules.renewal.WORKS else doubted,
        )  # fmt: skip

    def charges(self, application: Application) -> bool:
        """The restoration fee, for permanent use (实施条例 16(1)); for temporary use once an officer told that it is
        due, as no text that was read says so (O-FEE-temp)."""
        tenure = self.head_of(application).tenure
        return tenure == "permanent" or bool(tenure == "temporary" and application.did("tell_fee_due"))

    def may_charge(self, application: Application) -> bool:
        """Forestry's own facilities alone pay none."""
        return bool(self.head_of(application).tenure != "forestry_service")

    def fee_made_up(self, case: rules.Occupation) -> Mapping[str, Any]:
        """By land class and what multiplies its rate (财税〔2015〕122号)."""
        return fees.made_up(case)

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """The site check (令35号 art 10) and the public notice (art 11) of each district the land lies in (a reading:
        docs/readings.md), and the fee (实施条例 16(1))."""
        said = list(on_site.lacking(application))
        if self.charges(application):
            said += fees.unpaid(application)
        return tuple(Problem(where="", message=message) for message in said)

    def owed_by_organs(self, application: Application) -> Mapping[str, Collection[str]]:
        """Check and notice of each organ that shares the land; a notice that still runs is done."""
        return on_site.owed(application)

    obligation_labels, unlimited_by = after.LABELS, "land"  # 令35号 art 25

    def obligations(self, application: Application, held: Held) -> Sequence[Obligation]:
        """Start, area, end and restoration, by how the land is used."""
        tenure = self.head_of(application).tenure or ""
        return list(after.obligations(held, self.rows_of(application), tenure))

    def obligation_words(self, act: Act) -> Iterable[tuple[str, str]]:
        """Replanting elsewhere, as each approval orders it."""
        return after.told_by(act)

    def papers_of(self, record: Act) -> Sequence[str]:
        """The decision and consent of an approval; the decision of a refusal. The higher authority prints its own."""
        if record.act == "approve":
            tenure = record.application.occupation.tenure
            if tenure == "forestry_service":  # no consent of that name was found for facilities, nor a term
                return ("occupation_approval",)
            return ("occupation_approval", "temporary_consent" if tenure == "temporary" else "occupation_consent")
        return {"refuse": ("occupation_refusal",), "tell_fee_due": ("occupation_fee_notice",)}.get(record.act, ())

    def matter_name(self, application: Application) -> str:
        """By the kind of use that was handed in."""
        return MATTER[handed_in(application)["occupation"]["tenure"]]

    def form_matter(self, asked: Mapping[str, Any]) -> str:
        """By the kind of use: permanent use is examined, the others are approved (实施条例 16–18)."""
        return ASKED.get(asked["occupation"]["tenure"] or "", ASKED["permanent"])

    def title_parts(self, application: Application) -> tuple[str, str]:
        """The project, and the kind of use; of a draft as far as it is filled in."""
        if application.number:
            head = handed_in(application)["occupation"]
            return head["project_name"], ASKED[head["tenure"]]
        row = self.head_of(application)
        return row.project_name or application.title, ASKED.get(row.tenure or "", ASKED["permanent"])


KIND = OCCUPATION = OccupationKind()
