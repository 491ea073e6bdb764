"""The list of permits: which, how they are filtered, shown, and given as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from permits.access import visible_to
from permits.kinds import name_of
from permits.models import Act, Permit
from permits.models.permit import ANSWERS, TAKES_BACK, P
from permits.register.reading import STATES, stands, state_name, state_of
from roles.days import local_today
from roles.markup import address
from roles.models import OperatingUnit, Person
from workflows.exports import Row
from workflows.filters import LONGEST_SEARCH, Search, kind_choices, places
from workflows.tables import BRIEF, UNBROKEN, WORDS, DayColumn, NameColumn, Table, kind_label, link, mark

LONGEST_LOOK = 3660  # days ahead: ten years


def of(person: Person) -> QuerySet[Permit]:
    """The permits of the cases the person may see."""
    held = Permit.objects.filter(application__in=visible_to(person))
    return held.select_related("application__unit", "application__jurisdiction")


def running(permits: QuerySet[Permit], days: int) -> QuerySet[Permit]:
    """Those that are valid and end within so many days."""
    today = local_today()
    return permits.filter(status=P.VALID, valid_to__range=(today, today + timedelta(days=days)))


def asked(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Valid ones on which something was asked since they were granted that no later act answers or takes back. An
    answer that was annulled counts here as given; the page of the permit shows what then waits again."""
    found = Q(pk__in=[])
    for ask, answers in ANSWERS.items():
        taken_back = Q(act=TAKES_BACK, body__contains=f'"request":"{ask}"')  # canonical JSON: it stands in one way only
        ends = Act.objects.filter(
            Q(act__in=answers) | taken_back, application=OuterRef("application"), seq__gt=OuterRef("seq")
        )
        since = Act.objects.filter(application=OuterRef("pk"), act=ask, pk__gt=OuterRef("granted_by"))
        found |= Q(Exists(since.filter(~Exists(ends))))
    return permits.filter(found, status=P.VALID)


class PermitFilter(Search):
    """Of the list of permits."""

    prefix_of_case = "application__"

    kind = filters.ChoiceFilter(
        label=_("Kind"), field_name="application__kind", choices=kind_choices, empty_label=_("All")
    )
    district = filters.ModelChoiceFilter(
        label=_("Place"), field_name="application__jurisdiction", queryset=places, empty_label=_("All")
    )
    holder = filters.CharFilter(label=_("Holder"), method="by_holder", max_length=LONGEST_SEARCH)
    status = filters.ChoiceFilter(
        label=_("State of the permit"), choices=list(STATES.items()), method="by_state", empty_label=_("All")
    )
    within = filters.NumberFilter(
        label=_("Ends within so many days"), method="by_end", min_value=0, max_value=LONGEST_LOOK
    )
    open = filters.BooleanFilter(
        label=_("Something was asked and not decided"), method="by_request",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip

    class Meta:
        model = Permit
        fields = ["q", "kind", "district", "holder", "status", "within", "open"]

    def by_holder(self, permits: QuerySet[Permit], name: str, value: str) -> QuerySet[Permit]:
        """Of units of such a name; a number is a unit's key, as filters kept from earlier versions say."""
        named = Q(pk=value) if value.isdecimal() else Q(name__icontains=value)
        return permits.filter(application__unit__in=OperatingUnit.objects.filter(named).values("pk"))

    def by_state(self, permits: QuerySet[Permit], name: str, value: str) -> QuerySet[Permit]:
        """As the list shows it: by the status and what the calendar says of it."""
        return permits.filter(stands(value, local_today()))

    def by_end(self, permits: QuerySet[Permit], name: str, value: Any) -> QuerySet[Permit]:
        """Valid, and ending soon."""
        return running(permits, int(value))

    def by_request(self, permits: QuerySet[Permit], name: str, value: bool) -> QuerySet[Permit]:
        """What waits for a decision on the permit; unticked, all."""
        return asked(permits) if value else permits


def permit_mark(permit: Permit) -> str:
    """How a permit stands today, as word and sign."""
    state = state_of(permit, local_today())
    return mark("permits/permit_state.html", "state", state, str(STATES[state]))


class PermitTable(Table):
    """Permits one may see, the soonest end first."""

    number = tables.Column(_("Case"), accessor="application__number", attrs=UNBROKEN)
    title = NameColumn(accessor="application__title")
    holder = tables.Column(_("Holder"), accessor="application__unit", order_by="application__unit__name")
    kind = tables.Column(_("Kind"), accessor="application__kind", attrs=WORDS)
    place = tables.Column(
        _("Place"), accessor="application__jurisdiction", order_by="application__jurisdiction__code", attrs=BRIEF
    )
    valid_from = DayColumn(_("Valid from"), attrs=UNBROKEN)
    valid_to = DayColumn(_("Valid until"), attrs=UNBROKEN)
    status = tables.Column(_("State of the permit"))

    class Meta:
        order_by = "valid_to"

    def order_valid_to(self, permits: QuerySet[Permit], is_descending: bool) -> tuple[QuerySet[Permit], bool]:
        """By the last day, what has none last either way: the databases would each put it elsewhere."""
        end = F("valid_to").desc(nulls_last=True) if is_descending else F("valid_to").asc(nulls_last=True)
        return permits.order_by(end, "pk"), True

    def render_number(self, record: Permit) -> SafeString:
        """The case's number, as the link to the permit."""
        return link(address("permit", record.pk), record.application)

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_status(self, record: Permit) -> str:
        """As word and sign."""
        return permit_mark(record)


HEADS = (
    _("Case"), _("Title"), _("Holder"), _("Kind"), _("Place"), _("Valid from"), _("Valid until"),
    _("State of the permit"),
)  # fmt: skip


def cells(permits: list[Permit]) -> Iterator[Row]:
    """The rows as a file has them."""
    for permit in permits:
        case = permit.application
        yield (case.number, name_of(case), case.unit, kind_label(case.kind), case.jurisdiction, permit.valid_from,
               permit.valid_to or "", state_name(permit))  # fmt: skip
