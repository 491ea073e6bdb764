"""The news of the person logged in, and what of it is mailed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from permits.access import visible_to
from roles.numbers import whole
from roles.requests import Signed
from workflows.models import Notification
from workflows.notifications.forms import ChoicesForm
from workflows.notifications.words import address, headline

PER_PAGE = 25


@dataclass(frozen=True)
class Line:
    """One notification as the list shows it; `visible` is False where the person may no longer know of the case."""

    news: Notification
    words: str
    visible: bool


@login_required
@require_GET
def news_list(request: Signed) -> HttpResponse:
    """All news, the newest first; `?unread=1` only what was not read. A page costs five queries."""
    news = request.user.notifications.select_related("act__application__unit", "item").order_by("-created", "-pk")
    only_unread = bool(request.GET.get("unread"))
    if only_unread:
        news = news.filter(read_at=None)
    page = Paginator(news, PER_PAGE).get_page(request.GET.get("page"))
    cases = {one.act.application_id for one in page}
    visible = set(visible_to(request.user).filter(pk__in=cases).values_list("pk", flat=True))
    lines = [Line(one, headline(one), one.act.application_id in visible) for one in page]
    newest = max((one.pk for one in page), default=None)
    if page.number > 1:
        newest = request.user.notifications.aggregate(newest=Max("pk"))["newest"]
    context = {"lines": lines, "page_obj": page, "only_unread": only_unread, "newest": newest}
    return render(request, "workflows/notifications.html", context)


@login_required
@require_GET
def news_open(request: Signed, pk: int) -> HttpResponse:
    """Mark as read, and go to what it is about. 404 for another's news."""
    news = get_object_or_404(request.user.notifications.select_related("act__application", "item"), pk=pk)
    if news.read_at is None:
        news.read_at = timezone.now()
        news.save(update_fields=["read_at"])
    return redirect(address(news))


@login_required
@require_POST
def news_read(request: Signed) -> HttpResponse:
    """Mark everything as read that was there when the page was made (`until`, the key of its newest line)."""
    until = whole(request.POST.get("until"))
    unread = request.user.notifications.filter(read_at=None)
    if until is not None:
        unread.filter(pk__lte=until).update(read_at=timezone.now())
    return redirect("notifications")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: Signed) -> HttpResponse:
    """Which news is mailed, and in which language."""
    form = ChoicesForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choices were saved."))
        return redirect("notification-choices")
    return render(request, "workflows/notification_choices.html", {"form": form})


def unread(request: HttpRequest) -> dict[str, Any]:
    """Context processor: how much news the person has not read. One indexed query, where a page shows it."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    return {"unread_news": SimpleLazyObject(lambda: person.notifications.filter(read_at=None).count())}
