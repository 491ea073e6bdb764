"""How people come in: one-time link, password, sessions that end, locks, and a line for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from permits.models import MaterialVersion
from permits.models.states import S
from roles.accounts import change_account, invite, reopen
from roles.appointments import deactivate
from roles.attempts import one_try
from roles.locks import OF_LOGIN, OF_NETWORK, lift, network_of, note_failure, standing_locks
from roles.models import Administration, NetworkCount, Person
from roles.models.security import What
from tests.cast import Cast, log_in, make_person
from tests.config.entering import NEW, OLD, choose, enter, lines, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_rates_remembered() -> None:
    cache.clear()


# --- one-time links ---------------------------------------------------------------------------------------------------
def test_a_one_time_link_sets_a_password_once(administrators: dict[str, Person]) -> None:
    new = Person.objects.create(username="li", name="李四", password="!")
    assert enter("li", "").status_code == 200
    link = invite(new, by=administrators["system"]).link
    assert lines(What.INVITED)[0].by == administrators["system"]
    assert choose(link, "aaaaaaaaaa").status_code == 200  # refused: ten equal characters
    assert choose(link).status_code == 302
    assert lines(What.PASSWORD)[0].person == new
    assert enter("li", NEW).status_code == 302
    dead = Client().get(path_of(link), follow=True)
    assert dead.context["token_fail"]


def test_who_sets_a_password_by_a_link_is_told_for_which_login(person: Person) -> None:
    """Handed over on paper, the link was all its owner had: no page said by which login to come in."""
    page = Client().get(path_of(invite(person).link), follow=True).content.decode()
    assert f"登录名：<strong>{person.username}</strong>" in page
    assert f'autocomplete="username" value="{person.username}"' in page


def test_who_chose_a_first_password_is_told_that_it_is_set_and_of_no_change(person: Person) -> None:
    person.set_unusable_password()
    person.save()
    desk = Client()
    chosen = choose(invite(person).link, desk=desk)
    pages = [desk.get(chosen.url).content.decode(), desk.get(reverse("login")).content.decode()]
    assert "密码已设置" in pages[0]
    assert not any("修改" in page for page in pages)


@pytest.mark.parametrize(
    ("language", "subject", "told"),
    [("zh-hans", "您的账号密码已设置", "已通过一次性链接设置密码。"),
     ("en", "The password of your account was chosen", "A password was chosen by a one-time link.")],
)  # fmt: skip
def test_the_mail_about_a_first_password_says_that_it_was_chosen(
    person: Person, language: str, subject: str, told: str, django_capture_on_commit_callbacks: Any
) -> None:
    """A new account was told that its password had been reset; in English the subject asked to choose one."""
    Person.objects.filter(pk=person.pk).update(email="zhang@example.cn", language=language)
    person.refresh_from_db()
    link = invite(person).link
    mail.outbox.clear()
    desk = Client()
    desk.cookies["django_language"] = language
    with django_capture_on_commit_callbacks(execute=True):
        choose(link, desk=desk)
    (letter,) = mail.outbox
    assert letter.subject == subject
    assert told in letter.body


def test_who_changed_the_own_password_is_told_so(person: Person) -> None:
    desk = enter().client
    said = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    assert "密码已修改" in desk.post(reverse("account_change_password"), said, follow=True).content.decode()


def test_a_one_time_link_dies_after_three_days(person: Person) -> None:
    link = invite(person).link
    with time_machine.travel(timezone.localtime() + timedelta(days=3, minutes=1)):
        assert Client().get(path_of(link), follow=True).context["token_fail"]
    with time_machine.travel(timezone.localtime() + timedelta(days=2, hours=23)):
        assert choose(link).status_code == 302


def test_a_link_is_mailed_where_there_is_an_address_and_else_shown_once(
    administrators: dict[str, Person], person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    desk = log_in(administrators["system"])
    page = desk.post(reverse("person-invite", args=[person.pk]), follow=True)
    assert (shown := re.search(r"http://\S+/account/key/[^\s<]+", page.content.decode()))
    assert shown[0] not in desk.get(reverse("person", args=[person.pk])).content.decode()
    change_account(person, by=administrators["system"], email="zhang@example.cn", ground="登记表")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(reverse("person-invite", args=[person.pk]), follow=True)
    assert "/account/key/" not in page.content.decode()
    assert mail.outbox[0].to == ["zhang@example.cn"]
    link = re.search(r"http://\S+", str(mail.outbox[0].body))
    assert link
    assert choose(link[0]).status_code == 302


def test_a_folder_that_takes_no_mail_breaks_no_page(
    administrators: dict[str, Person], person: Person, settings: Settings, tmp_path: Path,
    django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    change_account(person, by=administrators["system"], email="zhang@example.cn", ground="登记表")
    (tmp_path / "file").touch()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "file"
    with django_capture_on_commit_callbacks(execute=True):
        made = invite(person, by=administrators["system"])
    assert "A one-time link was not sent" in caplog.text
    assert made.failed


@pytest.mark.django_db(transaction=True)
def test_who_gives_a_link_that_cannot_be_mailed_is_told_so_and_shown_it(
    administrators: dict[str, Person], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    new = {"name": "新人", "login": "xinren", "email": "xin@example.cn"}
    page = log_in(administrators["system"]).post(reverse("person-new"), new, follow=True).content.decode()
    assert "xin@example.cn的邮件发送失败" in page
    assert "/account/key/" in page
    assert "已发送至xin@example.cn" not in page


def test_all_that_is_wrong_with_a_new_person_is_told_on_one_page(
    administrators: dict[str, Person], person: Person
) -> None:
    wrong = {"name": "", "login": person.username, "number": "1", "email": "x", "phone": "1" * 41}
    page = log_in(administrators["system"]).post(reverse("person-new"), wrong)
    assert set(page.context["form"].errors) == {"name", "login", "number", "email", "phone"}


def test_a_new_account_comes_with_its_link(administrators: dict[str, Person]) -> None:
    desk = log_in(administrators["system"])
    page = desk.post(reverse("person-new"), {"name": "新人", "login": "xinren"}, follow=True)
    assert "/account/key/" in page.content.decode()
    assert lines(What.INVITED)[0].person == Person.objects.get(username="xinren")


def test_a_link_of_an_account_closed_meanwhile_is_dead(person: Person) -> None:
    link, begun = invite(person).link, Client()
    at_the_form = begun.get(path_of(link), follow=True).request["PATH_INFO"]
    deactivate(person)
    assert Client().get(path_of(link), follow=True).context["token_fail"]
    assert begun.post(at_the_form, {"password1": NEW, "password2": NEW}).status_code == 200
    assert len(lines(What.PASSWORD)) == 1  # that of the beginning


def test_only_who_keeps_the_account_gives_a_link(cast: Cast) -> None:
    for by in (cast.stranger, cast.acceptor, cast.head):
        with pytest.raises(PermissionDenied):
            invite(cast.acceptor, by=by)
    assert invite(cast.acceptor, by=cast.district_head)
    deactivate(cast.stranger)
    cast.stranger.refresh_from_db()
    with pytest.raises(ValidationError):
        invite(cast.stranger)


def test_the_first_administrators_are_given_links() -> None:
    told = StringIO()
    call_command("first_administrators", "--security", "wang", "王五", stdout=told)
    link = re.search(r"http://\S+", told.getvalue())
    assert link
    choose(link[0])
    assert enter("wang", NEW).status_code == 302


def test_no_link_is_told_where_one_of_several_administrators_cannot_be_named(person: Person) -> None:
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("first_administrators", "--security", "wang", "王五", "--audit", "wang", "王五", stdout=told)
    assert told.getvalue() == ""
    assert not Person.objects.filter(username="wang").exists()


def test_an_office_is_not_given_to_somebody_else_who_has_the_login(person: Person) -> None:
    with pytest.raises(CommandError, match=str(person)):
        call_command("first_administrators", "--security", person.username.upper(), "王五", stdout=StringIO())
    assert not Administration.objects.filter(person=person).exists()
    call_command("first_administrators", "--security", person.username, person.name, stdout=StringIO())
    assert Administration.objects.filter(person=person).exists()


# --- passwords --------------------------------------------------------------------------------------------------------
def test_a_password_is_changed_by_its_owner_and_ends_the_other_sessions(person: Person) -> None:
    here, elsewhere = enter().client, enter().client
    said = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    assert here.post(reverse("account_change_password"), said).url == reverse("profile")
    assert here.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert lines(What.PASSWORD)[0].by == person


def test_guessing_the_present_password_at_a_desk_left_open_locks_the_login(person: Person) -> None:
    desk = enter().client
    said = {"oldpassword": "guess", "password1": NEW, "password2": NEW}
    for _guess in range(10):
        cache.clear()  # allauth's five in a minute
        page = desk.post(reverse("account_change_password"), said)
        assert "oldpassword" in page.context["form"].errors
    assert len(lines(What.LOGIN_FAILED)) == 10
    cache.clear()
    assert desk.post(reverse("account_change_password"), said | {"oldpassword": OLD}).status_code == 429
    assert enter().status_code == 429


@pytest.mark.parametrize("bad", ["aaaaaaaaaa", "1234567890123", "abcdefghijkl", "short-1", OLD])
def test_a_poor_or_known_password_is_refused(person: Person, bad: str) -> None:
    said = {"oldpassword": OLD, "password1": bad, "password2": bad}
    page = enter().client.post(reverse("account_change_password"), said)
    assert "password1" in page.context["form"].errors


def test_none_of_the_last_five_passwords_comes_back(person: Person) -> None:
    had = [OLD, *(f"Wald-{number}-Wiese" for number in range(5))]
    for one in had[1:]:
        assert choose(invite(person).link, one).status_code == 302
    assert person.password_records.count() == 5
    assert choose(invite(person).link, had[1]).status_code == 200
    assert choose(invite(person).link, had[0]).status_code == 302  # the sixth


def test_a_password_too_old_is_changed_before_anything_else(person: Person, settings: Any) -> None:
    settings.PASSWORD_MAX_DAYS = 180
    with time_machine.travel(timezone.now() + timedelta(days=181)):
        desk = enter().client
        assert desk.get("/").url == reverse("account_change_password")
        said = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
        desk.post(reverse("account_change_password"), said)
        assert desk.get("/").status_code == 200


def test_a_reopened_account_has_no_password_until_a_link_is_given(administrators: dict[str, Person]) -> None:
    person = make_person("zhao", "赵六")
    deactivate(person)
    assert enter("zhao").url == reverse("account_inactive")
    reopen(person, by=administrators["system"], ground="返聘")
    assert enter("zhao").status_code == 200


# --- sessions ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def clock() -> Iterator[Callable[[float], None]]:
    """Lets minutes pass."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield lambda minutes: traveller.shift(timedelta(minutes=minutes))


