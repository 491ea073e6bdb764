"""Queues and the list of cases: filter, search, sort and page by plain GET; export. Filters are kept by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django_tables2 import RequestConfig
from msgspec import Struct

from permits.access import visible_to
from permits.kinds import name_of
from permits.models import Act, Application, Document
from roles.misread import misread, page_of
from roles.pages import BoundedPages
from roles.requests import Signed
from workflows import queues
from workflows.exports import MOST, Row, as_file
from workflows.filters import CaseFilter, DoneFilter, ItemFilter, LedFilter
from workflows.kept_filters import kept, said_in
from workflows.lights import lights
from workflows.models import WorkItem
from workflows.tables import AgencyTable, CaseTable, DoneTable, ItemTable, LedTable, kind_label

PER_PAGE = 25
MOST_AT_ONCE = 100


class Listing(Struct, frozen=True):
    """One list: its rows for a person, how they are filtered and shown, and its columns as a file."""

    title: str | Promise
    empty: str | Promise
    rows: Callable[[Any], QuerySet[Any]]
    filter: type[Any]
    table: type[Any]
    heads: tuple[str | Promise, ...]
    cells: Callable[[list[Any]], Iterator[Row]]


class Picking(Struct, frozen=True):
    """What is done with picked rows of a list: where they are sent, and how the buttons are called."""

    url: str
    picked: str | Promise
    all: str | Promise
    first: str | Promise

    def button(self, count: int) -> str:
        """The button that does it to everything the filter found, beyond the page."""
        words = self.all if count <= MOST_AT_ONCE else self.first
        return words % {"count": count, "most": MOST_AT_ONCE}


def _item_cells(items: list[WorkItem]) -> Iterator[Row]:
    found = lights(items)
    for item in items:
        case, light = item.application, found.get(item.pk)
        yield (case.number, name_of(case), case.unit, kind_label(case.kind), case.jurisdiction,
               item.step_title, light.due if light else None, light.words if light else "")  # fmt: skip


def _led_cells(items: list[WorkItem]) -> Iterator[Row]:
    for item, cells in zip(items, _item_cells(items), strict=True):
        yield (*cells, item.owner or "")


def _done_cells(acts: list[Act]) -> Iterator[Row]:
    for act in acts:
        case = act.application
        yield (case.number, name_of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.act_label(act.act),
               act.at, case.get_status_display())  # fmt: skip


def _case_cells(cases: list[Application]) -> Iterator[Row]:
    for case in cases:
        yield (case.number, name_of(case), case.unit, kind_label(case.kind), case.jurisdiction,
               case.get_status_display(), case.received_on, case.accepted_on, case.decided_on)  # fmt: skip


CASE_HEADS = (
    gettext_lazy("Case"),
    gettext_lazy("Title"),
    gettext_lazy("Applicant"),
    gettext_lazy("Kind"),
    gettext_lazy("Place"),
)
ITEM_HEADS = (*CASE_HEADS, gettext_lazy("Step"), gettext_lazy("Due"), gettext_lazy("Time left"))
LISTS = {
    "mine": Listing(
        gettext_lazy("My tasks"), gettext_lazy("Nothing is waiting for you."), queues.mine, ItemFilter, ItemTable,
        ITEM_HEADS, _item_cells),
    "agency": Listing(
        gettext_lazy("My agency's tasks"), gettext_lazy("Nothing is waiting to be taken."), queues.agency, ItemFilter,
        AgencyTable, ITEM_HEADS, _item_cells),
    "led": Listing(
        gettext_lazy("All work of my agency"), gettext_lazy("Your agency has nothing open."), queues.of_agencies,
        LedFilter, LedTable, (*ITEM_HEADS, gettext_lazy("Held by")), _led_cells),
    "done": Listing(
        gettext_lazy("Done"), gettext_lazy("You have completed nothing yet."), queues.done, DoneFilter, DoneTable,
        (*CASE_HEADS, gettext_lazy("Act"), gettext_lazy("When"), gettext_lazy("The case now")), _done_cells),
}  # fmt: skip


def _cases_of(person: Any) -> QuerySet[Application]:
    return visible_to(person).select_related("unit", "jurisdiction")


CASES = Listing(
    gettext_lazy("Cases"), gettext_lazy("No case you may see fits this."), _cases_of, CaseFilter, CaseTable,
    (*CASE_HEADS, gettext_lazy("Status"), gettext_lazy("Received on"), gettext_lazy("Accepted on"),
     gettext_lazy("Decided on")), _case_cells)  # fmt: skip


PICKS = {
    "agency": Picking("queue-claim", gettext_lazy("Take the picked items"), gettext_lazy("Take all %(count)d found"),
        gettext_lazy("Take the first %(most)d found")),
    "led": Picking("queue-reassign", gettext_lazy("Give the picked items to another"),
        gettext_lazy("Give all %(count)d found to another"), gettext_lazy("Give the first %(most)d found to another")),
}  # fmt: skip
"""Lists whose rows can be picked."""


@login_required
def queue(request: Signed, name: str) -> HttpResponse:
    """待办, 待领取 or 已办 of the person; or all of the agencies that the person heads."""
    if name not in LISTS:
        raise Http404
    return answer(request, LISTS[name], name)


@login_required
def case_list(request: Signed) -> HttpResponse:
    """Every case the person may see. Who typed the number of one case, or of one paper, is led to that case; else what
    holds these words is listed."""
    if request.method == "GET" and "go" in request.GET and (key := _numbered(request)):
        return redirect("case", pk=key)
    return answer(request, CASES, "cases")


def _numbered(request: Signed) -> int | None:
    """The key of the one case, among those the person may see, whose number or paper's number was typed."""
    asked = found_by(request, CASES).form
    said = asked.cleaned_data["q"].strip() if asked.is_valid() else ""
    if not said:
        return None
    cases = visible_to(request.user)
    papers = Document.objects.filter(number=said, application__in=cases).values_list("application", flat=True)
    found = {*cases.filter(number=said).values_list("pk", flat=True)[:2], *papers[:2]}
    return found.pop() if len(found) == 1 else None


