"""Internal notes of a case: read and written by officers of one agency, apart from the record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from permits.access import Reader
from permits.errors import BadFacts, NotPermitted
from roles.models import Agency
from roles.numbers import whole
from roles.requests import Signed
from workflows.notes import drop_note, notes_of, write_note
from workflows.views.case_parts import head_of
from workflows.worklist import see_case


class NoteForm(forms.Form):
    """One note. How long it may be is the verb's to say."""

    text = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    text.asked = True  # type: ignore[attr-defined]  # by the verb


def notes_shown(reader: Reader) -> dict[str, Any]:
    """What the page of a case shows of notes: those of the agencies for which `reader` works in it. `notes` is None for
    everyone else, and once the case has ended."""
    agencies = frozenset() if reader.application.final else reader.agencies
    return {"notes": notes_of(reader.application, agencies) if agencies else None, "notes_agencies": agencies}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_notes(request: Signed, pk: int) -> HttpResponse:
    """The notes of a case, and one more. 404 for who may not know of it, 403 for who works on it in no agency, 409
    after its end."""
    application = see_case(request.user, pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = whole(request.POST.get("agency", ""))
        try:
            write_note(pk, form.cleaned_data["text"], by=request.user, agency_id=asked)
        except BadFacts as bad:
            form.add_error("text", " ".join(bad.errors.values()))
        else:
            messages.success(request, _("The note was kept. Only officers of your agency see it."))
            return _back(request, pk)
    shown = notes_shown(Reader(request.user, application))
    if shown["notes"] is None:
        raise NotPermitted(_("Only officers of an agency that has the case in procedure note something on it."))
    agencies = Agency.objects.filter(pk__in=shown["notes_agencies"])
    context = {**head_of(application), **shown, "form": form, "agencies": agencies}
    return render(request, "workflows/notes.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def case_note_drop(request: Signed, pk: int, note: int) -> HttpResponse:
    """Remove a note of one's own. 404 where there is none."""
    see_case(request.user, pk)
    if not drop_note(pk, note, by=request.user):
        raise Http404
    messages.success(request, _("The note was deleted."))
    return _back(request, pk)


def _back(request: Signed, pk: int) -> HttpResponse:
    """To the page it was written on."""
    asked = request.POST.get("next", "")
    here = {request.get_host()}
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, here, require_https=request.is_secure()):
        return HttpResponseRedirect(asked)  # an address, never the name of a page
    return redirect("case", pk=pk)