def test_a_session_left_idle_ends(person: Person, settings: Any, clock: Callable[[float], None]) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    desk = enter().client
    for _step in range(3):
        clock(29)
        assert desk.get("/").status_code == 200
    clock(31)
    assert desk.get("/").url == "/login/?next=/"
    assert lines(What.SESSION_ENDED)[0].details == {"why": "idle"}


def test_no_session_lasts_longer_than_twelve_hours(
    person: Person, settings: Any, clock: Callable[[float], None]
) -> None:
    settings.SESSION_IDLE_MINUTES = 120
    desk = enter().client
    for _hour in range(12):
        clock(60)
        assert desk.get("/").status_code == 200
    clock(1)
    assert desk.get("/").status_code == 302
    assert lines(What.SESSION_ENDED)[0].details == {"why": "age"}


def test_own_sessions_are_listed_and_the_others_ended(person: Person) -> None:
    here, elsewhere = enter().client, enter(at="10.0.0.9").client
    page = here.get(reverse("usersessions_list"))
    assert "10.0.0.9" in page.content.decode()
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert lines(What.SESSION_ENDED)[0].details == {"from": "10.0.0.9"}


def test_the_security_administrator_ends_every_session_of_a_person(
    person: Person, administrators: dict[str, Person]
) -> None:
    desks = [enter().client, enter().client]
    address = reverse("person-sessions", args=[person.pk])
    assert log_in(administrators["system"]).post(address).status_code == 403
    assert log_in(administrators["security"]).post(address).status_code == 302
    assert {desk.get(reverse("profile")).status_code for desk in desks} == {302}
    assert lines(What.SESSION_ENDED)[0].details == {"sessions": 2}


