"""下一件: from one item to the next without a way back to the list."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from roles.models import Person
from roles.requests import Signed
from workflows.queues import next_item


def offer(person: Person, said: str) -> SafeString:
    """What was `said` after an act, followed by the way to the person's next item."""
    item = next_item(person)
    if item is None:
        return format_html("{} {}", said, _("Nothing else is waiting for you."))
    to = _("Next: %(case)s, %(step)s") if item.owner_id else _("Next to take: %(case)s, %(step)s")
    words = to % {"case": item.application, "step": item.step_title}
    return format_html(
        '{} <a class="btn btn-sm btn-primary next-item" href="{}">{}</a>', said, reverse("task", args=[item.pk]), words
    )


@login_required
@require_safe
def go(request: Signed) -> HttpResponse:
    """To the next item; to the list of one's own where there is none."""
    if item := next_item(request.user):
        return redirect("task", pk=item.pk)
    messages.info(request, _("Nothing else is waiting for you."))
    return redirect("queue", name="mine")
