"""What the species introduction gives to everything common to all kinds: sections, facts, route, papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from permits.kinds import Label, Problem, Requirement, Section
from permits.materials import current_files
from permits.models import Act, Application, Document
from permits.models.document import DocumentKind
from permits.rules import BadCase, parse
from permits.rules.facts import Introduction
from permits.rules.introduction.routes import route

from . import edit, requirements
from .models import Species, SpeciesIntroduction

if TYPE_CHECKING:
    from permits.documents.content import Paper
    from permits.documents.forms import Matter

HEAD_ASKED = (
    "purpose",
    "origin",
    "place",
    "site_in",
    "responsible",
    "isolation_trial",
    "escape_prevention",
    "filed_with",
)
SPECIES_ASKED = ("chinese_name", "taxon", "source", "first_introduction", "cites", "quantity", "unit")
NATIONAL_FIRST = "ADBC"
"""Where the species of one application take several routes: the strictest competence leads, and the rules refer it."""


class IntroductionKind:
    """Implements permits.kinds.Kind."""

    code = "introduction"
    label = _lazy("Introduction of alien or wild species")
    nature = _lazy("administrative licence")
    licence = True
    inspected = False
    words: Mapping[str, Label] = {}
    letter = "YZ"
    summary_template = "permits/introduction/summary.html"

    @property
    def sections(self) -> Sequence[Section]:
        return (
            Section(
                slug=edit.HEAD,
                label=_lazy("The introduction"),
                url_name="introduction-head",
                problems=head_problems,
            ),
            Section(
                slug=edit.SPECIES,
                label=_lazy("The species"),
                url_name="introduction-species",
                problems=species_problems,
            ),
        )

    def begin(self, application: Application) -> None:
        edit.begin(application)

    def requirements(self, application: Application) -> Sequence[Requirement]:
        return requirements.requirements(application)

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        row = application.introduction
        day = application.accepted_on or application.received_on or timezone.localdate()
        plans = {"isolation_trial": row.isolation_trial, "escape_prevention": row.escape_prevention}
        facts = {
            "kind": self.code,
            "jurisdiction": application.jurisdiction_id,
            "date": day.isoformat(),
            "species": [_species_facts(one) for one in row.species.all()],
            "purpose": row.purpose,
            "site": {"in": row.site_in} if row.site_in else {},
            "plans": {name: value for name, value in plans.items() if value is not None},
            "documents": self._documents(application),
            "filed_with": row.filed_with,
        }
        return {name: value for name, value in facts.items() if value != ""}

    def _documents(self, application: Application) -> list[str]:
        codes = {entry.slot: entry.document for entry in self.requirements(application)}
        slots = current_files(application).values_list("material__slot", flat=True)
        return sorted({codes[slot] for slot in slots if codes.get(slot)})

    def districts(self, application: Application) -> Sequence[str]:
        """Where the species will be kept: the district it is filed with."""
        return (application.jurisdiction_id,)

    def scope(self, application: Application) -> str:
        """The legal route A–D (facts 2.7). Wildlife moved inside China without release, and forest plants from another
        province, follow the route of their authority; what no route takes stays empty."""
        try:
            case = parse(self.facts(application))
        except BadCase:
            return ""
        assert isinstance(case, Introduction)  # noqa: S101 - the mapping above says so
        taken = {route(case, one) or NEAREST.get(one.taxon, "") for one in case.species} - {""}
        return min(taken, key=NATIONAL_FIRST.index, default="")

    def snapshot(self, application: Application) -> dict[str, Any]:
        row = application.introduction
        return {
            "introduction": {name: plain(getattr(row, name)) for name in edit.HEAD_FIELDS},
            "species": [{name: plain(getattr(one, name)) for name in edit.SPECIES_FIELDS} for one in row.species.all()],
        }

    def valid_to(self, application: Application) -> date | None:
        """No law found sets a term (facts 2.7)."""
        return None

    def before_approval(self, application: Application) -> Sequence[Problem]:
        if application.acts.filter(act="record_expert_review").exists():
            return ()
        return (Problem(where="", message=_("No expert review was recorded yet.")),)

    def matter(self, application: Application) -> Matter:
        from . import papers

        return papers.matter_of(application)

    def made_public(self, application: Application) -> tuple[tuple[str, str], ...]:
        """What a public notice tells of the case."""
        from . import papers

        return papers.made_public(application)

    def papers(self, record: Act) -> Sequence[str]:
        """The decision and the permit of an approval; the decision of a refusal."""
        if record.act == "approve":
            return (DocumentKind.INTRODUCTION_APPROVAL, DocumentKind.INTRODUCTION_PERMIT)
        return (DocumentKind.INTRODUCTION_REFUSAL,) if record.act == "refuse" else ()

    def paper(self, document: Document) -> Paper:
        from . import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.paper(document)


INTRODUCTION = IntroductionKind()
NEAREST = {"terrestrial_animal": "D", "forest_plant": "B"}


def plain(value: Any) -> Any:
    """Plain JSON: dates as text."""
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def _species_facts(one: Species) -> dict[str, Any]:
    facts = {
        "scientific_name": one.scientific_name, "taxon": one.taxon, "from": one.source,
        "first_introduction": one.first_introduction, "cites": one.cites,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def head_problems(application: Application) -> list[Problem]:
    """What must be mended in the head before it is handed in."""
    row = application.introduction
    page = reverse("introduction-head", args=[application.pk])
    return [
        Problem(where=label(SpeciesIntroduction, name), message=message, anchor=f"{page}#id_{name}")
        for name, message in head_said({name: getattr(row, name) for name in edit.HEAD_FIELDS})
    ]


def head_said(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Field and message: what is missing in the head, and what contradicts."""
    for name in HEAD_ASKED:
        if values.get(name) in (None, ""):
            yield name, _("This must be filled in.")
    start, end = values.get("isolation_from"), values.get("isolation_to")
    if start and end and end < start:
        yield "isolation_to", _("The isolation cannot end before it begins.")
    if values.get("escape_prevention") and not values.get("escape_measures"):
        yield "escape_measures", _("Say how escape and spread are prevented.")


def species_problems(application: Application) -> list[Problem]:
    """What must be mended in the list of species."""
    rows = list(application.introduction.species.all())
    if not rows:
        page = reverse("introduction-species", args=[application.pk])
        return [Problem(where=_("The species"), message=_("There is no species yet."), anchor=page)]
    return [
        Problem(
            where=str(row),
            message=f"{label(Species, name)}: {_('This must be filled in.')}",
            anchor=f"{reverse('introduction-species-edit', args=[application.pk, row.pk])}#id_{name}",
        )
        for row in rows
        for name in SPECIES_ASKED
        if getattr(row, name) in (None, "")
    ]


def label(model: type[SpeciesIntroduction] | type[Species], name: str) -> str:
    """What a field is called, in the language of the request."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
