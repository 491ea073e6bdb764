"""Second factors: asked for, kept encrypted, locked by wrong codes, required of whom, removed by whom."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from roles import factors
from roles.adapters import FactorAdapter
from roles.appointments import deactivate
from roles.attempts import one_try
from roles.kept_passwords import give_password
from roles.locks import OF_LOGIN
from roles.models import Person
from roles.models.security import What
from tests.cast import Cast, log_in
from tests.config.entering import OLD, enter, lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_rates_remembered() -> None:
    cache.clear()


def code_of(person: Person) -> str:
    secret = Authenticator.objects.get(user=person, type="totp").data["secret"]
    return totp(FactorAdapter().decrypt(secret))


def totp(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_totp(desk: Client, password: str = OLD) -> Any:
    """Add an authenticator app as the pages ask."""
    address = reverse("mfa_activate_totp")
    page = desk.get(address, follow=True)
    if "secret" not in page.context["form"].__dict__:
        page = desk.post(page.request["PATH_INFO"] + "?next=" + address, {"password": password}, follow=True)
    return desk.post(address, {"code": totp(page.context["form"].secret)})


def test_a_code_is_asked_for_once_there_is_a_second_factor(
    person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert with_totp(enter().client).status_code == 302
    assert {line.details["kind"] for line in lines(What.FACTOR_ADDED)} == {"totp", "recovery_codes"}
    answer = enter()
    assert answer.url.startswith(reverse("mfa_authenticate"))
    desk = answer.client
    assert desk.get("/").status_code == 302
    assert desk.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert lines(What.LOGIN_FAILED)[0].details["factor"] == "totp"
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        assert desk.post(reverse("mfa_authenticate"), {"code": code_of(person)}).url == "/"
        assert desk.get("/").status_code == 200


def test_who_lost_the_device_is_told_what_to_do_and_a_wrong_code_is_called_wrong(person: Person) -> None:
    with_totp(enter().client)
    desk = enter().client
    desk.cookies["django_language"] = "zh-hans"
    page = desk.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert "恢复代码" in page
    assert "安全管理员" in page
    assert "验证码不正确。" in page
    assert "错误代码" not in page


def test_login_and_code_in_full_width_letters_and_digits_are_read(person: Person) -> None:
    """Input methods for Chinese write them so."""
    with_totp(enter().client)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):  # the code that added the app is spent
        desk = enter(wide(person.username)).client
        assert desk.post(reverse("mfa_authenticate"), {"code": wide(code_of(person))}).url == "/"


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def test_who_loses_the_second_factors_by_the_administrator_is_told_by_mail(
    person: Person, administrators: dict[str, Person], django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever had somebody else's factors removed needed nothing but the password any more, and its owner knew of
    nothing."""
    with_totp(enter().client)
    person.email = "zhang@example.invalid"
    person.save(update_fields=["email"])
    mail.outbox.clear()
    address = reverse("person-factors", args=[person.pk])
    with django_capture_on_commit_callbacks(execute=True):
        log_in(administrators["security"]).post(address, {"ground": "遗失登记1号"})
    (letter,) = mail.outbox
    assert letter.to == ["zhang@example.invalid"]
    for told in (person.username, str(administrators["security"]), "遗失登记1号", "安全管理员"):
        assert told in letter.body


def test_a_passkey_is_offered_at_the_second_step_only_where_there_is_one(person: Person) -> None:
    """Whoever had an app alone was offered a passkey, too, and the browser asked for one in vain."""
    with_totp(enter().client)
    page = enter().client.get(reverse("mfa_authenticate")).content.decode()
    assert 'name="code"' in page
    assert "mfa_webauthn_authenticate" not in page


def test_the_sheet_of_recovery_codes_says_what_they_open_and_how(person: Person) -> None:
    desk = enter().client
    desk.cookies["django_language"] = "zh-hans"
    with_totp(desk)
    page = desk.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert f"恢复代码用于登录林业许可审批系统账号“{person.username}”" in page
    assert "共10个恢复代码，还有10个可用。" in page
    assert all(code in page for code in person.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes())  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_a_mail_about_a_changed_factor_names_the_account_and_what_to_do(person: Person) -> None:
    person.email = "zhang@example.cn"
    person.save(update_fields=["email"])
    desk = enter().client
    desk.cookies["django_language"] = "zh-hans"
    with_totp(desk)
    (letter,) = mail.outbox
    assert letter.subject == "身份验证器应用已激活"
    assert letter.body.startswith(f"{person}：\n\n您在林业许可审批系统的账号“{person.username}”有以下变动：")
    assert "如非您本人操作，请立即修改密码，并联系安全管理员。" in letter.body


def test_the_page_of_passkeys_says_where_there_is_none(person: Person) -> None:
    desk = enter().client
    desk.cookies["django_language"] = "zh-hans"
    assert "未添加通行密钥。" in desk.get(reverse("mfa_list_webauthn"), follow=True).content.decode()


def test_recovery_codes_and_their_line_are_one_transaction(person: Person) -> None:
    """What runs after the commit is not run here, as after a crash."""
    desk = enter().client
    with_totp(desk)
    assert {line.details["kind"] for line in lines(What.FACTOR_ADDED)} == {"totp", "recovery_codes"}
    assert list(factors.differences()) == []
    assert desk.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert [line.details["kind"] for line in lines(What.FACTOR_ADDED)].count("recovery_codes") == 2
    assert list(factors.differences()) == []


