"""Filters of the lists: plain GET forms, so that an address can be kept and sent."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from permits.access import told_of
from permits.acts.reopening import all_owed
from permits.documents.content import as_printed
from permits.kinds import kinds
from permits.ledger.words import TRIGRAM
from permits.models import Act, Application, Document, NumberSequence
from permits.models.states import FINAL, S
from roles.access import duties_of
from roles.bodies import in_order
from roles.models import Agency, Jurisdiction, OperatingUnit, Person
from roles.models.mandates import Duty
from workflows import queues
from workflows.models import WorkItem
from workflows.nodes import Decide
from workflows.registry import versions
from workflows.worklist import parts_left_out

LONGEST_SEARCH = 100  # characters: SQLite refuses a pattern of 50 000
AFTER_THE_CODE = re.compile(r"[0-9〔〕号]")  # 京绿审〔2026〕12号
YEAR_AND_SERIAL = re.compile(r"(?:^|-)(\d{4})-(\d{5})$", re.ASCII)  # TD110118-2026-00012
TOO_LONG = 100_000  # a serial number with a sixth digit: one of five may be its beginning
NAMED_AT_ONCE = 5_000  # keys: SQLite refuses a statement of 32 767 values


def kind_choices() -> list[tuple[str, Any]]:
    """The kinds there are."""
    return [(kind.code, kind.label) for kind in kinds()]


def step_titles() -> dict[str, str]:
    """The title of every human step of every published flow, by its name: where the kind stands beside it."""
    return {name: title for name, (title, _kinds) in _steps().items()}


def step_choices() -> list[tuple[str, str]]:
    """The same, for lists of steps of all kinds: where two have one title, as 审查 after a first review and 审查
    without one, the kinds in whose flows they are tell them apart."""
    steps = _steps()
    alike = Counter(title for title, _kinds in steps.values())
    told = _("%(step)s (%(kinds)s)")
    return [
        (name, title if alike[title] == 1 else told % {"step": title, "kinds": _(", ").join(of)})
        for name, (title, of) in steps.items()
    ]


def _steps() -> dict[str, tuple[str, list[str]]]:
    """By a step's name its title and the kinds that have it, in the reader's language."""
    steps: dict[str, tuple[str, list[str]]] = {}
    labels = {kind.code: str(kind.short_label) for kind in kinds()}
    for version in versions():
        for node in version.flow.instance.nodes():
            if isinstance(node, Decide):
                of = steps.setdefault(node.name, (str(node.task_title), []))[1]
                of += [labels[version.kind]] if labels[version.kind] not in of else []
    return steps


def places(request: Any) -> QuerySet[Jurisdiction]:
    """Districts that applications were filed with."""
    return Jurisdiction.objects.filter(Exists(Application.objects.filter(jurisdiction=OuterRef("pk")))).order_by("code")


def agencies(request: Any) -> QuerySet[Agency]:
    """Agencies that acted in any case."""
    return Agency.objects.filter(Exists(Act.objects.filter(agency=OuterRef("pk")))).order_by(*in_order())


def holders(request: Any) -> QuerySet[Person]:
    """Who holds open work of the agencies the reader heads."""
    return Person.objects.filter(pk__in=queues.of_agencies(request.user).values("owner")).order_by("name", "pk")


def of_name(model: type[Person] | type[OperatingUnit], words: str) -> list[int] | QuerySet[Any]:
    """Keys of the people or units whose name holds these words, asked for at once: the planner takes a name within a
    larger query for one that few bear, and joins it to each row. Beyond NAMED_AT_ONCE the query of them."""
    rows = model._default_manager.filter(name__icontains=words).order_by().values_list("pk", flat=True)
    keys = list(rows[: NAMED_AT_ONCE + 1])
    return keys if len(keys) <= NAMED_AT_ONCE else rows


def papers_numbered(words: str) -> QuerySet[Document]:
    """Papers whose number holds the words. What has no digit, bracket or 号 can stand only in its agency code 机关代字,
    and of codes there are few: they are looked up first, and not the number of every paper read."""
    words = as_printed(words)
    papers = Document.objects.order_by()
    if AFTER_THE_CODE.search(words):
        return papers.filter(number__icontains=words)
    codes = NumberSequence.objects.filter(prefix__icontains=words).order_by().values_list("prefix", flat=True)
    return papers.filter(prefix__in=set(codes))


def cases_numbered(words: str) -> QuerySet[Application]:
    """Cases whose number holds the words. Where they end with year and serial number, that is one number of each series
    of the year, looked up whole: what years and zeros are written with stands in every number, and no index of signs
    tells them apart."""
    words, cases = as_printed(words).upper(), Application.objects.order_by()
    if told := YEAR_AND_SERIAL.search(words):
        year, serial = told.groups()
        series = list(NumberSequence.objects.filter(year=int(year)).values_list("prefix", "last"))
        if serial.startswith("0") or all(last < TOO_LONG for _prefix, last in series):
            numbers = (f"{prefix}-{year}-{serial}" for prefix, _last in series)
            return cases.filter(number__in=[number for number in numbers if words in number])
    return cases.filter(number__icontains=words)


def cases_known_by(words: str) -> QuerySet[Any]:
    """Keys of the cases whose number, title, paper or applicant holds the words. A list from each, found by its own
    index: with “or” between them every case would be looked at."""
    cases, named = Application.objects.order_by(), OperatingUnit.objects.filter(name__icontains=words)
    return (
        cases_numbered(words)
        .values("pk")
        .union(
            cases.filter(title__icontains=words).values("pk"),
            cases.filter(unit__in=named.order_by().values("pk")).values("pk"),
            papers_numbered(words).values("application"),
        )
    )


class Search(filters.FilterSet):
    """What every list has: words looked for in the numbers of case and papers, in applicant and title."""

    q = filters.CharFilter(
        label=_("Number of case or paper, applicant or title"), method="look", max_length=LONGEST_SEARCH
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=kind_choices, empty_label=_("All"))

    prefix_of_case = ""

    def look(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Rows of whose case the number, a paper's number 发文字号, the applicant or the title holds the words."""
        at = self.prefix_of_case
        if TRIGRAM.search(value):
            return rows.filter(**{f"{at}pk__in": cases_known_by(value)})
        papers = papers_numbered(value).filter(application=OuterRef(f"{at}pk"))
        found = (
            Q(**{f"{at}number__icontains": as_printed(value)}) | Q(**{f"{at}title__icontains": value}) | Exists(papers)
        )
        return rows.filter(found | Q(**{f"{at}unit__name__icontains": value}))  # no index helps: each case once


