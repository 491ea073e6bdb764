"""The page of one work item: what is asked, what the rules say, what was done, and the form of the opinion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from permits.access import barred, may, on_the_applicants_side, withheld_from
from permits.acts.asking_again import may_ask_again
from permits.acts.assessment import verdict
from permits.acts.found import determinations
from permits.acts.hearings import fallen_away
from permits.acts.objections import objections
from permits.acts.perform import perform, refuse_again
from permits.acts.preview import can_preview
from permits.documents.standard import clauses_found
from permits.drafts.changes import difference
from permits.drafts.forms import key_of
from permits.drafts.unfinished import Keeping, forget
from permits.errors import AlreadyRecorded, NotPermitted, PermitError, WrongStatus
from permits.kinds import kind_of
from permits.models import ACTS, Act
from permits.rules import BadCase
from permits.views.findings import board, row_marks
from roles.models.mandates import IN_THE_PROCEDURE
from roles.requests import Signed
from workflows.forms import ActForm, Pool
from workflows.lights import lights
from workflows.notes import notes_of
from workflows.opinions import Opinion, opinions_of, proposed_conditions, taken_out
from workflows.reading import acts_of, entries_of
from workflows.views.case_parts import (
    announced_before,
    head_of,
    hearing_owed,
    materials_of,
    quota_turns,
    same_ground,
    still_suspended,
)
from workflows.views.filings import filings_shown, prefilled
from workflows.views.next import offer
from workflows.views.opinion_tools import INSERT, Offer, begun, phrases_for, put_in, tools_of
from workflows.views.performing import (
    CONFIRMED,
    LOOKED_AT,
    PREVIEW,
    Attempt,
    attempt,
    done_words,
    form_of,
    papers_looked_at,
    refused_beforehand,
)
from workflows.views.unfinished import keepings, page_of
from workflows.worklist import DECIDING, Possible, Turn, beside, eligible, take_turn

CHANGES = 50
"""Differences to the last submission on the page of an item; all stand on a page of their own."""


@login_required
def task(request: Signed, pk: int) -> HttpResponse:
    """One work item, looked at or acted on. 404 for who may not know of the case, 403 for who has no duty in it."""
    turn = take_turn(request.user, pk)
    if turn.item.mandate is None:
        return redirect("draft", pk=turn.application.pk)
    if request.method == "POST":
        return _act(request, turn)
    if not turn.item.is_open:
        return closed(request, turn)
    return page(request, turn)


def _act(request: Signed, turn: Turn) -> HttpResponse:
    spec = ACTS.get(request.POST.get("act", ""))
    if spec is None or spec.name not in turn.node.acts + turn.node.meanwhile:
        raise WrongStatus(_("This step does not offer that."))
    if INSERT in request.POST:
        put_in(request, turn, spec, _opinions(turn))
    form = form_of(spec, turn.application, turn.item.mandate, request)
    refuse_again(form.key)
    if not turn.item.is_open:
        return closed(request, turn, form)
    if not turn.is_held:
        form.add_error(None, _not_held(turn))
        return page(request, turn, form, Attempt(status=403 if turn.item.owner_id else 409))
    if not form.is_valid() or form.adds_row or not form.check:
        return page(request, turn, form)
    if PREVIEW in request.POST:
        return _look(request, turn, form)
    if spec.name in DECIDING and (CONFIRMED not in request.POST or _found_since(request, turn)):
        return _to_confirm(request, turn, form)
    return _perform(request, turn, form)


def _perform(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    completes = _completed(turn, form)
    tried = attempt(form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=completes)
    if tried.record:
        forget(turn.application.pk, page_of(turn, form.spec.name), by=turn.person)
        said = done_words(tried.record)
        messages.success(request, offer(turn.person, said) if completes else said)
        return redirect("case", pk=turn.application.pk) if completes else redirect("task", pk=turn.item.pk)
    fresh = take_turn(turn.person, turn.item.pk)
    return page(request, fresh, form, tried) if fresh.item.is_open else closed(request, fresh, form)


def _to_confirm(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    """What would be refused all the same is told at once; else it is looked at once more."""
    refused = refused_beforehand(
        form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=_completed(turn, form)
    )
    if refused is None:
        return review(request, turn, form)
    return page(request, turn, form, refused)


def _found_since(request: Signed, turn: Turn) -> bool:
    """Whether the rules find something else than on the page that is confirmed: as where another case on the same
    ground was approved while it was read, which bars nothing and is looked at."""
    return LOOKED_AT in request.POST and request.POST[LOOKED_AT] != board(turn.application).mark


def _look(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    """The papers of the act as typed, or why it could not be performed."""
    if not can_preview(turn.application, form.spec.name):
        raise WrongStatus(_("This act issues no paper that could be shown before."))
    tried = attempt(
        form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=_completed(turn, form), looks=True
    )
    return papers_looked_at(tried) if tried.papers else page(request, turn, form, tried)


def _completed(turn: Turn, form: ActForm) -> int | None:
    """The key of the item, where the act of the form completes it."""
    return turn.item.pk if form.spec.name in turn.node.acts else None


def _not_held(turn: Turn) -> str:
    if turn.item.owner:
        return _("%(person)s has taken this work item.") % {"person": turn.item.owner}
    return _("Take this item first; what you typed is still here.")


def page(request: Signed, turn: Turn, form: ActForm | None = None, tried: Attempt | None = None) -> HttpResponse:
    """The item's page, with `form` as it was typed."""
    application, tried = turn.application, tried or Attempt()
    found = board(application)
    shown = form is not None or turn.is_held
    entries = entries_of(application, acts_of(application), withheld_from(turn.person, application))
    opinions = opinions_of(entries)
    offered = Offer(opinions, phrases_for(turn) if turn.is_held else [])
    others = _forms(request, turn, form, [spec.name for spec in turn.meanwhile], offered) if shown else []
    return render(
        request,
        "workflows/task.html",
        {
            **head_of(application),
            "turn": turn,
            "item": turn.item,
            "light": lights([turn.item]).get(turn.item.pk),
            "board": found,
            "violated": tried.findings,
            "changes": (changes := difference(application))[:CHANGES],
            "changes_left": max(0, len(changes) - CHANGES),
            "materials": materials_of(application, turn.person),
            "entries": entries,
            "opinions": opinions,
            "adopts_into": next((spec.name for spec in turn.acts if "opinion" in spec.facts), "") if shown else "",
            "row_marks": row_marks(application, found),
            **_notes(turn),
            "forms": _forms(request, turn, form, [spec.name for spec in turn.acts], offered) if shown else [],
            "others": others,
            "other_open": any(one["open"] for one in others),
            "rules_here": request.path if turn.is_held and "rule_on_finding" in turn.node.meanwhile else "",
            "form": form,
            "found": determinations(application),
            "same_ground": same_ground(application, turn.person),
            **quota_turns(application, turn.person),
            "objections": objections(application),
            "hearing": hearing_owed(application),
            "fallen_away": fallen_away(application),
            "still_suspended": still_suspended(application),
            **filings_shown(turn.person, application),
            "answers": may(turn.person, "answer_objection", application, turn.item.mandate),
            "not_yet": turn.not_yet if shown else {},
            "beside": _beside(turn) if shown else [],
            "asked_again": shown and may_ask_again(application),
            "may_determine": may(turn.person, "determine", application, turn.item.mandate),
            "decides": "approve" in turn.node.acts,
            "lacking": _lacking(turn) if shown and not found.problem else [],
        },
        status=tried.status,
    )


