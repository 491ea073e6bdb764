"""The page on which an agency's head says what applicants are told before the decision."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from roles.authority import runs
from roles.models import Agency
from roles.openness import tell_applicants
from roles.requests import Signed, posted
from roles.staffing_forms import GroundForm
from roles.views.form_page import form_page

CLOSED, OPEN = "closed", "open"


class OpennessForm(GroundForm):
    """Milestones alone, or every step."""

    told = forms.ChoiceField(
        label=gettext_lazy("Before the decision applicants are told"),
        choices=[
            (CLOSED, gettext_lazy("milestones only: accepted, in review, consulted, notices, when a decision is due")),
            (OPEN, gettext_lazy("every step of this agency, with the opinion and who gave it")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("With the decision everything is told in either case."),
    )
    field_order = ("told", "ground")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_openness(request: Signed, slug: str) -> HttpResponse:
    """What holds, and the form to change it. The agency's head only; to others the page is not there."""
    agency = get_object_or_404(Agency, slug=slug)
    if not runs(request.user, agency):
        raise Http404
    form = OpennessForm(posted(request), initial={"told": OPEN if agency.tells_at_once else CLOSED})
    if form.is_valid() and (form.cleaned_data["told"] == OPEN) == agency.tells_at_once:
        form.add_error("told", _("This holds already: nothing is to be changed."))
    if form.is_valid():
        said = {"at_once": form.cleaned_data["told"] == OPEN, "ground": form.cleaned_data["ground"]}
        tell_applicants(agency, by=request.user, **said)
        messages.success(request, _("What applicants are told of this agency's steps was changed."))
        return redirect("agency", slug)
    heading = _("What applicants are told before the decision")
    return form_page(request, form, heading, _("Save"), above=agency, at=("agency", slug))
