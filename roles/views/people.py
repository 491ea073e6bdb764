"""Accounts and the people behind them: entered, changed, reopened; what a person holds, and every change of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from roles.access import agencies_headed_by, units_managed_by
from roles.accounts import (
    CHANGEABLE,
    Invitation,
    change_account,
    invite,
    make_administrator,
    open_account,
    reopen,
)
from roles.appointments import appoint
from roles.authority import Role, administers, insist, may_enter_people, may_keep_account
from roles.days import local_today
from roles.factors import has_factor, may_secure
from roles.identities import is_tied
from roles.misread import begin, page_of, sought
from roles.models import Membership, Person, Post, SecurityEvent
from roles.models.mandates import current
from roles.models.security import RIGHTS, What
from roles.requests import Signed, posted
from roles.staffing_forms import AccountForm, AdministratorForm, GroundForm, PersonForm
from roles.views.form_page import form_page

PAGE = 25
OF_A_PERSON = (
    *RIGHTS, What.ACCOUNT_CHANGED, What.ADDRESS_ASKED, What.INVITED, What.FACTOR_ADDED, What.FACTOR_REMOVED,
    What.UNLOCKED,
)  # fmt: skip


@login_required
@require_safe
def account_list(request: Signed) -> HttpResponse:
    """Every account and where its person holds posts now, for the administrators; `?q=` looks for a name or a login."""
    insist(bool(administers(request.user)))
    wanted = sought(request, 60)
    terms = Membership.objects.filter(current()).select_related("post__agency", "post__unit")
    people = Person.objects.order_by("name", "pk").prefetch_related(
        "administrations", Prefetch("memberships", terms.order_by("post__slug"), to_attr="held_now")
    )
    if wanted:
        people = people.filter(Q(name__icontains=wanted) | Q(username__icontains=wanted))
    page = page_of(request, Paginator(people, PAGE))
    role = administers(request.user)
    context = {"page": page, "wanted": wanted, "role": role, "enters": role == Role.SYSTEM}
    return render(request, "roles/account_list.html", context)


def seen_person(request: Signed, pk: int) -> Person:
    """The person, for the administrators and for whoever runs a body whose post the person holds or held; 404 else."""
    person = get_object_or_404(Person, pk=pk)
    if administers(request.user) or Membership.objects.filter(_of_bodies_run_by(request.user), person=person).exists():
        return person
    raise Http404


def _of_bodies_run_by(user: Person) -> Q:
    return Q(post__agency__in=agencies_headed_by(user)) | Q(post__unit__in=units_managed_by(user))


@login_required
@require_safe
def person(request: Signed, pk: int) -> HttpResponse:
    """What somebody holds and held, who gave it and on what ground, and what of it `user` may change. How they are
    reached and come in is no more told to a body that they left: they may be another's by now."""
    shown = seen_person(request, pk)
    role = administers(request.user)
    here = Membership.objects.filter(current(), _of_bodies_run_by(request.user), person=shown)
    events = SecurityEvent.objects.filter(person=shown, what__in=OF_A_PERSON).select_related("by", "post")
    context = {
        "person": shown,
        "told_how": bool(role) or here.exists(),
        "terms": shown.memberships.select_related("post__agency", "post__unit").order_by("-since"),
        "role": (held := administers(shown)),
        "role_name": Role(held).label if held else "",
        "events": events[:PAGE],
        "keeps": may_keep_account(request.user, shown),
        "reopens": role == Role.SYSTEM and not shown.is_active,
        "secures": may_secure(request.user, shown),
        "factors": has_factor(shown),
        "tied": is_tied(shown),
        "names": role == Role.SECURITY
        and shown != request.user
        and shown.is_active
        and not shown.memberships.filter(Q(until=None) | Q(until__gte=local_today())).exists(),
    }
    return render(request, "roles/person.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: Signed) -> HttpResponse:
    """Open an account, and fill a post with it. `?post=` chooses the post."""
    if not may_enter_people(request.user):
        raise PermissionDenied(_("Your role does not allow this."))
    posts = Post.objects.all() if administers(request.user) else posts_run_by(request.user)
    form = PersonForm(posted(request), by=request.user, posts=posts)
    begin(request, form, "post")
    if form.is_valid() and (made := _entered(form, request.user)):
        messages.success(request, _("The account of %(person)s is open.") % {"person": made})
        if may_keep_account(request.user, made):
            hand_over(request, made, invite(made, by=request.user))
        return redirect("person", made.pk)
    return form_page(request, form, _("Enter a person"), _("Enter"))


def hand_over(request: Signed, person: Person, made: Invitation) -> None:
    """Say where the one-time link is: in the mail, or on the next page, once; so where no mail could be sent."""
    if made.failed:
        messages.error(request, _("The mail to %(email)s could not be sent.") % {"email": person.email})
    if person.email and not made.failed:
        messages.success(request, _("The one-time link was sent to %(email)s.") % {"email": person.email})
    else:
        text = _("Hand this one-time link to %(person)s. It is shown only now, works once and for three days: %(link)s")
        messages.warning(request, text % {"person": person, "link": made.link})


def posts_run_by(person: Person) -> QuerySet[Post]:
    """Posts of the bodies `person` heads or manages."""
    mine = Q(agency__in=agencies_headed_by(person)) | Q(unit__in=units_managed_by(person))
    return Post.objects.filter(mine)


def _entered(form: PersonForm, by: Person) -> Person | None:
    """The account and its first term, or neither."""
    said = form.cleaned_data
    with transaction.atomic():
        made = form.run(
            open_account, said["login"], said["name"], number=said["number"], email=said["email"],
            phone=said["phone"], by=by,
        )  # fmt: skip
        if made and said["post"]:
            form.run(appoint, made, said["post"], by=by, ground=said["ground"])
        if form.errors:
            transaction.set_rollback(True)
            return None
    return made


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_change(request: Signed, pk: int) -> HttpResponse:
    """Name, mail, telephone, language."""
    shown = seen_person(request, pk)
    insist(may_keep_account(request.user, shown))
    form = AccountForm(posted(request), initial={name: getattr(shown, name) for name in CHANGEABLE})
    if form.is_valid() and form.does(change_account, shown, by=request.user, **form.cleaned_data):
        messages.success(request, _("The account was changed."))
        return redirect("person", shown.pk)
    return form_page(request, form, _("Change the data"), _("Save"), above=shown, at=("person", shown.pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_reopen(request: Signed, pk: int) -> HttpResponse:
    """A closed account is opened again, without its posts and its password."""
    shown = seen_person(request, pk)
    insist(administers(request.user) == Role.SYSTEM)
    form = GroundForm(posted(request))
    said = form.cleaned_data if form.is_valid() else None
    if said and form.does(reopen, shown, by=request.user, ground=said["ground"]):
        messages.success(request, _("The account of %(person)s is open.") % {"person": shown})
        return redirect("person", shown.pk)
    heading = _("Reopen the account of %(person)s?") % {"person": shown}
    return form_page(request, form, heading, _("Reopen"), above=shown, at=("person", shown.pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_administrator(request: Signed, pk: int) -> HttpResponse:
    """The security administrator names the system or the audit administrator."""
    shown = seen_person(request, pk)
    insist(administers(request.user) == Role.SECURITY)
    form = AdministratorForm(posted(request))
    said = form.cleaned_data if form.is_valid() else None
    if said and form.does(make_administrator, shown, said["role"], by=request.user, ground=said["ground"]):
        messages.success(request, _("%(person)s is an administrator from today.") % {"person": shown})
        return redirect("person", shown.pk)
    heading = _("Make %(person)s an administrator?") % {"person": shown}
    return form_page(request, form, heading, _("Make an administrator"), above=shown, at=("person", shown.pk))