def _lacking(turn: Turn) -> list[str]:
    """What must be done before an approval and was not yet, told to those who prepare it, too."""
    if not {"recommend", "propose", "approve"} & {spec.name for spec in turn.acts}:
        return []
    return [str(problem.message) for problem in kind_of(turn.application).before_approval(turn.application)]


LINKED = {"determine", "answer_objection", "set_aside_filing", "recuse"}
"""Acts beside the step that the page links where what they are about is told."""


def _beside(turn: Turn) -> list[Possible]:
    """Other acts of the person in the case that have pages of their own, such as telling the fee due 通知缴费."""
    return [one for one in beside(turn.person, turn.application) if one.spec.name not in LINKED]


def _opinions(turn: Turn) -> list[Opinion]:
    withheld = withheld_from(turn.person, turn.application)
    return opinions_of(entries_of(turn.application, acts_of(turn.application), withheld))


def _notes(turn: Turn) -> dict[str, Any]:
    """The notes of the item's agency, for its officers whom nothing keeps from the case; None is no place for any."""
    mandate = turn.item.mandate
    if mandate is None or mandate.duty not in IN_THE_PROCEDURE or _kept_away(turn):
        return {"notes": None}
    return {"notes": notes_of(turn.application, {mandate.agency_id}), "notes_agency": mandate.agency}


def _kept_away(turn: Turn) -> bool:
    return barred(turn.person, turn.application) or on_the_applicants_side([turn.person], turn.application)


def _forms(request: Signed, turn: Turn, form: ActForm | None, names: list[str], offered: Offer) -> list[dict[str, Any]]:
    """The forms of these acts; the one in use is open, else the first of those that complete the item."""
    kept = keepings(request, turn, names) if turn.is_held else {}
    used = form.spec.name if form else request.GET.get("act") or next((n for n in kept if kept[n].row), "")
    return [
        {
            "form": form
            if form and form.spec.name == name
            else form_of(
                ACTS[name],
                turn.application,
                turn.item.mandate,
                initial=announced_before(turn.application, name)
                | _restored(kept, name)
                | begun(request, ACTS[name], offered.opinions, _restored(kept, name))
                | _asked(request, name),
            ),
            "tools": tools_of(ACTS[name], offered) if turn.is_held else None,
            "open": name == used,
            "reviewed": name in DECIDING,
            "keeping": kept.get(name),
            "issues": can_preview(turn.application, name),
        }
        for name in names
    ]


