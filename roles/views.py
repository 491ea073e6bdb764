"""The role matrix for everyone who is logged in, and what one's own posts allow."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from roles.access import agencies_headed_by, mandates_of, units_of
from roles.delegations import take_back
from roles.forms import DelegationForm, MatrixFilter, terms_to_delegate
from roles.models import Delegation, Mandate, Membership
from roles.models.mandates import current
from roles.requests import Signed
from roles.shared import share

PAGE = 25


@login_required
def matrix(request: HttpRequest) -> HttpResponse:
    """The role matrix with clause, document, line, basis, term and what is open; filtered and paged by plain GET."""
    form = MatrixFilter(request.GET)
    rows = form.apply(Mandate.objects.select_related("agency", "jurisdiction", "document"))
    duties = share(rows, timezone.localdate())
    page = Paginator(duties, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "roles/matrix.html", {"form": form, "page": page, "duties": page.object_list, "total": len(rows)}
    )


@login_required
def profile(request: Signed) -> HttpResponse:
    """One's own terms in posts, who stands in for whom, and the mandates, agencies and units they give today."""
    person = request.user
    mandates = mandates_of(person).select_related("agency", "jurisdiction", "document")
    standing_in = Delegation.objects.filter(until__gte=timezone.localdate(), taken_back_at=None)
    context = {
        "terms": Membership.objects.filter(current(), person=person).select_related("post__agency", "post__unit"),
        "duties": share(mandates, timezone.localdate()),
        "headed": agencies_headed_by(person),
        "units": units_of(person),
        "delegations": standing_in.filter(Q(principal=person) | Q(delegate=person)).select_related(
            "principal", "delegate", "post__agency"
        ),
        "delegates": terms_to_delegate(person).exists(),
    }
    return render(request, "roles/profile.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_new(request: Signed) -> HttpResponse:
    """Name who stands in 代理: for oneself, or as head for anybody of the agency. `?term=` chooses whose term."""
    if not terms_to_delegate(request.user).exists():
        raise PermissionDenied(_("You hold no post in an agency for which somebody could stand in."))
    asked = request.GET.get("term", "")
    initial = {"since": timezone.localdate(), "term": asked if asked.isdecimal() else None}
    form = DelegationForm(request.POST if request.method == "POST" else None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid() and (made := form.save()):
        said = {"delegate": made.delegate, "principal": made.principal}
        messages.success(request, _("%(delegate)s stands in for %(principal)s.") % said)
        return redirect("profile" if made.principal == request.user else "agency-people")
    return render(request, "roles/delegation.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_end(request: Signed, pk: int) -> HttpResponse:
    """Take a delegation back, after a look at it. 404 for who has no part in it, 403 for who may only look on."""
    every = Delegation.objects.select_related("principal", "delegate", "post__agency")
    mine = Q(principal=request.user) | Q(delegate=request.user)
    delegation = every.filter(mine | Q(post__agency__in=agencies_headed_by(request.user)), pk=pk).first()
    if delegation is None:
        raise Http404
    if delegation.principal != request.user and delegation.post.agency not in agencies_headed_by(request.user):
        raise PermissionDenied(_("Only the person away or the head of the agency takes it back."))
    if request.method != "POST":
        return render(request, "roles/delegation_end.html", {"delegation": delegation})
    try:
        take_back(delegation, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("%(delegate)s no longer stands in.") % {"delegate": delegation.delegate})
    return redirect("profile" if delegation.principal == request.user else "agency-people")
