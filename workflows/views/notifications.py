"""The news of the person logged in, and what of it is mailed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from roles.numbers import whole
from roles.requests import Signed
from workflows.notifications.folding import cases_told, fold
from workflows.notifications.forms import ChoicesForm
from workflows.notifications.words import address

PER_PAGE = 20


@login_required
@require_GET
def news_list(request: Signed) -> HttpResponse:
    """All news by case, that with the newest first; `?unread=1` only what was not read. Costs the same queries however
    many cases there are."""
    mine = request.user.notifications.all()
    standing = mine.aggregate(newest=Max("pk"), unread_news=Count("pk", filter=Q(read_at=None)))
    only_unread = bool(request.GET.get("unread"))
    shown = mine.filter(read_at=None) if only_unread else mine
    page = Paginator(cases_told(shown), PER_PAGE).get_page(request.GET.get("page"))
    cases = fold(shown, list(page), request.user)
    context = {"cases": cases, "page_obj": page, "only_unread": only_unread, **standing}
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
    """Mark everything as read, or everything of one `case`, that was there when the page was made (`until`, the key of
    the newest)."""
    until = whole(request.POST.get("until"))
    unread = request.user.notifications.filter(read_at=None)
    if "case" in request.POST:
        unread = unread.filter(act__application=whole(request.POST["case"]))
    if until is not None:
        unread.filter(pk__lte=until).update(read_at=timezone.now())
    return redirect("notifications")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: Signed) -> HttpResponse:
    """Which news is mailed, how soon, and in which language."""
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