# --- locks ------------------------------------------------------------------------------------------------------------
def test_a_lock_of_a_login_ends_by_a_new_password_by_the_clock_or_by_the_administrator(
    person: Person, administrators: dict[str, Person], clock: Callable[[float], None]
) -> None:
    def lock() -> None:
        for number in range(10):
            note_failure("ZHANG", f"10.0.{number}.1")
        assert enter().status_code == 429

    lock()
    clock(16)
    assert enter().status_code == 302
    lock()
    choose(invite(person).link)
    assert enter(password=NEW).status_code == 302
    lock()
    desk = log_in(administrators["security"])
    page = desk.get(reverse("lock-list"))
    assert [one["line"].person for one in page.context["locks"]] == [person]
    desk.post(reverse("lock-lift", args=[page.context["locks"][0]["line"].pk]))
    assert enter(password=NEW).status_code == 302
    assert lines(What.UNLOCKED)[0].by == administrators["security"]
    assert len(lines(What.LOCKED)) == 3
    assert standing_locks() == []


def test_a_login_nobody_has_is_locked_alike() -> None:
    for _attempt in range(10):
        assert enter("nobody", "wrong").status_code == 200
    assert enter("nobody", "wrong").status_code == 429


def test_of_ten_tries_under_way_an_eleventh_is_refused_before_its_password_is_looked_at(
    person: Person, monkeypatch: pytest.MonkeyPatch, clock: Callable[[float], None]
) -> None:
    def crash(*args: Any, **kwargs: Any) -> None:
        raise OSError

    with ExitStack() as under_way:
        for _number in range(OF_LOGIN):
            under_way.enter_context(one_try("ZHANG", "10.0.0.1"))
        monkeypatch.setattr(Person, "check_password", crash)
        assert enter().status_code == 429
        monkeypatch.undo()
        assert enter("li", "wrong").status_code == 200  # others come in meanwhile
        clock(1)
        assert enter().status_code == 429  # the next span began
    assert enter().status_code == 302
    assert set(NetworkCount.objects.values_list("count", flat=True)) == {0}
    NetworkCount.objects.update(count=OF_LOGIN)  # their processes died
    assert enter().status_code == 429
    clock(3)
    assert enter().status_code == 302


