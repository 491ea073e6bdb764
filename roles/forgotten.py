"""A forgotten password: a job mails a one-time link, so that nobody learns from an answer, or from how long it took,
whether an address belongs to an account."""

from __future__ import annotations

from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from roles.accounts import one_time_link
from roles.models import Person

MAIL = "roles.forgotten.mail_links"
VISITORS = "visitors"
"""The line of jobs that anybody can queue (config/job_queue.py)."""


def ask(email: str) -> None:
    """Queue what `mail_links` does for the address `email`, as somebody typed it."""
    async_task(MAIL, email, task_name="forgotten password", cluster=VISITORS)


def mail_links(email: str, only: int | None = None) -> int:
    """Mail a one-time link to each open account with this address, in its owner's language; how many that were. Who has
    no password waits for the first link, or comes in by OIDC. Of several accounts each gets a job of its own, with its
    key in `only`: where one mail is refused and tried again, the others are not sent twice.

    Written to is the address as it is kept, which may differ from `email` in capitals. Raises OSError where the mail
    server refuses: the job is then tried again.
    """
    alike = Person.objects.filter(email__iexact=email, is_active=True).order_by("pk")
    own = [one for one in alike if one.email.lower() == email.lower()]  # PostgreSQL alone takes ſ for s
    found = [one for one in own if one.has_usable_password() and only in (None, one.pk)]
    if len(found) > 1:
        with transaction.atomic():
            for person in found:
                async_task(MAIL, email, person.pk, task_name="forgotten password", cluster=VISITORS)
        return 0
    for person in found:
        _mail(person)
    return len(found)


def _mail(person: Person) -> None:
    with translation.override(person.language):
        text = _(
            "%(person)s, somebody, hopefully you, asked to choose a new password for your account “%(login)s”. The "
            "link works once, and for three days. If it was not you, do nothing.\n\n%(link)s"
        ) % {"person": person, "login": person.username, "link": one_time_link(person)}
        send_mail(_("Choose a new password for forestry permits"), text, None, [person.email])
