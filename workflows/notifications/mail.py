"""E-mails of the news: in the reader's language, tried again with growing pauses, given up in the open."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Max, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_q.tasks import async_task
from msgspec import Struct

from permits.access import visible_to
from permits.acts.sweeps import Swept
from permits.documents.secrecy import kept_secret
from roles.days import local_today
from workflows.models import Digest, FindingNews, Mail, Notification
from workflows.notifications.table import news_of
from workflows.notifications.words import address, headline

log = logging.getLogger(__name__)
BATCH_SECONDS = 60
SEND = "workflows.notifications.mail.send_of_act"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 240, 720, 1440))
"""After each attempt that failed; after the last one the mail is given up. The news stays on the page in any case."""


def enqueue(act_id: int) -> None:
    """Send the waiting mails of an act soon. What keeps the job from being queued is left to the next `tick`."""
    try:
        async_task(SEND, act_id, task_name=f"mail {act_id}")
    except Exception:
        log.exception("the mails of act %s wait for the next tick", act_id)


class Went(Enum):
    """What came of a mail: out now; failed, to be tried again or given up; or not to be sent, as nobody is to have it
    any more, or another worker was first."""

    OUT = "out"
    FAILED = "failed"
    NOT_SENT = "not sent"


SOON = timedelta(minutes=2)
"""So long after its first attempt a mail that still waits did not go out; before, it may be on its way."""


LOOKED_AT = 10_000
"""Of the newest news of each sort, among which those that went out and those given up are looked for."""


Tried = tuple[int, int, int, datetime | None]
"""Of a mail: its key, its person, how often it was tried, when it is next."""


class Failing(Struct, frozen=True):
    """How many mails wait that could not be sent, and how many people they are for; `in_doubt` counts those of them
    since whose last attempt no other mail is known to have gone out."""

    mails: int = 0
    people: int = 0
    in_doubt: int = 0


def failing() -> Failing:
    """The mails of news and the daily ones that were tried and wait for their next attempt. Where one person's alone
    fail, or others go out since, the addresses are as likely to blame; else the mail server."""
    first = Q(attempts=1, next_try__lte=timezone.now() + PAUSES[0] - SOON)
    waiting: dict[type[Any], list[Tried]] = {}
    for row in (Notification, FindingNews, Digest):
        tried = row._default_manager.filter(Q(attempts__gt=1) | first, mail=Mail.WAITING)
        waiting[row] = list(tried.order_by().values_list("pk", "person", "attempts", "next_try"))
    people = {person for rows in waiting.values() for _pk, person, _attempts, _next in rows}
    return Failing(sum(map(len, waiting.values())), len(people), len(_in_doubt(waiting)) if len(people) > 1 else 0)


def given_up() -> int:
    """How many of the newest mails of each sort were given up: of all of them no index tells it."""
    return sum(_newest(row).filter(mail=Mail.GIVEN_UP).count() for row in (Notification, FindingNews, Digest))


def _newest(row: type[Any]) -> QuerySet[Any]:
    """The newest LOOKED_AT of one sort."""
    rows: QuerySet[Any] = row._default_manager.all()
    return rows.filter(pk__gt=rows.aggregate(newest=Max("pk", default=0))["newest"] - LOOKED_AT)


def _in_doubt(waiting: dict[type[Any], list[Tried]]) -> set[int]:
    """The people of those mails of `waiting` after whose last attempt none is known to have gone out. When one did is
    not kept; but it was after its news was made, and what went out at once went after those made before were tried."""
    last, made = dict[type[Any], int](), list[datetime]()
    for row in waiting:
        sent = _newest(row).filter(mail=Mail.SENT)
        last[row] = sent.aggregate(last=Max("pk", filter=Q(attempts=1), default=0))["last"]
        if row is not Digest and (at := sent.aggregate(at=Max("created"))["at"]):
            made.append(at)
    doubted = set[int]()
    for row, rows in waiting.items():
        for pk, person, attempts, following in rows:
            pause = PAUSES[min(attempts, len(PAUSES)) - 1]
            later_went_out = attempts == 1 and pk < last[row]
            went_out_since = following is not None and any(at > following - pause for at in made)
            if not (later_went_out or went_out_since):
                doubted.add(person)
    return doubted


def send_of_act(act_id: int) -> int:
    """Send what is due of one act's mails. Returns how many went out."""
    due = Notification.objects.filter(act=act_id, mail=Mail.WAITING, next_try__lte=timezone.now())
    return sum(send(pk) is Went.OUT for pk in list(due.order_by("pk").values_list("pk", flat=True)))


