"""Objections to a running public notice: handed in by anyone, asked after by code. No login, no script.

What is personal in one is seen by the agencies that have the case in procedure, and by nobody else.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from permits.access import Reader, visible_to
from permits.acts.filings import CONTACT, MOST_MB, NAME, REASONS, cleaned, closed, find_filing, hand_in
from permits.drafts.forms import KEY, KeyField, key_of
from permits.drafts.store import opened
from permits.drafts.uploads import CONTENT_TYPES
from permits.errors import BadFacts, ScannerUnreachable, StorageFailed, WrongStatus
from permits.models import Application, ObjectionFiling
from permits.views.public import Notice, posted_or_404, still_public
from roles.addresses import logged_address
from roles.models import Person
from roles.rates import Rate, insist_rate
from roles.requests import Signed

HANDED_IN = Rate("objection", most=30, seconds=3600)  # a village may share one address
ASKED = Rate("objection-code", most=20, seconds=600)


class ObjectionForm(forms.Form):
    """Who objects, how to reach them, and why. What the record can hold is checked by permits.acts.filings."""

    use_required_attribute = False

    once = KeyField()
    name = forms.CharField(label=gettext_lazy("Your name, or that of your organisation"), required=False,
                           widget=forms.TextInput(attrs={"autocomplete": "name"}))  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("Telephone or address"), required=False,
        help_text=gettext_lazy("For the written answer. Only the agencies that handle the case see it."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Your objection and its reasons"), required=False, widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("Attachment"), required=False, allow_empty_file=True)
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, fact in (("name", NAME), ("contact", CONTACT), ("reason", REASONS)):
            self.fields[name].widget.attrs["data-most"] = fact.most
            self.fields[name].asked = fact.required  # type: ignore[attr-defined]  # the verb says which, all at once
        told = _("Optional: a PDF or a picture of at most %(most)d MB.") % {"most": MOST_MB}
        self.fields["file"].help_text = told

    def clean_website(self) -> str:
        """Programs fill in every field; who filled it in by mistake loses nothing."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field must stay empty: empty it and send the form again."))
        return ""


class CodeForm(forms.Form):
    """The code given when the objection was handed in."""

    code = forms.CharField(
        label=gettext_lazy("Code of the objection"), max_length=40,
        help_text=gettext_lazy("Twelve letters and figures, shown when the objection was handed in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form while the notice runs; then the word that it is closed, with what was typed still there to copy."""
    document = posted_or_404(pk)
    if request.method == "POST":
        insist_rate(HANDED_IN, logged_address(request))
        return _handed_in(request, document)
    reason = closed(document)
    return _page(request, document, None if reason else ObjectionForm(), reason)


def _handed_in(request: HttpRequest, document: Any) -> HttpResponse:
    form, key = ObjectionForm(request.POST, request.FILES), key_of(request.POST)
    if not form.is_valid():
        return _page(request, document, form, status=422)
    said = {name: form.cleaned_data[name] for name in ("name", "contact", "reason")}
    try:
        filing, new = hand_in(document, key=key or uuid4(), file=form.cleaned_data["file"], **said)
    except BadFacts as bad:
        for name, message in bad.errors.items():
            form.add_error(name, message)
        return _page(request, document, form, status=422)
    except (ScannerUnreachable, StorageFailed) as fault:
        form.add_error("file", str(fault))
        return _page(request, document, form, status=fault.status if isinstance(fault, StorageFailed) else 503)
    except WrongStatus as wrong:
        return _page(request, document, form, str(wrong), status=409)
    other = not new and _differs(filing, said)
    context = {"notice": Notice(document), "filing": filing, "new": new, "other": other, "typed": said}
    return _private(render(request, "permits/objection_taken.html", context))


def _differs(filing: ObjectionFiling, said: dict[str, str]) -> bool:
    """Whether something else was typed than is kept, by what the record would hold of it: a browser ends lines
    otherwise. What it cannot hold is something else."""
    try:
        return any(getattr(filing, name) != words for name, words in cleaned(said).items())
    except BadFacts:
        return True


def _page(
    request: HttpRequest, document: Any, form: ObjectionForm | None, reason: str = "", status: int = 200
) -> HttpResponse:
    typed = [(form.fields[name].label, form.data.get(name, "")) for name in ("name", "contact", "reason")] if (
        reason and form) else []  # fmt: skip
    context = {"notice": Notice(document), "form": form, "reason": reason, "typed": typed, "key": KEY}
    return _private(render(request, "permits/objection_new.html", context, status=status))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_progress(request: HttpRequest) -> HttpResponse:
    """What became of an objection, for who has its code: the days, why it was set aside, the answer."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST":
        insist_rate(ASKED, logged_address(request))
        if form.is_valid():
            found = find_filing(form.cleaned_data["code"])
            if found is None:
                form.add_error("code", _("No objection has this code. Check it character by character."))
    notice = found.row.notice if found else None
    stands = bool(notice and still_public([notice]))
    if notice and not stands:
        notice.title = ""  # a state secret since it was posted (许可法 5): what kind of paper it was stands there
    context = {"form": form, "found": found, "notice": Notice(notice) if notice else None, "stands": stands}
    status = 422 if form.is_bound and form.errors else 200
    return _private(render(request, "permits/objection_progress.html", context, status=status))


@login_required
@require_safe
def objection_file(request: Signed, pk: int) -> FileResponse:
    """The file handed in with an objection, as a download; for the agencies that have the case in procedure. 404 for
    everyone else."""
    filing = get_object_or_404(ObjectionFiling.objects.exclude(file=""), pk=pk)
    if not reads_filings(request.user, filing.application_id):
        raise Http404
    response = FileResponse(
        opened(filing), as_attachment=True, filename=filing.file_name, content_type=CONTENT_TYPES[filing.file_kind]
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def reads_filings(person: Person, application_id: int) -> bool:
    """Whether `person` may read what is personal in the objections handed in to this case."""
    application = Application.objects.select_related("unit", "jurisdiction").filter(pk=application_id)
    case = application.filter(pk__in=visible_to(person).values("pk")).first()
    return case is not None and bool(Reader(person, case).agencies)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
