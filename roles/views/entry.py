"""What others do for somebody's way in: one-time link, lost factors, sessions, locks."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from roles.accounts import invite
from roles.authority import Role, administers, insist
from roles.factors import end_sessions, may_secure, remove_factors
from roles.identities import is_tied
from roles.locks import WINDOW, lift, standing_locks, told
from roles.models import SecurityEvent
from roles.models.security import What
from roles.requests import Signed, posted
from roles.staffing_forms import GroundForm
from roles.views.form_page import form_page
from roles.views.people import hand_over, seen_person


@login_required
def no_password(request: Signed) -> HttpResponse:
    """Who came in by OpenID Connect has no password here, and sets none: the provider may have closed the account."""
    raise PermissionDenied(_("You log in by your organisation's account. It has no password here."))


@login_required
@require_POST
def person_invite(request: Signed, pk: int) -> HttpResponse:
    """Give somebody a one-time link."""
    shown = seen_person(request, pk)
    try:
        made = invite(shown, by=request.user)
    except ValidationError as fault:  # closed since the page was opened
        messages.error(request, " ".join(fault.messages))
    else:
        hand_over(request, shown, made)
    return redirect("person", shown.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_factors(request: Signed, pk: int) -> HttpResponse:
    """The security administrator removes factors that were lost."""
    shown = seen_person(request, pk)
    insist(may_secure(request.user, shown))
    heading, button = _("Remove the second factors of %(person)s?"), _("Remove the second factors")
    done = _("The second factors were removed, and every session was ended.")
    if is_tied(shown):
        heading = _("Remove what %(person)s comes in by beside the password?")
        button = _("Remove second factors and organisation's log-in")
        done = _("Second factors and the organisation's log-in were removed, and every session was ended.")
    form = GroundForm(posted(request))
    if form.is_valid():
        form.run(remove_factors, shown, by=request.user, ground=form.cleaned_data["ground"])
        if not form.errors:
            messages.success(request, done)
            return redirect("person", shown.pk)
    return form_page(request, form, heading % {"person": shown}, button, above=shown, at=("person", shown.pk))


@login_required
@require_POST
def person_sessions(request: Signed, pk: int) -> HttpResponse:
    """The security administrator ends every session of somebody."""
    shown = seen_person(request, pk)
    ended = end_sessions(shown, by=request.user)
    said = ngettext("%(ended)s session was ended.", "%(ended)s sessions were ended.", ended)
    messages.success(request, said % {"ended": ended})
    return redirect("person", shown.pk)


@login_required
@require_safe
def lock_list(request: Signed) -> HttpResponse:
    """The locks that stand, for the security administrator."""
    insist(administers(request.user) == Role.SECURITY)
    locks = [{"line": line, "told": told(line), "until": line.at + WINDOW} for line in standing_locks()]
    return render(request, "roles/lock_list.html", {"locks": locks})


@login_required
@require_POST
def lock_lift(request: Signed, pk: int) -> HttpResponse:
    """Lift one of them."""
    insist(administers(request.user) == Role.SECURITY)
    lift(get_object_or_404(SecurityEvent, pk=pk, what=What.LOCKED), by=request.user)
    messages.success(request, _("The lock was lifted."))
    return redirect("lock-list")
