"""The page of a case for everyone who may see it, acts beside any work item, and the record to take away."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from permits.access import only_audits, withheld_from
from permits.acts.perform import refuse_again
from permits.clocks.calendar import one_calendar
from permits.clocks.entries import one_reading
from permits.clocks.standing import status as clocks_of
from permits.drafts.forms import key_of
from permits.errors import NotPermitted, WrongStatus
from permits.kinds import kind_of
from permits.ledger.chain import problems_of
from permits.models import ACTS, Act, Application
from permits.models.act import GENESIS
from permits.models.machine import outcomes
from roles.access import agencies_headed_by, mandates_of, units_of
from roles.addresses import logged_address
from roles.models import Person
from roles.models.security import What
from roles.requests import Signed
from roles.security_log import note
from workflows.graph import draw
from workflows.reading import acts_of, entries_of
from workflows.views.case_parts import Waiting, consultations, head_of, materials_of, whose_turn
from workflows.views.performing import CONFIRMED, Attempt, attempt, done_words, form_of
from workflows.worklist import DECIDING, Possible, beside, see_case


@login_required
@one_calendar()
@one_reading()
def case(request: Signed, pk: int) -> HttpResponse:
    """Everything about one case: where it stands, what was asked, who did what. 404 for who may not know of it."""
    application = _read(request, pk)
    acts = list(acts_of(application))
    applies = units_of(request.user).filter(pk=application.unit_id).exists()
    installed = kind_of(application).installed
    waiting = whose_turn(application) if installed else []
    return render(
        request,
        "workflows/case.html",
        {
            **head_of(application),
            "applies": applies,
            "waiting": waiting,
            "task_of": own_items(request.user, waiting),
            "clocks": clocks_of(application),
            "materials": materials_of(application, request.user),
            "documents": application.documents.select_related("agency").order_by("pk"),
            "consultations": consultations(application, acts),
            "entries": entries_of(application, acts, withheld_from(request.user, application)),
            "problems": problems_of(application),
            "drawing": draw(application.case) if installed else None,
            "possible": beside(request.user, application) if installed else [],
            "editable": applies and application.editable and installed,
            "installed": installed,
        },
    )


def _read(request: Signed, pk: int) -> Application:
    """The case; a line of the security log where an auditor looks at it. Raises Http404."""
    application = see_case(request.user, pk)
    if only_audits(request.user, application):
        told = {"case": application.pk, "number": application.number, "page": request.path}
        note(What.CASE_READ, by=request.user, address=logged_address(request), told=told)
    return application


def own_items(person: Person, waiting: list[Waiting]) -> set[int]:
    """The open items whose page `person` may open."""
    if not waiting:
        return set()
    held = set(mandates_of(person).values_list("pk", flat=True))
    heads = set(agencies_headed_by(person).values_list("pk", flat=True))
    return {
        one.item.pk
        for one in waiting
        if one.item.mandate and (one.item.mandate_id in held or one.item.mandate.agency_id in heads)
    }


@login_required
def act(request: Signed, pk: int, name: str) -> HttpResponse:
    """One act that belongs to no work item of the person: withdraw, extend, remind, record silence, recuse.

    404 for who may not know of the case or an unknown act, 403 for who may not perform it.
    """
    application = see_case(request.user, pk)
    refuse_again(key_of(request.POST))
    possible = _possible(request.user, application, name)
    form = form_of(possible.spec, application, possible.mandate, request if request.method == "POST" else None)
    tried = Attempt()
    if request.method == "POST" and form.is_valid() and not form.adds_row and form.check:
        if name in DECIDING and CONFIRMED not in request.POST:
            return _act_page(request, "workflows/review.html", application, possible, {"form": form})
        tried = attempt(form, application, by=request.user, mandate=possible.mandate, work_item=None)
        if tried.record:
            messages.success(request, done_words(tried.record))
            return redirect("case", pk=application.pk)
    return _act_page(
        request,
        "workflows/act.html",
        application,
        possible,
        {"form": form, "violated": tried.findings},
        status=tried.status,
    )


def _act_page(
    request: Signed,
    template: str,
    application: Application,
    possible: Possible,
    more: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {**head_of(application), "possible": possible, "deciding": possible.spec.name in DECIDING, **more}
    return render(request, template, context, status=status)


def _possible(person: Person, application: Application, name: str) -> Possible:
    """The act as this person may perform it here. Raises WrongStatus or NotPermitted."""
    for one in beside(person, application):
        if one.spec.name == name:
            return one
    spec = ACTS.get(name)
    if spec and not outcomes(Application, name, application.status):
        raise WrongStatus(
            _("“%(act)s” is not possible: the case is in “%(status)s”.")
            % {"act": application.act_label(name), "status": application.get_status_display()}
        )
    raise NotPermitted(_("Nothing in this case is yours to do in this way."))


@login_required
def record(request: Signed, pk: int) -> HttpResponse:
    """The acts of a case as they were hashed, so that a stranger can check the chain without this system.

    Of an act whose words the reader is not told yet there is the hash alone; what follows is chained to it all the
    same.
    """
    application = _read(request, pk)
    withheld = withheld_from(request.user, application)
    acts = application.acts.select_related("submission").order_by("seq")
    content = {
        "case": str(application),
        "how_to_verify": "For each act: SHA-256 of the UTF-8 bytes of body is hash; body's previous is the hash of the "
        "act before, 64 zeros for the first; a submission's SHA-256 is named in the body of its act. Of one withheld "
        "the hash alone is here; its body is given with the decision.",
        "genesis": GENESIS,
        "acts": [_act_as_recorded(act, act.act in withheld) for act in acts],
    }
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="record-{application.pk}.json"'
    return response


def _act_as_recorded(act: Act, withheld: bool) -> dict[str, Any]:
    if withheld:
        return {"seq": act.seq, "withheld": True, "hash": act.hash}
    handed_in = getattr(act, "submission", None)
    row = {"seq": act.seq, "body": act.body, "hash": act.hash}
    return row | ({"submission": handed_in.body} if handed_in else {})
