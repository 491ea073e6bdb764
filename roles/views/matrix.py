"""The role matrix for everyone who is logged in, and what one's own posts allow."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from roles.access import agencies_headed_by, mandates_of, units_of
from roles.days import local_today
from roles.forms import MatrixFilter, terms_to_delegate
from roles.misread import page_of
from roles.models import Delegation, Mandate, Membership
from roles.models.mandates import IN_THE_PROCEDURE, current
from roles.requests import Signed
from roles.shared import share

PAGE = 25


@login_required
def matrix(request: HttpRequest) -> HttpResponse:
    """The role matrix with clause, document, line, basis, term and what is open; filtered and paged by plain GET."""
    form = MatrixFilter(request.GET)
    rows = form.apply(Mandate.objects.select_related("agency", "jurisdiction", "document"))
    duties = share(rows, local_today())
    page = page_of(request, Paginator(duties, PAGE))
    return render(
        request, "roles/matrix.html", {"form": form, "page": page, "duties": page.object_list, "total": len(rows)}
    )


@login_required
def profile(request: Signed) -> HttpResponse:
    """One's own terms in posts, who stands in for whom, and the mandates, agencies and units they give today."""
    person = request.user
    mandates = mandates_of(person).select_related("agency", "jurisdiction", "document")
    headed = agencies_headed_by(person)
    standing_in = Delegation.objects.filter(until__gte=local_today(), taken_back_at=None)
    context = {
        "terms": Membership.objects.filter(current(), person=person).select_related("post__agency", "post__unit"),
        "duties": share(mandates, local_today()),
        "headed": headed,
        "publishing": {one.agency_id for one in mandates if one.duty in IN_THE_PROCEDURE} | {one.pk for one in headed},
        "units": units_of(person),
        "delegations": standing_in.filter(Q(principal=person) | Q(delegate=person)).select_related(
            "principal", "delegate", "post__agency"
        ),
        "delegates": terms_to_delegate(person).exists(),
    }
    return render(request, "roles/profile.html", context)
