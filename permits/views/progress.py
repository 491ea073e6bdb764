"""The progress of a case by number and code, without a login."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from permits.acts.progress import find_progress
from roles.addresses import logged_address
from roles.rates import Rate, insist_rate

ASKED = Rate("progress", most=20, seconds=600)


class QueryForm(forms.Form):
    """Number and code, as the page of a case tells them to the applicant."""

    number = forms.CharField(label=gettext_lazy("Case number"), max_length=40)
    code = forms.CharField(
        label=gettext_lazy("Query code"),
        max_length=20,
        help_text=gettext_lazy("Twelve letters and figures, shown when the application was handed in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """A wrong number and a wrong code are answered alike."""
    form = QueryForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST":
        insist_rate(ASKED, logged_address(request))
        if form.is_valid():
            found = find_progress(form.cleaned_data["number"], form.cleaned_data["code"])
            if found is None:
                told = _(
                    "No case has this number together with this code. Check both character by character; a code noted "
                    "long ago may have been replaced, the page of the case shows the one that counts."
                )
                form.add_error(None, told)
    status = 422 if form.is_bound and form.errors else 200
    response = render(request, "permits/progress.html", {"form": form, "found": found}, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
