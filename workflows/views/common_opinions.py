"""The page of common opinions: one's own, and those of the agency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from permits.errors import BadFacts, NotPermitted, WrongStatus
from roles.access import agencies_headed_by
from roles.models import Agency
from roles.requests import Signed, posted
from workflows.common_opinions import LONGEST, agencies_of, drop_opinion, keep_opinion, offered_to

MINE = "mine"


class OpinionForm(forms.Form):
    """One more opinion, and whose it is to be."""

    text = forms.CharField(
        label=gettext_lazy("Opinion"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("As it is to stand in the opinion: it can still be changed there."),
    )
    whose = forms.ChoiceField(label=gettext_lazy("For whom"))

    def __init__(self, data: Any = None, *, headed: list[Agency]) -> None:
        super().__init__(data, initial={"whose": MINE})
        self.headed = {str(agency.pk): agency for agency in headed}
        whole = [(key, _("everyone of %(agency)s") % {"agency": agency}) for key, agency in self.headed.items()]
        self.fields["whose"].choices = [(MINE, _("for me")), *whole]  # type: ignore[attr-defined]
        self.fields["whose"].required = bool(headed)
        if not headed:
            self.fields["whose"].widget = forms.HiddenInput()

    @property
    def agency(self) -> Agency | None:
        """The agency it is for; None is the person."""
        return self.headed.get(self.cleaned_data.get("whose") or MINE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_list(request: Signed) -> HttpResponse:
    """The common opinions one may use, and a form for one more. 403 for who works in no agency."""
    agencies = agencies_of(request.user)
    if not agencies:
        raise NotPermitted(_("Common opinions are for those who work in an agency."))
    headed = list(agencies_headed_by(request.user))
    form = OpinionForm(posted(request), headed=headed)
    if form.is_valid():
        try:
            keep_opinion(form.cleaned_data["text"], by=request.user, agency=form.agency)
        except BadFacts as bad:
            form.add_error("text", " ".join(bad.errors.values()))
        except WrongStatus as wrong:
            form.add_error("text", str(wrong))
        else:
            messages.success(request, _("The opinion is kept. It is offered above every opinion you write."))
            return redirect("opinion-list")
    led = {agency.pk for agency in headed}
    rows = [
        {"opinion": one, "removable": one.person_id is not None or one.agency_id in led}
        for one in offered_to(request.user, agencies)
    ]
    context = {"rows": rows, "form": form, "longest": LONGEST}
    return render(request, "workflows/opinions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def opinion_drop(request: Signed, pk: int) -> HttpResponse:
    """Remove one's own opinion, or one of the agency one heads. 404 for any other."""
    if drop_opinion(pk, by=request.user) is None:
        raise Http404
    messages.success(request, _("The opinion was deleted."))
    return redirect("opinion-list")