def test_failures_and_tries_under_way_lock_together(person: Person) -> None:
    for number in range(OF_LOGIN - 2):
        note_failure("zhang", f"10.0.{number}.1")
    with one_try("zhang", "10.0.0.1"):
        assert enter(password="wrong").status_code == 200
        crowded = enter()  # the eleventh, were both to fail
        assert crowded.status_code == 429
        assert "tries_under_way.html" in {one.name for one in crowded.templates}  # no lock stands, none is told of
    assert lines(What.LOCKED) == []
    assert enter().status_code == 302


def test_failures_and_tries_under_way_of_a_network_lock_together(person: Person) -> None:
    for number in range(OF_NETWORK - 1):
        note_failure(f"guess-{number}", "10.0.0.1")
    with one_try("li", "10.0.0.1"):
        assert enter(at="10.0.0.1").status_code == 429
        assert enter(at="10.0.0.2").status_code == 302
    assert enter(at="10.0.0.1").status_code == 302


def test_a_network_is_locked_after_fifty_failures_whatever_the_logins(
    person: Person, administrators: dict[str, Person]
) -> None:
    for number in range(OF_NETWORK):  # from as many addresses of one /64
        note_failure(f"guess-{number}", f"2001:db8:1:2::{number + 1:x}")
    assert enter(at="2001:db8:1:2:ffff::9").status_code == 429
    assert enter(at="2001:db8:1:3::9").status_code == 302
    lock = lines(What.LOCKED)[0]
    assert lock.details == {"network": "2001:db8:1:2::/64"}
    with pytest.raises(PermissionDenied):
        lift(lock, by=administrators["system"])
    lift(lock, by=administrators["security"])
    assert enter(at="2001:db8:1:2:ffff::9").status_code == 302


