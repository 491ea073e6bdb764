"""Obligations after approval: the list, the report on one, and the form that inspectors take along."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from permits.acts.perform import refuse_again
from permits.aftercare.standing import Standing, aftercare_of
from permits.documents.standard import matter_of
from permits.documents.supervision_papers import inspection_form as form_to_fill
from permits.drafts.unfinished import forget
from permits.kinds import kind_of
from permits.models import Application
from permits.tables.kind import TableKind
from permits.views.viewing import pdf_response
from roles.requests import Signed
from workflows import obligation_list as listing
from workflows.report_forms import ReportForm
from workflows.views.case_acts import possible_act
from workflows.views.case_parts import head_of
from workflows.views.lists import Listing, answer
from workflows.views.performing import attempt, done_words
from workflows.views.unfinished import beside_any, keep_beside
from workflows.worklist import see_case

OBLIGATIONS = Listing(
    gettext_lazy("Obligations after approval"), gettext_lazy("No obligation you may see fits this."), listing.of,
    listing.ObligationFilter, listing.ObligationTable, listing.HEADS, listing.cells)  # fmt: skip


@login_required
def obligation_list(request: Signed) -> HttpResponse:
    """Every obligation of the permits the person may see."""
    return answer(request, OBLIGATIONS, "obligations")


@login_required
def obligation_report(request: Signed, pk: int, code: str) -> HttpResponse:
    """The report on one obligation, made by whoever owes it. 404 where there is no such permit or obligation, 403 for
    who does not owe it, 409 where it cannot be reported now."""
    application = see_case(request.user, pk)
    standing = _standing(application, code)
    form = ReportForm(standing)
    possible = possible_act(request.user, application, form.spec.name)
    kept = beside_any(request, application, f"report/{code}")
    form.initial = {**form.initial, **kept.restored}
    if "unfinished_page" in request.POST:
        return keep_beside(request, application, kept, form)
    status = 200
    if request.method == "POST":
        form = ReportForm(standing, request.POST, request.FILES)
        refuse_again(form.key)
        if form.is_valid():
            tried = attempt(form, application, by=request.user, mandate=possible.mandate, work_item=None)
            if tried.record:
                messages.success(request, done_words(tried.record))
                forget(application.pk, kept.page, by=request.user)
                return redirect("permit", pk=application.pk)
            status = 422 if tried.status == 200 else tried.status
    context = {
        **head_of(application), "one": standing, "ordered": standing.order, "form": form, "possible": possible,
        "keeping": kept,
    }  # fmt: skip
    kind = kind_of(application)
    context["row_called"] = kind.table.words.row if isinstance(kind, TableKind) else _("Row of the table")
    return render(request, "workflows/report.html", context, status=status)


def _standing(application: Application, code: str) -> Standing:
    aftercare = aftercare_of(application)
    found = aftercare.of(code) if aftercare else None
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def inspection_form(request: Signed, pk: int) -> HttpResponse:
    """The form of an inspection as a PDF, for who may record one: filled with what is open, or `?blank` to write on."""
    application = see_case(request.user, pk)
    mandate = possible_act(request.user, application, "record_inspection").mandate
    if mandate is None:  # nobody inspects for no agency
        raise Http404
    filled = "blank" not in request.GET
    data = form_to_fill(application, mandate.agency, matter_of(application), filled=filled)
    return pdf_response(data, f"现场检查记录表 {application.number}")
