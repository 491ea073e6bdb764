"""News is made from the record of an act, after its commit: by a job, and by `tick` where the job was lost.

What the act writes itself is one row that says the news is still to be made; it cannot fail for a mail server, a queue
or a person without an address. Made twice, by two workers or after a crash, the news is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from permits.acts.sweeps import Swept
from permits.clocks.entries import day_of
from permits.models import Act
from roles.models import Person
from workflows.models import Announcement, How, Mail, MailChoice, Notification
from workflows.notifications import mail
from workflows.notifications.receivers import could_take, open_items, receivers
from workflows.notifications.table import ARRIVED, MAILED, TOLD, News

log = logging.getLogger(__name__)
MAKE = "workflows.notifications.making.make"
FRESH = timedelta(days=2)
"""Older acts are told on the page only: nobody wants the mail of a case entered, or caught up, long after."""

MAIL_OF = {How.AT_ONCE: Mail.WAITING, How.DAILY: Mail.DAILY, How.NEVER: Mail.NONE}


def announce(record: Act) -> None:
    """Note, in the act's transaction, that its news is to be made, and make it soon after the commit."""
    Announcement.objects.create(act=record)
    transaction.on_commit(lambda: _enqueue(record), robust=True)


def _enqueue(record: Act) -> None:
    if timezone.now() - record.at < FRESH:
        async_task(MAKE, record.pk, task_name=f"news {record.pk}")


def make(act_id: int) -> int:
    """Make the news of an act. Returns how many people were told now; 0 where it was made before.

    Raises LookupError for an act that was not announced.
    """
    with transaction.atomic():
        try:
            announcement = Announcement.objects.select_for_update().get(pk=act_id)
        except Announcement.DoesNotExist:
            raise LookupError(f"act {act_id} was not announced") from None
        if announcement.made_at:
            return 0
        act = Act.objects.select_related("application__unit", "agency").get(pk=act_id)
        news = list(_news(act))
        Notification.objects.bulk_create(news, ignore_conflicts=True)
        announcement.made_at = timezone.now()
        announcement.save(update_fields=["made_at"])
    if any(one.mail == Mail.WAITING for one in news):
        mail.enqueue(act_id)
    return len(news)


def make_pending() -> Swept:
    """Make what a lost job left unmade, oldest first. One that fails is logged and stops no other."""
    swept = Swept()
    for act_id in list(Announcement.objects.filter(made_at=None).order_by("act").values_list("act", flat=True)):
        try:
            swept.recorded += make(act_id)
        except Exception:  # whatever is wrong with one act's news must not keep the others from being told
            log.exception("the news of act %s could not be made", act_id)
            swept.failed.append(act_id)
    return swept


def _news(act: Act) -> Iterator[Notification]:
    told: set[int] = set()
    for news in TOLD.get(act.act, ()):
        if any(act.facts.get(name) != value for name, value in news.where.items()):
            continue
        if not news.true_on(day_of(act), act.facts):  # a tick that came late: what passed meanwhile is told by its act
            continue
        for person in sorted(receivers(act, news.to), key=lambda one: one.pk):
            told.add(person.pk)
            yield _notification(act, news, person)
    after = act.application.acts.filter(seq=act.seq + 1).first()
    for item in open_items(act):
        opened_since = after is not None and item.created >= after.at  # the news of a later act, caught up late
        if item.owner_id is None and item.mandate and not opened_since:
            known = set(Notification.objects.filter(item=item, event=ARRIVED.event).values_list("person", flat=True))
            for person in sorted(could_take(item.mandate), key=lambda one: one.pk):
                if person.pk not in known | told | {act.person_id}:
                    yield _notification(act, ARRIVED, person, item.pk)


def _notification(act: Act, news: News, person: Person, item: int | None = None) -> Notification:
    reached = bool(person.email) and timezone.now() - act.at < FRESH
    stands = MAIL_OF[how_mailed(person, news.group)] if reached else Mail.NONE
    return Notification(
        person=person,
        act=act,
        event=news.event,
        item_id=item or act.facts.get("item"),
        created=act.at,
        mail=stands,
        next_try=timezone.now() if stands == Mail.WAITING else None,
    )


def how_mailed(person: Person, group: str) -> How:
    """How `person` wants news of this group mailed."""
    chosen = MailChoice.objects.filter(person=person, group=group).first()
    return chosen.how if chosen else How.AT_ONCE if group in MAILED else How.NEVER
