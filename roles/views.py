"""The role matrix for everyone who is logged in, and what one's own posts allow."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .access import agencies_headed_by, mandates_of, units_of
from .forms import KINDS, MatrixFilter
from .mandates import edition_note
from .models import Mandate, Membership, Person
from .models.mandates import current

PAGE = 40


def _shown(mandate: Mandate) -> Mandate:
    """The mandate with what the page says about its kind and edition."""
    mandate.kind_name = KINDS.get(mandate.kind, mandate.kind)  # type: ignore[attr-defined]
    mandate.edition = edition_note(mandate, timezone.localdate())  # type: ignore[attr-defined]
    return mandate


@login_required
def matrix(request: HttpRequest) -> HttpResponse:
    """The role matrix with clause, document, line, basis, term and what is open; filtered and paged by plain GET."""
    form = MatrixFilter(request.GET)
    rows = form.apply(
        Mandate.objects.select_related("agency", "jurisdiction", "document").order_by(
            "document", "matter", "duty", "jurisdiction", "key"
        )
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "roles/matrix.html", {"form": form, "page": page, "mandates": [_shown(row) for row in page]})


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """One's own terms in posts, and the mandates, agencies and units they give today."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - login_required lets nobody else in
    mandates = mandates_of(person).select_related("agency", "jurisdiction", "document")
    context = {
        "terms": Membership.objects.filter(current(), person=person).select_related("post__agency", "post__unit"),
        "mandates": [_shown(row) for row in mandates],
        "headed": agencies_headed_by(person),
        "units": units_of(person),
    }
    return render(request, "roles/profile.html", context)
