"""Posts: who held them, what they give and by whose word, and every change of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from roles.appointments import appoint, end_grant, end_term, grant
from roles.authority import Role, administers, insist, may_staff, runs
from roles.days import local_today
from roles.models import AgencyGrant, MandateGrant, Membership, Post, SecurityEvent, UnitGrant
from roles.models.mandates import Grant
from roles.requests import Signed, posted
from roles.security_log import in_names
from roles.staffing_forms import AppointForm, EndForm, GrantForm, what_of
from roles.views.form_page import form_page

GRANTS: dict[str, type[Grant]] = {"mandate": MandateGrant, "agency": AgencyGrant, "unit": UnitGrant}
LATEST = 50


def seen_post(request: Signed, pk: int) -> Post:
    """The post, for the administrators and whoever runs its body; 404 else."""
    found = get_object_or_404(Post.objects.select_related("agency", "unit"), pk=pk)
    if not administers(request.user) and not runs(request.user, found.body):
        raise Http404
    return found


def grants_of(post: Post) -> list[tuple[str, Grant, str]]:
    """Every right the post has or had, the newest first, each with its kind and what it is on."""
    every: list[tuple[str, Grant, str]] = []
    for kind, model in GRANTS.items():
        rows: QuerySet[Any] = model._default_manager.filter(group=post.group_id)
        rows = rows.select_related("content_object", "permission", "granted_by")
        if model is MandateGrant:
            rows = rows.select_related("content_object__jurisdiction", "content_object__document")
        every += [(kind, row, _on(row)) for row in rows]
    return sorted(every, key=lambda one: (one[1].since, one[1].pk), reverse=True)


def _on(given: MandateGrant | AgencyGrant | UnitGrant) -> str:
    """What the right is on: of a mandate also where it is written, for two can be alike in all else."""
    return what_of(given.content_object) if isinstance(given, MandateGrant) else str(given.content_object)


@login_required
@require_safe
def post(request: Signed, pk: int) -> HttpResponse:
    """Holders and rights of today and before, and the log of their changes."""
    shown = seen_post(request, pk)
    today = local_today()
    context = {
        "post": shown,
        "terms": shown.memberships.select_related("person", "appointed_by", "dismissed_by").order_by("-since", "-pk"),
        "grants": grants_of(shown),
        "events": in_names(
            SecurityEvent.objects.filter(post=shown).select_related("by", "person", "agency", "unit")[:LATEST]
        ),
        "staffs": (staffed := may_staff(request.user, shown)),
        "told_who": administers(request.user) == Role.SYSTEM and not staffed,
        "grants_rights": administers(request.user) == Role.SECURITY,
        "today": today,
    }
    return render(request, "roles/post.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: Signed, pk: int) -> HttpResponse:
    """Somebody with an account takes the post."""
    shown = seen_post(request, pk)
    insist(may_staff(request.user, shown))
    form = AppointForm(posted(request))
    said = form.cleaned_data if form.is_valid() else None
    if said and (term := form.run(appoint, said.pop("person"), shown, by=request.user, **said)):
        messages.success(
            request, _("%(person)s holds %(post)s from %(day)s.")
            % {"person": term.person, "post": shown, "day": date_format(term.since)},
        )  # fmt: skip
        return redirect("post", shown.pk)
    heading = _("Appoint somebody: %(post)s") % {"post": shown}
    return form_page(request, form, heading, _("Appoint"), above=shown, at=("post", shown.pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def term_end(request: Signed, pk: int) -> HttpResponse:
    """Somebody leaves a post."""
    term = get_object_or_404(Membership.objects.select_related("person", "post__agency", "post__unit"), pk=pk)
    shown = seen_post(request, term.post_id)
    insist(may_staff(request.user, shown))
    form = EndForm(posted(request))
    said = form.cleaned_data if form.is_valid() else None
    if said and form.does(end_term, term, by=request.user, **said):
        messages.success(request, _ended(term))
        return redirect("post", shown.pk)
    heading = _("End the term of %(person)s in %(post)s?") % {
        "person": term.person,
        "post": shown,
    }
    return form_page(request, form, heading, _("End the term"), above=shown, at=("post", shown.pk))


def _ended(term: Membership) -> str:
    """What to tell of a term that was ended, or is to end on a day that is given."""
    term.refresh_from_db(fields=["until"])
    if term.until is None or term.until < local_today():
        return _("The term of %(person)s ends.") % {"person": term.person}
    told = _("The term of %(person)s ends on %(day)s, the last day of it.")
    return told % {"person": term.person, "day": date_format(term.until)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_grant(request: Signed, pk: int) -> HttpResponse:
    """The security administrator gives the post a right."""
    shown = seen_post(request, pk)
    insist(administers(request.user) == Role.SECURITY)
    form = GrantForm(posted(request), post=shown)
    if form.is_valid():
        target, manage = form.target(), form.cleaned_data["right"] == "manage"
        said = {name: form.cleaned_data[name] for name in ("since", "until", "ground")}
        if form.does(grant, shown, target, by=request.user, manage=manage, **said):
            messages.success(request, _("%(post)s has the right.") % {"post": shown})
            return redirect("post", shown.pk)
    heading = _("Grant a right: %(post)s") % {"post": shown}
    return form_page(request, form, heading, _("Grant"), above=shown, at=("post", shown.pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grant_end(request: Signed, kind: str, pk: int) -> HttpResponse:
    """The security administrator ends a right."""
    if kind not in GRANTS:
        raise Http404
    given = get_object_or_404(GRANTS[kind]._default_manager.select_related("group__post", "content_object"), pk=pk)
    shown = seen_post(request, given.group.post.pk)
    insist(administers(request.user) == Role.SECURITY)
    form = EndForm(posted(request))
    said = form.cleaned_data if form.is_valid() else None
    if said and form.does(end_grant, given, by=request.user, **said):
        messages.success(request, _("The right ends."))
        return redirect("post", shown.pk)
    heading = _("End this right of %(post)s?") % {"post": shown}
    return form_page(request, form, heading, _("End the right"), above=shown, at=("post", shown.pk))
