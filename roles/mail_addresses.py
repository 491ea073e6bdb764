"""The address for mails: changed by whoever keeps the account, or by its owner, who proves to read the new one.

Whoever reads it chooses a new password by mail, so no address changes unseen: each change is a line with its ground,
and is told to the old address and to the new one. Links by which a password is chosen end with it: their tokens hold
the address.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from roles.authority import Role, insist
from roles.models import Administration, Person, SecurityEvent
from roles.models.mandates import current
from roles.models.security import What
from roles.security_log import note

log = logging.getLogger(__name__)

LASTS = timedelta(hours=24)
MOST = 5
"""So many links in `LASTS`: else the site could be made to write to anybody."""
SIGNER = signing.TimestampSigner(salt="roles.mail_addresses")


def may_change_own(person: Person) -> bool:
    """Whether there is a password or a second factor here by which `person` confirms to be who is logged in."""
    return bool(get_reauthentication_flows(person))


@transaction.atomic
def ask_for_address(person: Person, address: str, *, ground: str) -> None:
    """Mails a link to the new address of `person`; nothing changes before it is followed (`take_address`).

    Whoever calls it has asked for the password or the second factor again. Raises PermissionDenied for who has neither,
    ValidationError at `email` for what is no address or the present one, and after `MOST` links in a day.
    """
    insist(may_change_own(person))
    person = Person.objects.select_for_update().get(pk=person.pk)
    validate_email(address)
    Person._meta.get_field("email").run_validators(address)  # also its length: who asked could not take it else
    if address == person.email:
        raise ValidationError({"email": _("This is your address already.")})
    asked = SecurityEvent.objects.filter(what=What.ADDRESS_ASKED, person=person, at__gt=timezone.now() - LASTS)
    if asked.count() >= MOST:
        raise ValidationError({"email": _("Five links were sent in a day. Ask again tomorrow.")})
    told = {"email": [person.email, address]}
    line = note(What.ADDRESS_ASKED, by=person, person=person, ground=ground, told=told)
    link = str(settings.SITE_URL) + reverse("own-address-take", args=[SIGNER.sign(str(line.pk))])
    with translation.override(person.language):
        text = _(
            "%(person)s, you asked that e-mails about your account “%(login)s” go to this address. Log in, and confirm "
            "it within a day:\n\n%(link)s\n\nIf you did not ask for it, do nothing."
        ) % {"person": person, "login": person.username, "link": link}
        send_after_commit(address, _("Confirm your new address"), text)


def asked_by(person: Person, key: str) -> SecurityEvent:
    """The line that a link of `ask_for_address` is about. Raises ValidationError for a link that is another's, older
    than `LASTS`, or no longer fits because the address has changed since, be it back to what it was."""
    try:
        number = SIGNER.unsign(key, max_age=LASTS)
    except signing.BadSignature:
        number = None
    line = SecurityEvent.objects.filter(pk=number, what=What.ADDRESS_ASKED, person=person).first() if number else None
    if line is None or line.details["email"][0] != person.email or _changed_after(line):
        raise ValidationError(_("This link is no longer valid. Ask for another one."))
    return line


def _changed_after(line: SecurityEvent) -> bool:
    later = SecurityEvent.objects.filter(what=What.ACCOUNT_CHANGED, person=line.person_id, pk__gt=line.pk)
    return later.filter(details__has_key="email").exists()


@transaction.atomic
def take_address(person: Person, key: str) -> Person:
    """The address of `person` becomes the one the link was sent to. Raises as `asked_by`."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    line = asked_by(person, key)
    old, person.email = line.details["email"]
    person.save(update_fields=["email"])
    note(What.ACCOUNT_CHANGED, by=person, person=person, ground=line.ground, told=line.details)
    tell_of_change(person, old, by=person)
    return person


def tell_of_change(person: Person, old: str, *, by: Person) -> None:
    """After the commit: a mail to the old address of `person` and one to the new, where there is one."""
    with translation.override(person.language):
        words = {
            "person": person, "login": person.username, "by": by, "turn_to": _turn_to(by, person),
            "new": person.email, "old": old,
        }  # fmt: skip
        if person.email:
            gone = _(
                "%(person)s, the address of your account “%(login)s” was changed by %(by)s from %(old)s to %(new)s. "
                "No e-mail comes here any more. If it was not you, and you did not know of it, turn to %(turn_to)s at "
                "once."
            )
        else:
            gone = _(
                "%(person)s, the address %(old)s of your account “%(login)s” was taken away by %(by)s, and there is no "
                "other. No e-mail comes here any more. If it was not you, and you did not know of it, turn to "
                "%(turn_to)s at once."
            )
        if old:
            come = _(
                "%(person)s, the address of your account “%(login)s” was changed by %(by)s from %(old)s to this one. "
                "If it was not you, and you did not know of it, turn to %(turn_to)s."
            )
        else:
            come = _(
                "%(person)s, this address was entered by %(by)s for your account “%(login)s”, which had none. If it "
                "was not you, and you did not know of it, turn to %(turn_to)s."
            )
        for address, text in ((old, gone), (person.email, come)):
            if address:
                send_after_commit(address, _("The address of your account was changed"), text % words)


def _turn_to(by: Person, person: Person) -> str:
    """The security administrators of today, who end sessions and remove factors: never who made the change."""
    held = Administration.objects.filter(current(), role=Role.SECURITY).exclude(person__in=(by, person))
    names = _(", ").join(str(one.person) for one in held.select_related("person"))
    return _("the security administrator (%(names)s)") % {"names": names} if names else str(Role.SECURITY.label)


def send_after_commit(to: str, subject: str, text: str) -> None:
    """Mail `text` to the address `to` once what is under way is committed; what keeps it from being sent is logged."""

    def send() -> None:
        try:
            send_mail(subject, text, None, [to])
        except (OSError, ImproperlyConfigured):  # SMTPException is one. A mail server that refuses undoes nothing
            log.exception("A mail about an account was not sent")

    transaction.on_commit(send)
