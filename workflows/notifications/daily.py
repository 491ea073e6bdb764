"""The daily mail: what a person chose to have collected, in one mail each morning, by case. `manage.py tick` sends it.

One for a person and a day: the row that says so and the news it tells are written together, so that two workers, or a
crash in between, make no second one. What comes later in the day waits for the next morning; where nothing waits there
is no mail.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from permits.acts.sweeps import Swept
from permits.documents.secrecy import kept_secret
from roles.days import CHINA
from roles.models import Person
from workflows.models import Digest, FindingNews, How, Mail, Notification
from workflows.notifications import findings, posts
from workflows.notifications.folding import CaseNews, by_case
from workflows.notifications.mail import Went, deliver, send_each, site_url, still_true
from workflows.notifications.making import how_mailed
from workflows.notifications.table import Group, news_of
from workflows.notifications.words import address

log = logging.getLogger(__name__)
MORNING = time(8)
"""The daily mail goes out with the first tick after this hour where the agencies sit."""
MOST = 50
"""Cases in one mail; it says how many more are on the page."""


def send_daily(now: datetime | None = None) -> Swept:
    """Make the daily mails of today, once the morning has come, and send what is due. How many went out; what failed:
    the persons whose mail could not be made, and the mails that could not be sent."""
    unmade: list[int] = []
    moment = (now or timezone.now()).astimezone(CHINA)
    if moment.time() >= MORNING:
        waiting = Notification.objects.filter(mail=Mail.DAILY, digest=None).values_list("person", flat=True)
        of_findings = FindingNews.objects.filter(mail=Mail.DAILY, digest=None).values_list("person", flat=True)
        of_posts = posts.waiting(morning(moment.date()))
        for pk in sorted({*waiting.order_by().union(of_findings.order_by()), *of_posts}):
            try:
                collect(pk, moment.date())
            except Exception:  # one person's news that cannot be read keeps nobody else from theirs
                log.exception("the daily mail of person %s could not be made", pk)
                unmade.append(pk)
    due = Digest.objects.filter(mail=Mail.WAITING, next_try__lte=timezone.now()).order_by("next_try", "pk")
    swept = send_each(due, send_one)
    swept.failed[:0] = unmade
    return swept


def morning(day: date) -> datetime:
    """From when on the daily mails of `day` are made."""
    return datetime.combine(day, MORNING, CHINA)


@transaction.atomic
def collect(person_id: int, day: date) -> Digest | None:
    """The daily mail of a person for `day` with all the news that waits for one; None where there is nothing to tell,
    or it was made before. What was read, is no longer wanted by mail, or is no longer true, is not mailed any more."""
    person = Person.objects.get(pk=person_id)
    waiting = Notification.objects.filter(person=person, mail=Mail.DAILY, digest=None)
    wanted = {}
    for news in waiting.select_related("act"):
        group = news_of(news.act.act, news.event).group
        if group not in wanted:
            wanted[group] = how_mailed(person, group) != How.NEVER
        if news.read_at is not None or not wanted[group] or not still_true(news):
            Notification.objects.filter(pk=news.pk).update(mail=Mail.NONE)
    findings.drop_unwanted(person)
    of_findings = FindingNews.objects.filter(person=person, mail=Mail.DAILY, digest=None)
    if not (waiting.exists() or of_findings.exists() or _posts(person, day)):
        return None
    digest, made = Digest.objects.get_or_create(person=person, day=day)
    if not made:
        return None
    waiting.update(digest=digest)
    if of_findings.update(digest=digest):
        digest.of_findings = True
        digest.save(update_fields=["of_findings"])
    return digest


def send_one(digest_id: int) -> Went:
    """Try to send one daily mail. Tried again and given up like any mail."""
    waiting = Digest.objects.filter(pk=digest_id, mail=Mail.WAITING, next_try__lte=timezone.now())
    digest = waiting.select_related("person").first()
    if digest is None:
        return Went.NOT_SENT
    person = digest.person
    every = (Notification.objects.filter(digest=digest), FindingNews.objects.filter(digest=digest))
    told = _told(digest)
    if not (person.is_active and person.email and (told or _findings(digest) or _posts(person, digest.day))):
        waiting.update(mail=Mail.NONE, next_try=None)
        for news in every:
            news.update(mail=Mail.NONE)
        return Went.NOT_SENT
    went = deliver(waiting, digest, letter)
    if went is Went.OUT:
        for news in every:
            news.update(mail=Mail.SENT)
        told_of = [line.news.pk for case in told for line in case.lines]  # the rest is untrue or out of sight by now
        digest.news.exclude(pk__in=told_of).update(mail=Mail.NONE)
    return went


def _told(digest: Digest) -> list[CaseNews]:
    """The cases it tells of that the person may still see, the newest first."""
    rows = digest.news.select_related("act__application__unit", "item").order_by("-created", "-pk")
    return [case for case in by_case(filter(still_true, rows), digest.person) if case.visible]


def _findings(digest: Digest) -> list[FindingNews]:
    """The news of audit findings it tells, the newest first."""
    if not digest.of_findings:
        return []
    return list(findings.still_seen(digest.person, findings.news_for(digest.person).filter(digest=digest)))


def _posts(person: Person, day: date) -> list[posts.Line]:
    """What the mail of `day` tells of posts and rights: to who has such news once a day."""
    return posts.of_day(person, morning(day)) if how_mailed(person, Group.PERSONAL) == How.DAILY else []


def letter(digest: Digest) -> tuple[str, str]:
    """Subject and body, in the language that is active."""
    cases, found, of_posts = _told(digest), _findings(digest), _posts(digest.person, digest.day)
    count = sum(case.told for case in cases) + len(found) + len(of_posts)
    subject = ngettext("Your news of %(day)s: %(count)d message", "Your news of %(day)s: %(count)d messages", count)
    told = cases[:MOST]
    secret = kept_secret(case.case for case in told)
    shown = [(case, case.case.pk not in secret, site_url() + address(case.newest.news)) for case in told]
    context = {
        "person": digest.person,
        "posts": of_posts,
        "findings": [(news, findings.headline(news), site_url() + findings.address(news)) for news in found[:MOST]],
        "cases": shown,
        "more": len(cases) - len(shown),
        "page_url": site_url() + reverse("notifications"),
        **posts.addresses(),
    }
    body = render_to_string("workflows/daily_mail.txt", context)
    return subject % {"day": date_format(digest.day), "count": count}, body
