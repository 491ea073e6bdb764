"""Each error has one page, one status and a text that says what to do next."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.template import engines
from django.test import Client
from django.urls import NoReverseMatch

from permits.models.states import S
from roles.models import Person
from tests.cast import Cast, log_in
from workflows.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.urls_that_fail")]


@pytest.mark.parametrize(
    ("name", "status", "text"),
    [
        ("not-permitted", 403, "no duty here"),
        ("denied", 403, "no duty here"),
        ("wrong-status", 409, "it is decided"),
        ("busy", 503, "有人正在办理此"),
        ("locked", 503, "有人正在办理此"),
        ("bad-facts", 400, "opinion：missing"),
        ("too-big", 413, "提交内容过大"),
        ("missing", 404, "未找到页面"),
        ("nowhere", 404, "未找到页面"),
        ("broken", 500, "系统出现错误"),
        ("no-disk", 500, "系统出现错误"),
    ],
)
def test_error_becomes_its_page(name: str, status: int, text: str, client: Client) -> None:
    client.raise_request_exception = False
    response = client.get(f"/{name}/")
    assert response.status_code == status
    assert text in response.content.decode()
    assert "secret detail" not in response.content.decode()
    assert "no such case" not in response.content.decode()


@pytest.mark.parametrize("name", ["broken", "no-disk"])
def test_the_page_of_our_own_fault_tells_the_moment_that_is_to_be_passed_on(name: str, client: Client) -> None:
    client.raise_request_exception = False
    with time_machine.travel("2026-11-20T09:30:00+08:00", tick=False):
        assert "发生时间：2026年11月20日 09:30。" in client.get(f"/{name}/").content.decode()


def test_busy_page_says_when_to_try_again_and_leads_back(client: Client) -> None:
    response = client.post("/busy/")
    assert response.headers["Retry-After"] == "5"
    assert 'href="/busy/"' in response.content.decode()


@pytest.mark.parametrize("name", ["busy", "too-big"])
def test_who_would_lose_what_was_typed_is_led_back_in_the_browser_first(name: str, client: Client) -> None:
    page = client.post(f"/{name}/").content.decode()
    assert "用浏览器返回上一页（已填内容仍在）" in page
    assert "btn-primary" not in page, "no button is the one to press: each opens an empty form"


def test_what_is_not_there_is_not_led_back_to(client: Client) -> None:
    page = client.post("/nowhere/").content.decode()
    assert 'href="/nowhere/"' not in page
    assert 'href="/"' in page


@pytest.mark.postgres
def test_lock_timeout_of_postgresql_is_the_busy_page(client: Client, transactional_db: None) -> None:
    given = connection.settings_dict
    with psycopg.connect(host=given["HOST"], port=given["PORT"], user=given["USER"], dbname=given["NAME"]) as other:
        other.execute("SELECT pg_advisory_lock(4711)")
        assert client.get("/waiting/").status_code == 503


@pytest.mark.postgres
def test_what_takes_postgresql_too_long_is_stopped_and_says_what_to_narrow(client: Client) -> None:
    answer = client.get("/working/")
    assert answer.status_code == 503
    assert "查询时间过长" in answer.content.decode()


@pytest.mark.postgres
def test_every_statement_of_a_web_process_has_its_bound_and_a_command_has_none(tmp_path: Path) -> None:
    asks = "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout')"
    tells = "print(k.fetchone()[0])"
    given = connection.settings_dict
    address = f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    (tmp_path / "secret_key").write_text("x" * 60)
    environment = os.environ | {"DATABASE_URL": address, "VAR_DIR": str(tmp_path), "DEBUG": "on"}
    told = [
        subprocess.run(
            [sys.executable, *code], env=environment, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
        ).stdout.strip()
        for code in (
            ["-c", f"import config.wsgi; {asks}; {tells}"],
            ["manage.py", "shell", "--no-imports", "-c", f"{asks}; {tells}"],
        )
    ]
    assert told == ["20s", "0"]


def test_forged_or_stale_form_is_told_to_reload(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "请返回并刷新页面后再试" in response.content.decode()
    assert "您无权" not in response.content.decode()
    assert "csrf.html" in [one.name for one in response.templates]


@pytest.mark.parametrize("address", ["/verify/%00/", "/verify/a%00b/proof.json", "/accounts/?q=a%00", "/units/?q=%00"])
@pytest.mark.parametrize("checks", [False, True])
@pytest.mark.django_db
def test_a_nul_in_an_address_is_no_error_of_ours(administrators: dict[str, Person], address: str, checks: bool) -> None:
    for person in administrators.values():
        client = Client(enforce_csrf_checks=checks, raise_request_exception=False)
        client.force_login(person)
        assert {client.get(address).status_code, client.post(address).status_code} == {400}


def test_ten_wrong_passwords_lock_the_name_from_everywhere(client: Client) -> None:
    Person.objects.create_user("clerk", password="the right one", name="经办员")
    for last in range(10):  # each from another network
        said = {"username": "clerk", "password": "wrong"}
        assert client.post("/login/", said, REMOTE_ADDR=f"10.0.{last}.1").status_code == 200
    for address in ("127.0.0.1", "10.0.99.9"):
        locked = client.post("/login/", {"username": "Clerk", "password": "the right one"}, REMOTE_ADDR=address)
        assert locked.status_code == 429
        assert "尝试次数过多" in locked.content.decode()


def test_a_wrong_password_is_told_in_the_words_of_the_form(client: Client) -> None:
    page = client.post("/login/", {"username": "clerk", "password": "wrong"}).content.decode()
    assert "登录名或者密码不正确。" in page
    assert "用户名" not in page


def test_every_page_forbids_scripts_that_are_not_ours(client: Client) -> None:
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy


def of_the_database(cause: Exception, code: int = 0) -> OperationalError:
    """As Django passes on what a driver says, in whatever language the server speaks."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    if isinstance(cause, sqlite3.Error):
        cause.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database is locked"), 503),
        (OSError(errno.ENOSPC, "no space"), 507),
        (of_the_database(psycopg.errors.DiskFull("无法扩展文件：设备上没有空间")), 507),
        (of_the_database(sqlite3.OperationalError("database or disk is full"), sqlite3.SQLITE_FULL), 507),
    ],
)
def test_an_error_of_a_middleware_is_told_as_what_it_is(
    error: Exception, status: int, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session's and the form's middleware stand before the one that makes pages of errors."""

    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("django.middleware.csrf.CsrfViewMiddleware.process_view", fail)
    client.raise_request_exception = False
    answer = client.post("/login/")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_what_a_driver_raises_past_django_is_told_as_what_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psycopg does, where the server ends as the cursor of an iterator is closed."""

    def fail(*_arguments: object) -> None:
        ended = connection.Database.OperationalError("server closed the connection unexpectedly")
        if connection.vendor == "sqlite":  # psycopg gives no SQLSTATE then
            ended.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise ended

    monkeypatch.setattr("django.middleware.csrf.CsrfViewMiddleware.process_view", fail)
    client.raise_request_exception = False
    answer = client.post("/login/")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


@pytest.mark.parametrize(
    ("cause", "status"),
    [(psycopg.errors.AdminShutdown(), 503), (psycopg.errors.LockNotAvailable(), 503), (psycopg.errors.DiskFull(), 507)],
)
def test_a_session_that_could_not_be_saved_is_a_fault_and_no_log_out(
    cause: Exception, status: int, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django says 400 and that somebody may have logged out; what was clicked is done all the same."""
    client.force_login(Person.objects.create_user("clerk", password="the right one", name="经办员"))
    client.raise_request_exception = False

    def fail(*_arguments: object, **_more: object) -> None:
        raise of_the_database(cause)

    monkeypatch.setattr(Session, "save", fail)
    answer = client.post("/remembering/")
    assert answer.status_code == status
    if isinstance(cause, psycopg.errors.AdminShutdown):  # the database is away: what was typed is found again
        assert "所填内容仍在" in answer.content.decode()


def test_a_session_ended_meanwhile_is_still_told_as_that(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(Person.objects.create_user("clerk", password="the right one", name="经办员"))
    whole = Session.save

    def ended(session: Session, *arguments: object, **more: object) -> None:
        Session.objects.all().delete()
        whole(session, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "save", ended)
    assert client.post("/remembering/").status_code == 400


def test_an_address_of_a_button_opened_after_a_new_log_in_says_that_nothing_was_done(client: Client) -> None:
    person = Person.objects.create_user("clerk", password="the right one", name="经办员")
    place = f"/people/{person.pk}/invite/"
    away = client.post(place)
    assert away.url.endswith(f"?next={place}")
    back = client.post(away.url, {"username": "clerk", "password": "the right one"}, follow=True)
    assert (back.status_code, back["Allow"]) == (405, "POST")
    assert "405.html" in [one.name for one in back.templates]
    assert client.head(place).content == b""


def test_the_log_in_that_answers_a_button_says_that_nothing_was_done(cast: Cast) -> None:
    case = cast.case_at(S.DRAFT)
    place, said = f"/drafts/{case.pk}/materials/", "刚才的操作没有办理"
    assert said in Client().post(place, {"slot": "design"}, follow=True).content.decode()
    for quiet in (Client().get(place, follow=True), Client().post("/logout/", follow=True)):
        assert said not in quiet.content.decode()
    keeping = Client()  # a page that keeps itself tells its own words
    keeping.post(place, {"unfinished_mark": ""})
    assert said not in keeping.get("/login/").content.decode()


def test_an_address_of_a_button_of_a_task_leads_to_its_case(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = WorkItem.objects.get(application=case, flow_task_type="HUMAN", finished=None)
    page = log_in(cast.acceptor).get(f"/tasks/{item.pk}/claim/")
    assert page.status_code == 405
    assert f'href="/cases/{case.pk}/"' in page.content.decode()


def test_an_error_in_what_is_the_same_on_each_page_is_told_as_itself() -> None:
    words = "{% load display %}{% same_on_each_page %}{% url 'led-astray' %}{% end_same %}"
    with pytest.raises(NoReverseMatch):
        engines["django"].from_string(words).render({})
