"""News of audit findings: the agency is told of what was sent, the auditors of what was answered, both of the day.

Made as the news of acts is (making.py): the entry writes one row that says so, a job makes the news after the commit,
and `tick` what a lost job left. The days are told by `tick` alone. Nobody is told who may not see the finding.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_q.tasks import async_task

from permits.acts.sweeps import Swept
from roles.days import local_today
from roles.models import Person
from workflows.engagements.rights import addressed_to, agency_answerers, known_to
from workflows.engagements.standing import Finding, Standing, followed
from workflows.models import EngagementEntry, Entry, EntryAnnouncement, FindingNews, How, Mail
from workflows.notifications import mail
from workflows.notifications.making import FRESH, MAIL_OF, how_mailed
from workflows.notifications.table import (
    DAYS_BEFORE,
    EVENTS_OF_FINDINGS,
    NEAR,
    PAST,
    TOLD_OF_FINDINGS,
    UNANSWERED,
    Group,
    News,
    To,
)

log = logging.getLogger(__name__)
REMINDERS = (NEAR, PAST, UNANSWERED)
SEND = "workflows.notifications.findings.send_of_entry"


def make(entry_id: int) -> int:
    """Make the news of an entry. Returns how many people were told now; 0 where it was made before.

    Raises LookupError for an entry that was not announced.
    """
    with transaction.atomic():
        try:
            announcement = EntryAnnouncement.objects.select_for_update().get(pk=entry_id)
        except EntryAnnouncement.DoesNotExist:
            raise LookupError(f"entry {entry_id} was not announced") from None
        if announcement.made_at:
            return 0
        entry = _entries().get(pk=entry_id)
        made = _tell(entry, TOLD_OF_FINDINGS.get(entry.entry, ()))
        announcement.made_at = timezone.now()
        announcement.save(update_fields=["made_at"])
    if any(one.mail == Mail.WAITING for one in made):
        _enqueue_mails(entry_id)
    return len(made)


def make_pending() -> Swept:
    """Make what a lost job left unmade, oldest first. One that fails is logged and stops no other."""
    swept = Swept()
    for entry_id in list(EntryAnnouncement.objects.filter(made_at=None).order_by("entry").values_list("pk", flat=True)):
        try:
            swept.recorded += make(entry_id)
        except Exception:
            log.exception("the news of entry %s of an engagement could not be made", entry_id)
            swept.failed.append(entry_id)
    return swept


def remind(today: date | None = None) -> Swept:
    """Tell of the days by which findings are answered: DAYS_BEFORE them, and once they are over; each once."""
    day, swept = today or local_today(), Swept()
    for finding in _awaited(day + timedelta(days=DAYS_BEFORE)):
        over = finding.moved_by.due is not None and finding.moved_by.due < day
        try:
            with transaction.atomic():
                swept.recorded += len(_tell(finding.moved_by, (PAST, UNANSWERED) if over else (NEAR,)))
        except Exception:
            log.exception("of the day of finding %s nobody could be told", finding.row.pk)
            swept.failed.append(finding.row.pk)
    return swept


def _awaited(until: date) -> list[Finding]:
    """Findings of open engagements that the agency is to answer by `until` or was to answer before."""
    closed = EngagementEntry.objects.filter(entry=Entry.CLOSED).values("engagement")
    sent = _entries().filter(entry=Entry.FINDING).exclude(engagement__in=closed).order_by("pk")
    return [one for one in followed(sent) if one.waiting and one.due is not None and one.due <= until]


def _entries() -> QuerySet[EngagementEntry]:
    return EngagementEntry.objects.defer("population").select_related("engagement", "agency", "finding", "concerned")


def _tell(entry: EngagementEntry, told: Iterable[News]) -> list[FindingNews]:
    """The news there is now and was not before. Who made the entry knows of it, but is told of its day."""
    known = set(FindingNews.objects.filter(entry=entry).values_list("person", "event"))
    found = [
        _of(entry, news, person)
        for news in told
        for person in sorted(_receivers(entry, news.to), key=lambda one: one.pk)
        if (person.pk, news.event) not in known and (news in REMINDERS or person.pk != entry.person_id)
    ]
    FindingNews.objects.bulk_create(found, ignore_conflicts=True)
    return found


def _receivers(entry: EngagementEntry, to: To) -> set[Person]:
    """Everyone of `to` who may see the finding."""
    if to == To.AUDITORS:
        members = Person.objects.filter(pk__in=Standing.of(entry.engagement).members, is_active=True)
        found = {one for one in members if known_to(one).filter(pk=entry.engagement_id).exists()}
    elif to == To.NAMED:
        found = {entry.concerned} if entry.concerned and entry.concerned.is_active else set()
    else:
        found = set(agency_answerers(finding_of(entry)))
    return found


def finding_of(entry: EngagementEntry) -> EngagementEntry:
    """The finding that `entry` is, or speaks of."""
    return entry.finding or entry


def _of(entry: EngagementEntry, news: News, person: Person) -> FindingNews:
    fresh = news in REMINDERS or timezone.now() - entry.at < FRESH
    stands = MAIL_OF[how_mailed(person, news.group)] if person.email and fresh else Mail.NONE
    next_try = timezone.now() if stands == Mail.WAITING else None
    return FindingNews(person=person, entry=entry, event=news.event, mail=stands, next_try=next_try)


def headline(news: FindingNews) -> str:
    """What happened, in a few words."""
    entry = news.entry
    words = EVENTS_OF_FINDINGS[entry.entry, news.event].words
    return str(words) % {"due": date_format(entry.due) if entry.due else "", "agency": entry.agency or ""}


def address(news: FindingNews) -> str:
    """Where the reader finds it: the agency its own page, an auditor that of the engagement."""
    finding = finding_of(news.entry)
    if _of_auditors(news):
        return reverse("engagement-finding", args=[finding.engagement_id, finding.pk])
    return reverse("audit-finding", args=[finding.pk])


def _of_auditors(news: FindingNews) -> bool:
    return EVENTS_OF_FINDINGS[news.entry.entry, news.event].to == To.AUDITORS


def still_seen(person: Person, rows: Iterable[FindingNews]) -> Iterator[FindingNews]:
    """Those of `rows` whose finding `person` may see today. Two queries, where there are any."""
    every = list(rows)
    if not every:
        return
    engagements = [row.entry.engagement_id for row in every if _of_auditors(row)]
    findings = [finding_of(row.entry).pk for row in every if not _of_auditors(row)]
    audited = set(known_to(person).filter(pk__in=engagements).values_list("pk", flat=True)) if engagements else set()
    answered = set(addressed_to(person).filter(pk__in=findings).values_list("pk", flat=True)) if findings else set()
    for row in every:
        if row.entry.engagement_id in audited if _of_auditors(row) else finding_of(row.entry).pk in answered:
            yield row


def news_for(person: Person) -> QuerySet[FindingNews]:
    """All that `person` was told, the newest first, with what its words need."""
    rows = FindingNews.objects.filter(person=person).select_related("entry__engagement", "entry__agency")
    return rows.select_related("entry__finding").defer("entry__population").order_by("-created", "-pk")


def drop_unwanted(person: Person) -> None:
    """What waits for the daily mail of `person`, and was read or is not wanted by mail any more, is not mailed."""
    waiting = FindingNews.objects.filter(person=person, mail=Mail.DAILY, digest=None)
    if how_mailed(person, Group.AUDIT) != How.NEVER:
        waiting = waiting.exclude(read_at=None)
    waiting.update(mail=Mail.NONE)


def _enqueue_mails(entry_id: int) -> None:
    try:
        async_task(SEND, entry_id, task_name=f"finding mail {entry_id}")
    except Exception:
        log.exception("the mails of entry %s wait for the next tick", entry_id)


def send_of_entry(entry_id: int) -> int:
    """Send what is due of one entry's mails. Returns how many went out."""
    return sum(send(pk) is mail.Went.OUT for pk in list(_due().filter(entry=entry_id).values_list("pk", flat=True)))


