"""Who has a work item in hand: it is taken, given back to the queue, or given to somebody else by the agency's head."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from permits.acts.conditions import barred
from permits.acts.perform import perform, refuse_again
from permits.drafts.forms import key_of
from permits.errors import AlreadyRecorded, NotPermitted, PermitError, RecordChanged, WrongStatus
from permits.models import ACTS
from roles.requests import Signed
from workflows.forms import ActForm, Pool
from workflows.views.case_parts import head_of
from workflows.views.tasks import closed
from workflows.worklist import Turn, eligible, take_turn


@login_required
@require_POST
def claim(request: Signed, pk: int) -> HttpResponse:
    """Take an item, and go on to the form of the act that was asked for with it, if any. Who comes second is told who
    has it; an act that something bars now is not taken up: the reason is told, and the item stays in the queue."""
    turn = take_turn(request.user, pk)
    act = request.POST.get("act", "")
    if act in turn.node.acts and not turn.is_held and (reason := barred(turn.application, act)):
        messages.error(request, reason)
        return redirect("task", pk)
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
    except (NotPermitted, RecordChanged, WrongStatus) as refused:
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
