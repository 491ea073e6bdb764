"""A password that was forgotten: a one-time link by mail, and nothing that tells whose an address is."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roles import forgotten
from roles.models import Person
from tests.config.entering import NEW, OLD, choose, enter
from tests.jobs import work_off

pytestmark = pytest.mark.django_db
RESET = "account_reset_password"


@pytest.fixture(autouse=True)
def no_rates_remembered() -> None:
    cache.clear()


def forget(email: str, **more: Any) -> Any:
    """The answer to who forgot the password of `email`, after the job it left."""
    page = Client().post(reverse(RESET), {"email": email}, **more)
    work_off(forgotten.MAIL)
    return page


def forget_and_wait(email: str) -> None:
    """The same, with the jobs which that job left."""
    forget(email)
    work_off(forgotten.MAIL)


def test_a_forgotten_password_is_chosen_anew_by_mail(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(email="zhang@example.cn")
    forget("zhang@example.cn", headers={"host": "localhost"})
    link = re.search(r"http://\S+", str(mail.outbox[0].body))
    assert link
    assert choose(link[0]).status_code == 302
    assert enter(password=NEW).status_code == 302
    assert not EmailAddress.objects.exists()  # else an address of the past would still open the account


@pytest.mark.parametrize("kept", ["Lin.Kai@Example.cn", "lin.kai@example.cn"])
@pytest.mark.parametrize(
    "typed", ["lin.kai@example.cn", "LIN.KAI@example.CN", "lin.\u212aai@example.cn", "l\u0131n.kai@example.cn"]
)
def test_a_forgotten_password_is_mailed_to_the_address_as_it_is_kept(person: Person, kept: str, typed: str) -> None:
    Person.objects.filter(pk=person.pk).update(email=kept)
    forget(typed)
    assert {tuple(one.to) for one in mail.outbox} <= {(kept,)}
    assert mail.outbox or not typed.isascii()


def test_one_address_gets_five_such_mails_in_an_hour(person: Person) -> None:
    """From however many networks they are asked for."""
    Person.objects.filter(pk=person.pk).update(email="lin@example.cn")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(12):
            page = forget("lin@example.cn", REMOTE_ADDR=f"10.0.{number}.1")
            clock.shift(timedelta(minutes=2))
        assert page.status_code == 429
        assert "最多一小时" in page.content.decode()
        assert f'href="{reverse(RESET)}"' not in page.content.decode()
        assert len(mail.outbox) == 5
        clock.shift(timedelta(hours=1))
        forget("lin@example.cn")
    assert len(mail.outbox) == 6


@pytest.mark.parametrize("email", ["nobody@example.cn", "new@example.cn", "closed@example.cn"])
def test_no_mail_goes_to_strangers_to_closed_accounts_or_before_the_first_link(person: Person, email: str) -> None:
    Person.objects.create(username="new", name="新", email="new@example.cn", password="!")
    Person.objects.create_user("closed", name="关", email="closed@example.cn", password=OLD, is_active=False)
    assert forget(email).url == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_an_address_is_asked_of_nobody_while_its_visitor_waits(person: Person) -> None:
    """Known or not, the same statements are sent and no mail: an answer that took longer told of an account."""
    Person.objects.filter(pk=person.pk).update(email="zhang@example.cn")
    sent = []
    for email in ("zhang@example.cn", "nobody@example.cn"):
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            page = Client().post(reverse(RESET), {"email": email})
        assert page.url == reverse("account_reset_password_done")
        sent.append([re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in captured])
    assert sent[0] == sent[1]
    assert mail.outbox == []


def test_a_link_that_a_mail_server_refused_is_sent_when_the_job_is_tried_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*said: Any) -> None:
        raise SMTPServerDisconnected("down")

    Person.objects.filter(pk=person.pk).update(email="zhang@example.cn")
    with monkeypatch.context() as down:
        down.setattr(forgotten, "send_mail", refuse)
        with pytest.raises(OSError, match="down"):
            forget("zhang@example.cn")
    assert work_off(forgotten.MAIL) == [1]
    assert mail.outbox[0].to == ["zhang@example.cn"]


def test_of_two_accounts_with_one_address_the_mail_that_was_refused_is_tried_again_alone(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = forgotten.send_mail

    def refuse(subject: str, text: str, *said: Any) -> None:
        if "second" in text:
            raise SMTPServerDisconnected("down")
        deliver(subject, text, *said)

    Person.objects.filter(pk=person.pk).update(email="zhang@example.cn")
    Person.objects.create_user("second", name="张", email="zhang@example.cn", password=OLD)
    with monkeypatch.context() as down:
        down.setattr(forgotten, "send_mail", refuse)
        with pytest.raises(OSError, match="down"):
            forget_and_wait("zhang@example.cn")
    work_off(forgotten.MAIL)
    told = [login for one in mail.outbox for login in ("zhang", "second") if f"“{login}”" in str(one.body)]
    assert told == ["zhang", "second"]
