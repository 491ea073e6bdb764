"""The list of obligations after approval: which, how they are filtered, shown, and given as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.access import visible_to
from permits.aftercare.standing import SOON, state_label
from permits.aftercare.words import names_of
from permits.models import ObligationRow
from permits.models.obligation import TO_BE_CHECKED, WITH_THE_HOLDER, O
from permits.models.permit import P
from roles.days import local_today
from roles.markup import address
from roles.models import OperatingUnit, Person
from workflows.exports import Row
from workflows.filters import Search, kind_choices, places
from workflows.tables import UNBROKEN, WORDS, Table, kind_label, link, mark

CHECK: Final = "to_be_checked"
SHOWN, LOOKED_AT = 8, 80
"""Permits whose next obligation the home tells, and rows read to find them."""
STATES: Final = {CHECK: TO_BE_CHECKED}
"""Several states under one word, as the tiles of the home page count them."""


def of(person: Person) -> QuerySet[ObligationRow]:
    """The obligations of the permits the person may see."""
    found = ObligationRow.objects.filter(permit__application__in=visible_to(person))
    return found.select_related("permit__application__unit", "permit__application__jurisdiction")


def pressing(rows: QuerySet[ObligationRow], when: str) -> QuerySet[ObligationRow]:
    """Those owed by a day that has passed (`late`) or comes within SOON days (`soon`)."""
    today = local_today()
    owed = rows.filter(state__in=WITH_THE_HOLDER)
    return owed.filter(due__lt=today) if when == "late" else owed.filter(
        due__range=(today, today + timedelta(days=SOON)))  # fmt: skip


def due_next(units: Collection[OperatingUnit]) -> list[Owed]:
    """What units owe next, of each permit the soonest, with its light: one query, one more where it is a condition."""
    rows = ObligationRow.objects.filter(permit__application__unit__in=units).select_related("permit__application__unit")
    rows = rows.filter(by="holder", state__in=WITH_THE_HOLDER)
    rows = rows.filter(Q(due__isnull=False) | Q(permit__status=P.VALID)).order_by(
        F("due").asc(nulls_last=True), "permit_id", "place")  # fmt: skip
    found: dict[int, ObligationRow] = {}
    for row in rows[:LOOKED_AT]:
        found.setdefault(row.permit_id, row)
    next_ones = list(found.values())[:SHOWN]
    names = names_of(next_ones)
    return [Owed(row, names[row.pk], light_of(row)) for row in next_ones]


class Owed(Struct, frozen=True):
    """What is owed next under one permit."""

    row: ObligationRow
    label: str
    light: str

    @property
    def url(self) -> str:
        """Where it stands on the permit's page."""
        return address("permit", self.row.permit_id) + f"#obligation-{self.row.code}"


class ObligationFilter(Search):
    """Of the list of obligations."""

    prefix_of_case = "permit__application__"

    kind = filters.ChoiceFilter(
        label=_("Kind"), field_name="permit__application__kind", choices=kind_choices, empty_label=_("All")
    )
    district = filters.ModelChoiceFilter(
        label=_("Place"), field_name="permit__application__jurisdiction", queryset=places, empty_label=_("All")
    )
    state = filters.ChoiceFilter(
        label=_("State of the obligation"), choices=[(CHECK, _("Waits for its check")), *O.choices], method="by_state",
        empty_label=_("All"),
    )  # fmt: skip
    owed = filters.ChoiceFilter(
        label=_("Owed by"), field_name="by", choices=[("holder", _("The holder")), ("agency", _("The agency"))],
        empty_label=_("All"),
    )  # fmt: skip
    time = filters.ChoiceFilter(
        label=_("Time left"), choices=[("late", _("Overdue")), ("soon", _("Nearly due"))], method="by_time",
        empty_label=_("All"),
    )  # fmt: skip

    due = filters.DateFilter(label=_("Due on"), method="by_day", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = ObligationRow
        fields = ["q", "kind", "district", "state", "owed", "time", "due"]

    def by_day(self, rows: QuerySet[ObligationRow], name: str, value: date) -> QuerySet[ObligationRow]:
        """Owed by that day, as the calendar counts it."""
        return rows.filter(due=value, state__in=WITH_THE_HOLDER)

    def by_state(self, rows: QuerySet[ObligationRow], name: str, value: str) -> QuerySet[ObligationRow]:
        """By one state, or the several under one word."""
        return rows.filter(state__in=STATES.get(value, (value,)))

    def by_time(self, rows: QuerySet[ObligationRow], name: str, value: str) -> QuerySet[ObligationRow]:
        """Overdue, or nearly."""
        return pressing(rows, value)


def light_of(row: ObligationRow) -> str:
    """The colour of its day, as on the page of the permit."""
    if row.due is None or row.state not in (*WITH_THE_HOLDER, O.WAITING):
        return ""
    left = (row.due - local_today()).days
    return "red" if left < 0 else "yellow" if left <= SOON else "green"


class ObligationTable(Table):
    """Obligations one may see, the soonest first."""

    number = tables.Column(_("Case"), accessor="permit__application__number", attrs=UNBROKEN)
    code = tables.Column(_("Obligation"))
    holder = tables.Column(
        _("Holder"), accessor="permit__application__unit", order_by="permit__application__unit__name"
    )
    kind = tables.Column(_("Kind"), accessor="permit__application__kind", attrs=WORDS)
    state = tables.Column(_("State of the obligation"))
    due = tables.Column(_("Due"), empty_values=())

    class Meta:
        order_by = "due"

    @cached_property
    def names(self) -> Mapping[int, str]:
        """What the rows on this page are called, read all at once."""
        return names_of([row.record for row in self.paginated_rows])

    def order_due(self, rows: QuerySet[ObligationRow], is_descending: bool) -> tuple[QuerySet[ObligationRow], bool]:
        """By the day, what has none last either way."""
        day = F("due").desc(nulls_last=True) if is_descending else F("due").asc(nulls_last=True)
        return rows.order_by(day, "pk"), True

    def render_number(self, record: ObligationRow) -> SafeString:
        """The case's number, as the link to the permit."""
        return link(address("permit", record.permit_id), record.permit.application)

    def render_code(self, record: ObligationRow) -> SafeString:
        """What it is called, as the link to it on the permit's page."""
        url = address("permit", record.permit_id) + f"#obligation-{record.code}"
        return link(url, self.names[record.pk])

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_state(self, record: ObligationRow) -> str:
        """As word and sign."""
        return mark("workflows/_obligation_state.html", "state", record.state, state_label(record.state, record.by))

    def render_due(self, record: ObligationRow) -> str:
        """Its day and light."""
        return render_to_string("workflows/_obligation_due.html", {"due": record.due, "light": light_of(record)})


HEADS = (_("Case"), _("Obligation"), _("Holder"), _("Kind"), _("State of the obligation"), _("Due"))


def cells(rows: list[ObligationRow]) -> Iterator[Row]:
    """The rows as a file has them."""
    names = names_of(rows)
    for row in rows:
        case: Any = row.permit.application
        yield (case.number, names[row.pk], case.unit, kind_label(case.kind), state_label(row.state, row.by),
               row.due or "")  # fmt: skip
