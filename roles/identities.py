"""Ways into an account beside its password and factors: an identity of the organisation's log-in 统一身份认证 that is
tied to it, and an address a new password is sent to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext as _

from roles.addresses import logged_address
from roles.models import Person, SecurityEvent
from roles.models.security import What
from roles.security_log import note

TIED = "tied"
"""In a line's details: `made_as` of the identity it tells of."""


def made_as(identity: Any) -> str:
    """SHA-256 of which identity it is; also of a migration's model."""
    return hashlib.sha256(f"{identity.provider}\0{identity.uid}".encode()).hexdigest()


@transaction.atomic
def tie(request: HttpRequest, login: Any, person: Person) -> None:
    """From now on the identity of this log-in (allauth's `SocialLogin`) comes in as `person`, and its line tells so."""
    login.connect(request, person)
    address = logged_address(request)
    note(What.IDENTITY_TIED, by=person, person=person, address=address, told={TIED: made_as(login.account)})


def differences() -> Iterator[str]:
    """Identities of which no line of the security log tells, and addresses that are not the account's own: whoever puts
    one into the database comes in as that person."""
    told = set(SecurityEvent.objects.filter(details__has_key=TIED).values_list("person", f"details__{TIED}"))
    for identity in SocialAccount.objects.select_related("user").order_by("pk").iterator():
        if (identity.user_id, made_as(identity)) not in told:
            named = {"login": identity.user.get_username(), "identity": identity.uid}
            yield (
                _("%(login)s: no line of the security log tells that the identity “%(identity)s” belongs to it") % named
            )
    others = EmailAddress.objects.alias(own=Lower("user__email"), asked=Lower("email")).exclude(own=F("asked"))
    for other in others.select_related("user").order_by("pk").iterator():
        named = {"login": other.user.get_username(), "address": other.email}
        yield _("%(login)s: a new password would also be sent to %(address)s, which is not the account's") % named
