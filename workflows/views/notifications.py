"""The news of the person logged in, and what of it is mailed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Exists, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from roles.aside import at_first_hand
from roles.misread import page_of
from roles.models import Person
from roles.numbers import whole
from roles.requests import Signed
from workflows.models import FindingNews, Notification
from workflows.notifications import findings, posts
from workflows.notifications.folding import cases_told, fold, newest, older
from workflows.notifications.forms import ChoicesForm
from workflows.notifications.words import address

PER_PAGE = 20
FINDINGS_SHOWN = 20
RUNG = 999
"""The most unread news that the bell counts: there may be more than a page has time for."""
_OF_ACTS, _OF_FINDINGS = (
    f"SELECT count(*) FROM (SELECT 1 FROM {news._meta.db_table} "  # noqa: S608 - our tables
    "WHERE person_id = %s AND read_at IS NULL LIMIT %s) AS news"
    for news in (Notification, FindingNews)
)
UNREAD = f"SELECT ({_OF_ACTS}) + ({_OF_FINDINGS})"
"""This question is asked on each page, so it is written once: Django would compose it anew each time."""


@login_required
@require_safe
def news_list(request: Signed) -> HttpResponse:
    """All news by case, that with the newest first, and above it that of audit findings and of posts; `?unread=1` only
    what was not read. Costs the same queries however many cases there are."""
    mine = request.user.notifications.all()
    only_unread = bool(request.GET.get("unread"))
    wanted = mine.filter(read_at=None) if only_unread else mine
    standing = _standing(request.user, older=older(wanted))
    shown = newest(wanted)
    page = page_of(request, Paginator(cases_told(shown), PER_PAGE))
    cases = fold(shown, list(page), request.user)
    bell = _rung(standing["unread_news"])
    context = {"cases": cases, "page_obj": page, "only_unread": only_unread, "bell": bell, **standing}
    if page.number == 1:
        of_posts = posts.shown_to(request, request.user)
        context["posts"] = [line for line in of_posts if line.new] if only_unread else of_posts
    if standing["of_findings"] and page.number == 1:
        context |= _of_findings(request.user, only_unread=only_unread)
    return render(request, "workflows/notifications.html", context)


def _standing(person: Person, **more: Exists) -> dict[str, Any]:
    """The key of the newest news, how much is unread, whether any is of an audit finding, and the answer to `more`. One
    query."""
    of_findings = person.finding_news.order_by()
    told = Person.objects.filter(pk=person.pk).values(
        newest=Subquery(person.notifications.order_by("-pk").values("pk")[:1]),
        unread_news=_many(person.notifications.filter(read_at=None)) + _many(of_findings.filter(read_at=None)),
        of_findings=Exists(of_findings),
        **more,
    ).get()  # fmt: skip
    return {**told}


def _many(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("person").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted), 0)


def _of_findings(person: Person, *, only_unread: bool) -> dict[str, Any]:
    """The newest FINDINGS_SHOWN news of findings, which are few; older ones stand with the findings themselves."""
    rows = findings.news_for(person)
    every = list(rows.filter(read_at=None) if only_unread else rows)
    shown = every[:FINDINGS_SHOWN]
    seen = {row.pk for row in findings.still_seen(person, shown)}
    return {
        "findings": [(row, findings.headline(row), row.pk in seen) for row in shown],
        "newest_finding": max((row.pk for row in every), default=None),
        "unread_findings": sum(row.read_at is None for row in every),
    }


@login_required
@require_safe
def finding_news_open(request: Signed, pk: int) -> HttpResponse:
    """As `news_open`, of an audit finding."""
    news = get_object_or_404(findings.news_for(request.user), pk=pk)
    if news.read_at is None:
        FindingNews.objects.filter(pk=pk).update(read_at=timezone.now())
    return redirect(findings.address(news))


@login_required
@require_safe
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
    """Mark as read everything, or everything of one `case`, that was there when the page was made: up to the key
    `until`, and news of findings up to `until_finding`."""
    until = whole(request.POST.get("until"))
    unread = request.user.notifications.filter(read_at=None)
    if "case" in request.POST:
        unread = unread.filter(act__application=whole(request.POST["case"]))
    if until is not None:
        unread.filter(pk__lte=until).update(read_at=timezone.now())
    until_finding = whole(request.POST.get("until_finding"))
    if until_finding is not None:
        told = request.user.finding_news.filter(read_at=None, pk__lte=until_finding)
        told.update(read_at=timezone.now())
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
    """Context processor: how much news the person has not read, and `bell`, the same as the bell tells it. One indexed
    query, on pages that show it."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    return {"bell": SimpleLazyObject(lambda: _rung(_unread(person)))}


def _rung(unread: int) -> str:
    """The number, up to RUNG; nothing where all was read."""
    return f"{RUNG}+" if unread > RUNG else str(unread or "")


@at_first_hand()  # whatever page it stands on
def _unread(person: Person) -> int:
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, [person.pk, RUNG + 1] * 2)
        counted: int = cursor.fetchone()[0]
    return counted