def found_by(request: Signed, listing: Listing) -> Any:
    """The list's filter as the address fills it in."""
    return listing.filter(request.GET or None, queryset=listing.rows(request.user), request=request)


def rows_of(found: Any) -> QuerySet[Any]:
    """What a filter lets through; nothing where it asks for something that the list does not know."""
    rows: QuerySet[Any] = found.qs if not found.is_bound or found.is_valid() else found.queryset.none()
    return rows


def _tell_misread(request: Signed, found: Any, table: Any) -> None:
    """Tells of an order the table does not know, and of filters that this person does not have, as where somebody sent
    one on."""
    for said in request.GET.getlist("sort"):
        if said not in (table.order_by or ()):
            misread(request, "sort", said)
    for name in found.base_filters.keys() - found.form.fields.keys():
        misread(request, name, request.GET.get(name, ""))


def answer(request: Signed, listing: Listing, name: str) -> HttpResponse:
    """The page of a list, or its rows as a file."""
    found = found_by(request, listing)
    table = listing.table(rows_of(found), empty_text=listing.empty, attrs={"caption": listing.title, "id": "list"})
    RequestConfig(request, paginate=False).configure(table)  # sorted as asked; the length of a page is ours
    table.paginate(BoundedPages, per_page=PER_PAGE)
    table.page = page_of(request, table.paginator)
    _tell_misread(request, found, table)
    if wanted := request.GET.get("format"):
        return as_file(name, listing.title, listing.heads, listing.cells(list(table.data.data[:MOST])), wanted)
    if hasattr(table, "light_up"):
        table.light_up()
    table.picked = "pick" in request.GET
    used = [field for field in found.form.fields if request.GET.get(field)]
    query = said_in(request.GET.urlencode(), {*found.form.fields, "sort"})
    picks = PICKS.get(name)
    context = {
        "listing": listing, "name": name, "filter": found, "table": table, "used": used, "query": query,
        "picks": picks, "all_button": picks.button(table.page.paginator.count) if picks else "",
        "kept": list(kept(request.user, name)),
    }  # fmt: skip
    return render(request, "workflows/list.html", context)
