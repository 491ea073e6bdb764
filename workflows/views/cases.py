"""The page of a case for everyone who may see it, acts beside any work item, and the record to take away."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.access import may_take_away, note_reading, on_the_applicants_side, withheld_from
from permits.acts.assessment import fee_due
from permits.acts.conditions import barred
from permits.acts.fees import fee_of, paid
from permits.acts.found import determinations
from permits.acts.hearings import fallen_away
from permits.acts.objections import objections, open_objections
from permits.acts.perform import refuse_again
from permits.acts.preview import can_preview
from permits.acts.readings import told_of_first_review
from permits.acts.reopening import decision_of, owed, to_follow, withstood
from permits.acts.requests import open_request, silence_grants
from permits.clocks.entries import one_reading
from permits.clocks.standing import still_due
from permits.documents.delivering import undelivered
from permits.documents.delivery_form import delivery_form as delivery_blank
from permits.drafts.forms import key_of
from permits.drafts.unfinished import BESIDE, forget
from permits.errors import NotPermitted, WrongStatus
from permits.kinds import kind_of
from permits.ledger.chain import problems_of
from permits.models import ACTS, Act, Application, Submission
from permits.models.act import GENESIS
from permits.models.aftercare import OF_PERMIT, REPORTS
from permits.models.life import OF_LIFE
from permits.models.machine import outcomes
from permits.models.permit import ANSWERS, remedy_of_answer
from permits.models.states import S
from permits.views.viewing import pdf_response
from roles.access import agencies_headed_by, anybody_applies_for, mandates_of, units_of
from roles.addresses import logged_address
from roles.models import Person
from roles.requests import Signed
from workflows.forms import ActForm
from workflows.graph import draw
from workflows.opinions import opinions_of
from workflows.reading import acts_of, entries_of, in_words, told
from workflows.supervision import begins, said_before
from workflows.views.case_parts import (
    Waiting,
    consultations,
    head_of,
    hearing_owed,
    materials_of,
    papers_shown,
    same_ground,
    submissions_shown,
    whose_turn,
)
from workflows.views.filings import filings_shown
from workflows.views.notes import notes_shown
from workflows.views.performing import (
    CONFIRMED,
    PREVIEW,
    Attempt,
    attempt,
    done_words,
    form_of,
    papers_looked_at,
    refused_beforehand,
)
from workflows.views.permits import term_of
from workflows.views.unfinished import beside_any, keep_beside, labels_of
from workflows.worklist import DECIDING, Possible, beside, in_their_power, see_case

IN_THE_FIELD = "record_inspection"
"""Its page keeps what is typed on the device itself, photographs too: static/field.js."""


@login_required
@one_reading()
def case(request: Signed, pk: int) -> HttpResponse:
    """Everything about one case: where it stands, what was asked, who did what. 404 for who may not know of it."""
    application = read_case(request, pk)
    acts = list(acts_of(application))
    applies = units_of(request.user).filter(pk=application.unit_id).exists()
    installed = kind_of(application).installed
    waiting = whose_turn(application) if installed else []
    withheld = withheld_from(request.user, application)
    possible = beside(request.user, application) if installed else []
    granted = hasattr(application, "permit")
    if granted:  # what may be done of the permit stands on its own page
        possible = [one for one in possible if one.spec.name not in OF_PERMIT]
    entries = entries_of(application, acts, withheld)
    return render(
        request,
        "workflows/case.html",
        {
            **head_of(application),
            **(notes_shown(request.user, application) if installed else {"notes": None}),
            "milestones_only": bool(withheld),
            "told_who": not (applies or withheld),
            "opinions": opinions_of(entries),
            "acts_count": len(acts),
            "applies": applies,
            "waiting": waiting,
            "task_of": own_items(request.user, waiting),
            "clocks": still_due(application),
            "reading": told_of_first_review(application),
            "materials": materials_of(application, request.user),
            "documents": papers_shown(
                application, applies=applies or on_the_applicants_side([request.user], application)
            ),
            "handed_in": submissions_shown(application),
            "consultations": consultations(application, acts),
            "entries": entries,
            "found": [one for one in determinations(application) if one.act.pk not in withheld],
            "same_ground": same_ground(application, request.user) if installed and application.number else [],
            "objections": [one for one in objections(application) if one.act.pk not in withheld],
            "answers": any(one.spec.name == "answer_objection" for one in possible),
            **filings_shown(request.user, application),
            "problems": problems_of(application),
            "may_take_away": may_take_away(request.user, application),
            "drawing": draw(application.case) if installed else None,
            "possible": possible,
            "editable": applies and application.editable and installed,
            "installed": installed,
            "granted": granted,
            "nobody_applies": not (applies or application.final or anybody_applies_for(application.unit_id)),
            **_told_next(application),
        },
    )


def _turned_away(application: Application) -> Act | None:
    """What refused acceptance of the case as it stands: its reason, and the organ to apply to where another decides."""
    refused = application.did("refuse_acceptance") if application.status == S.NOT_ACCEPTED else []
    return refused[-1] if refused else None


def _decided_above(application: Application) -> dict[str, str]:
    """Which authority decided the case as it stands, on which day, under which number; empty where this agency did."""
    decision, reported = decision_of(application), application.did("report_up")
    if decision is None or decision.act != "record_higher_decision" or not reported:
        return {}
    said = decision.facts
    return {"organ": reported[-1].facts["organ"], "day": said["decided_on"], "number": said.get("number", "")}


def _delivered(application: Application) -> Act | None:
    """The delivery of the decision the case stands on: the first since; later ones are of what was decided on the
    permit."""
    since = max((act.seq for act in application.did("reopen")), default=0)
    handed_over = [act for act in application.did("record_delivery") if act.seq > since]
    return handed_over[0] if application.final and handed_over else None


def _reopened(application: Application) -> Act | None:
    """The outcome by which a case that runs is decided anew."""
    reopened = [] if application.final else application.did("reopen")
    return application.did_at(reopened[-1].facts["remedy"]) if reopened else None


def _told_next(application: Application) -> dict[str, Any]:
    """What the part "What comes next" tells beside whose turn it is: the fee, a hearing, which authority decided, what
    a remedy did to the decision, and that the decision was handed over."""
    annulled = to_follow(application)
    return {
        "fee": fee_of(application),
        "hearing": hearing_owed(application) if not application.final else None,
        "fallen_away": fallen_away(application) if not application.final else None,
        "above": _decided_above(application),
        "withstood": [(one, told(one.spec.facts["outcome"], one.facts["outcome"])) for one in withstood(application)],
        "turned_away": _turned_away(application) if not annulled else None,
        "annulled": annulled[-1] if annulled else None,
        "anew": bool(annulled) and owed(application),
        "reopened": _reopened(application),
        "delivered": _delivered(application),
    }


def read_case(request: Signed, pk: int) -> Application:
    """The case; a line of the security log where an auditor looks at it. Raises Http404."""
    application = see_case(request.user, pk)
    note_reading(request.user, application, page=request.path, address=logged_address(request))
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
    if name in REPORTS and hasattr(application, "permit"):  # each obligation has a page of its own for it
        return redirect(reverse("permit", args=[application.pk]) + "#obligations")
    refuse_again(key_of(request.POST))
    possible = possible_act(request.user, application, name)
    posted = request if request.method == "POST" else None
    kept = None if name == IN_THE_FIELD else beside_any(request, application, name, labels_of(name))
    begun = _filled_in(request, application, name) | (kept.restored if kept else {})
    form = form_of(possible.spec, application, possible.mandate, posted, initial=begun)
    if kept and "unfinished_page" in request.POST:
        return keep_beside(request, application, kept, form)
    tried = Attempt()
    if request.method == "POST" and form.is_valid() and not form.adds_row and form.check:
        tried, answer = _posted(request, application, possible, form)
        if answer is not None:
            return answer
    return _act_page(
        request,
        "workflows/act.html",
        application,
        possible,
        {
            "form": form,
            "violated": tried.findings,
            "issues": can_preview(application, name),
            "in_the_field": name == IN_THE_FIELD,
            "keeping": kept,
            "objections": open_objections(application) if name == "answer_objection" else [],
            "asked": _asked_for(application, name),
            "extends_still": name == "ask_cancellation" and silence_grants(application),
            "hands_over": undelivered(application) if name == "record_delivery" else [],
            "said_before": said_before(application, name, _obligation_of(request)),
            **(term_of(application, application.permit) if name in OF_LIFE and hasattr(application, "permit") else {}),
        },
        status=tried.status,
    )


@login_required
@require_safe
def delivery_form(request: Signed, pk: int) -> HttpResponse:
    """The proof of delivery to be signed, before the delivery is recorded; for who may record it.

    404, 403 and 409 as the page of that act.
    """
    application = see_case(request.user, pk)
    mandate = possible_act(request.user, application, "record_delivery").mandate
    if mandate is None:  # no agency delivers
        raise Http404
    return pdf_response(delivery_blank(application, mandate.agency), f"送达回证 {application.number}")


@login_required
@require_safe
def application_form(request: Signed, pk: int, number: int) -> HttpResponse:
    """What act `number` of the case handed in, as one PDF, for whoever may see the case. 404 where it handed in
    nothing."""
    application = read_case(request, pk)
    handed_in = Submission.objects.select_related("act", "application__unit", "application__jurisdiction")
    submission = get_object_or_404(handed_in, application=application, act__seq=number)
    from permits.documents.application_form import application_form  # it brings the typesetter

    return pdf_response(application_form(submission), f"申请书 {application.number}-{number}")


def _filled_in(request: Signed, application: Application, name: str) -> dict[str, str]:
    """What the form of an act begins with: what a link names, the fee the rules find, the day asked for."""
    if name == "set_aside_filing":
        return {"filing": request.GET.get("filing", "")}
    if name == "tell_fee_due" and (due := fee_due(application)):
        return {"amount": f"{due:.2f}"}
    if name == "record_refund":
        return {"amount": f"{paid(application):.2f}"}
    if asked := _as_asked(application, name):
        return asked
    if named := {name: request.GET[name] for name in ("objection", "request") if name in request.GET}:
        return named
    return begins(name, application, request.GET.get("obligation", ""), request.user)


def _as_asked(application: Application, name: str) -> dict[str, str]:
    """What the form of an answer begins with, by what the holder asked; nothing for any other act."""
    if name == "grant_extension" and (asked := open_request(application, "ask_extension")):
        return {"until": asked.act.facts["until"]}
    if name == "cancel_permit" and open_request(application, "ask_cancellation"):
        return {"ground": "asked"}
    return {}


def _obligation_of(request: Signed) -> str:
    """The obligation that was chosen, or that a link names."""
    return request.POST.get("obligation") or request.GET.get("obligation", "")


def _asked_for(application: Application, name: str) -> list[tuple[str, str]]:
    """What the act answers, as the holder asked for it, label and words, and the outcome of a remedy that is to be
    followed; nothing for an act that answers nothing."""
    asked = (open_request(application, ask) for ask, answers in ANSWERS.items() if name in answers)
    told = [one.act for one in asked if one]
    told += [found for one in told if (found := remedy_of_answer(application.history, one))]
    return [line for one in told for line in in_words(one.spec, one.facts)]


def _posted(
    request: Signed, application: Application, possible: Possible, form: ActForm
) -> tuple[Attempt, HttpResponse | None]:
    """What comes of a valid form, and the answer; None where the form is shown again, with what refused it."""
    name, looks = possible.spec.name, PREVIEW in request.POST
    if name in DECIDING and not looks and CONFIRMED not in request.POST:
        refused = refused_beforehand(form, application, by=request.user, mandate=possible.mandate, work_item=None)
        if refused is not None:
            return refused, None
        issues = can_preview(application, name)
        return Attempt(), _act_page(
            request, "workflows/review.html", application, possible, {"form": form, "issues": issues}
        )
    if looks and not can_preview(application, name):
        raise WrongStatus(_("This act issues no paper that could be shown before."))
    tried = attempt(form, application, by=request.user, mandate=possible.mandate, work_item=None, looks=looks)
    if tried.papers:
        return tried, papers_looked_at(tried)
    if tried.record is None:
        return tried, None
    forget(application.pk, BESIDE + name, by=request.user)
    messages.success(request, done_words(tried.record))
    of_permit = name in OF_PERMIT and hasattr(application, "permit")
    return tried, redirect("permit" if of_permit else "case", pk=application.pk)


def _act_page(
    request: Signed,
    template: str,
    application: Application,
    possible: Possible,
    more: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    name = possible.spec.name
    context = {**head_of(application), "possible": possible, "deciding": name in DECIDING, **more}
    context["of_permit"] = name in OF_PERMIT and hasattr(application, "permit")
    return render(request, template, context, status=status)


def possible_act(person: Person, application: Application, name: str) -> Possible:
    """The act as this person may perform it here. Raises WrongStatus or NotPermitted."""
    for one in in_their_power(person, application):
        if one.spec.name == name:
            if reason := barred(application, name):  # as what was asked for, or done, in another window meanwhile
                raise WrongStatus(reason)
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
    application = read_case(request, pk)
    withheld = withheld_from(request.user, application)
    acts = application.acts.select_related("submission").order_by("seq")
    content = {
        "case": str(application),
        "how_to_verify": "For each act: SHA-256 of the UTF-8 bytes of body is hash; body's previous is the hash of the "
        "act before, 64 zeros for the first; a submission's SHA-256 is named in the body of its act. Of one withheld "
        "the hash alone is here; its body is given with the decision.",
        "genesis": GENESIS,
        "acts": [_act_as_recorded(act, act.pk in withheld) for act in acts],
    }
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    name = _("Record of acts %(case)s.json") % {"case": application.number or application.pk}
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _act_as_recorded(act: Act, withheld: bool) -> dict[str, Any]:
    if withheld:
        return {"seq": act.seq, "withheld": True, "hash": act.hash}
    handed_in = getattr(act, "submission", None)
    row = {"seq": act.seq, "body": act.body, "hash": act.hash}
    return row | ({"submission": handed_in.body} if handed_in else {})
