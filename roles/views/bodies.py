"""Agencies and operating units: their data, their posts and who holds them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from roles.appointments import make_post
from roles.authority import Role, administers, insist, leads, may_make_posts, runs
from roles.bodies import change_body, doubts, enter_unit
from roles.misread import page_of, sought
from roles.models import Agency, Membership, OperatingUnit, Post
from roles.models.mandates import current
from roles.requests import Signed, posted
from roles.staffing_forms import AgencyForm, PostForm, UnitForm
from roles.views.form_page import form_page

PAGE = 25
AGENCY_FIELDS = ("uscc",)
UNIT_FIELDS = ("name", "name_en", "kind", "jurisdiction", "uscc", "representative", "address", "phone")


def _page(request: Signed, rows: QuerySet[Any]) -> dict[str, Any]:
    """The rows whose name `?q=` asks for, with the number of their posts, a page of them."""
    role = administers(request.user)
    insist(bool(role))
    wanted = sought(request, 60)
    rows = rows.filter(Q(name__icontains=wanted)) if wanted else rows
    counted = rows.select_related("jurisdiction").annotate(post_count=Count("posts"))
    return {"page": page_of(request, Paginator(counted, PAGE)), "wanted": wanted, "role": role}


@login_required
@require_safe
def agency_list(request: Signed) -> HttpResponse:
    """Every agency of the role matrix."""
    return render(request, "roles/agency_list.html", _page(request, Agency.objects.order_by("jurisdiction", "name")))


@login_required
@require_safe
def unit_list(request: Signed) -> HttpResponse:
    """Every operating unit."""
    context = _page(request, OperatingUnit.objects.order_by("jurisdiction", "name"))
    return render(request, "roles/unit_list.html", context | {"enters": context["role"] == Role.SYSTEM})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency(request: Signed, slug: str) -> HttpResponse:
    """An agency, its posts and their holders, and a form for one more post."""
    return _body(request, get_object_or_404(Agency.objects.select_related("jurisdiction"), slug=slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: Signed, pk: int) -> HttpResponse:
    """A unit, its posts and their holders, and a form for one more post."""
    return _body(request, get_object_or_404(OperatingUnit.objects.select_related("jurisdiction"), pk=pk))


def _body(request: Signed, body: Agency | OperatingUnit) -> HttpResponse:
    role = administers(request.user)
    if not role and not runs(request.user, body):
        raise Http404
    makes = may_make_posts(request.user, body)
    form = PostForm(posted(request)) if makes else None
    if request.method == "POST":
        insist(makes)
        if form and form.is_valid() and (made := form.run(make_post, body, by=request.user, **form.cleaned_data)):
            messages.success(request, _("The post %(post)s was made.") % {"post": made})
            return redirect("post", made.pk)
    holders = Prefetch(
        "memberships",
        Membership.objects.filter(current(), person__is_active=True).select_related("person"),
        to_attr="holders_today",
    )
    posts = list(Post.objects.filter(**_of(body)).prefetch_related(holders).order_by("pk"))
    context = {
        "body": body, "posts": [(one, leads(one)) for one in posts], "form": form,
        "is_agency": isinstance(body, Agency), "changes": role == Role.SYSTEM,
        "promises": isinstance(body, Agency) and runs(request.user, body),
    }  # fmt: skip
    return render(request, "roles/body.html", context)


def _of(body: Agency | OperatingUnit) -> dict[str, Any]:
    return {"agency": body} if isinstance(body, Agency) else {"unit": body}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_change(request: Signed, slug: str) -> HttpResponse:
    """What registers say of an agency."""
    insist(administers(request.user) == Role.SYSTEM)
    body = get_object_or_404(Agency, slug=slug)
    form = AgencyForm(posted(request), initial={name: getattr(body, name) for name in AGENCY_FIELDS})
    said = form.cleaned_data if form.is_valid() else None
    if said and form.does(change_body, body, by=request.user, **said):
        return _changed(request, Agency.objects.get(pk=body.pk), "agency", slug)
    return form_page(request, form, _("Change the data"), _("Save"), above=body, at=("agency", slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_change(request: Signed, pk: int) -> HttpResponse:
    """The data of an operating unit."""
    insist(administers(request.user) == Role.SYSTEM)
    body = get_object_or_404(OperatingUnit, pk=pk)
    form = UnitForm(posted(request), initial={name: getattr(body, name) for name in UNIT_FIELDS})
    said = form.cleaned_data if form.is_valid() else None
    if said and form.does(change_body, body, by=request.user, **said):
        return _changed(request, OperatingUnit.objects.get(pk=pk), "unit", pk)
    return form_page(request, form, _("Change the data"), _("Save"), above=body, at=("unit", pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request: Signed) -> HttpResponse:
    """Enter an operating unit."""
    insist(administers(request.user) == Role.SYSTEM)
    form = UnitForm(posted(request))
    if form.is_valid() and (made := form.run(enter_unit, by=request.user, **form.cleaned_data)):
        return _changed(request, made, "unit", made.pk)
    return form_page(request, form, _("Enter a unit"), _("Enter"))


def _changed(request: Signed, body: Agency | OperatingUnit, name: str, key: int | str) -> HttpResponse:
    """To the body's page; a credit code that fails the check is kept, and said to be odd."""
    messages.success(request, _("%(body)s was saved.") % {"body": body})
    for warning in doubts(body):
        messages.warning(request, warning)
    return redirect(name, key)
