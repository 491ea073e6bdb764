"""Naming who stands in, and taking that back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from roles.access import agencies_headed_by
from roles.days import local_today
from roles.delegations import take_back
from roles.forms import DelegationForm, terms_to_delegate
from roles.misread import begin
from roles.models import Delegation
from roles.requests import Signed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_new(request: Signed) -> HttpResponse:
    """Name who stands in 代理: for oneself, or as head for anybody of the agency. `?term=` chooses whose term."""
    if not terms_to_delegate(request.user).exists():
        raise PermissionDenied(_("You hold no post in an agency for which somebody could stand in."))
    posted = request.POST if request.method == "POST" else None
    form = DelegationForm(posted, by=request.user, initial={"since": local_today()})
    begin(request, form, "term")
    if form.is_valid() and (made := form.save()):
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
