"""Several work items at once: taken by an officer, or given to another by the head. Each by an act of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid5

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from permits.access import visible_to
from permits.acts.perform import perform
from permits.drafts.forms import key_of
from permits.errors import AlreadyRecorded, NotPermitted, PermitError
from permits.models import Act
from permits.models.facts import BadFact, printable
from roles.access import agencies_headed_by
from roles.models import Person
from roles.models.mandates import MandateGrant, current
from roles.numbers import whole
from roles.requests import Signed
from workflows import queues
from workflows.lights import lights
from workflows.models import WorkItem
from workflows.views.lists import LISTS, MOST_AT_ONCE, found_by, rows_of


def keys_of(request: Signed, name: str) -> list[int]:
    """Keys of the picked items; or where that was asked for of everything the filter finds, the soonest first. At most
    MOST_AT_ONCE."""
    if "all" in request.POST:
        items = queues.soonest_first(rows_of(found_by(request, LISTS[name])))
        return list(items.values_list("pk", flat=True)[:MOST_AT_ONCE])
    given = [whole(key) for key in request.POST.getlist("item")[:MOST_AT_ONCE]]
    return list(dict.fromkeys(key for key in given if key is not None))


def _each(request: Signed, items: QuerySet[WorkItem], act: Callable[[WorkItem, Any], Act]) -> int:
    """Perform `act` on each item, with a one-time key of its own; gives how many were done. What is refused is told,
    and stops no other."""
    done, form = 0, key_of(request.POST)
    for item in items:
        try:
            act(item, uuid5(form, str(item.pk)) if form else None)
        except AlreadyRecorded:
            done += 1
        except PermitError as refused:
            messages.error(request, _("%(case)s: %(reason)s") % {"case": item.application, "reason": refused})
        else:
            done += 1
    return done


def _tell_gone(request: Signed, gone: int) -> None:
    if gone:
        told = ngettext("%(count)d item is no longer open.", "%(count)d items are no longer open.", gone)
        messages.warning(request, told % {"count": gone})


@login_required
@require_POST
def claim(request: Signed) -> HttpResponse:
    """Take the picked items, each by an act of its own; what cannot be taken is told, and does not stop the rest."""
    keys = keys_of(request, "agency")
    items = queues.open_items().filter(pk__in=keys, application__in=visible_to(request.user)).order_by("pk")
    if not keys:
        messages.warning(request, _("Pick at least one item."))

    def take(item: WorkItem, key: Any) -> Act:
        return perform(item.application_id, "claim", by=request.user, mandate=item.mandate, key=key, item=item.pk)

    taken = _each(request, items, take)
    _tell_gone(request, len(keys) - len(items))
    if taken:
        told = ngettext("You have taken %(count)d item.", "You have taken %(count)d items.", taken)
        messages.success(request, told % {"count": taken})
    return redirect("queue", name="agency" if not taken else "mine")


class GiveForm(forms.Form):
    """To whom, and why."""

    to = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("To"), empty_label=gettext_lazy("Choose"))
    reason = forms.CharField(label=gettext_lazy("Reasons"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, people: QuerySet[Person], *arguments: Any) -> None:
        super().__init__(*arguments)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]

    def clean_reason(self) -> str:
        """Checked as each act will check it: what cannot be printed is told here, before anything picked or typed is
        lost."""
        try:
            return printable(self.cleaned_data["reason"])
        except BadFact as bad:
            raise forms.ValidationError(str(bad)) from bad


def holders_of(items: QuerySet[WorkItem]) -> QuerySet[Person]:
    """Everyone who holds today the duty of one of `items`. Whether something keeps them from the case the act itself
    asks."""
    grants = MandateGrant.objects.filter(current(), content_object__in=items.order_by().values("mandate"))
    term = current("memberships__")
    people = Person.objects.filter(term, is_active=True, memberships__post__group__in=grants.values("group"))
    return people.distinct().order_by("name", "pk")


@login_required
@require_POST
def reassign(request: Signed) -> HttpResponse:
    """The head gives the picked items to one person for one reason: first a form for both, then an act for each."""
    if not agencies_headed_by(request.user).exists():
        raise NotPermitted(_("Only the head of the agency does this."))
    keys = keys_of(request, "led")
    items = queues.soonest_first(queues.of_agencies(request.user).filter(pk__in=keys))
    if not keys:
        messages.warning(request, _("Pick at least one item."))
        return redirect("queue", name="led")
    form = GiveForm(holders_of(items), request.POST if "to" in request.POST else None)
    if form.is_valid():
        return _give(request, items, len(keys) - len(items), form.cleaned_data)
    found = lights(items)
    rows = [{"item": item, "light": found.get(item.pk)} for item in items]
    return render(request, "workflows/give.html", {"rows": rows, "form": form, "once": key_of(request.POST) or ""})


def _give(request: Signed, items: QuerySet[WorkItem], gone: int, said: dict[str, Any]) -> HttpResponse:
    """Give `items` to one person, and tell how many were given, held by that person already, or `gone` meanwhile."""

    def give(item: WorkItem, key: Any) -> Act:
        return perform(
            item.application_id, "reassign", by=request.user, mandate=item.mandate, key=key, item=item.pk, **said
        )

    held = items.filter(owner=said["to"]).count()
    given = _each(request, items.exclude(owner=said["to"]), give)
    _tell_gone(request, gone)
    if held:
        told = ngettext(
            "%(count)d item is held by %(person)s already.", "%(count)d items are held by %(person)s already.", held
        )
        messages.info(request, told % {"count": held, "person": said["to"]})
    if given:
        told = ngettext("%(count)d item was given to %(person)s.", "%(count)d items were given to %(person)s.", given)
        messages.success(request, told % {"count": given, "person": said["to"]})
    return redirect("queue", name="led")
