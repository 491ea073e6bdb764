"""Keeping a filter of a list under a name, and removing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from permits.errors import BadFacts, WrongStatus
from roles.requests import Signed
from workflows.kept_filters import drop_filter, keep_filter, kept, said_in
from workflows.views.lists import CASES, LISTS, Listing
from workflows.views.permits import PERMITS

EVERY: dict[str, Listing] = {**LISTS, "cases": CASES, "permits": PERMITS}
PLACES = {"cases": "case-list", "permits": "permit-list"}


def address_of(name: str, query: str = "") -> str:
    """Where the list of this name is shown, filtered by `query`."""
    place = reverse(PLACES[name]) if name in PLACES else reverse("queue", args=[name])
    return f"{place}?{query}" if query else place


@login_required
@require_safe
def mine(request: Signed) -> HttpResponse:
    """Every filter the person keeps, also of lists that are gone: these can only be removed."""
    found = [(one, EVERY.get(one.listing)) for one in kept(request.user)]
    rows: list[dict[str, Any]] = [
        {"kept": one, "list": listing, "url": address_of(one.listing, one.query) if listing else ""}
        for one, listing in found
    ]
    return render(request, "workflows/filters.html", {"rows": rows})


@login_required
@require_POST
def keep(request: Signed) -> HttpResponse:
    """Keep the filter that is shown; back to the list, which says what came of it. 404 for a list that is not there."""
    name = request.POST.get("list", "")
    if name not in EVERY:
        raise Http404
    fields = {*EVERY[name].filter.base_filters, "sort"}
    query = said_in(request.POST.get("query", ""), fields)
    try:
        made = keep_filter(name, request.POST.get("name", ""), query, by=request.user)
    except BadFacts as bad:
        messages.error(request, _("The filter was not kept. %(why)s") % {"why": " ".join(bad.errors.values())})
    except WrongStatus as wrong:
        messages.error(request, _("The filter was not kept. %(why)s") % {"why": wrong})
    else:
        messages.success(request, _("The filter “%(name)s” is kept above the list.") % {"name": made})
    return redirect(address_of(name, query))


@login_required
@require_POST
def drop(request: Signed, pk: int) -> HttpResponse:
    """Remove one's own filter. One that is not there counts as removed."""
    gone = drop_filter(pk, by=request.user)
    if gone is None:
        raise Http404
    messages.success(request, _("The filter “%(name)s” was deleted.") % {"name": gone})
    return redirect(address_of(gone.listing) if gone.listing in EVERY else "filter-list")
