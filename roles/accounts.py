"""Accounts: opened without a password, entered by a one-time link, closed and never deleted; and the administrators.

Each verb is atomic, writes its line of the security log and raises `ValidationError` with the field at fault,
PermissionDenied where `by` may not. Without `by` it is a command of the installation.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from roles.authority import Role, administers, insist, may_enter_people, may_keep_account
from roles.days import local_today
from roles.identity import clean_number, digest, key_mark
from roles.kept_passwords import fingerprint
from roles.mail_addresses import tell_of_change
from roles.models import Administration, Membership, Person
from roles.models.mandates import current
from roles.models.security import SecurityEvent, What
from roles.security_log import note

log = logging.getLogger(__name__)

CHANGEABLE = ("name", "email", "phone", "language")
PLAIN = re.compile(r"[A-Za-z0-9\u3007\u3400-\u9fff@.+_-]+")
"""A login. Full-width, Cyrillic or Greek letters look like those of somebody else's, in lists, mails and the log."""
UNDER_KEY = "identity_key"
"""What of an account's first line tells under which IDENTITY_KEY it was opened."""
HAS_ONE = gettext_lazy("This person has an account already. The system administrator reopens a closed one.")


@transaction.atomic
def open_account(
    login: str, name: str, *, number: str = "", email: str = "", phone: str = "", by: Person | None = None
) -> Person:
    """An account that cannot be used before its one-time link was followed (`invite`).

    `number` is the resident identity number: only its keyed hash is kept, and who has it has no second account. Raises
    `ValidationError` naming each field that is wrong: a login or a number that is taken, or that is none, an address.
    """
    insist(by is None or may_enter_people(by))
    person, errors = _as_entered(login, name, number, email, phone)
    if errors:
        raise ValidationError(errors)
    person.set_unusable_password()
    person.save()
    told = {"login": login, "identified": bool(person.identity), "kept": fingerprint(person.password)}
    note(What.ACCOUNT_OPENED, by=by, person=person, told=told | {UNDER_KEY: key_mark()})
    return person


def account_faults(login: str, name: str, *, number: str = "", email: str = "", phone: str = "") -> dict[str, Any]:
    """What keeps `open_account` from opening such an account, by field; empty where nothing does."""
    return _as_entered(login, name, number, email, phone)[1]


def _as_entered(login: str, name: str, number: str, email: str, phone: str) -> tuple[Person, dict[str, Any]]:
    """A person as entered, not saved, and everything that is wrong with it, by field."""
    person = Person(username=login, name=name.strip(), email=email.strip(), phone=phone.strip())
    errors: dict[str, Any] = {}
    try:
        person.identity = digest(clean_number(number)) if number.strip() else None
    except ValidationError as fault:
        errors["number"] = fault
    if person.identity and Person.objects.filter(identity=person.identity).exists():
        errors["number"] = HAS_ONE
    if Person.objects.filter(username__iexact=login).exists():
        errors["login"] = _("This login is taken.")
    elif not PLAIN.fullmatch(login):
        errors["login"] = _("A login has the letters a to z, Chinese characters, digits and @ . + - _ only.")
    try:
        person.clean_fields(exclude=["password", "identity"])
    except ValidationError as fault:
        for field, wrong in fault.error_dict.items():
            errors.setdefault("login" if field == "username" else field, wrong)
    return person, errors


def under_this_key() -> bool:
    """Whether the newest account that tells was opened under this IDENTITY_KEY; also where none tells, as those that
    were opened before this was noted."""
    opened = SecurityEvent.objects.filter(what=What.ACCOUNT_OPENED, details__has_key=UNDER_KEY).order_by("pk")
    line = opened.last()
    return line is None or bool(line.details[UNDER_KEY] == key_mark())


@transaction.atomic
def identify(person: Person, number: str, *, by: Person | None = None) -> bool:
    """Whether the identity number of an account that had none is known now, as `open_account` keeps it; False where it
    was this one already. Raises `ValidationError` where the account, or the number, is that of another."""
    insist(by is None or may_keep_account(by, person))
    person = Person.objects.select_for_update().get(pk=person.pk)
    try:
        identity = digest(clean_number(number))
    except ValidationError as fault:
        raise ValidationError({"number": fault}) from fault
    if person.identity == identity:
        return False
    if person.identity:
        raise ValidationError({"number": _("This login is that of somebody with another identity number.")})
    if Person.objects.filter(identity=identity).exists():
        raise ValidationError({"number": HAS_ONE})
    person.identity = identity
    person.save(update_fields=["identity"])
    note(What.ACCOUNT_CHANGED, by=by, person=person, told={"identified": True})
    return True


