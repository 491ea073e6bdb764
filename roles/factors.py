"""Second factors 第二认证因素: who must have one, and what of an account the security administrator takes away."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from roles.accounts import under_this_key
from roles.authority import Role, administers, insist
from roles.identities import UNTIED, untie
from roles.mail_addresses import send_after_commit
from roles.models import Membership, Person
from roles.models.mandates import current
from roles.models.security import SecurityEvent, What
from roles.security_log import note

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


SECRET = {
    Authenticator.Type.TOTP: "secret", Authenticator.Type.WEBAUTHN: "credential",
    Authenticator.Type.RECOVERY_CODES: "seed",
}  # fmt: skip
"""What makes a factor this one, whatever it is renamed to and however often it is used."""


COUNT = "count"
"""Beside it, of a passkey: the last signature counter."""


def made_as(factor: Authenticator) -> dict[str, str]:
    """What the line of a factor that is added says of it: its kind, and the SHA-256 of its secret, a random one."""
    secret = json.dumps(factor.data.get(SECRET[factor.type]), sort_keys=True)
    return {"kind": str(factor.type), "made": hashlib.sha256(secret.encode()).hexdigest()}


def counts_on(passkey: Authenticator, count: int) -> bool:
    """Whether the signature counter of an answer goes on from the last, and it is kept; else there may be a copy of the
    key, or two answers came in the other order. Who always says 0 has no counter, as synchronised ones. Source:
    WebAuthn Level 2, 6.1.1 and 7.2 (21)."""
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().filter(pk=passkey.pk).first()
        if held is None:
            return False
        last = held.data.get(COUNT, held.wrap().authenticator_data.counter)
        if count > last:
            held.data[COUNT] = count
            held.save(update_fields=["data"])
        passkey.data = held.data
    return bool(count > last or count == last == 0)


def can_be_read() -> bool:
    """Whether the newest secret that lies encrypted, of an app or of recovery codes, was encrypted under this
    IDENTITY_KEY; where there is none, whether accounts were opened under it. Passkeys hold no secret."""
    newest = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk").last()
    if newest is None:
        return under_this_key()
    try:
        get_adapter().decrypt(newest.data[SECRET[newest.type]])
    except InvalidToken:
        return False
    return True


def differences() -> Iterator[str]:
    """Factors of which no line of the security log tells that they are there: whoever puts one into the database, or
    one that was lost back into it, logs in as its holder. Lines of earlier versions tell the kind alone, and of such a
    kind nothing is concluded."""
    told = _told()
    for factor in Authenticator.objects.select_related("user").order_by("pk").iterator():
        said = made_as(factor)
        if not told[factor.user_id, said["kind"]] & {"", said["made"]}:
            named = {"login": factor.user.get_username(), "factor": factor.get_type_display()}
            yield _("%(login)s: no line of the security log tells of the second factor “%(factor)s”") % named


def _told() -> defaultdict[tuple[int | None, str], set[str]]:
    """Person and kind → what the factors were made of that were added and not removed since."""
    told = defaultdict[tuple[int | None, str], set[str]](set)
    lines = SecurityEvent.objects.filter(what__in=(What.FACTOR_ADDED, What.FACTOR_REMOVED)).order_by("pk")
    for what, person, said in lines.values_list("what", "person", "details").iterator():
        for kind in said.get("kinds", ()):  # all that one had
            told.pop((person, kind), None)
        if what == What.FACTOR_ADDED:
            if said["kind"] != Authenticator.Type.WEBAUTHN:  # of any other there is one: it takes the place of the last
                told.pop((person, said["kind"]), None)
            told[person, said["kind"]].add(said.get("made", ""))
        elif "made" in said:
            told[person, said["kind"]].discard(said["made"])
    return told


def has_factor(person: Person) -> bool:
    """Whether `person` has a code generator or a passkey."""
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def lacks_factor(person: Person) -> bool:
    """Whether `person` must add a second factor first: who holds a post in an agency, and each administrator, where
    REQUIRE_SECOND_FACTOR is on."""
    if not settings.REQUIRE_SECOND_FACTOR or has_factor(person):
        return False
    officer = Membership.objects.filter(current(), person=person, post__agency__isnull=False).exists()
    return officer or bool(administers(person))


def may_secure(by: Person, person: Person) -> bool:
    """Whether `by` takes factors from `person` and ends sessions: the security administrator, of everyone else."""
    return administers(by) == Role.SECURITY and by.pk != person.pk


@transaction.atomic
def remove_factors(person: Person, *, by: Person, ground: str) -> None:
    """All second factors of somebody who lost them, and the tie to the organisation's log-in, where the name there has
    changed hands; the sessions end, and the next log-in asks for the password only. Its owner is told by mail: whoever
    had somebody else's factors removed needs nothing but the password any more.

    Raises ValidationError where there is none.
    """
    insist(may_secure(by, person))
    held = Authenticator.objects.filter(user=person)
    kinds = sorted(held.values_list("type", flat=True))
    untied = untie(person)
    if not kinds and not untied:
        raise ValidationError(_("There is neither a second factor nor an organisation's log-in to remove."))
    held.delete()
    note(
        What.FACTOR_REMOVED,
        by=by,
        person=person,
        ground=ground,
        told={"kinds": kinds} | ({UNTIED: untied} if untied else {}),
    )
    end_sessions(person, by=by)
    if person.email:
        _tell(person, by, ground)


def _tell(person: Person, by: Person, ground: str) -> None:
    with translation.override(person.language):
        words = {"person": person, "login": person.username, "by": by, "ground": ground}
        text = _(
            "%(person)s, what you come in by beside the password was removed from your account “%(login)s” by %(by)s, "
            "and every session was ended. Paper relied on: %(ground)s.\n\nIf you did not ask for it, choose another "
            "password at once, and turn to the security administrator."
        )
        send_after_commit(person.email, _("Your second factors were removed"), text % words)


@transaction.atomic
def end_sessions(person: Person, *, by: Person) -> int:
    """Every session of `person` is over at once; how many there were."""
    insist(may_secure(by, person))
    open_now = UserSession.objects.purge_and_list(person)
    for session in open_now:
        session.end()
    note(What.SESSION_ENDED, by=by, person=person, told={"sessions": len(open_now)})
    return len(open_now)
