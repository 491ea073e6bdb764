"""Queues and the list of cases: filter, search, sort and page by plain GET; take several at once; export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from permits.access import visible_to
from permits.acts.perform import perform
from permits.drafts.forms import key_of
from permits.errors import AlreadyRecorded, PermitError
from permits.models import Act, Application
from roles.numbers import whole
from roles.requests import Signed
from workflows import queues
from workflows.exports import MOST, Row, as_file
from workflows.filters import CaseFilter, DoneFilter, ItemFilter
from workflows.lights import lights
from workflows.models import WorkItem
from workflows.tables import AgencyTable, CaseTable, DoneTable, ItemTable, kind_label

PER_PAGE = 25
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Listing:
    """One list: its rows for a person, how they are filtered and shown, and its columns as a file."""

    title: str | Promise
    empty: str | Promise
    rows: Callable[[Any], QuerySet[Any]]
    filter: type[Any]
    table: type[Any]
    heads: tuple[str | Promise, ...]
    cells: Callable[[list[Any]], Iterator[Row]]


def _item_cells(items: list[WorkItem]) -> Iterator[Row]:
    found = lights(items)
    for item in items:
        case, light = item.application, found.get(item.pk)
        yield (case.number, case.title, case.unit, kind_label(case.kind), case.jurisdiction, item.flow_task.task_title,
               light.due.isoformat() if light else "", light.words if light else "")  # fmt: skip


def _done_cells(acts: list[Act]) -> Iterator[Row]:
    for act in acts:
        case = act.application
        yield (case.number, case.title, case.unit, kind_label(case.kind), case.jurisdiction, case.act_label(act.act),
               act.at.isoformat(timespec="seconds"), case.get_status_display())  # fmt: skip


def _case_cells(cases: list[Application]) -> Iterator[Row]:
    for case in cases:
        yield (case.number, case.title, case.unit, kind_label(case.kind), case.jurisdiction, case.get_status_display(),
               case.received_on, case.accepted_on, case.decided_on)  # fmt: skip


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


@login_required
def queue(request: Signed, name: str) -> HttpResponse:
    """待办, 待领取 or 已办 of the person."""
    if name not in LISTS:
        raise Http404
    return _answer(request, LISTS[name], name)


@login_required
def case_list(request: Signed) -> HttpResponse:
    """Every case the person may see."""
    return _answer(request, CASES, "cases")


def _answer(request: Signed, listing: Listing, name: str) -> HttpResponse:
    found = listing.filter(request.GET or None, queryset=listing.rows(request.user), request=request)
    rows = found.qs if not found.is_bound or found.is_valid() else found.queryset.none()
    table = listing.table(rows, empty_text=listing.empty, attrs={"caption": listing.title, "id": "list"})
    RequestConfig(request, paginate=False).configure(table)  # sorted as asked; the length of a page is ours
    table.paginate(per_page=PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    if wanted := request.GET.get("format"):
        return as_file(name, listing.heads, listing.cells(list(table.data.data[:MOST])), wanted)
    if hasattr(table, "light_up"):
        table.light_up()
    used = [field for field in found.form.fields if request.GET.get(field)]
    return render(
        request,
        "workflows/list.html",
        {"listing": listing, "name": name, "filter": found, "table": table, "used": used, "claims": name == "agency"},
    )


@login_required
@require_POST
def claim_several(request: Signed) -> HttpResponse:
    """Take the picked items, each by an act of its own; what cannot be taken is told, and does not stop the rest."""
    given = [whole(key) for key in request.POST.getlist("item")[:MOST_AT_ONCE]]
    keys = [key for key in given if key is not None]
    items = queues.open_items().filter(pk__in=keys, application__in=visible_to(request.user)).order_by("pk")
    if not keys:
        messages.warning(request, _("Pick at least one item."))
    taken, form = 0, key_of(request.POST)
    for item in items:
        try:
            key = uuid5(form, str(item.pk)) if form else None
            perform(item.application_id, "claim", by=request.user, mandate=item.mandate, key=key, item=item.pk)
        except AlreadyRecorded:
            taken += 1
        except PermitError as refused:
            messages.error(request, _("%(case)s: %(reason)s") % {"case": item.application, "reason": refused})
        else:
            taken += 1
    if gone := len(set(keys)) - len(items):
        messages.warning(
            request,
            ngettext("%(count)d item is no longer open.", "%(count)d items are no longer open.", gone)
            % {"count": gone},
        )
    if taken:
        messages.success(
            request,
            ngettext("You have taken %(count)d item.", "You have taken %(count)d items.", taken) % {"count": taken},
        )
    return redirect("queue", name="agency" if not taken else "mine")