class ItemFilter(Search):
    """Of a queue."""

    prefix_of_case = "application__"

    kind = filters.ChoiceFilter(
        label=_("Kind"), field_name="application__kind", choices=kind_choices, empty_label=_("All")
    )
    step = filters.ChoiceFilter(label=_("Step"), choices=step_choices, empty_label=_("All"))
    district = filters.ModelChoiceFilter(
        label=_("Place"), field_name="application__jurisdiction", queryset=places, empty_label=_("All")
    )
    time = filters.ChoiceFilter(
        label=_("Time left"),
        choices=[("late", _("Overdue")), ("soon", _("Nearly due")), ("none", _("No date just now"))],
        method="by_time",
        empty_label=_("All"),
    )
    due = filters.DateFilter(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = WorkItem
        fields = ["q", "kind", "step", "district", "time", "due"]

    def by_time(self, items: QuerySet[WorkItem], name: str, value: str) -> QuerySet[WorkItem]:
        """Overdue, nearly due, or without a date: suspended, or no period runs."""
        return items.filter(due=None) if value == "none" else items.filter(queues.pressing(value))


class LedFilter(ItemFilter):
    """Of all the work of the agencies one heads."""

    holder = filters.ModelChoiceFilter(
        label=_("Held by"), field_name="owner", queryset=holders, empty_label=_("All"), null_label=_("Nobody yet")
    )

    class Meta:
        model = WorkItem
        fields = ["q", "kind", "step", "district", "time", "due", "holder"]


class DoneFilter(Search):
    """Of what a person has done."""

    prefix_of_case = "application__"

    kind = filters.ChoiceFilter(
        label=_("Kind"), field_name="application__kind", choices=kind_choices, empty_label=_("All")
    )
    district = filters.ModelChoiceFilter(
        label=_("Place"), field_name="application__jurisdiction", queryset=places, empty_label=_("All")
    )

    class Meta:
        model = Act
        fields = ["q", "kind", "district"]


IN_PROCEDURE, DECIDED = "in_procedure", "decided"
STATUSES = {
    IN_PROCEDURE: frozenset(S) - FINAL - {S.DRAFT, S.CORRECTING},
    DECIDED: frozenset({S.APPROVED, S.REFUSED}),
}
"""Several statuses under one word, as the tiles of the home page count them."""


class CaseFilter(Search):
    """Of the list of cases."""

    status = filters.ChoiceFilter(
        label=_("Status"),
        choices=[(IN_PROCEDURE, _("In procedure")), (DECIDED, _("Decided")), *S.choices],
        method="by_status",
        empty_label=_("All"),
    )
    district = filters.ModelChoiceFilter(
        label=_("Place"), field_name="jurisdiction", queryset=places, empty_label=_("All")
    )
    since = filters.DateFilter(
        label=_("Received from"),
        field_name="received_on",
        lookup_expr="gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = filters.DateFilter(
        label=_("Received to"),
        field_name="received_on",
        lookup_expr="lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    person = filters.CharFilter(label=_("Person who acted"), method="by_person")
    agency = filters.ModelChoiceFilter(
        label=_("Agency that acted"), queryset=agencies, method="by_agency", empty_label=_("All")
    )
    anew = filters.BooleanFilter(
        label=_("Annulled, and to be decided anew"), method="by_remedy",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip
    undelivered = filters.BooleanFilter(
        label=_("Decided, to be delivered by my agency"), method="by_delivery",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip
    undelivered_late = filters.BooleanFilter(
        label=_("Delivery by my agency overdue"), method="by_late_delivery",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip
    parts = filters.BooleanFilter(
        label=_("Site check or notice of my district left out"), method="by_part",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip

    class Meta:
        model = Application
        fields = [
            "q", "kind", "status", "district", "since", "until", "person", "agency", "anew", "undelivered",
            "undelivered_late", "parts",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request and not queues.sees_deliveries(self.request.user):
            del self.filters["undelivered"], self.filters["undelivered_late"]
        if self.request and Duty.FIRST_REVIEW not in duties_of(self.request.user):
            del self.filters["parts"]

    def by_part(self, cases: QuerySet[Application], name: str, value: bool) -> QuerySet[Application]:
        """What the reader's agency left out of its part of shared land; unticked, all."""
        return cases.filter(pk__in=parts_left_out(self.request.user)) if value else cases

    def by_delivery(self, cases: QuerySet[Application], name: str, value: bool) -> QuerySet[Application]:
        """What the reader's agency is to deliver; unticked, all."""
        return cases.filter(pk__in=queues.to_deliver(self.request.user)) if value else cases

    def by_late_delivery(self, cases: QuerySet[Application], name: str, value: bool) -> QuerySet[Application]:
        """What the reader's agency should have delivered by now; unticked, all."""
        return cases.filter(pk__in=queues.late_to_deliver(self.request.user)) if value else cases

    def by_remedy(self, cases: QuerySet[Application], name: str, value: bool) -> QuerySet[Application]:
        """What was annulled, is owed again, and nobody began; unticked, all."""
        return cases.filter(pk__in=all_owed(cases)) if value else cases

    def by_status(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """In this status, or in one of those the word stands for."""
        return cases.filter(status__in=STATUSES.get(value, {value}))

    def by_person(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """Cases in which a person of this name acted, for themselves or through a delegate, as far as the reader is
        told of it."""
        people = of_name(Person, value)
        acts = Act.objects.filter(Q(person__in=people) | Q(on_behalf_of__in=people))
        return cases.filter(pk__in=self._told(acts).values("application"))

    def by_agency(self, cases: QuerySet[Application], name: str, value: Agency) -> QuerySet[Application]:
        """Cases in which this agency acted, as far as the reader is told of it."""
        acts = Act.objects.filter(application=OuterRef("pk"), agency=value)
        return cases.filter(Exists(self._told(acts)))

    def _told(self, acts: QuerySet[Act]) -> QuerySet[Act]:
        return told_of(self.request.user, acts) if self.request else acts
