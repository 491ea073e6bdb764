"""What anyone handed in on the page of a public notice, for the officers of the case: on its pages, and as a list."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.access import Reader, of_own_units, visible_to
from permits.acts.filings import filings
from permits.acts.objections import record_of
from permits.models import Application, ObjectionFiling
from roles.access import agencies_headed_by, mandates_of
from roles.misread import misread, page_of
from roles.models import Agency, Person
from roles.models.mandates import IN_THE_PROCEDURE
from roles.numbers import whole
from roles.requests import Signed
from workflows.models import OPEN, WorkItem
from workflows.worklist import beside

PER_PAGE = 25
TAKES = "record_objection"


def filings_shown(reader: Reader) -> dict[str, Any]:
    """What was handed in to the case, for who works on it for an agency; nothing for everyone else. `takes` is the page
    on which it can be taken on the record, `sets_aside` whether it can be set aside."""
    application = reader.application
    if not application.did("publish_notice"):
        return {"filings": []}
    found = filings(application)
    if not found or not reader.agencies:
        return {"filings": []}
    open_ones = [one for one in found if one.outcome is None]
    return {
        "filings": found,
        "takes": _taken_on(reader.person, application) if open_ones else "",
        "sets_aside": bool(open_ones and beside(reader.person, application, "set_aside_filing")),
    }


def _taken_on(person: Person, application: Application) -> str:
    """The address at which an objection is taken on the record, up to its number: the step that the person holds, else
    the act beside the steps; empty where neither is possible."""
    items = WorkItem.objects.filter(application=application, status__in=OPEN, owner=person)
    for item in items.order_by("pk"):
        if TAKES in item.flow_task.meanwhile:
            return f"{reverse('task', args=[item.pk])}?act={TAKES}&"
    return f"{reverse('case-act', args=[application.pk, TAKES])}?" if beside(person, application, TAKES) else ""


def prefilled(request: Signed, application: Application) -> dict[str, Any]:
    """What the form begins with by which the objection that a link names is taken on the record; nothing for one that
    the person may not read. A link that names none is told so, unless that objection was dealt with."""
    begins = _waiting_one(request)
    if not begins and not dealt_with(request, application):
        misread(request, "filing", request.GET.get("filing", ""))
    return begins


def _waiting_one(request: Signed) -> dict[str, Any]:
    number = whole(request.GET.get("filing", ""))
    waiting = ObjectionFiling.objects.filter(outcome=None).select_related("application__jurisdiction")
    filing = waiting.filter(pk=number).first() if number is not None else None
    if filing is None or not Reader(request.user, filing.application).agencies:
        return {}
    return record_of(filing)


def dealt_with(request: Signed, application: Application) -> str:
    """What became of the objection that a link names, if it waits no more; else empty."""
    number = whole(request.GET.get("filing", ""))
    if number is None or not Reader(request.user, application).agencies:
        return ""
    filing = next((one for one in filings(application) if one.row.pk == number and one.outcome), None)
    if filing is None or filing.outcome is None or filing.dealt_with is None:
        return ""
    return _("What was handed in under number %(number)d was dealt with on %(day)s: “%(act)s”.") % {
        "number": number, "day": date_format(filing.dealt_with), "act": application.act_label(filing.outcome.act.act),
    }  # fmt: skip


def waiting_filings(person: Person) -> QuerySet[ObjectionFiling]:
    """Objections that wait in cases now lying with an agency for which the person works, or which the person heads, of
    those the person may look at and whose applicant is another's unit: an applicant is told of none before it is on the
    record."""
    agencies = Agency.objects.filter(pk__in=agencies_headed_by(person).values("pk")) | Agency.objects.filter(
        pk__in=mandates_of(person).filter(duty__in=IN_THE_PROCEDURE).values("agency")
    )
    lying = WorkItem.objects.filter(status__in=OPEN, mandate__agency__in=agencies.values("pk"))
    waiting = ObjectionFiling.objects.filter(outcome=None, application__in=lying.values("application"))
    if not waiting.exists():  # as nearly always: whose cases they are costs home more queries
        return waiting.none()
    waiting = waiting.filter(application__in=visible_to(person).values("pk"))
    waiting = waiting.exclude(application__in=of_own_units(person).values("pk"))
    return waiting.select_related("application__jurisdiction", "notice").order_by("pk")


@login_required
@require_safe
def filing_list(request: Signed) -> HttpResponse:
    """The cases in which objections wait, the oldest first; names and words stand on the page of the case alone."""
    page = page_of(request, Paginator(waiting_filings(request.user), PER_PAGE))
    return render(request, "workflows/filing_list.html", {"page_obj": page})