def _restored(kept: dict[str, Keeping], name: str) -> dict[str, str]:
    return kept[name].restored if name in kept else {}


def _asked(request: Signed, name: str) -> dict[str, Any]:
    """What a link on the page fills in: the rule to be ruled on, and where."""
    if request.GET.get("act") != name:
        return {}
    if name == "record_objection":
        return prefilled(request, name)
    return {key: request.GET[key] for key in ("rule", "where") if key in request.GET}


def review(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    """What is about to be decided, once more before it is, and which proposed conditions it leaves out. Nothing is
    written yet."""
    proposed = proposed_conditions(_opinions(turn)) if "conditions" in form.spec.facts else []
    return render(
        request,
        "workflows/review.html",
        {
            **head_of(turn.application),
            "turn": turn,
            "item": turn.item,
            "form": form,
            "board": board(turn.application),
            "found_since": CONFIRMED in request.POST,
            "issues": can_preview(turn.application, form.spec.name),
            "cites_nothing": form.spec.name == "refuse" and not _cites(turn, form),
            "taken_out": taken_out(proposed, form.cleaned_data.get("conditions") or ""),
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
    """The item is no longer open: by whom and when it was closed, and what was typed, to be copied."""
    record = Act.objects.filter(work_item=turn.item.pk).select_related("person", "agency", "application").first()
    same = bool(form and record and record.act == form.spec.name and record.person_id == turn.person.pk)
    return render(
        request,
        "workflows/closed.html",
        {**head_of(turn.application), "turn": turn, "item": turn.item, "record": record, "same": same,
         "kept": [] if same or not form else form.typed()},
        status=409 if form else 200,
    )  # fmt: skip


@login_required
@require_POST
def claim(request: Signed, pk: int) -> HttpResponse:
    """Take an item, and go on to the form of the act that was asked for with it, if any. Who comes second is told who
    has it."""
    turn = take_turn(request.user, pk)
    return _hold(request, turn, "claim", _("You have taken this item."))


@login_required
@require_POST
def release(request: Signed, pk: int) -> HttpResponse:
    """Give an item back to the agency's queue."""
    turn = take_turn(request.user, pk)
    return _hold(request, turn, "release", _("The item is back in your agency's queue."))


def _hold(request: Signed, turn: Turn, act: str, told: str) -> HttpResponse:
    if turn.is_held and act == "claim":
        return redirect(_at_form(request, turn))
    try:
        perform(
            turn.application.pk, act, by=turn.person, mandate=turn.item.mandate, key=key_of(request.POST),
            item=turn.item.pk,
        )  # fmt: skip
    except (NotPermitted, WrongStatus) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, told)
    return redirect(_at_form(request, turn))


def _at_form(request: Signed, turn: Turn) -> str:
    """The item's page; at the form of the act that was asked for, where the step has it."""
    address, act = reverse("task", args=[turn.item.pk]), request.POST.get("act", "")
    return f"{address}?act={act}#{act}" if act in turn.node.acts else address


@login_required
def reassign(request: Signed, pk: int) -> HttpResponse:
    """The agency's head gives an item to another of its people, with a reason."""
    turn = take_turn(request.user, pk)
    if not turn.is_head:
        raise NotPermitted(_("Only the head of the agency does this."))
    pool = Pool(lambda: eligible(turn.item))
    form = _reassignment(request, pool)
    refuse_again(form.key)
    if not turn.item.is_open:
        return closed(request, turn)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                turn.application.pk,
                "reassign",
                by=turn.person,
                mandate=turn.item.mandate,
                key=form.key,
                item=turn.item.pk,
                **form.said(_no_file),
            )
        except AlreadyRecorded:
            raise
        except PermitError as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("The item was given to %(person)s.") % {"person": form.cleaned_data["to"]})
            return redirect("case", pk=turn.application.pk)
    return render(
        request,
        "workflows/reassign.html",
        {**head_of(turn.application), "turn": turn, "item": turn.item, "form": form, "others": pool.people},
        status=status,
    )


def _reassignment(request: Signed, pool: Pool) -> ActForm:
    form = ActForm(ACTS["reassign"], pool, request.POST if request.method == "POST" else None)
    del form.fields["item"]  # the page knows which
    return form


def _no_file(file: Any) -> Any:
    raise TypeError("reassigning takes no file")
