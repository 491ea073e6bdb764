"""Who is told what: made after the commit, once, in the reader's language, and never in the way of an act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django_q.models import OrmQ

from permits.models import Act, Application
from permits.models.states import S
from roles.delegations import delegate
from roles.models import Person, Post
from tests.cast import Cast, log_in, make_person, make_post
from workflows import sweep
from workflows.models import Announcement, Mail, MailChoice, Notification
from workflows.notifications import mail, making
from workflows.notifications.table import Group

Walk = Callable[[Cast], Act]


def told(act: Act) -> set[tuple[str, str]]:
    """Who was told of an act, and what: (login, event)."""
    making.make(act.pk)
    return set(Notification.objects.filter(act=act).values_list("person__username", "event"))


# ---- once, and after the commit --------------------------------------------------------------------------------------


def test_news_is_made_once_however_often_it_is_asked_for(cast: Cast) -> None:
    record = cast.do(cast.draft(), "submit")
    assert making.make(record.pk) == 2
    assert making.make(record.pk) == 0
    assert Notification.objects.filter(act=record).count() == 2


def test_an_arrival_is_told_once_although_other_acts_follow(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    making.make_pending()
    cast.do(case, "record_statement", party="村民", statement="无异议")
    making.make_pending()
    assert Notification.objects.filter(event="arrived", person=cast.district_reviewer).count() == 1


def test_an_act_that_was_undone_tells_nobody(cast: Cast) -> None:
    case = cast.draft()
    before = Announcement.objects.count()
    with transaction.atomic():
        cast.do(case, "submit")
        assert Announcement.objects.count() == before + 1
        transaction.set_rollback(True)
    assert Announcement.objects.count() == before


def test_a_job_is_queued_after_the_commit_and_not_for_old_acts(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = cast.draft()
    with django_capture_on_commit_callbacks(execute=True):
        record = cast.do(case, "submit")
    names = [job.name() for job in OrmQ.objects.all()]
    assert f"news {record.pk}" in names
    OrmQ.objects.all().delete()
    with django_capture_on_commit_callbacks() as callbacks:
        record = cast.do(cast.draft(), "submit")
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        for callback in callbacks:
            callback()
    assert f"news {record.pk}" not in [job.name() for job in OrmQ.objects.all()]
    assert making.make_pending().recorded >= 2  # the page tells it all the same


def test_a_queue_that_fails_does_not_fail_the_act(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def broken(*_args: Any, **_facts: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(making, "async_task", broken)
    case = cast.draft()
    with django_capture_on_commit_callbacks(execute=True):
        cast.do(case, "submit")
    assert Application.objects.get(pk=case.pk).status == S.SUBMITTED
    sweep.tick()
    assert Notification.objects.filter(person=cast.acceptor, event="arrived").exists()


def test_news_that_cannot_be_made_is_named_and_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, sound = cast.do(cast.draft(), "submit"), cast.do(cast.draft(), "submit")
    make = making.make

    def failing(pk: int) -> int:
        if pk == poisoned.pk:
            raise ValueError("broken row")
        return make(pk)

    monkeypatch.setattr(making, "make", failing)
    swept = making.make_pending()
    assert swept.failed == [poisoned.pk]
    assert Notification.objects.filter(act=sound).exists()


def test_who_stands_in_is_told_what_arrives(cast: Cast) -> None:
    post = Post.objects.get(memberships__person=cast.reviewer)
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    today = timezone.localdate()
    until = today + timedelta(days=3)
    delegate(cast.reviewer, deputy, post, since=today, until=until, reason="休假", by=cast.head)
    record = cast.do(cast.case_at(S.FIRST_REVIEW), "recommend")
    assert (deputy.username, "arrived") in told(record)


@pytest.mark.parametrize("who", ["principal", "deputy"])
def test_who_stands_in_for_one_who_left_or_left_themselves_is_told_nothing(cast: Cast, who: str) -> None:
    post, today = Post.objects.get(memberships__person=cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    until = today + timedelta(days=3)
    delegate(cast.reviewer, deputy, post, since=today, until=until, reason="休假", by=cast.head)
    yesterday = today - timedelta(days=1)
    left = cast.reviewer if who == "principal" else deputy
    left.memberships.update(since=yesterday, until=yesterday)
    record = cast.do(cast.case_at(S.FIRST_REVIEW), "recommend")
    assert deputy.username not in {who for who, _event in told(record)}


def test_who_left_is_told_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.second_acceptor.pk).update(is_active=False)
    assert told(cast.do(cast.draft(), "submit")) == {("acceptor", "arrived")}


# ---- e-mail ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(cast: Cast) -> Cast:
    """The cast with addresses; the clerk reads English."""
    for person in Person.objects.all():
        person.email = f"{person.username}@example.invalid"
        person.language = "en" if person.username == "clerk" else "zh-hans"
        person.save(update_fields=["email", "language"])
    return cast


def test_a_mail_is_in_the_readers_language_and_leads_to_the_case(mailed: Cast) -> None:
    with translation.override("zh-hans"):
        case = mailed.case_at(S.SUBMITTED)
        making.make_pending()
        record = mailed.do(case, "accept")
        making.make(record.pk)
        assert mail.send_of_act(record.pk) == 1
    letter = next(one for one in outbox.outbox if one.to == ["clerk@example.invalid"])
    number = Application.objects.get(pk=case.pk).number
    assert letter.subject == f"Your application was accepted · {number}"
    assert reverse("case", args=[case.pk]) in letter.body
    assert "accepted" in letter.body
    with translation.override("en"):
        assert letter.body.startswith(f"{mailed.clerk},\n")
        assert f"Agency  {record.agency}\n" in letter.body
    assert not any("一" <= sign <= "鿿" for sign in letter.subject)


def test_what_lands_in_a_queue_is_not_mailed_unless_the_person_chose_it(mailed: Cast) -> None:
    record = mailed.do(mailed.draft(), "submit")
    making.make(record.pk)
    assert set(Notification.objects.filter(act=record).values_list("mail", flat=True)) == {Mail.NONE}
    MailChoice.objects.create(person=mailed.acceptor, group=Group.QUEUE, by_mail=True)
    record = mailed.do(mailed.draft(), "submit")
    making.make(record.pk)
    assert Notification.objects.get(act=record, person=mailed.acceptor).mail == Mail.WAITING
    assert Notification.objects.get(act=record, person=mailed.second_acceptor).mail == Mail.NONE


def test_who_has_no_address_or_chose_no_mails_gets_none(mailed: Cast) -> None:
    MailChoice.objects.create(person=mailed.clerk, group=Group.APPLICATION, by_mail=False)
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE
    MailChoice.objects.all().delete()
    Person.objects.filter(pk=mailed.clerk.pk).update(email="")
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE


@pytest.mark.parametrize("lost", [{"is_active": False}, {"email": ""}])
def test_who_lost_account_or_address_since_is_not_mailed(mailed: Cast, lost: dict[str, Any]) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    Person.objects.filter(pk=mailed.clerk.pk).update(**lost)
    swept = mail.send_due()
    assert (swept.recorded, swept.failed) == (0, []), "dropped on purpose is no failure"
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE
    assert not outbox.outbox


def test_old_news_is_shown_and_not_mailed(mailed: Cast) -> None:
    case = mailed.case_at(S.SUBMITTED)
    record = mailed.do(case, "accept")
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        making.make_pending()
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE


def test_a_mail_server_that_fails_is_tried_again_with_growing_pauses_and_given_up_in_the_open(
    mailed: Cast, settings: Any
) -> None:
    works = settings.EMAIL_BACKEND
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert mail.send_of_act(record.pk) == 0
    news = Notification.objects.get(act=record, person=mailed.clerk)
    assert (news.mail, news.attempts) == (Mail.WAITING, 1)
    assert mail.send_due().failed == []  # not before its pause is over
    for attempt, pause in enumerate(mail.PAUSES, start=1):
        news.refresh_from_db()
        assert news.attempts == attempt
        assert news.next_try is not None
        with time_machine.travel(news.next_try + timedelta(seconds=1), tick=False):
            if attempt < len(mail.PAUSES):
                assert mail.send_due().failed == [news.pk]
            else:
                settings.EMAIL_BACKEND = works
                assert mail.send_due().recorded == 1
        assert pause <= mail.PAUSES[-1]
    news.refresh_from_db()
    assert news.mail == Mail.SENT


def test_a_mail_that_cannot_even_be_begun_waits_and_is_given_up_like_any(
    mailed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    news = Notification.objects.get(act=record, person=mailed.clerk)
    Notification.objects.exclude(pk=news.pk).update(mail=Mail.NONE, next_try=None)

    def broken(_news: Notification) -> bool:
        raise ValueError("broken row")

    monkeypatch.setattr(mail, "_may_still_be_mailed", broken)
    for attempt in range(1, len(mail.PAUSES) + 2):
        assert news.next_try is not None
        with time_machine.travel(news.next_try + timedelta(seconds=1), tick=False):
            assert mail.send_due().failed == [news.pk]
            assert mail.send_due().failed == [], "others come before it until its pause is over"
        news.refresh_from_db()
        assert news.attempts == attempt
    assert (news.mail, news.next_try) == (Mail.GIVEN_UP, None)


def test_what_breaks_off_when_an_attempt_was_counted_is_counted_once(
    mailed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)

    def and_breaks(waiting: Any, _news: Any, _letter: Any) -> Any:
        waiting.update(attempts=1)
        raise ValueError("broken after it")

    monkeypatch.setattr(mail, "deliver", and_breaks)
    assert mail.send_due().failed
    assert set(Notification.objects.filter(mail=Mail.WAITING).values_list("attempts", flat=True)) == {1}


def test_a_mail_that_another_worker_sends_meanwhile_is_no_failure(
    mailed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    real = mail.deliver

    def after_the_other(waiting: Any, news: Any, letter: Any) -> Any:
        real(waiting, Notification.objects.get(pk=news.pk), letter)
        return real(waiting, news, letter)

    monkeypatch.setattr(mail, "deliver", after_the_other)
    assert mail.send_due().failed == []
    assert len(outbox.outbox) == Notification.objects.filter(mail=Mail.SENT).count() > 0


def test_after_the_last_attempt_the_mail_is_given_up_and_the_page_still_tells(mailed: Cast, settings: Any) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    Notification.objects.filter(act=record).update(attempts=len(mail.PAUSES))
    mail.send_due()
    news = Notification.objects.get(act=record, person=mailed.clerk)
    assert (news.mail, news.next_try) == (Mail.GIVEN_UP, None)
    assert "Your application was accepted" in log_in(mailed.clerk, english=True).get(
        reverse("notifications")).content.decode()  # fmt: skip
