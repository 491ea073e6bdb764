"""Two submissions of a case side by side, for whoever may see it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from permits.access import note_reading, visible_to
from permits.drafts.changes import difference_between
from permits.models import Submission
from roles.addresses import logged_address
from roles.misread import one_of, page_of
from roles.requests import Signed

LINES = 100
"""Differences on one page: a table taken in anew has tens of thousands."""


@login_required
@require_safe
def submissions_compare(request: Signed, pk: int) -> HttpResponse:
    """What differs between two submissions, chosen by the numbers of their acts; at first between the last two."""
    application = get_object_or_404(visible_to(request.user).select_related("unit", "jurisdiction"), pk=pk)
    note_reading(request.user, application, page=request.path, address=logged_address(request))
    handed_in = list(Submission.objects.filter(application=application).select_related("act").order_by("act__seq"))
    by_number = {str(one.act.seq): one for one in handed_in}
    first, last = handed_in[-2:][:1], handed_in[-1:]
    before, after = (
        by_number.get(one_of(request, name, by_number, ""), chosen[0] if chosen else None)
        for name, chosen in (("before", first), ("after", last))
    )
    changes = difference_between(application, before, after) if before and after else []
    context = {"application": application, "handed_in": handed_in, "before": before, "after": after, "changes": changes}
    context["page"] = page_of(request, Paginator(changes, LINES))
    return render(request, "permits/compare.html", context)