def send_due() -> Swept:
    """Send the mails that are due."""
    due = Notification.objects.filter(mail=Mail.WAITING, next_try__lte=timezone.now()).order_by("next_try")
    return send_each(due, send)


def send_each(due: QuerySet[Any], send: Callable[[int], Went]) -> Swept:
    """Send each, as many as BATCH_SECONDS allow: a mail server that hangs must not hold up the rest of a tick. The
    others stay due. A mail that cannot be made is logged and stops no other: it waits, and is given up, like one that
    the mail server refuses."""
    swept, over = Swept(), monotonic() + BATCH_SECONDS
    for pk, attempts in list(due.values_list("pk", "attempts")):
        if monotonic() > over:
            break
        try:
            went = send(pk)
        except Exception:
            log.exception("mail %s could not be sent", pk)
            went = Went.FAILED
            row = due.model._default_manager.filter(pk=pk)
            if _count(row.filter(mail=Mail.WAITING), attempts):  # else it broke off when the attempt was counted
                _give_up(row, attempts + 1)
        swept.recorded += went is Went.OUT
        if went is Went.FAILED:
            swept.failed.append(pk)
    return swept


def send(notification_id: int) -> Went:
    """Try to send one mail. A mail server that fails is logged, never raised.

    The attempt is counted before it is made, and outside any lock: a worker killed in the middle leaves a mail that is
    tried again after its pause. So a mail may come twice, never not at all.
    """
    waiting = Notification.objects.filter(pk=notification_id, mail=Mail.WAITING, next_try__lte=timezone.now())
    news = waiting.select_related("person", "act__application__unit", "act__agency", "item__mandate__agency").first()
    if news is None:
        return Went.NOT_SENT
    if not _may_still_be_mailed(news):
        waiting.update(mail=Mail.NONE, next_try=None)
        return Went.NOT_SENT
    return deliver(waiting, news, _letter)


def deliver(waiting: QuerySet[Any], row: Any, letter: Callable[[Any], tuple[str, str]]) -> Went:
    """Try to send what `letter` makes of `row`, a notification or a daily mail, to its person. `waiting` is its query.

    What came of it is told by the row, too: sent, waiting with its next try, or given up.
    """
    attempt = row.attempts + 1
    if not _count(waiting, row.attempts):
        return Went.NOT_SENT
    this = type(row)._default_manager.filter(pk=row.pk)
    try:
        with translation.override(row.person.language):
            subject, body = letter(row)
            send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [row.person.email])
    except Exception:
        log.exception("%s %s was not mailed (attempt %s)", row._meta.model_name, row.pk, attempt)
        _give_up(this, attempt)
        return Went.FAILED
    this.update(mail=Mail.SENT, next_try=None)
    return Went.OUT


def _count(waiting: QuerySet[Any], attempts: int) -> bool:
    """Count an attempt at a mail that had so many, and set its next; False where another worker was first."""
    pause = PAUSES[min(attempts, len(PAUSES) - 1)]
    mine = waiting.filter(attempts=attempts).update(attempts=F("attempts") + 1, next_try=timezone.now() + pause)
    return bool(mine)


def _give_up(this: QuerySet[Any], attempt: int) -> None:
    """Where the attempt that failed was the last."""
    if attempt > len(PAUSES):
        this.update(mail=Mail.GIVEN_UP, next_try=None)


def _may_still_be_mailed(news: Notification) -> bool:
    """Whether the reader still has an account, an address and sight of the case, and it is still true: a retry may come
    a day later."""
    person = news.person
    sees = visible_to(person).filter(pk=news.act.application_id).exists()
    return person.is_active and bool(person.email) and sees and still_true(news)


def still_true(news: Notification) -> bool:
    """Whether what it says is true today; on the page it stands with its day."""
    return news_of(news.act.act, news.event).true_on(local_today(), news.act.facts)


def site_url() -> str:
    """Where this installation is found, without a slash at the end."""
    return settings.SITE_URL.rstrip("/")


def _letter(news: Notification) -> tuple[str, str]:
    """Subject and body, in the language that is active."""
    context = {
        "news": news,
        "headline": headline(news),
        "case": news.act.application,
        "named": not kept_secret([news.act.application]),
        "agency": news.item.mandate.agency if news.item and news.item.mandate else news.act.agency,
        "url": site_url() + address(news),
        "choices_url": site_url() + reverse("notification-choices"),
    }
    body = render_to_string("workflows/notification_mail.txt", context)
    subject = f"{headline(news)} · {news.act.application}"
    return " ".join(subject.split()), body