@transaction.atomic
def change_account(person: Person, *, by: Person, ground: str, **said: str) -> Person:
    """New values of `CHANGEABLE` fields; what stood there before goes into the log, with the ground. Nothing is noted
    for no change. Another address is told to the old one and to itself."""
    insist(may_keep_account(by, person))
    if unknown := said.keys() - set(CHANGEABLE):
        raise TypeError(f"not changed by this verb: {', '.join(sorted(unknown))}")
    person = Person.objects.select_for_update().get(pk=person.pk)
    changes = {name: [getattr(person, name), value] for name, value in said.items() if getattr(person, name) != value}
    for name, (_before, value) in changes.items():
        setattr(person, name, value)
    person.clean_fields(exclude=["password", "identity"])
    if changes:
        person.save(update_fields=list(changes))
        note(What.ACCOUNT_CHANGED, by=by, person=person, ground=ground, told=changes)
    if "email" in changes:
        tell_of_change(person, changes["email"][0], by=by)
    return person


class Invitation(Struct):
    """A one-time link; `failed` once its mail could not be sent, which is known after the commit."""

    link: str
    failed: bool = False


@transaction.atomic
def invite(person: Person, *, by: Person | None = None) -> Invitation:
    """A one-time link by which `person` sets a password: dead after three days, after a log-in and once a password was
    set. Mailed where there is an address. Whoever gives it never learns the password, and the log has who gave it.

    Raises ValidationError for a closed account.
    """
    insist(by is None or may_keep_account(by, person))
    person = Person.objects.select_for_update().get(pk=person.pk)  # the link rests on password and last log-in
    if not person.is_active:
        raise ValidationError(_("This account is closed."))
    made = Invitation(one_time_link(person))
    note(What.INVITED, by=by, person=person, told={"mailed": bool(person.email)})
    if person.email:
        transaction.on_commit(lambda: _mail_link(person, made))
    return made


def one_time_link(person: Person) -> str:
    """The address at which whoever knows it sets the password of `person`. Under SITE_URL: what host a request named is
    never told."""
    key = f"{int_to_base36(person.pk)}-{default_token_generator.make_token(person)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return str(settings.SITE_URL) + path.replace("UID-KEY", key)


def _mail_link(person: Person, made: Invitation) -> None:
    with translation.override(person.language):
        text = _(
            "%(person)s, this link lets you choose the password of your account “%(login)s”. It works once, and for "
            "three days.\n\n%(link)s\n\nIf you did not expect it, tell whoever keeps your account."
        ) % {"person": person, "login": person.username, "link": made.link}
        try:
            send_mail(_("Your account for forestry permits"), text, None, [person.email])
        except (OSError, ImproperlyConfigured):  # a server, or a folder, that takes none
            made.failed = True  # so that who gives the link hands it over
            log.exception("A one-time link was not sent")


@transaction.atomic
def reopen(person: Person, *, by: Person, ground: str) -> Person:
    """A closed account can be used again: its old password is gone, its posts are not given back."""
    insist(administers(by) == Role.SYSTEM)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise ValidationError(_("This account is open."))
    person.is_active = True
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    note(What.ACCOUNT_REOPENED, by=by, person=person, ground=ground, told={"kept": fingerprint(person.password)})
    return person


@transaction.atomic
def make_administrator(person: Person, role: str, *, by: Person | None = None, ground: str = "") -> Administration:
    """`person` is one of the three administrators from today. The security administrator names the others; the first
    ones, and the security administrator, come by command.

    Raises `ValidationError` for who holds or will hold a post, or is an administrator already.
    """
    insist(by is None or (administers(by) == Role.SECURITY and role != Role.SECURITY and person.pk != by.pk))
    person = Person.objects.select_for_update().get(pk=person.pk)
    terms = Membership.objects.filter(person=person).exclude(until__lt=local_today())
    if not person.is_active:
        raise ValidationError({"person": _("This account is closed.")})
    if terms.exists():
        told = _("Whoever holds a post is no administrator: nobody decides and administers.")
        raise ValidationError({"person": told})
    if administers(person):
        raise ValidationError({"person": _("This person is an administrator already.")})
    made = Administration.objects.create(person=person, role=role)
    note(
        What.ADMINISTRATOR_MADE,
        by=by,
        person=person,
        ground=ground,
        told={"role": role, "since": made.since.isoformat()},
    )
    return made


@transaction.atomic
def end_administration(person: Person, *, by: Person | None = None, ground: str = "") -> None:
    """`person` is an administrator no longer; one made today is one until midnight. Nobody ends their own."""
    insist(by is None or (administers(by) == Role.SECURITY and person.pk != by.pk))
    held = Administration.objects.select_for_update().filter(current(), person=person).first()
    if held is None:
        raise ValidationError({"person": _("This person is no administrator.")})
    yesterday = local_today() - timedelta(days=1)
    held.until = max(held.since, yesterday)
    held.save(update_fields=["until"])
    told = {"role": held.role, "since": held.since.isoformat(), "until": held.until.isoformat()}
    note(What.ADMINISTRATOR_ENDED, by=by, person=person, ground=ground, told=told)
