"""Corrections 补正 asked of applicants: how often, by whom, and for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from permits.drafts.corrections import material_place
from permits.kinds import kind_or_absent
from permits.models import Act
from permits.models.body import legible
from workflows.desk.asked import Asked
from workflows.desk.question import BLUE, CaseLink, Chart, Column, Line, Question, Rows, Series, bounded
from workflows.tables import kind_label

MOST_DRAWN = 15


def place_name(kind: str, district: str, code: str) -> str:
    """What a correction list calls a section or material, in the reader's language; the code where nothing does."""
    return _names(kind, district, get_language() or "").get(code, code)


@cache
def _names(kind: str, district: str, language: str) -> Mapping[str, str]:
    of_kind = kind_or_absent(kind)
    if not of_kind.installed:
        return {}
    materials = {entry.slot: entry.label for entry in of_kind.all_requirements(district)}
    return {section.slug: str(section.label) for section in of_kind.sections} | {
        material_place(slot): str(label) for slot, label in {**of_kind.former_materials, **materials}.items()
    }


def _places(act: Act) -> list[str] | None:
    """The sections and materials that a request names; None where it cannot be read."""
    case = act.application
    return legible(
        lambda: [place_name(case.kind, case.jurisdiction_id, row["where"]) for row in act.facts["items"]], None
    )


def most_asked(requests: QuerySet[Act], key: str, title: str) -> Chart:
    """What is asked for most. The text of each request is read: of more than BOUND, those of the latest. How many
    of them cannot be read stands beside it."""
    acts, cut = bounded(requests.select_related("application").order_by("-at"))
    notes = [_("Counted in the latest %(many)s requests of those asked about.") % {"many": len(acts)}] if cut else []
    read = [places for act in acts if (places := _places(act)) is not None]
    if left := len(acts) - len(read):
        told = ngettext(
            "%(count)d request is left out: it cannot be read.",
            "%(count)d requests are left out: they cannot be read.",
            left,
        )
        notes.append(told % {"count": left})
    times = Counter(name for places in read for name in places)
    return Chart(
        key, title, _("Field or material"), (Series(_("Times asked"), BLUE),), times.most_common(MOST_DRAWN),
        note=" ".join(notes),
    )  # fmt: skip


class CorrectionsAsked(Question):
    """What had to be corrected."""

    slug = "corrections"
    title = gettext_lazy("Corrections asked")
    says = gettext_lazy("Which corrections were asked, by whom, for what, and which of them not for the first time?")
    counted = gettext_lazy(
        "Every request for correction, with one line for each thing asked; beside the title stands how many requests. "
        "The Licensing Law "
        "(art 32(1)(4)) lets the agency ask once, for everything: a second request in a case may only ask for"
        " what the answer to the first broke."
    )
    dates = gettext_lazy("Dates are those of the request.")
    fields = ("since", "until", "kind", "place", "agency", "person", "unit", "number")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Applicant")), Column(gettext_lazy("Kind")),
        Column(gettext_lazy("Correction asked on")), Column(gettext_lazy("Asked by")), Column(gettext_lazy("Agency")),
        Column(gettext_lazy("Request number"), number=True), Column(gettext_lazy("Field or material")),
        Column(gettext_lazy("What is missing or wrong")),
    )  # fmt: skip
    none = gettext_lazy("No correction was asked.")

    def rows(self, asked: Asked) -> Rows:
        """The requests, the latest first."""
        before = Act.objects.filter(
            application=OuterRef("application"), act="request_correction", seq__lte=OuterRef("seq")
        )
        counted = before.order_by().values("application").annotate(n=Count("pk")).values("n")
        acts = asked.acts("request_correction").annotate(time=Coalesce(Subquery(counted), 1))
        return Rows(acts.select_related("application__unit", "person", "agency").order_by("-at", "-pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """A line for each thing asked."""
        for act in found:
            case = act.application
            for row in act.facts["items"]:
                where = place_name(case.kind, case.jurisdiction_id, row["where"])
                yield (CaseLink.of(case), case.unit, kind_label(case.kind), act.at, act.person, act.agency, act.time,
                       where, row["what"])  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """What is asked for most."""
        return most_asked(asked.acts("request_correction"), "asked", _("Asked for most often"))
