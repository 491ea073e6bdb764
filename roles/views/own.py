"""One's own account, as far as allauth has no page for it: the address for mails."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from roles.mail_addresses import ask_for_address, asked_by, may_change_own, take_address
from roles.requests import Signed, posted
from roles.staffing_forms import AddressForm, VerbForm
from roles.views.form_page import form_page

PROFILE = ("profile",)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def own_address(request: Signed) -> HttpResponse:
    """Have a link sent to a new address. The password or the second factor is asked for again first."""
    if not may_change_own(request.user):
        raise PermissionDenied(
            _("You log in by your organisation's account, and have no password here. Whoever keeps your account "
              "changes the address.")
        )  # fmt: skip
    form = AddressForm(posted(request))
    if form.is_valid():
        address = form.cleaned_data["email"]
        form.run(ask_for_address, request.user, address, ground=form.cleaned_data["ground"])
        if not form.errors:
            told = _("A link was sent to %(email)s. The address changes once you have followed it.")
            messages.success(request, told % {"email": address})
            return redirect("profile")
    heading = _("Change your e-mail address")
    return form_page(request, form, heading, _("Send the link"), above=_("My posts and mandates"), at=PROFILE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_address_take(request: Signed, key: str) -> HttpResponse:
    """The page of the link that was mailed: one press takes the address."""
    try:
        line = asked_by(request.user, key)
        if request.method == "POST":
            take_address(request.user, key)
            messages.success(request, _("Your address was changed. The old and the new one were told."))
            return redirect("profile")
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return redirect("profile")
    heading = _("Have e-mails sent to %(email)s?") % {"email": line.details["email"][1]}
    return form_page(request, VerbForm(), heading, _("Take this address"), above=_("My posts and mandates"), at=PROFILE)
