"""A head's own pages: the agency's people and their work, and closing an account."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from permits.access import visible_to
from permits.acts.hearings import to_chair
from permits.errors import Busy, NotPermitted
from roles.access import agencies_headed_by
from roles.models import Person
from roles.requests import Signed
from roles.views.people import seen_person
from workflows.models import OPEN, WorkItem
from workflows.people import deactivate, officers, refusal_to_close, standing_in


class CloseForm(forms.Form):
    """Why an account is closed."""

    reason = forms.CharField(label=gettext_lazy("Reasons"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@login_required
@require_safe
def agency_people(request: Signed) -> HttpResponse:
    """Who holds which post and how much work, and who stands in for whom, in the agencies the person heads."""
    headed = list(agencies_headed_by(request.user))
    if not headed:
        raise NotPermitted(_("Only the head of an agency sees this page."))
    away = standing_in(headed)
    rows = [{"agency": agency, "officers": officers(agency), "delegations": away[agency.pk]} for agency in headed]
    return render(request, "workflows/people.html", {"rows": rows, "headed": headed})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_close(request: Signed, pk: int) -> HttpResponse:
    """Close somebody's account, after telling what that brings about. 404 for whom `user` has nothing to do with."""
    person = seen_person(request, pk)
    if not person.is_active:
        raise Http404
    if refused := refusal_to_close(person, request.user):
        raise NotPermitted(refused)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            returned = deactivate(person, by=request.user, reason=form.cleaned_data["reason"])
        except Busy as busy:
            form.add_error(None, str(busy))
        else:
            messages.success(request, _told(person, returned))
            return redirect("person", person.pk)
    held = WorkItem.objects.filter(owner=person, status__in=OPEN).select_related("application__unit", "process")
    told = held.filter(application__in=visible_to(request.user))  # an administrator learns of no case
    chairs = to_chair(person)
    known = visible_to(request.user).in_bulk([one.application_id for one in chairs])
    hearings = [(known.get(one.application_id), one.facts["held_on"]) for one in chairs]
    context = {"officer": person, "many": held.count(), "told": told, "hearings": hearings, "form": form}
    return render(request, "workflows/person_close.html", context)


def _told(person: Person, returned: int) -> str:
    items = ngettext(
        "%(count)d task is back in the queue.", "%(count)d tasks are back in the queue.", returned
    ) % {"count": returned}  # fmt: skip
    return f"{_('The account of %(person)s was closed.') % {'person': person}} {items if returned else ''}".strip()