def send_due() -> Swept:
    """Send the mails that are due."""
    return mail.send_each(_due(), send)


def _due() -> QuerySet[FindingNews]:
    return FindingNews.objects.filter(mail=Mail.WAITING, next_try__lte=timezone.now()).order_by("next_try", "pk")


def send(news_id: int) -> mail.Went:
    """Try to send one mail. Tried again and given up like any mail."""
    waiting = _due().filter(pk=news_id)
    news = waiting.select_related("person", "entry__engagement", "entry__agency", "entry__finding").first()
    if news is None:
        return mail.Went.NOT_SENT
    person = news.person
    if not (person.is_active and person.email and list(still_seen(person, [news]))):
        FindingNews.objects.filter(pk=news_id).update(mail=Mail.NONE, next_try=None)
        return mail.Went.NOT_SENT
    return mail.deliver(FindingNews.objects.filter(pk=news_id, mail=Mail.WAITING), news, _letter)


def _letter(news: FindingNews) -> tuple[str, str]:
    """Subject and body, in the language that is active. No word of the finding itself: mails lie about."""
    context: dict[str, Any] = {
        "news": news,
        "headline": headline(news),
        "engagement": news.entry.engagement,
        "url": mail.site_url() + address(news),
        "choices_url": mail.site_url() + reverse("notification-choices"),
    }
    return " ".join(headline(news).split()), render_to_string("workflows/finding_mail.txt", context)