@pytest.mark.parametrize("page", ["mfa_deactivate_totp", "mfa_remove_webauthn"])
def test_a_factor_whose_line_cannot_be_written_stays(
    person: Person, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the disk is full")

    desk = enter().client
    with_totp(desk)
    key = Authenticator.objects.create(user=person, type="webauthn", data={"name": "key", "credential": {"id": "a"}})
    held = set(Authenticator.objects.values_list("pk", flat=True))
    monkeypatch.setattr("roles.signals.note", refuse)
    desk.raise_request_exception = False
    address = reverse(page, args=[key.pk] if "webauthn" in page else [])
    assert desk.post(address).status_code >= 500
    assert set(Authenticator.objects.values_list("pk", flat=True)) == held


def test_secrets_of_second_factors_are_not_in_the_database_in_the_clear(person: Person) -> None:
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in str(Authenticator.objects.get(user=person).data)


def test_a_code_is_good_once_be_it_the_one_that_added_the_app(person: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        with_totp(enter().client)
        assert enter().client.post(reverse("mfa_authenticate"), {"code": code_of(person)}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        assert enter().client.post(reverse("mfa_authenticate"), {"code": code_of(person)}).url == "/"
        assert enter().client.post(reverse("mfa_authenticate"), {"code": code_of(person)}).status_code == 200


@pytest.mark.parametrize("meanwhile", ["another password", "closed"])
def test_a_log_in_that_waits_for_its_code_ends_with_the_password_and_with_the_account(
    person: Person, meanwhile: str
) -> None:
    with_totp(enter().client)
    desk, known = enter().client, len(lines(What.LOGGED_IN))
    if meanwhile == "closed":
        deactivate(person)
    else:
        give_password(person, "Wald und Wiese 26")
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        assert desk.post(reverse("mfa_authenticate"), {"code": code_of(person)}).url == reverse("login")
        assert desk.get(reverse("profile")).status_code == 302
        assert "请重新登录" in desk.get(reverse("login")).content.decode()
    assert len(lines(What.LOGGED_IN)) == known


def test_ten_wrong_codes_lock_the_login(person: Person) -> None:
    with_totp(enter().client)
    desk = enter().client
    for _attempt in range(10):
        assert desk.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert desk.post(reverse("mfa_authenticate"), {"code": code_of(person)}).status_code == 429
    assert enter().status_code == 429


def test_of_ten_tries_under_way_an_eleventh_is_refused_before_its_code_is_looked_at(person: Person) -> None:
    with_totp(enter().client)
    desk = enter().client
    with ExitStack() as under_way:
        for _number in range(OF_LOGIN):
            under_way.enter_context(one_try("zhang", "10.0.0.1"))
        assert desk.post(reverse("mfa_authenticate"), {"code": code_of(person)}).status_code == 429
    with time_machine.travel(timezone.localtime() + timedelta(seconds=30)):  # the code that added the app is spent
        assert desk.post(reverse("mfa_authenticate"), {"code": code_of(person)}).url == "/"


def test_officers_and_administrators_must_have_a_second_factor_and_clerks_need_not(
    cast: Cast, administrators: dict[str, Person], settings: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    for held in (cast.acceptor, cast.head, cast.auditor, *administrators.values()):
        desk = log_in(held)
        for place in ("/", reverse("case-list"), reverse("role-matrix")):
            assert desk.get(place).url == reverse("mfa_index")
        assert desk.get(reverse("mfa_index")).status_code == 200
        assert desk.post(reverse("set_language"), {"language": "en"}).status_code == 302
        assert desk.post(reverse("logout")).url == reverse("login")
    for free in (cast.clerk, cast.stranger):
        assert log_in(free).get("/").status_code == 200
    desk = enter(cast.acceptor.username).client
    with_totp(desk)
    assert desk.get("/").status_code == 200


def test_the_security_administrator_alone_removes_factors(person: Person, administrators: dict[str, Person]) -> None:
    desk = enter().client
    with_totp(desk)
    address = reverse("person-factors", args=[person.pk])
    for role in ("system", "audit"):
        assert log_in(administrators[role]).post(address, {"ground": "遗失"}).status_code == 403
    assert log_in(administrators["security"]).post(address, {"ground": "遗失"}).status_code == 302
    line = lines(What.FACTOR_REMOVED)[0]
    with override("en"):
        assert ("second factor", "authenticator app, recovery codes") in [
            (name, ", ".join(sorted(value.split(", ")))) for name, value in line.particulars
        ]
    assert (line.by, line.person, line.ground) == (administrators["security"], person, "遗失")
    assert line.details == {"kinds": ["recovery_codes", "totp"]}
    assert desk.get(reverse("profile")).status_code == 302
    assert enter().url == "/"
    page = log_in(administrators["security"]).post(address, {"ground": "遗失"})
    assert page.status_code == 422
    own = reverse("person-factors", args=[administrators["security"].pk])
    assert log_in(administrators["security"]).get(own).status_code == 403
