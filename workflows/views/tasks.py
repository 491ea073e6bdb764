"""A work item acted on: what was typed is checked, confirmed and performed, or refused with the reason."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from permits.acts.assessment import verdict
from permits.acts.perform import refuse_again
from permits.acts.preview import Brought, can_preview
from permits.documents.standard import clauses_found
from permits.drafts.unfinished import forget
from permits.errors import WrongStatus
from permits.models import ACTS, Act
from permits.rules import BadCase
from permits.views.findings import board
from roles.requests import Signed
from workflows.forms import ActForm
from workflows.opinions import disagreeing, proposed_conditions, taken_out
from workflows.reading import in_words
from workflows.views.case_parts import decided_anew, decides_the_same, head_of
from workflows.views.filings import dealt_with
from workflows.views.next import offer
from workflows.views.opinion_tools import INSERT, put_in
from workflows.views.performing import (
    CONFIRMED,
    LOOKED_AT,
    PREVIEW,
    Attempt,
    attempt,
    done_words,
    form_of,
    look,
    papers_looked_at,
    try_out,
)
from workflows.views.task_page import opinions_for, page, stated, stated_meanwhile
from workflows.views.unfinished import page_of
from workflows.views.words_back import gives_words_back
from workflows.worklist import GRAVE, Turn, take_turn


@login_required
@gives_words_back
def task(request: Signed, pk: int) -> HttpResponse:
    """One work item, looked at or acted on. 404 for who may not know of the case, 403 for who has no duty in it."""
    turn = take_turn(request.user, pk)
    if turn.item.mandate is None:
        return redirect("draft", pk=turn.application.pk)
    if request.method == "POST":
        return _act(request, turn)
    if not turn.item.is_open:
        return closed(request, turn)
    if told := dealt_with(request, turn.application):
        messages.info(request, told)
    return page(request, turn)


def _act(request: Signed, turn: Turn) -> HttpResponse:
    """Do what was posted: put a text in, look at the papers, ask to confirm, or perform the act. What cannot be done is
    told on the page, with what was typed."""
    spec = ACTS.get(request.POST.get("act", ""))
    if spec is None or spec.name not in turn.node.acts + turn.node.meanwhile:
        raise WrongStatus(_("This step does not offer that."))
    if INSERT in request.POST:
        put_in(request, turn, spec, opinions_for(turn))
    form = form_of(spec, turn.application, turn.item.mandate, request)
    refuse_again(form.key)
    if not turn.item.is_open:
        return closed(request, turn, form)
    if not turn.is_held:
        form.add_error(None, _not_held(turn))
        return page(request, turn, form, Attempt(status=403 if turn.item.owner_id else 409))
    unread = _unread(request, turn, form)
    if unread or not form.is_complete:
        return page(request, turn, form, Attempt(status=409) if unread else None)
    if PREVIEW in request.POST:
        return _look(request, turn, form)
    confirmed = CONFIRMED in request.POST and not form.lacks_files_only and not _found_since(request, turn)
    if spec.name in GRAVE and not confirmed:
        return _to_confirm(request, turn, form)
    return _perform(request, turn, form)


def _unread(request: Signed, turn: Turn, form: ActForm) -> bool:
    """Whether the act would complete the step, while a statement came in after its page was opened."""
    completes = form.spec.name in turn.node.acts and form.check and not form.adds_row
    return completes and PREVIEW not in request.POST and stated_meanwhile(request, turn.application)


def _perform(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    completes = _completed(turn, form)
    tried = attempt(form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=completes)
    if tried.record:
        forget(turn.application.pk, page_of(turn, form.spec.name), by=turn.person)
        said = done_words(tried.record)
        messages.success(request, offer(turn.person, said) if completes else said)
        return redirect("case", pk=turn.application.pk) if completes else redirect("task", pk=turn.item.pk)
    if form.lacks_files_only:  # as one that cannot be kept
        return _to_confirm(request, turn, form)
    fresh = take_turn(turn.person, turn.item.pk)
    return page(request, fresh, form, tried) if fresh.item.is_open else closed(request, fresh, form)


def _to_confirm(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    """What would refuse the act is told at once; else its author looks at it once more."""
    tried = try_out(form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=_completed(turn, form))
    return review(request, turn, form, tried.brings) if tried.brings else page(request, turn, form, tried)


def _found_since(request: Signed, turn: Turn) -> bool:
    """Whether the rules find something else than on the page that is confirmed, as where another case on the same
    ground was approved meanwhile: that bars nothing, but is looked at first."""
    return LOOKED_AT in request.POST and request.POST[LOOKED_AT] != board(turn.application).mark


def _look(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    """The papers of the act as typed, or why it could not be performed."""
    if not can_preview(turn.application, form.spec.name):
        raise WrongStatus(_("This act issues no paper that could be shown before."))
    tried = look(form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=_completed(turn, form))
    return papers_looked_at(tried) if tried.papers else page(request, turn, form, tried)


def _completed(turn: Turn, form: ActForm) -> int | None:
    """The key of the item, where the act of the form completes it."""
    return turn.item.pk if form.spec.name in turn.node.acts else None


def _not_held(turn: Turn) -> str:
    if turn.item.owner:
        return _("%(person)s has taken this work item.") % {"person": turn.item.owner}
    return _("Take this item first; what you typed is still here.")


def review(request: Signed, turn: Turn, form: ActForm, brings: Brought) -> HttpResponse:
    """The act once more before it is performed, with the findings, and the proposed conditions that it leaves out.
    Nothing is written yet."""
    found = board(turn.application)
    proposed = proposed_conditions(opinions_for(turn)) if "conditions" in form.spec.facts else []
    return render(
        request,
        "workflows/review.html",
        {
            **head_of(turn.application),
            "turn": turn,
            "item": turn.item,
            "form": form,
            "brings": brings,
            "board": found,
            "found_since": _found_since(request, turn),
            "issues": can_preview(turn.application, form.spec.name),
            "the_same_again": decides_the_same(turn.application, form.spec.name),
            "cites_nothing": form.spec.name == "refuse" and not _cites(turn, form),
            "disagreeing": disagreeing(turn.application) if form.spec.name == "approve" else [],
            "taken_out": taken_out(proposed, form.cleaned_data.get("conditions") or ""),
            **decided_anew(turn.application),
            **stated(request, turn.application),
        },
    )


def _cites(turn: Turn, form: ActForm) -> bool:
    """Whether the refusal, as it is written, cites a clause: an officer's own, or one that the rules find."""
    if form.cleaned_data.get("clauses"):
        return True
    try:
        found = verdict(turn.application).findings
    except BadCase:
        return False
    return bool(clauses_found([finding.as_dict() for finding in found]))


def closed(request: Signed, turn: Turn, form: ActForm | None = None) -> HttpResponse:
    """The item is no longer open: by whom and when it was closed, and what was typed, to be copied, unless that is what
    was recorded. A second window of the same page may hold other words."""
    record = Act.objects.filter(work_item=turn.item.pk).select_related("person", "agency", "application").first()
    same = bool(form and record and record.person_id == turn.person.pk and _says_the_same(form, record))
    return render(
        request,
        "workflows/closed.html",
        {**head_of(turn.application), "turn": turn, "item": turn.item, "record": record, "same": same,
         "kept": [] if same or not form else form.typed()},
        status=409 if form else 200,
    )  # fmt: skip


def _says_the_same(form: ActForm, record: Act) -> bool:
    if record.act != form.spec.name or not form.is_valid():
        return False
    return set(form.in_words()) <= set(in_words(form.spec, record.facts))
