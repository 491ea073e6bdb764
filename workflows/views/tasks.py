"""The page of one work item: what is asked, what the rules say, what was done, and the form of the opinion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from permits.access import withheld_from
from permits.acts.perform import perform, refuse_again
from permits.drafts.changes import difference
from permits.drafts.forms import key_of
from permits.errors import AlreadyRecorded, NotPermitted, PermitError, WrongStatus
from permits.models import ACTS, Act
from permits.views.findings import board
from roles.requests import Signed
from workflows.forms import ActForm, Pool
from workflows.lights import lights
from workflows.reading import acts_of, entries_of
from workflows.views.case_parts import head_of, materials_of
from workflows.views.performing import CONFIRMED, Attempt, attempt, done_words, form_of
from workflows.worklist import DECIDING, Turn, eligible, take_turn


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
    form = form_of(spec, turn.application, turn.item.mandate, request)
    refuse_again(form.key)
    if not turn.item.is_open:
        return closed(request, turn, form)
    if not turn.is_held:
        form.add_error(None, _not_held(turn))
        return page(request, turn, form, Attempt(status=403 if turn.item.owner_id else 409))
    if not form.is_valid() or form.adds_row or not form.check:
        return page(request, turn, form)
    if spec.name in DECIDING and CONFIRMED not in request.POST:
        return review(request, turn, form)
    return _perform(request, turn, form)


def _perform(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    completes = form.spec.name in turn.node.acts
    tried = attempt(
        form, turn.application, by=turn.person, mandate=turn.item.mandate, work_item=turn.item.pk if completes else None
    )
    if tried.record:
        messages.success(request, done_words(tried.record))
        return redirect("case", pk=turn.application.pk) if completes else redirect("task", pk=turn.item.pk)
    fresh = take_turn(turn.person, turn.item.pk)
    return page(request, fresh, form, tried) if fresh.item.is_open else closed(request, fresh, form)


def _not_held(turn: Turn) -> str:
    if turn.item.owner:
        return _("%(person)s has taken this work item.") % {"person": turn.item.owner}
    return _("Take this item first; what you typed is still here.")


def page(request: Signed, turn: Turn, form: ActForm | None = None, tried: Attempt | None = None) -> HttpResponse:
    """The item's page, with `form` as it was typed."""
    application, tried = turn.application, tried or Attempt()
    found = board(application)
    shown = form is not None or turn.is_held
    others = _forms(request, turn, form, [spec.name for spec in turn.meanwhile]) if shown else []
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
            "changes": difference(application),
            "materials": materials_of(application, turn.person),
            "entries": entries_of(application, acts_of(application), withheld_from(turn.person, application)),
            "forms": _forms(request, turn, form, [spec.name for spec in turn.acts]) if shown else [],
            "others": others,
            "other_open": any(one["open"] for one in others),
            "rules_here": request.path if turn.is_held and "rule_on_finding" in turn.node.meanwhile else "",
            "form": form,
            "decides": "approve" in turn.node.acts,
        },
        status=tried.status,
    )


def _forms(request: Signed, turn: Turn, form: ActForm | None, names: list[str]) -> list[dict[str, Any]]:
    """The forms of these acts; the one in use is open, else the first of those that complete the item."""
    used = form.spec.name if form else request.GET.get("act", "")
    return [
        {
            "form": form
            if form and form.spec.name == name
            else form_of(ACTS[name], turn.application, turn.item.mandate, initial=_asked(request, name)),
            "open": name == used,
            "reviewed": name in DECIDING,
        }
        for name in names
    ]


def _asked(request: Signed, name: str) -> dict[str, str]:
    """What a link on the page fills in: the rule to be ruled on, and where."""
    if request.GET.get("act") != name:
        return {}
    return {key: request.GET[key] for key in ("rule", "where") if key in request.GET}


def review(request: Signed, turn: Turn, form: ActForm) -> HttpResponse:
    """What is about to be decided, once more before it is. Nothing is written yet."""
    return render(
        request,
        "workflows/review.html",
        {**head_of(turn.application), "turn": turn, "item": turn.item, "form": form, "board": board(turn.application)},
    )


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
    """Take an item. Who comes second is told who has it."""
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
        return redirect("task", pk=turn.item.pk)
    try:
        perform(
            turn.application.pk, act, by=turn.person, mandate=turn.item.mandate, key=key_of(request.POST),
            item=turn.item.pk,
        )  # fmt: skip
    except (NotPermitted, WrongStatus) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, told)
    return redirect("task", pk=turn.item.pk)


@login_required
def reassign(request: Signed, pk: int) -> HttpResponse:
    """The agency's head gives an item to another of its people, with a reason."""
    turn = take_turn(request.user, pk)
    if not turn.is_head:
        raise NotPermitted(_("Only the head of the agency does this."))
    form = _reassignment(request, turn)
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
        {**head_of(turn.application), "turn": turn, "item": turn.item, "form": form},
        status=status,
    )


def _reassignment(request: Signed, turn: Turn) -> ActForm:
    pool = Pool(lambda: eligible(turn.item))
    form = ActForm(ACTS["reassign"], pool, request.POST if request.method == "POST" else None)
    del form.fields["item"]  # the page knows which
    return form


def _no_file(file: Any) -> Any:
    raise TypeError("reassigning takes no file")