def test_a_log_in_does_not_forgive_a_network_its_failures(person: Person) -> None:
    for number in range(OF_NETWORK - 1):
        note_failure(f"guess-{number}", "10.0.0.1")
    enter(at="10.0.0.1")
    note_failure("guess", "10.0.0.1")
    assert enter(at="10.0.0.1").status_code == 429


@pytest.mark.parametrize(
    ("address", "network"),
    [("10.0.0.9", "10.0.0.9"), ("2001:db8::1", "2001:db8::/64"), ("::ffff:10.0.0.9", "10.0.0.9"), (None, "")],
)
def test_a_network_is_an_address_or_a_64(address: str | None, network: str) -> None:
    assert network_of(address) == network


# --- the log ----------------------------------------------------------------------------------------------------------
def test_a_refusal_is_a_line_for_who_is_logged_in(cast: Cast) -> None:
    Client().get(reverse("security-log"))
    assert lines(What.REFUSED) == []
    assert log_in(cast.stranger).get(reverse("security-log")).status_code == 403
    line = lines(What.REFUSED)[0]
    assert (line.by, line.details) == (cast.stranger, {"method": "GET", "path": reverse("security-log")})


def test_a_case_read_by_an_auditor_is_a_line_and_by_those_who_work_on_it_none(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    for worker in (cast.clerk, cast.acceptor, cast.reviewer, cast.head, cast.district_head):
        log_in(worker).get(reverse("case", args=[case.pk]))
    assert lines(What.CASE_READ) == []
    desk = log_in(cast.auditor)
    assert desk.get(reverse("case", args=[case.pk])).status_code == 200
    assert desk.get(reverse("case-record", args=[case.pk])).status_code == 200
    read = lines(What.CASE_READ)
    assert [line.by for line in read] == [cast.auditor] * 2
    assert {line.details["number"] for line in read} == {case.number}


def test_an_auditor_who_opens_a_part_of_a_case_by_its_own_address_is_a_line_too(cast: Cast) -> None:
    case = cast.printed_case()
    paper = case.documents.exclude(sha256="").earliest("pk")
    file = MaterialVersion.objects.filter(material__application=case, withdrawn_at=None).earliest("pk")
    places = [
        reverse("document", args=[paper.pk]), reverse("material", args=[file.pk]),
        reverse("material-view", args=[file.pk]), reverse("case-compare", args=[case.pk]),
        reverse("table-export", args=[case.pk, "csv"]), reverse("case-application", args=[case.pk, 2]),
    ]  # fmt: skip
    for reader in (cast.head, cast.auditor):
        assert [log_in(reader).get(place).status_code for place in places] == [200] * len(places)
    assert sorted(line.details["page"] for line in lines(What.CASE_READ)) == sorted(places)
    assert {line.by for line in lines(What.CASE_READ)} == {cast.auditor}


def test_nobody_signs_up() -> None:
    for place in ("/account/signup/", "/signup/", "/account/email/", "/account/second-factor/webauthn/signup/"):
        assert Client().get(place).status_code == 404
