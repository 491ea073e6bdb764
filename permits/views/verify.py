"""The public verification of papers, and their download by who may see the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from permits.access import note_reading, on_the_applicants_side, visible_to
from permits.acts.fees import notice_over
from permits.acts.paper_force import grounds_of
from permits.documents import checking
from permits.kinds import paper_kinds
from permits.ledger.log import NotLogged
from permits.models import Document, DocumentFile
from permits.models.body import legible
from permits.models.document import BETWEEN_AGENCIES, NoticeKind
from permits.register.reading import state_name
from permits.views.viewing import file_name, shown_in_the_page
from permits.volume.proofs import proof_of_paper, proved
from roles.access import mandates_of
from roles.addresses import logged_address
from roles.misread import begin
from roles.rates import Rate, count_one, insist_left, insist_rate
from roles.requests import Signed

if TYPE_CHECKING:
    from permits.models import Application
    from roles.models import Person

MOST_MB = 20
LOOKED_FOR = Rate("verification-code", most=60, seconds=600)  # tries that find nothing; what is found counts below
VERIFIED = Rate("verification", most=240, seconds=600)  # each look checks a seal; an office may share one address


class FindForm(forms.Form):
    """Number and code, as printed, for who cannot scan."""

    number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=90,
        help_text=gettext_lazy("As printed, such as 京绿审〔2026〕12号."),
    )
    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        max_length=20,
        help_text=gettext_lazy("Twelve letters and figures beside the square code on the paper."),
    )


class FileForm(forms.Form):
    """The PDF to compare."""

    file = forms.FileField(label=gettext_lazy("The PDF you hold"), allow_empty_file=True)

    def clean_file(self) -> UploadedFile[Any]:
        """A PDF of a size that a paper can have."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(_("This file is empty."))
        if file.size > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(_("This file is larger than %(most)d MB.") % {"most": MOST_MB})
        if not file.read(5).startswith(b"%PDF-"):
            raise forms.ValidationError(_("This file is not a PDF."))
        file.seek(0)
        return file


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_start(request: HttpRequest) -> HttpResponse:
    """Find a paper by what is printed on it; 422 for what finds none. Only tries that find none count towards the
    rate: an office that checks many papers may share one address."""
    asked = request.POST if request.method == "POST" else None
    form = FindForm(asked)
    begin(request, form, "number")
    if asked is not None:
        insist_left(LOOKED_FOR, logged_address(request))
        if form.is_valid():
            document = checking.find_by_code(form.cleaned_data["number"], form.cleaned_data["code"])
            if document:
                return redirect("verify", token=document.token)
            count_one(LOOKED_FOR, logged_address(request))
            told = _("No document bears this number together with this code. Check both character by character.")
            form.add_error(None, told)
    status = 422 if form.is_bound else 200
    return _public(render(request, "permits/verify_start.html", {"form": form}, status=status))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """How one paper stands, for anyone who has its address; a POST compares a file with it, 422 for one that is no PDF
    to compare. No personal data."""
    document = checking.find(token)
    if document is None:
        return _public(render(request, "permits/verify_unknown.html", status=404))
    insist_rate(VERIFIED, logged_address(request))
    form, comparison = FileForm(), None
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        comparison = checking.compare(document, form.cleaned_data["file"]) if form.is_valid() else None
    standing = checking.standing_of(document)
    context: dict[str, Any] = {
        "document": document,
        "standing": standing,
        "facts": _facts(standing),
        "form": form,
        "comparison": comparison,
        "most": MOST_MB,
        "proved": proved(document),
        "ground": _why_over(document) if standing.chain_whole else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return _public(render(request, "permits/verify.html", context, status=status))


@never_cache
@require_safe
def verify_proof(request: HttpRequest, token: str) -> HttpResponse:
    """The proof of a paper, to be verified without this site (permits/ledger/verify.py). 404 for what is no paper's
    token, and for a paper that is not in the log yet."""
    document = checking.find(token)
    if document is None:
        raise Http404
    try:
        proof = proof_of_paper(document)
    except NotLogged as error:
        raise Http404 from error
    response = _public(HttpResponse(proof, content_type="application/json; charset=utf-8"))
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{document.number}.proof.json") or ""
    return response


def _why_over(document: Document) -> str:
    """Why a paper no longer holds, in words; empty for one that does."""
    return grounds_of(document.application).get(document.pk, "") or notice_over(document)


def _facts(standing: checking.Standing) -> list[tuple[str, Any]]:
    document, permit = standing.document, standing.permit
    facts: list[tuple[str, Any]] = [
        (_("Document"), _called(document)),
        (_("Number"), _number(document)),
        (_("Issued by"), _issued_by(document)),
        (_("Dated"), document.act.at),
    ]
    if permit:
        facts += [(_("State of the approval"), state_name(permit)), (_("Valid from"), permit.valid_from)]
        facts += [(_("Valid until"), permit.valid_to)] if permit.valid_to else []
    if document.replaced_by:
        facts.append((_("Replaced by"), _number(document.replaced_by)))
    return [*facts, (_("Verification code"), standing.code)]


def _issued_by(document: Document) -> Any:
    """The agency as the paper in hand and its seal call it: renamed since, it has that name no more, and whoever
    compares the two would take the paper for another's."""
    agency, act = document.agency, document.act
    called = legible(lambda: act.agency_name, "") if act.agency_id == agency.pk else ""
    return called if called and called != agency.name else agency


def _number(document: Document) -> Any:
    return document.number if document.prefix_verified else _to_confirm(document.number)


def _called(document: Document) -> str:
    """What the paper is called, without its title: a title may name the applicant. A new paper of a permit is told by
    the certificate in whose place it is carried."""
    if document.kind != NoticeKind.PERMIT_PAPER:
        return document.label
    certificates = [paper.code for paper in paper_kinds() if paper.certificate]
    first = document.application.documents.filter(kind__in=certificates).order_by("pk").first()
    return f"{first.label} · {document.label}" if first else document.label


def _to_confirm(number: str) -> str:
    return _("%(number)s (agency code to be confirmed)") % {"number": number}


def _public(response: HttpResponse) -> HttpResponse:
    """Not for search engines: the address is known only to who holds the paper."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@login_required
@require_safe
def document_pdf(request: Signed, pk: int) -> HttpResponse:
    """The signed PDF, for who may see the case; one still pending is told so (409)."""
    document = get_object_or_404(Document.objects.filter(application__in=visible_to(request.user)), pk=pk)
    if document.kind in BETWEEN_AGENCIES and not _officer(request.user, document.application):
        raise Http404
    note_reading(request.user, document.application, page=request.path, address=logged_address(request))
    stored = DocumentFile.objects.filter(pk=document.pk).first()
    if stored is None:
        return render(request, "permits/document_pending.html", {"document": document}, status=409)
    response = HttpResponse(bytes(stored.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, file_name(document)) or "inline"
    shown_in_the_page(response, "pdf")
    return response


def _officer(person: Person, application: Application) -> bool:
    """Whether the person works for an agency, and is not on the applicant's side: letters between agencies are not the
    applicant's."""
    return mandates_of(person).exists() and not on_the_applicants_side([person], application)
