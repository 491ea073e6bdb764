"""Acts that belong to no work item: withdraw, extend, remind, recuse, and what is done on a permit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.acts.assessment import fee_due, found_of_longer
from permits.acts.compensation import to_pay
from permits.acts.conditions import barred
from permits.acts.fees import fee_of, paid
from permits.acts.filings import waiting_in
from permits.acts.objections import open_objections
from permits.acts.payments import COMPENSATION
from permits.acts.perform import refuse_again
from permits.acts.preview import can_preview
from permits.acts.requests import open_request, silence_grants
from permits.documents.delivering import undelivered
from permits.documents.delivery_form import delivery_form as delivery_blank
from permits.drafts.forms import key_of
from permits.drafts.unfinished import BESIDE, forget
from permits.errors import NotPermitted, WrongStatus
from permits.models import ACTS, Application
from permits.models.aftercare import OF_PERMIT, REPORTS
from permits.models.life import OF_LIFE
from permits.models.machine import outcomes
from permits.models.permit import ANSWERS
from permits.models.replay import remedy_of_answer
from permits.models.states import HEARD
from permits.rules.wording import Grade
from permits.views.findings import Group, grouped, show
from permits.views.viewing import pdf_response
from roles.misread import begin, one_of
from roles.models import Person
from roles.requests import Signed
from workflows.forms import ActForm
from workflows.reading import in_words
from workflows.supervision import begins, said_before, seen_before
from workflows.views.case_parts import announced_before, head_of
from workflows.views.filings import prefilled
from workflows.views.performing import (
    CONFIRMED,
    PREVIEW,
    Attempt,
    attempt,
    done_words,
    form_of,
    look,
    papers_looked_at,
    try_out,
)
from workflows.views.permits import term_of
from workflows.views.task_page import stated
from workflows.views.unfinished import beside_any, keep_beside
from workflows.views.words_back import gives_words_back
from workflows.worklist import GRAVE, Possible, in_their_power, see_case

IN_THE_FIELD = "record_inspection"
"""The act whose page keeps what is typed on the device itself, photographs too: static/field.js."""


LINKED = ("objection", "request", "obligation")
"""What a link may name as that which the act is about; the form chooses it from a closed list."""


@login_required
@gives_words_back
def act(request: Signed, pk: int, name: str) -> HttpResponse:
    """One act that belongs to no work item of the person: withdraw, extend, remind, record silence, recuse.

    404 for who may not know of the case or an unknown act, 403 for who may not perform it.
    """
    application = see_case(request.user, pk)
    if name in REPORTS and hasattr(application, "permit"):  # each obligation has a page of its own for it
        return redirect(reverse("permit", args=[application.pk]) + "#obligations")
    refuse_again(key_of(request.POST))
    try:
        possible = possible_act(request.user, application, name)
    except WrongStatus as late:
        if request.method != "POST" or "unfinished_page" in request.POST:
            raise
        return _too_late(request, application, name, late)
    posted = request if request.method == "POST" else None
    kept = None if name == IN_THE_FIELD else beside_any(request, application, name)
    begun = _filled_in(request, application, name) | (kept.restored if kept else {})
    form = form_of(possible.spec, application, possible.mandate, posted, initial=begun)
    begin(request, form, *LINKED)
    if kept and "unfinished_page" in request.POST:
        return keep_beside(request, application, kept, form)
    tried = Attempt()
    if request.method == "POST" and form.is_complete:
        tried, answer = _posted(request, application, possible, form)
        if answer is not None:
            return answer
    told = {
        "form": form,
        "violated": tried.findings,
        "issues": can_preview(application, name),
        "in_the_field": name == IN_THE_FIELD,
        "keeping": kept,
        **_told_beside(request, application, name),
        **_stated(request, application, possible),
    }
    return _act_page(request, "workflows/act.html", application, possible, told, status=tried.status)


TOLD_OF: Final[Mapping[str, tuple[str, Callable[[Application], Any]]]] = {
    "answer_objection": ("objections", open_objections),
    "set_aside_filing": ("filings", waiting_in),
    "ask_cancellation": ("extends_still", silence_grants),
    "record_delivery": ("hands_over", undelivered),
    "record_fee": ("fee", fee_of),
    COMPENSATION: ("compensations", to_pay),
}
"""By act: what its page tells above the form of what it is about, under which name."""


def _told_beside(request: Signed, application: Application, name: str) -> dict[str, Any]:
    """What the page of the act `name` tells beside its form: what it answers, what was said and seen before of the
    obligation, and how long the permit holds."""
    obligation = _obligation_of(request)
    told = {
        "asked": _asked_for(application, name),
        "of_longer": _of_longer(application, name),
        "said_before": said_before(application, name, obligation),
        "seen_before": seen_before(application, name, obligation),
    }
    if name in TOLD_OF:
        key, ask = TOLD_OF[name]
        told[key] = ask(application)
    if name in OF_LIFE and hasattr(application, "permit"):
        told |= term_of(application, application.permit)
    return told


def _too_late(request: Signed, application: Application, name: str, late: WrongStatus) -> HttpResponse:
    """The act is not possible any more, as where the case was decided meanwhile: what was typed is shown, to be
    copied."""
    typed = form_of(ACTS[name], application, None, request).typed() if name in ACTS else []
    return render(
        request,
        "workflows/too_late.html",
        {**head_of(application), "detail": str(late), "kept": typed},
        status=409,
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


def _filled_in(request: Signed, application: Application, name: str) -> dict[str, Any]:
    """What the form of an act begins with: what a link names, the fee the rules find, the day asked for, what was
    announced of a hearing."""
    if name == "record_objection":
        return prefilled(request, application)
    if name == "set_aside_filing":
        return {"filing": one_of(request, "filing", {str(one.row.pk) for one in waiting_in(application)}, "")}
    if known := _of_money(application, name) or _as_asked(application, name):
        return known
    if known := announced_before(application, name):
        return known
    return begins(name, application, request.user)


def _of_money(application: Application, name: str) -> dict[str, str]:
    """What the form of an act about money begins with: the fee that the rules find, the sum paid that is given back,
    the decision that owes compensation; nothing for any other act."""
    if name == "tell_fee_due" and (due := fee_due(application)):
        return {"amount": f"{due:.2f}"}
    if name == "record_refund":
        return {"amount": f"{paid(application):.2f}"}
    if name == COMPENSATION and (owed := to_pay(application)):
        return {"against": str(owed[0].decision.seq)}
    return {}


def _as_asked(application: Application, name: str) -> dict[str, str]:
    """What the form of an answer begins with: what the holder asked for; nothing for any other act."""
    if name == "grant_extension" and (asked := open_request(application, "ask_extension")):
        return {"until": asked.act.facts["until"]}
    if name == "cancel_permit" and open_request(application, "ask_cancellation"):
        return {"ground": "asked"}
    return {}


def _of_longer(application: Application, name: str) -> list[tuple[Grade, Group]]:
    """What the rules find of the longer term that the holder asks for, and not of the present one; nothing for any
    other act."""
    asked = open_request(application, "ask_extension") if name in ANSWERS["ask_extension"] else None
    longer = found_of_longer(application, date.fromisoformat(asked.act.facts["until"])) if asked else []
    return grouped([show(finding.as_dict()) for finding in longer])


def _obligation_of(request: Signed) -> str:
    """The obligation that was chosen in the form, else the one that a link names."""
    return request.POST.get("obligation") or request.GET.get("obligation", "")


def _asked_for(application: Application, name: str) -> list[tuple[str, str]]:
    """What the holder asked for that the act answers, label and words, and the outcome of a remedy that is to be
    followed; nothing for an act that answers nothing."""
    asked = (open_request(application, ask) for ask, answers in ANSWERS.items() if name in answers)
    told = [one.act for one in asked if one]
    told += [found for one in told if (found := remedy_of_answer(application.history, one))]
    return [line for one in told for line in in_words(one.spec, one.facts)]


def _posted(
    request: Signed, application: Application, possible: Possible, form: ActForm
) -> tuple[Attempt, HttpResponse | None]:
    """What came of a complete form, and the page to show; None where the form is shown again, with what refused it."""
    name, looks = possible.spec.name, PREVIEW in request.POST
    shown = _stated(request, application, possible)
    if shown.get("stated_meanwhile") and not looks:
        return Attempt(status=409), None
    if name in GRAVE and not looks and (CONFIRMED not in request.POST or form.lacks_files_only):
        return _to_confirm(request, application, possible, form, shown)
    if looks and not can_preview(application, name):
        raise WrongStatus(_("This act issues no paper that could be shown before."))
    if looks:
        tried = look(form, application, by=request.user, mandate=possible.mandate, work_item=None)
        return tried, papers_looked_at(tried) if tried.papers else None
    tried = attempt(form, application, by=request.user, mandate=possible.mandate, work_item=None)
    if form.lacks_files_only:  # as one that cannot be kept
        return _to_confirm(request, application, possible, form, shown)
    if tried.record is None:
        return tried, None
    forget(application.pk, BESIDE + name, by=request.user)
    messages.success(request, done_words(tried.record))
    of_permit = name in OF_PERMIT and hasattr(application, "permit")
    return tried, redirect("permit" if of_permit else "case", pk=application.pk)


def _to_confirm(
    request: Signed, application: Application, possible: Possible, form: ActForm, shown: dict[str, Any]
) -> tuple[Attempt, HttpResponse | None]:
    """What would refuse the act is told at once; else its author looks at it once more, with what it would bring
    about."""
    name = possible.spec.name
    tried = try_out(form, application, by=request.user, mandate=possible.mandate, work_item=None)
    if tried.brings is None:
        return tried, None
    issues = can_preview(application, name)
    shown |= {"form": form, "issues": issues, "asked": _asked_for(application, name), "brings": tried.brings}
    return tried, _act_page(request, "workflows/review.html", application, possible, shown)


def _stated(request: Signed, application: Application, possible: Possible) -> dict[str, Any]:
    """What was stated, where an officer's act ends the procedure from here, as acceptance refused late: as on the page
    of a step it is read first. Nothing for any other act."""
    ends = possible.mandate and possible.spec.name in GRAVE and application.status in HEARD
    return stated(request, application) if ends else {}


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
    context = {**head_of(application), "possible": possible, "grave": name in GRAVE, **more}
    context["of_permit"] = name in OF_PERMIT and hasattr(application, "permit")
    return render(request, template, context, status=status)


def possible_act(person: Person, application: Application, name: str) -> Possible:
    """The act as this person may perform it here. Raises WrongStatus or NotPermitted."""
    for one in in_their_power(person, application, name):
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
