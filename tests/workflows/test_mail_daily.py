"""The daily mail: one a day and person, by case, in the morning, and none where nothing is new."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from permits.acts.sweeps import record_lights
from permits.models.states import S
from roles.days import CHINA
from roles.models import Person, Post
from tests.cast import Cast, log_in
from tests.workflows.many_news import tell_of_cases
from workflows import sweep
from workflows.models import Digest, How, Mail, MailChoice, Notification
from workflows.notifications import daily, mail, making
from workflows.notifications.daily import send_daily
from workflows.notifications.table import Group

QUERIES = 4
NEXT_MORNING, BEFORE_IT = "2026-11-21T08:20:00+08:00", "2026-11-21T07:40:00+08:00"


@pytest.fixture
def collected(cast: Cast) -> Cast:
    """The cast with addresses; the clerk has news of applications collected."""
    for person in Person.objects.all():
        person.email = f"{person.username}@example.invalid"
        person.save(update_fields=["email"])
    choose(cast.clerk, Group.APPLICATION, How.DAILY)
    return cast


def choose(person: Person, group: Group, how: How) -> None:
    chosen = {"by_mail": how != How.NEVER, "daily": how == How.DAILY}
    MailChoice.objects.update_or_create(person=person, group=group, defaults=chosen)


def two_cases(cast: Cast) -> None:
    """News of two cases for the clerk: one accepted and recommended, one accepted."""
    first, second = cast.walk_to(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    for case, act in ((first, "accept"), (second, "accept"), (first, "recommend")):
        cast.do(case, act)
    making.make_pending()
    mail.send_due()
    outbox.outbox.clear()


def letters(person: Person) -> list[Any]:
    return [one for one in outbox.outbox if one.to == [f"{person.username}@example.invalid"]]


def test_one_mail_in_the_morning_with_the_news_by_case(collected: Cast) -> None:
    two_cases(collected)
    with time_machine.travel(BEFORE_IT):
        assert send_daily().recorded == 0
    with time_machine.travel(NEXT_MORNING):
        assert sweep.tick()["daily mails sent"].recorded == 1
        assert send_daily().recorded == 0
    (letter,) = letters(collected.clerk)
    first, second = Notification.objects.filter(person=collected.clerk).order_by("pk")[:2]
    assert str(first.act.application) in letter.body
    assert str(second.act.application) in letter.body
    assert letter.body.index(str(first.act.application)) < letter.body.index(str(second.act.application))
    assert letter.body.count("/cases/") == 2  # one address for each case
    assert "3" in letter.subject
    assert letter.body.startswith(f"{collected.clerk}：\n")
    told = Notification.objects.filter(person=collected.clerk)
    assert set(told.values_list("mail", flat=True)) == {Mail.SENT}


def test_nothing_new_no_mail_and_what_comes_later_waits_for_the_next_morning(collected: Cast) -> None:
    with time_machine.travel(NEXT_MORNING):
        assert send_daily().recorded == 0
        assert not Digest.objects.exists()
        case = collected.walk_to(S.SUBMITTED)
        collected.do(case, "accept")
        making.make_pending()
        assert send_daily().recorded == 1
        collected.do(case, "recommend")
        making.make_pending()
        assert send_daily().recorded == 0
    with time_machine.travel("2026-11-22T09:00:00+08:00"):
        assert send_daily().recorded == 1
        assert send_daily().recorded == 0
    assert len(letters(collected.clerk)) == 2
    with time_machine.travel("2026-11-23T09:00:00+08:00"):
        assert send_daily().recorded == 0


def test_what_is_overdue_goes_at_once_and_the_rest_is_collected(collected: Cast) -> None:
    for group, how in ((Group.DEADLINE, How.DAILY), (Group.OVERDUE, How.AT_ONCE)):
        choose(collected.acceptor, group, how)
    collected.walk_to(S.SUBMITTED)
    with time_machine.travel("2026-11-23T10:00:00+08:00"):
        collected.walk_to(S.SUBMITTED)  # nearly due when the first is overdue
    with time_machine.travel("2026-11-30T07:00:00+08:00"):
        record_lights()
        making.make_pending()
        mail.send_due()
        (letter,) = letters(collected.acceptor)
    flagged = Notification.objects.filter(person=collected.acceptor, act__act="flag_deadline")
    assert dict(flagged.values_list("event", "mail")) == {"overdue": Mail.SENT, "holders": Mail.DAILY}
    with time_machine.travel("2026-11-30T08:10:00+08:00"):
        assert send_daily().recorded == 1
    assert len(letters(collected.acceptor)) == 2
    assert letter.subject


def test_a_light_is_mailed_as_nearly_due_only_up_to_the_day_itself(collected: Cast) -> None:
    choose(collected.acceptor, Group.DEADLINE, How.DAILY)
    collected.walk_to(S.SUBMITTED)
    with time_machine.travel("2026-11-27T18:00:00+08:00"):  # the last day, after the mail of its morning
        record_lights()
        making.make_pending()
    news = Notification.objects.get(person=collected.acceptor, act__act="flag_deadline")
    assert (news.event, news.mail) == ("holders", Mail.DAILY)
    with time_machine.travel("2026-11-28T08:10:00+08:00"):
        send_daily()
    assert letters(collected.acceptor) == []
    news.refresh_from_db()
    assert news.mail == Mail.NONE


def test_a_light_that_could_not_be_mailed_in_time_is_mailed_no_more(collected: Cast) -> None:
    collected.walk_to(S.SUBMITTED)
    with time_machine.travel("2026-11-27T18:00:00+08:00"):
        record_lights()
        making.make_pending()
    with time_machine.travel("2026-11-28T07:00:00+08:00"):
        mail.send_due()
    assert letters(collected.acceptor) == []


def test_what_became_untrue_before_the_mail_went_out_is_not_kept_as_mailed(collected: Cast, settings: Any) -> None:
    """The mail server failed on the morning of the last day, and works again on the next."""
    choose(collected.acceptor, Group.DEADLINE, How.DAILY)
    choose(collected.acceptor, Group.QUEUE, How.DAILY)
    collected.walk_to(S.SUBMITTED)
    with time_machine.travel("2026-11-26T18:00:00+08:00"):
        record_lights()
        making.make_pending()
    Notification.objects.filter(person=collected.acceptor, act__act="submit").update(mail=Mail.DAILY)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    with time_machine.travel("2026-11-27T08:20:00+08:00"):
        assert send_daily().failed
    settings.EMAIL_BACKEND = works
    with time_machine.travel("2026-11-28T08:20:00+08:00"):
        assert send_daily().recorded == 1
    told = dict(Notification.objects.filter(person=collected.acceptor).values_list("act__act", "mail"))
    assert told == {"submit": Mail.SENT, "flag_deadline": Mail.NONE}


def test_what_was_read_or_is_wanted_no_more_is_not_mailed(collected: Cast) -> None:
    two_cases(collected)
    read = Notification.objects.filter(person=collected.clerk).order_by("pk")[0]
    log_in(collected.clerk).get(reverse("notification", args=[read.pk]))
    with time_machine.travel(NEXT_MORNING):
        made = daily.collect(collected.clerk.pk, timezone.localdate())
    assert made is not None
    assert not made.news.filter(pk=read.pk).exists()
    made.news.update(digest=None)
    made.delete()
    choose(collected.clerk, Group.APPLICATION, How.NEVER)
    with time_machine.travel(NEXT_MORNING):
        assert send_daily().recorded == 0
    assert set(collected.clerk.notifications.values_list("mail", flat=True)) == {Mail.NONE}


@pytest.mark.parametrize("lost", ["account", "address", "sight"])
def test_who_lost_account_address_or_sight_of_the_cases_gets_none(collected: Cast, lost: str) -> None:
    two_cases(collected)
    clerk = Person.objects.filter(pk=collected.clerk.pk)
    if lost == "sight":
        past = datetime(2026, 1, 2, tzinfo=CHINA).date()
        Post.objects.get(memberships__person=collected.clerk).memberships.update(since=past, until=past)
    else:
        clerk.update(**{"account": {"is_active": False}, "address": {"email": ""}}[lost])
    with time_machine.travel(NEXT_MORNING):
        swept = send_daily()
    assert (swept.recorded, swept.failed) == (0, [])
    assert not letters(collected.clerk)
    assert Digest.objects.get().mail == Mail.NONE


def test_a_mail_server_that_fails_is_tried_again_and_the_news_stays_in_one_mail(collected: Cast, settings: Any) -> None:
    two_cases(collected)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    with time_machine.travel(NEXT_MORNING):
        swept = send_daily()
    digest = Digest.objects.get()
    assert (swept.recorded, swept.failed) == (0, [digest.pk]), "told as any mail that failed"
    assert (digest.mail, digest.attempts) == (Mail.WAITING, 1)
    settings.EMAIL_BACKEND = works
    with time_machine.travel("2026-11-21T09:20:00+08:00"):
        assert send_daily().recorded == 1
    assert Digest.objects.get().mail == Mail.SENT


def test_news_that_cannot_be_read_keeps_nobody_else_from_theirs(collected: Cast) -> None:
    choose(collected.district_reviewer, Group.QUEUE, How.DAILY)
    two_cases(collected)
    poisoned = Notification.objects.filter(person=collected.clerk)[0]
    Notification.objects.filter(pk=poisoned.pk).update(event="lost")
    with time_machine.travel(NEXT_MORNING):
        swept = send_daily()
    assert (swept.recorded, swept.failed) == (1, [collected.clerk.pk])
    assert len(letters(collected.district_reviewer)) == 1


def test_who_has_many_cases_reads_how_many_more_there_are(collected: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "MOST", 1)
    Person.objects.filter(pk=collected.clerk.pk).update(language="en")
    two_cases(collected)
    with time_machine.travel(NEXT_MORNING):
        assert send_daily().recorded == 1
    (letter,) = letters(collected.clerk)
    assert "1 more case is on the page of notifications." in letter.body
    assert letter.subject == "Your news of 2026-11-21: 3 messages"


def test_the_daily_mail_costs_the_same_queries_for_5_cases_and_for_50(
    collected: Cast, django_assert_num_queries: Any
) -> None:
    two_cases(collected)
    digest = Digest.objects.create(person=collected.clerk, day=timezone.localdate())
    Notification.objects.filter(person=collected.clerk).update(digest=digest)
    for many in (5, 50):
        tell_of_cases(collected, collected.clerk, many, digest)
        daily.letter(digest)  # reference data are known from then on
        with django_assert_num_queries(QUERIES):
            _subject, body = daily.letter(digest)
        assert f"\n{many}. " in body
