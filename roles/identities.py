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

TIED, UNTIED = "tied", "untied"
"""In a line's details: `made_as` of the identity it tells of; of those that it ended."""


class NoAccount(Exception):
    """Whom the provider names has no open account here. allauth would make a failure of its own of PermissionDenied."""


def whose(claimed: str) -> Person | None:
    """The open account whose login an identity claims, in whatever case. PostgreSQL alone would take ſ for s and ı for
    i, and a provider may let people choose such names."""
    if not claimed or not claimed.isprintable():
        return None
    alike = Person.objects.filter(username__iexact=claimed, is_active=True)
    return next((one for one in alike if one.username.lower() == claimed.lower()), None)


def another(person: Person, login: Any) -> bool:
    """Whether `person` came in by another identity of this issuer before: the name that `login`, allauth's
    `SocialLogin`, claims has changed hands there. An identity of a former provider does not count."""
    issuer = login.account.extra_data["id_token"]["iss"]
    known = SocialAccount.objects.filter(user=person, provider=login.account.provider)
    return any(one.extra_data.get("id_token", {}).get("iss") == issuer for one in known)


def made_as(identity: Any) -> str:
    """SHA-256 of which identity it is; also of a migration's model."""
    return hashlib.sha256(f"{identity.provider}\0{identity.uid}".encode()).hexdigest()


@transaction.atomic
def tie(request: HttpRequest, login: Any, person: Person) -> bool:
    """From now on the identity of this log-in (allauth's `SocialLogin`) comes in as `person`, and its line tells so.
    False where it does not: `another` came in as `person` before. Of two at the same instant one is the first."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    login.lookup()
    if login.is_existing:  # tied in this instant, from another window
        return bool(login.user == person)
    if another(person, login):
        return False
    login.connect(request, person)
    address = logged_address(request)
    note(What.IDENTITY_TIED, by=person, person=person, address=address, told={TIED: made_as(login.account)})
    return True


def is_tied(person: Person) -> bool:
    """Whether an identity of the organisation's log-in comes in as `person`."""
    return bool(SocialAccount.objects.filter(user=person).exists())


def untie(person: Person) -> list[str]:
    """No identity comes in as `person` any more, until one claims the login anew; `made_as` of those that did."""
    held = SocialAccount.objects.filter(user=person)
    ended = sorted(made_as(identity) for identity in held)
    held.delete()
    return ended


def differences() -> Iterator[str]:
    """Identities of which no line of the security log tells, and addresses that are not the account's own: whoever puts
    one into the database comes in as that person."""
    told = set[tuple[int | None, str]]()
    lines = SecurityEvent.objects.filter(details__has_any_keys=[TIED, UNTIED]).order_by("pk")
    for person, said in lines.values_list("person", "details").iterator():
        told -= {(person, ended) for ended in said.get(UNTIED, ())}
        told |= {(person, said[TIED])} if TIED in said else set()
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
