"""The lists as tables: columns of design §9, sortable by plain GET."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import django_tables2 as tables
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Concat
from django.template.loader import render_to_string
from django.utils.formats import date_format, localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import A, signature

from permits.kinds import kind_or_absent, kinds, name_of
from permits.models import Act, Application, spec_of
from roles.markup import address, escaped
from workflows.lights import TimeLeft, lights
from workflows.models import WorkItem


def link(url: str, text: object) -> SafeString:
    """A link."""
    return SafeString(f'<a href="{escaped(url)}">{escaped(text)}</a>')


def status_mark(application: Application) -> str:
    """The status as word and sign."""
    return mark("components/status.html", "status", application.status, str(application.get_status_display()))


@cache
def mark(template: str, name: str, state: str, label: str) -> str:
    """A state as word and sign, as its template draws it. There are few, each stands in many rows."""
    return render_to_string(template, {name: state, "label": label})


def light_mark(light: TimeLeft | None) -> str:
    """Dot, words and number; a dash where no period runs."""
    return render_to_string("workflows/_light.html", {"light": light})


def kind_label(code: str) -> str:
    """The kind's name."""
    return str(kind_or_absent(code).label)


def act_label(kind: str, act: str) -> str:
    """An act as the kind calls it; where only the codes are at hand."""
    return str(kind_or_absent(kind).called.get(act) or spec_of(act).label)


def address_of(item: WorkItem) -> str:
    """Where an item is worked on: the unit's own in the draft, an officer's on its page."""
    if item.mandate_id is None:
        return address("draft", item.application_id)
    return address("task", item.pk)


UNBROKEN = {"td": {"class": "text-nowrap"}}
"""Numbers and dates stand on one line."""
BRIEF = {"td": {"class": "brief"}}
"""Short names are not broken within a word."""
WORDS = {"td": {"class": "words"}}
"""Names of several words: broken between Chinese characters, but never within an English word."""


def number_of(application: Application) -> str:
    """The case's number; what stands for it before it has one."""
    return application.number or _("Draft %(key)d") % {"key": application.pk}


@lru_cache(maxsize=4096)
def short_day(day: date, language: str | None) -> str:
    """The day in the short form of the language, the reader's; lists repeat the same days."""
    return date_format(day, "SHORT_DATE_FORMAT")


class DayColumn(tables.Column):
    """A day or moment in the reader's short form. (The library's own compiles a template for each cell.)"""

    def render(self, value: date) -> str:
        """The day; of a moment the day and the time here."""
        if isinstance(value, datetime):
            return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
        return short_day(value, get_language())


