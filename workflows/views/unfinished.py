"""Forms of acts, on the page of a work item or on their own, save themselves while they are filled in. Only their
author sees what was saved."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from permits.drafts.forms import KEY
from permits.drafts.unfinished import BESIDE, MINE, OF_OFFICERS, Keeping, keeping, kept_by
from permits.errors import WrongStatus
from permits.models import ACTS, Application
from permits.views.unfinished import answer
from roles.misread import one_of
from roles.models import Person
from roles.requests import Signed
from workflows.views.performing import form_of
from workflows.worklist import Turn, take_turn


def page_of(turn: Turn, act: str) -> str:
    """The name under which the form of `act` on this item's page is kept."""
    return f"{OF_OFFICERS}{turn.item.pk}/{act}"


def keepings(request: Signed, turn: Turn, acts: list[str]) -> dict[str, Keeping]:
    """How the form of each of `acts` keeps what is typed in it."""
    base, rows = _base(turn.application, turn.person), kept_by(turn.person, turn.application.pk, page_of(turn, ""))
    url, mine = reverse("task-unfinished", args=[turn.item.pk]), one_of(request, "unfinished", (MINE,), "") == MINE
    return {
        act: Keeping(
            url=url, page=page_of(turn, act), base=base, person=turn.person.pk, row=rows.get(page_of(turn, act)),
            mine=mine,
        )
        for act in acts
    }  # fmt: skip


def _base(application: Application, person: Person) -> str:
    """How many acts this person has done in the case: what was typed before the last of them was meant for that one."""
    return str(sum(act.person_id == person.pk for act in application.history))


@login_required
@require_POST
def task_unfinished(request: Signed, pk: int) -> HttpResponse:
    """Keep what was typed in a form of an item one holds. 404 for a form the item does not have."""
    turn = take_turn(request.user, pk)
    page = request.POST.get("unfinished_page", "")
    act = page.removeprefix(page_of(turn, ""))
    if turn.item.mandate is None or act not in turn.node.acts + turn.node.meanwhile or page != page_of(turn, act):
        raise Http404
    if not turn.is_held and "unfinished_drop" not in request.POST:
        raise WrongStatus(_("Take this item first; what you typed is still here."))
    form = form_of(ACTS[act], turn.application, turn.item.mandate, request)
    base, back = _base(turn.application, turn.person), reverse("task", args=[pk])
    return answer(request, turn.application, page, base=base, names=_names(form), back=back)


def _names(form: forms.Form) -> list[str]:
    """The fields that can be kept: a file has to be chosen again, a box ticked again, a key belongs to its own page."""
    gone = (forms.FileField, forms.BooleanField)
    return [name for name, field in form.fields.items() if name != KEY and not isinstance(field, gone)]


def beside_any(request: Signed, application: Application, name: str, *, at: str = "") -> Keeping:
    """How a form on a page of its own, called `name`, keeps what is typed in it. `at`: its address, where that is more
    than the path of the request."""
    return keeping(
        by=request.user, application_id=application.pk, page=BESIDE + name, base=_base(application, request.user),
        url=at or request.path, asked=one_of(request, "unfinished", (MINE,), ""),
    )  # fmt: skip


def keep_beside(request: Signed, application: Application, kept: Keeping, form: forms.Form) -> HttpResponse:
    """Keep what was typed in such a form, for who may send it. 404 where it belongs to another form."""
    if request.POST["unfinished_page"] != kept.page:
        raise Http404
    return answer(request, application, kept.page, base=kept.base, names=_names(form), back=kept.url)
