"""The agency's side of an audit: the findings sent to it, for its head and those whom the head named. It is told
nothing else of the engagement, no note and no sample."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from permits.access import visible_to
from roles.days import local_today
from roles.misread import page_of
from roles.models import Person
from roles.requests import Signed
from workflows.engagements.answers import answer, name_answerer, report_rectified
from workflows.engagements.forms import AnswerForm, NameForm, RectifiedForm, forms_for_agency
from workflows.engagements.rights import addressed_to, answers_as, staff_of
from workflows.engagements.standing import followed
from workflows.models import EngagementEntry, Entry
from workflows.views.engagement_acts import done, steps_of

PER_PAGE = 25


def waiting_for(person: Person) -> tuple[int, int]:
    """How many findings wait for an answer by `person`, and how many of them are late. Three queries."""
    rows = addressed_to(person).exclude(engagement__entries__entry=Entry.CLOSED)
    found = [one for one in followed(rows) if one.waiting]
    return len(found), sum(one.late for one in found)


@login_required
@require_safe
def finding_list(request: Signed) -> HttpResponse:
    """The findings that one may answer, the latest first."""
    page = page_of(request, Paginator(addressed_to(request.user).order_by("-pk"), PER_PAGE))
    return render(request, "workflows/audit_finding_list.html", {"page_obj": page, "rows": followed(page)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: Signed, pk: int) -> HttpResponse:
    """One finding, with the forms that are possible as it stands. 404 for who does not answer it."""
    row = get_object_or_404(addressed_to(request.user), pk=pk)
    wanted = request.POST.get("act", "")
    forms = _forms(request, row, wanted)
    if request.method == "POST":
        if wanted not in forms:
            raise Http404
        form, do = forms[wanted]
        if done(request, form, do, finding=row):
            return redirect("audit-finding", pk)
    (one,) = followed([row])
    closed = EngagementEntry.objects.filter(engagement=row.engagement_id, entry=Entry.CLOSED).exists()
    offered = [] if closed else forms_for_agency(one)
    if answers_as(request.user, row) == "head" and not closed and not one.settled:
        offered.append("name")
    bad = wanted in forms and bool(forms[wanted][0].errors)
    cases = [said["id"] for said in row.facts["cases"]]
    context: dict[str, Any] = {
        "finding": one, "steps": steps_of(one), "closed": closed, "today": local_today(),
        "visible": set(visible_to(request.user).filter(pk__in=cases).values_list("pk", flat=True)),
        "forms": {name: forms[name][0] for name in offered},
        "unseen": forms[wanted][0] if bad and wanted not in offered else None,
    }  # fmt: skip
    return render(request, "workflows/audit_finding.html", context, status=422 if bad else 200)


def _forms(request: Signed, row: EngagementEntry, wanted: str) -> dict[str, Any]:
    def given(name: str) -> tuple[Any, Any]:
        return (request.POST, request.FILES) if name == wanted else (None, None)

    return {
        "answer": (AnswerForm(*given("answer")), answer),
        "rectify": (RectifiedForm(*given("rectify")), report_rectified),
        "name": (NameForm(staff_of(row.agency_id), given("name")[0]), name_answerer),
    }
