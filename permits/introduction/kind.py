"""The introduction of species 外来（野生）物种引进: what it is, how it goes, what is filled in, what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.found import case_of
from permits.contract.kind import FlowVersion, PaperKind, Requirement, Term
from permits.contract.obligations import Held, Obligation
from permits.errors import Problem
from permits.introduction import facts, requirements, rules
from permits.introduction import obligations as after
from permits.introduction.columns import SPECIES
from permits.introduction.models import PendingSpecies, Species, SpeciesIntroduction
from permits.introduction.rules.routes import route, to_decide
from permits.models import Act, Application
from permits.models.citations import written_out
from permits.rules import BadCase, parse
from permits.rules.facts import CaseKind, register
from permits.tables.columns import Said
from permits.tables.head import HeadPage
from permits.tables.kind import TableKind, handed_in, said_only

NATIONAL_FIRST = "ADBC"
"""Where the species of one application take several routes: the strictest competence leads, and the rules refer it."""
ONLY_WHERE_ASKED = date(2026, 11, 22)
"""From this day experts review only where the law asks for it (SpeciesIntroductionV2)."""
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
        (gettext_lazy("Where to"), ("place", "site_in", "responsible")),
        (
            gettext_lazy("Safeguards"),
            ("escape_prevention", "escape_measures", "marking", "isolation_trial", "isolation_from", "isolation_to"),
        ),
    ),
    asked=(
        "purpose", "origin", "place", "site_in", "responsible", "isolation_trial", "escape_prevention",
    ),
    applies_where=(("escape_prevention", "yes", ("escape_measures",)),),
    offered_where=(("isolation_trial", "yes", ("isolation_from", "isolation_to")),),
    wrong=wrong,
    impossible=impossible,
)  # fmt: skip


class IntroductionKind(TableKind):
    """Declared here; pages, forms, import, export and annex come from permits.tables."""

    code = "introduction"
    label = gettext_lazy("Introduction of alien or wild species")
    short_label = gettext_lazy("Introduction of species")
    nature = gettext_lazy("administrative licence")
    needed_for = gettext_lazy(
        "Species brought in from abroad or from elsewhere in China, and their release into the wild; the "
        "precheck tells where no permit is needed (Wildlife Law art 40, Biosecurity Law art 60)."
    )
    typed_by_hand = True
    licence = True
    uses_resource = False  # a species is brought in, and nothing of nature is taken
    laws = {"record_inspection": written_out("许可法 61(1)")}  # 森林法 66 speaks of forest resources
    case_prefix = "YZ"
    first_review_follows_owner = False  # it follows the route; on route D the place, whoever applies
    flows = (
        FlowVersion(
            path="workflows.flows.introduction.SpeciesIntroductionV1",
            valid_from=date(2020, 1, 1),
            frozen="37c42f7f5eff6f0703784d3cd33650e994da1bf94b337a8765e0f292e2bdf181",
        ),
        FlowVersion(
            path="workflows.flows.introduction.SpeciesIntroductionV2",
            valid_from=ONLY_WHERE_ASKED,
            # The graph of V1: what differs is when the experts' branch opens, and a graph does not tell conditions.
            frozen="37c42f7f5eff6f0703784d3cd33650e994da1bf94b337a8765e0f292e2bdf181",
        ),
    )
    papers = (
        PaperKind(
            code="introduction_approval",
            label=gettext_lazy("decision granting an introduction of species"),
            grants=True,
        ),
        PaperKind(
            code="introduction_refusal",
            label=gettext_lazy("decision refusing an introduction of species"),
            adverse=True,
        ),
        PaperKind(code="introduction_permit", label=gettext_lazy("introduction permit"), certificate=True, grants=True),
    )
    table, head, materials = SPECIES, HEAD, staticmethod(requirements.requirements)
    former_fields = frozenset({"filed_with"})
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

    found_rows = (
        "species",
        {"scientific_name": "scientific_name", "taxon": "taxon", "from": "source",
         "first_introduction": "first_introduction", "cites": "cites"},
    )  # fmt: skip
    found_head = {
        "purpose": "purpose", "site.in": "site_in", "plans.isolation_trial": "isolation_trial",
        "plans.escape_prevention": "escape_prevention",
    }  # fmt: skip
    found_documents = requirements.DOCUMENTS
    never_asked = frozenset({"documents.delegation_instrument"})
    precheck_rows = ("chinese_name",)

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        row = self.head_of(application)
        plans = {"isolation_trial": row.isolation_trial, "escape_prevention": row.escape_prevention}
        return self.common_facts(application) | {
            "species": [_species_facts(one) for one in self.rows_of(application)],
            "filed_with": "municipal",  # through the district, as every application here
            **said_only({"purpose": row.purpose}),
            "site": {"in": row.site_in} if row.site_in else {},
            "plans": {name: value for name, value in plans.items() if value is not None},
        }

    def scope(self, application: Application, case: Mapping[str, Any]) -> str:
        """The legal route A–D (facts 2.7). Wildlife moved inside China without release, and forest plants from another
        province, follow the route of their authority where nothing beside them needs a permit; what no route takes
        stays empty."""
        try:
            read: Any = parse(case)
        except BadCase:
            return ""
        taken = {route(read, one) or NEAREST.get(one.taxon, "") for one in to_decide(read)} - {""}
        return min(taken, key=NATIONAL_FIRST.index, default="")

    def term(self, application: Application) -> Term:
        """No law found sets a last day (facts 2.7)."""
        return Term(first=application.decided_on)

    def experts_needed(self, application: Application) -> bool:
        """For a species that comes from abroad for the first time (令19号: its trial is assessed; from memory), and for
        a release (陆生野生动物保护实施条例 22: a designated institute's scientific argument); on found facts. A case
        that began under the first flow keeps the review that flow asks of all."""
        if timezone.localdate(application.created) < ONLY_WHERE_ASKED:
            return True
        case = case_of(application)
        first = any(one.get("first_introduction") and one.get("from") == "abroad" for one in case.get("species", ()))
        return first or case.get("purpose") == "release"

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """The expert review, where there must be one."""
        if application.did("record_expert_review") or not self.experts_needed(application):
            return ()
        return (Problem(where="", message=_("No expert review was recorded yet.")),)

    obligation_labels, alarm = after.LABELS, after.ALARM

    def all_requirements(self, place: str) -> Sequence[Requirement]:
        """What may be asked for at all: an empty draft tells of no species yet, and on these most materials depend."""
        return requirements.closed_list(place)

    def obligations(self, application: Application, held: Held) -> Sequence[Obligation]:
        """Control after the introduction 引入后使用管控."""
        return list(
            after.obligations(held, self.head_of(application), self.rows_of(application), application.jurisdiction_id)
        )

    def obligation_words(self, act: Act) -> Iterable[tuple[str, str]]:
        """Of each alarm, which escape it told of."""
        return after.told_by(act)

    def papers_of(self, record: Act) -> Sequence[str]:
        """The decision and the permit of an approval; the decision of a refusal."""
        if record.act == "approve":
            return ("introduction_approval", "introduction_permit")
        return ("introduction_refusal",) if record.act == "refuse" else ()

    def matter_name(self, application: Application) -> str:
        """As the source documents call it."""
        return "外来（野生）物种引进审批"

    def title_parts(self, application: Application) -> tuple[str, str]:
        """The species in a phrase, and the matter."""
        if application.number:
            names = [(one["chinese_name"], one["scientific_name"]) for one in handed_in(application)["species"]]
        else:
            names = [(one.chinese_name, one.scientific_name) for one in self.rows_of(application)]
        return in_a_phrase([chinese or latin for chinese, latin in names]), self.matter_name(application)


KIND = INTRODUCTION = IntroductionKind()


def in_a_phrase(names: Sequence[str]) -> str:
    """Species as papers speak of them: 梅花鹿, 梅花鹿等2个物种; nothing of none."""
    if len(names) < 2:
        return "".join(names)
    return f"{names[0]}等{len(names)}个物种"


def _species_facts(one: Any) -> dict[str, Any]:
    return said_only(
        {
            "scientific_name": one.scientific_name,
            "chinese_name": one.chinese_name or None,
            "taxon": one.taxon,
            "from": one.source,
            "first_introduction": one.first_introduction,
            "cites": one.cites,
        }
    )
