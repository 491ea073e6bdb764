"""Who looked at a case, and when: from the security log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BigIntegerField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.models import Application
from roles.models.security import SecurityEvent, What
from workflows.desk.asked import Asked
from workflows.desk.question import CaseLink, Column, Line, Question, Rows

NAMES = {
    "case": gettext_lazy("the case's page"), "case-record": gettext_lazy("the record as a file"),
    "case-volume": gettext_lazy("the volume"), "case-bundle": gettext_lazy("the bundle to verify"),
    "case-application": gettext_lazy("the application"), "case-compare": gettext_lazy("submissions compared"),
    "material": gettext_lazy("a material"), "material-view": gettext_lazy("a material"),
    "document": gettext_lazy("a paper"), "permit": gettext_lazy("the permit's page"),
}  # fmt: skip


class WhoSaw(Question):
    """Readings of cases."""

    slug = "readings"
    title = gettext_lazy("Who saw a case")
    says = gettext_lazy("Who looked at a case, when, on which page, from which network address?")
    counted = gettext_lazy(
        "The lines of the security log that tell of a case read under a mandate to audit. Officers of the case "
        "are not logged each time they look: who of them acted in it stands in its record, and “Held by whom, how"
        " long” says in whose hands it was. What was refused is in the security log of the audit administrator."
    )
    dates = gettext_lazy("Dates are those of the reading.")
    fields = ("number", "since", "until", "kind", "place", "person")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("When")), Column(gettext_lazy("Person")),
        Column(gettext_lazy("Page")), Column(gettext_lazy("Network address")),
    )  # fmt: skip
    none = gettext_lazy("No reading was recorded.")

    def rows(self, asked: Asked) -> Rows:
        """The latest first."""
        case = Cast(KeyTextTransform("case", "details"), BigIntegerField())
        read = SecurityEvent.objects.filter(asked.at("at"), what=What.CASE_READ).annotate(case=case)
        read = read.filter(case__in=asked.cases.values("pk"))
        if name := asked.get("person"):
            read = read.filter(by__name__icontains=name)
        return Rows(read.select_related("by").order_by("-at", "-pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the case each is about."""
        cases = Application.objects.in_bulk({event.case for event in found})
        for event in found:
            case, told = cases[event.case], event.details
            yield CaseLink.of(case), event.at, event.by, page_name(told.get("page", "")), event.address


def page_name(address: str) -> str:
    """What a page or file of a case is called; of one that is no more, its address."""
    try:
        name = resolve(address).url_name or ""
    except Resolver404:
        return address
    return str(NAMES.get(name, _("another page of the case")))