class NameColumn(tables.Column):
    """What a case is called: its title, or what is asked for and by whom, where its unit gave it none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(gettext_lazy("Title"), empty_values=(), attrs={"td": {"class": "title-cell"}}, **kwargs)

    def render(self, record: Any) -> str:
        """The title of the row's case, or what stands for it."""
        return name_of(record if isinstance(record, Application) else record.application)

    def order(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """By what the cells show, made names too."""
        at = str(self.accessor or "title").removesuffix("title")
        made = [
            When(
                **{f"{at}title": "", f"{at}kind": kind.code},
                then=Concat(Value(f"{kind.label} · "), f"{at}unit__name", output_field=CharField()),
            )
            for kind in kinds()
        ]
        called = Case(*made, default=f"{at}title")
        return rows.order_by(called.desc() if is_descending else called.asc(), "pk"), True


class Writer:
    """How the cells of one column are written: what the library finds out at each cell, found out once for all."""

    def __init__(self, column: BoundColumn, first: Any) -> None:
        self.path = column.accessor.split(A.SEPARATOR)
        self.chosen = bool(getattr(A(column.accessor).get_field(first), "choices", None))
        self.empty, self.default = column.column.empty_values, column.default
        self.render, (self.wanted, _all) = column.render, signature(column.render)
        self.opening = format_html('<td data-label="{}" {}>', str(column.header), column.attrs["td"].as_html())

    def cell(self, row: BoundRow) -> SafeString:
        """One cell of this column, its tags around it."""
        value: Any = row.record
        for step in self.path[:-1]:
            value = getattr(value, step, None)
        last = self.path[-1]
        value = getattr(value, f"get_{last}_display")() if self.chosen else getattr(value, last, None)
        if value in self.empty:
            return self._around(self.default)
        known = {"value": value, "record": row.record, "bound_row": row}
        return self._around(self.render(**{name: known[name] for name in self.wanted}))

    def _around(self, said: Any) -> SafeString:
        return SafeString(f"{self.opening}{escaped(localize(said))}</td>")


class Table(tables.Table):
    """A list that describes its columns once, and not again at each cell. Its rows are objects, its columns link by
    their own `render_…`; `tests/workflows/test_tables.py` holds its cells against the library's."""

    def heads(self) -> Iterator[dict[str, Any]]:
        """Of each column its classes, its label, how it is sorted, and how a click sorts it."""
        for column in self.columns:
            alias = column.order_by_alias
            how = "ascending" if alias.is_ascending else "descending"
            yield {
                "looks": column.attrs["th"].get("class", ""), "label": column.header,
                "sorted": how if column.is_ordered else "", "next": alias.next if column.orderable else "",
            }  # fmt: skip

    def lines(self) -> Iterator[tuple[SafeString, SafeString]]:
        """Of each row on this page its attributes and its cells."""
        writers: list[Writer] = []
        for row in self.paginated_rows:
            writers = writers or [Writer(column, row.record) for column in self.columns]
            cells = "\n        ".join([writer.cell(row) for writer in writers])
            yield row.attrs.as_html(), SafeString(cells)


class ItemTable(Table):
    """A queue."""

    number = tables.Column(gettext_lazy("Case"), accessor="application__number", empty_values=(), attrs=UNBROKEN)
    title = NameColumn(accessor="application__title")
    applicant = tables.Column(
        gettext_lazy("Applicant"), accessor="application__unit", order_by="application__unit__name"
    )
    kind = tables.Column(gettext_lazy("Kind"), accessor="application__kind", attrs=WORDS)
    place = tables.Column(
        gettext_lazy("Place"),
        accessor="application__jurisdiction",
        order_by="application__jurisdiction__code",
        attrs=BRIEF,
    )
    step = tables.Column(gettext_lazy("Step"), attrs=BRIEF)
    due = tables.Column(gettext_lazy("Time left"), empty_values=())

    class Meta:
        order_by = "due"

    lights: Mapping[int, TimeLeft] = {}

    def light_up(self) -> None:
        """Read the clocks of the rows on this page, all at once."""
        self.lights = lights(row.record for row in self.paginated_rows)

    def order_due(self, items: QuerySet[WorkItem], is_descending: bool) -> tuple[QuerySet[WorkItem], bool]:
        """By the date, what has none last either way: the databases would each put it elsewhere."""
        due = F("due").desc(nulls_last=True) if is_descending else F("due").asc(nulls_last=True)
        return items.order_by(due, "pk"), True

    def render_number(self, record: WorkItem) -> SafeString:
        """The case's number, as the link to the work."""
        return link(address_of(record), number_of(record.application))

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_step(self, record: WorkItem) -> str:
        """The step's name in the flow."""
        return str(record.step_title)

    def render_due(self, record: WorkItem) -> str:
        """The light."""
        return light_mark(self.lights.get(record.pk))


class AgencyTable(ItemTable):
    """The agency's queue, where items can be picked and taken together."""

    pick = tables.Column(gettext_lazy("Pick"), accessor="pk", orderable=False, empty_values=())
    picked = False
    """Whether every item on the page is picked already."""

    class Meta:
        order_by = "due"
        sequence = ("pick", "...")

    def render_pick(self, record: WorkItem) -> SafeString:
        """A checkbox named for its case."""
        box = format_html(
            '<input class="form-check-input" type="checkbox" name="item" value="{}" aria-label="{}"',
            record.pk,
            _("Pick %(case)s") % {"case": record.application},
        )
        return format_html("{} checked>" if self.picked else "{}>", box)


class LedTable(AgencyTable):
    """All the work of the agencies one heads, held or not."""

    holder = tables.Column(
        gettext_lazy("Held by"), accessor="owner", order_by="owner__name", empty_values=(), attrs=BRIEF
    )

    class Meta:
        order_by = "due"
        sequence = ("pick", "...", "holder", "due")

    def render_holder(self, record: WorkItem) -> str:
        """Who has taken it."""
        return str(record.owner or _("Nobody yet"))


class DoneTable(Table):
    """What a person has done."""

    number = tables.Column(gettext_lazy("Case"), accessor="application__number", empty_values=(), attrs=UNBROKEN)
    title = NameColumn(accessor="application__title")
    applicant = tables.Column(
        gettext_lazy("Applicant"), accessor="application__unit", order_by="application__unit__name"
    )
    kind = tables.Column(gettext_lazy("Kind"), accessor="application__kind", attrs=WORDS)
    act = tables.Column(gettext_lazy("Act"), attrs=BRIEF)
    at = DayColumn(gettext_lazy("When"), attrs=UNBROKEN)
    status = tables.Column(gettext_lazy("The case now"), accessor="application__status")

    class Meta:
        order_by = "-at"

    def render_number(self, record: Act) -> SafeString:
        """The link to the case."""
        return link(address("case", record.application_id), number_of(record.application))

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_act(self, record: Act) -> str:
        """The act's name."""
        return record.application.act_label(record.act)

    def render_status(self, record: Act) -> str:
        """As word and sign."""
        return status_mark(record.application)


class CaseTable(Table):
    """Cases one may see."""

    number = tables.Column(gettext_lazy("Case"), empty_values=(), attrs=UNBROKEN)
    title = NameColumn()
    applicant = tables.Column(gettext_lazy("Applicant"), accessor="unit", order_by="unit__name")
    kind = tables.Column(gettext_lazy("Kind"), attrs=WORDS)
    place = tables.Column(gettext_lazy("Place"), accessor="jurisdiction", order_by="jurisdiction__code", attrs=BRIEF)
    received_on = DayColumn(gettext_lazy("Received on"), attrs=UNBROKEN)
    decided_on = DayColumn(gettext_lazy("Decided on"), attrs=UNBROKEN)
    status = tables.Column(gettext_lazy("Status"))

    class Meta:
        order_by = ("-received_on", "-number")

    def render_number(self, record: Application) -> SafeString:
        """The number, as the link to the case."""
        return link(address("case", record.pk), number_of(record))

    def render_kind(self, value: str) -> str:
        """The kind's name."""
        return kind_label(value)

    def render_status(self, record: Application) -> str:
        """As word and sign."""
        return status_mark(record)
