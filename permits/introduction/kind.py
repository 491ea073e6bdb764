"""The introduction of species 外来（野生）物种引进: what it is, how it goes, what is filled in, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.errors import Problem
from permits.introduction import facts, requirements, rules
from permits.introduction.columns import SPECIES
from permits.introduction.models import PendingSpecies, Species, SpeciesIntroduction
from permits.introduction.rules.routes import route
from permits.kinds import FlowVersion, PaperKind, Term
from permits.models import Act, Application
from permits.rules import BadCase, parse
from permits.rules.facts import CaseKind, register
from permits.tables.columns import Said
from permits.tables.head import HeadPage
from permits.tables.kind import TableKind, said_only

NATIONAL_FIRST = "ADBC"
"""Where the species of one application take several routes: the strictest competence leads, and the rules refer it."""
NEAREST = {"terrestrial_animal": "D", "forest_plant": "B"}


def wrong(values: Mapping[str, Any], head: Any) -> Iterator[Said]:
    """Safeguards that are claimed and not described."""
    if values.get("escape_prevention") and not values.get("escape_measures"):
        yield "escape_measures", _("Say how escape and spread are prevented.")


def impossible(values: Mapping[str, Any]) -> Iterator[Said]:
    """An isolation that ends before it begins: the database refuses it, also in a draft."""
    start, end = values.get("isolation_from"), values.get("isolation_to")
    if start and end and end < start:
        yield "isolation_to", _("The isolation cannot end before it begins.")


HEAD = HeadPage(
    title=gettext_lazy("The introduction"),
    saved=gettext_lazy("The introduction was saved."),
    groups=(
        (gettext_lazy("What for"), ("purpose", "purpose_note")),
        (gettext_lazy("Where from"), ("origin", "supplier", "port", "transport", "arrives_on")),
        (gettext_lazy("Where to"), ("place", "site_in", "responsible", "filed_with")),
        (
            gettext_lazy("Safeguards"),
            ("escape_prevention", "escape_measures", "marking", "isolation_trial", "isolation_from", "isolation_to"),
        ),
    ),
    asked=(
        "purpose", "origin", "place", "site_in", "responsible", "isolation_trial", "escape_prevention", "filed_with",
    ),
    wrong=wrong,
    impossible=impossible,
)  # fmt: skip


class IntroductionKind(TableKind):
    """Declared here; pages, forms, import, export and annex come from permits.tables."""

    code = "introduction"
    label = gettext_lazy("Introduction of alien or wild species")
    short_label = gettext_lazy("Introduction of species")
    nature = gettext_lazy("administrative licence")
    licence = True
    case_prefix = "YZ"
    flows = (
        FlowVersion(
            path="workflows.flows.introduction.SpeciesIntroductionV1",
            valid_from=date(2020, 1, 1),
            frozen="37c42f7f5eff6f0703784d3cd33650e994da1bf94b337a8765e0f292e2bdf181",
        ),
    )
    papers = (
        PaperKind(
            code="introduction_approval",
            label=gettext_lazy("decision granting an introduction of species"),
            grants=True,
        ),
        PaperKind(code="introduction_refusal", label=gettext_lazy("decision refusing an introduction of species")),
        PaperKind(code="introduction_permit", label=gettext_lazy("introduction permit"), grants=True),
    )
    table, head, materials = SPECIES, HEAD, staticmethod(requirements.requirements)
    head_model, row_model, pending_model = SpeciesIntroduction, Species, PendingSpecies
    head_key, rows_key, head_slug = "introduction", "species", "introduction"
    case = register(
        CaseKind(
            facts=facts.Introduction,
            fields=facts.fields,
            build=facts.build,
            competence=rules.competence,
            documents=requirements.DOCUMENTS,
            rules_folder=Path(rules.__path__[0]),
        )
    )

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        row = self.head_of(application)
        plans = {"isolation_trial": row.isolation_trial, "escape_prevention": row.escape_prevention}
        return self.common_facts(application) | {
            "species": [_species_facts(one) for one in self.rows_of(application)],
            **said_only({"purpose": row.purpose, "filed_with": row.filed_with}),
            "site": {"in": row.site_in} if row.site_in else {},
            "plans": {name: value for name, value in plans.items() if value is not None},
        }

    def scope(self, application: Application) -> str:
        """The legal route A–D (facts 2.7). Wildlife moved inside China without release, and forest plants from another
        province, follow the route of their authority; what no route takes stays empty."""
        try:
            case: Any = parse(self.facts(application))
        except BadCase:
            return ""
        taken = {route(case, one) or NEAREST.get(one.taxon, "") for one in case.species} - {""}
        return min(taken, key=NATIONAL_FIRST.index, default="")

    def term(self, application: Application) -> Term:
        """No law found sets a last day (facts 2.7)."""
        return Term(first=application.decided_on)

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """The expert review."""
        if application.did("record_expert_review"):
            return ()
        return (Problem(where="", message=_("No expert review was recorded yet.")),)

    def papers_of(self, record: Act) -> Sequence[str]:
        """The decision and the permit of an approval; the decision of a refusal."""
        if record.act == "approve":
            return ("introduction_approval", "introduction_permit")
        return ("introduction_refusal",) if record.act == "refuse" else ()

    def matter_name(self, application: Application) -> str:
        """As the source documents call it."""
        return "外来（野生）物种引进审批"


KIND = INTRODUCTION = IntroductionKind()


def _species_facts(one: Any) -> dict[str, Any]:
    return said_only(
        {
            "scientific_name": one.scientific_name,
            "taxon": one.taxon,
            "from": one.source,
            "first_introduction": one.first_introduction,
            "cites": one.cites,
        }
    )
