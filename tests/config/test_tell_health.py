"""What a monitor asks: whether the process lives, whether the installation can work, and how much work waits."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from config.logs import Context, json_lines
from config.models import Heartbeat
from permits.models import Act
from permits.models.states import S
from roles.models import Person, SecurityEvent
from tests.cast import Cast
from workflows.models import Digest, Mail, Notification
from workflows.notifications import mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating(now: None) -> None:
    Heartbeat.objects.create(group="one", at=timezone.now(), until=timezone.now() + timedelta(minutes=1))


def checks(client: Client) -> tuple[int, dict[str, str]]:
    response = client.get("/readyz")
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.json()["checks"]


def test_a_living_process_says_so_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_an_installation_with_everything_is_ready(client: Client, cast: Cast, beating: None) -> None:
    status, found = checks(client)
    assert (status, set(found.values())) == (200, {"ok"}), found


def test_no_sign_of_life_of_a_job_worker_is_not_ready(client: Client, beating: None) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        status, found = checks(client)
    assert (status, found["worker"]) == (503, "no job worker gives a sign of life")


def test_an_agency_without_a_seal_is_not_ready_and_named(
    client: Client, cast: Cast, beating: None, settings: Settings, tmp_path: Path
) -> None:
    settings.SEAL_DIR = tmp_path
    status, found = checks(client)
    assert status == 503
    assert "bj-forestry" in found["seal"]


def test_a_year_without_its_holidays_is_not_ready(client: Client, beating: None) -> None:
    with time_machine.travel("2031-03-03T10:00:00+08:00"):
        assert checks(client)[1]["calendar"] == "the holidays of 2031 are not imported"


def test_a_storage_that_cannot_be_written_is_not_ready_and_tells_no_path(
    client: Client, beating: None, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "materials"
    status, found = checks(client)
    assert (status, found["storage"]) == (503, "cannot be reached: Not a directory")


@pytest.mark.owner
def test_a_migration_that_is_not_applied_is_not_ready(client: Client, beating: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'config' AND name LIKE '0003%'")
    assert checks(client)[1]["migrations"] == "migrations not applied: 1"


@pytest.fixture
def database_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every query fails as it does where the file or the server cannot be reached."""
    cause: Any = sqlite3.OperationalError("unable to open database file")
    cause.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    error = OperationalError("secret address")
    error.__cause__ = cause

    def refuse(*_args: Any) -> None:
        raise error

    with connection.execute_wrapper(refuse):
        yield


def test_a_database_that_is_down_is_a_page_that_says_so_and_no_error_of_ours(
    client: Client, cast: Cast, database_down: None
) -> None:
    client.raise_request_exception = False
    client.cookies["sessionid"] = "x" * 32  # read by a middleware, outside every view
    for path in ("/", "/notices/"):
        response = client.get(path)
        assert response.status_code == 503, path
        assert response["Retry-After"]
        assert "系统暂时无法使用" in response.content.decode() or "not available" in response.content.decode()
        assert "secret address" not in response.content.decode()
    client.cookies.clear()  # who watches has no session
    assert client.get("/healthz").status_code == 200
    status, found = checks(client)
    assert (status, found["database"] != "ok") == (503, True)
    assert "secret address" not in json.dumps(found)


def test_a_database_that_does_not_answer_is_waited_for_once(client: Client, cast: Cast) -> None:
    """Each check waited by itself, ten seconds for a connection: who watches had no answer for a minute and more."""
    asked = []

    def silent(*_args: Any) -> None:
        asked.append(1)
        raise OperationalError("no answer came in time")

    with connection.execute_wrapper(silent):
        status, found = checks(client)
    assert (status, found["storage"], found["log"]) == (503, "ok", "not asked without the database")
    assert len(asked) == 1


def test_mails_that_fail_are_counted_and_told_once_they_are_several_peoples(
    client: Client, cast: Cast, beating: None, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    Person.objects.update(email="somebody@example.cn")
    record = cast.do(cast.case_at(S.SUBMITTED), "accept")
    Notification.objects.create(person=cast.clerk, act=record, event="accepted", mail=Mail.WAITING,
                                next_try=timezone.now())  # fmt: skip
    Digest.objects.create(person=cast.clerk, day=timezone.localdate())
    mail.send_due()
    assert checks(client)[1]["mail"] == "ok", "it may be on its way"
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert 'permits_waiting{what="failed mails"} 1.0' in client.get("/metrics").content.decode()
        assert checks(client)[1]["mail"] == "ok", "one person's address may be wrong"
        Digest.objects.create(person=cast.acceptor, day=timezone.localdate(), attempts=2)
        assert checks(client)[1]["mail"] == "mails that could not be sent: 2, to 2 people"


def test_mails_that_are_given_up_are_counted(client: Client, cast: Cast, beating: None) -> None:
    """They wait no more, so that nothing told of them but the log."""
    Digest.objects.create(person=cast.clerk, day=timezone.localdate(), mail=Mail.GIVEN_UP)
    assert "permits_mails_given_up 1.0" in client.get("/metrics").content.decode()


def test_wrong_addresses_are_no_alarm_while_mails_to_others_go_out(
    client: Client, cast: Cast, beating: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail server that refuses two addresses was told as one that takes no mail."""

    def sent(subject: str, body: str, source: str, to: list[str]) -> None:
        if "wrong" in to[0]:
            raise SMTPRecipientsRefused({to[0]: (550, b"no such user")})

    def news(person: Person, act: Act) -> None:
        Notification.objects.create(person=person, act=act, event="arrived", mail=Mail.WAITING, next_try=timezone.now())

    monkeypatch.setattr(mail, "send_mail", sent)
    Person.objects.update(email="wrong@example.cn")
    Person.objects.filter(pk=cast.district_reviewer.pk).update(email="right@example.cn")
    record = cast.do(cast.case_at(S.SUBMITTED), "accept")
    earlier = record.application.history[0]
    Notification.objects.all().delete()
    news(cast.decider, record)
    news(cast.acceptor, record)
    mail.send_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=3)) as clock:
        assert "to 2 people" in checks(client)[1]["mail"], "nothing tells that the server takes any"
        news(cast.district_reviewer, earlier)
        mail.send_due()
        assert checks(client)[1]["mail"] == "ok"
        assert 'permits_waiting{what="failed mails"} 2.0' in client.get("/metrics").content.decode()
        clock.shift(timedelta(minutes=10))
        mail.send_due()
        clock.shift(timedelta(minutes=3))
        assert "to 2 people" in checks(client)[1]["mail"], "none went out since"
        news(cast.district_reviewer, record)
        mail.send_due()
        assert checks(client)[1]["mail"] == "ok"


def test_metrics_are_for_the_addresses_that_may_read_them(client: Client, beating: None, settings: Settings) -> None:
    page = client.get("/metrics").content.decode()
    assert 'permits_check_ok{check="database"} 1.0' in page
    assert 'permits_waiting{what="papers"} 0.0' in page
    assert 'permits_worker_silent_seconds{group="one"}' in page
    assert "django_http_requests_total_by_method_total" in page
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    settings.PROXIES = 1
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404


# --- the log ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The lines of the site's own log, as production writes them."""
    caplog.set_level(logging.INFO, "config.logs")
    caplog.handler.setFormatter(json_lines())
    caplog.handler.addFilter(Context())
    return lambda: [json.loads(line) for line in caplog.handler.stream.getvalue().splitlines()]


def test_a_line_says_request_person_and_case(
    client: Client, cast: Cast, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    draft = cast.draft()
    client.force_login(cast.clerk)
    response = client.get(f"/drafts/{draft.pk}/", headers={"X-Request-ID": "made-up-by-a-visitor"})
    line = lines()[-1]
    assert line["request_id"] == response["X-Request-ID"] != "made-up-by-a-visitor"
    assert (line["person"], line["case"], line["status"]) == (cast.clerk.pk, draft.pk, 200)
    assert line["message"] == "GET drafts/<row:pk>/ 200"
    assert {"time", "level", "logger", "milliseconds", "address"} <= line.keys()
    assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_the_id_a_trusted_proxy_gave_is_kept(client: Client, settings: Settings) -> None:
    settings.PROXIES = 1
    assert client.get("/healthz", headers={"X-Request-ID": "nginx-0123456789"})["X-Request-ID"] == "nginx-0123456789"
    assert client.get("/healthz", headers={"X-Request-ID": "a\tb<script>"})["X-Request-ID"] != "a\tb<script>"


def test_the_address_of_a_papers_verification_is_not_in_the_log(
    client: Client, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    client.get("/verify/a-token-nobody-knows/")
    assert "a-token" not in json.dumps([line for line in lines() if line["logger"] == "config.logs"])


def test_a_host_name_that_is_not_ours_is_a_line_and_no_traceback(
    client: Client, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    assert client.get("/login/", headers={"host": "scanner.example"}).status_code == 400
    (told,) = (line for line in lines() if line["logger"].startswith("django.security"))
    assert "scanner.example" in told["message"]
    assert "exc_info" not in told


@pytest.mark.parametrize("fails", ["view", "session", "proof of the form"])
def test_a_one_time_link_is_in_no_log_whatever_fails(
    cast: Cast, lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def broken(*_given: object, **_more: object) -> None:
        raise OperationalError("the database is away")

    desk = Client(raise_request_exception=False, enforce_csrf_checks=True)
    desk.force_login(cast.clerk)
    if fails == "view":
        monkeypatch.setattr("roles.entry_forms.LinkForm.is_valid", broken)
    elif fails == "session":
        monkeypatch.setattr("roles.sessions.SessionStore.load", broken)
    way = desk.post if fails == "proof of the form" else desk.get
    for place in ("/account/key/1-secret-token/", "/verify/secret-token/", "/roles/me/address/secret-token/"):
        way(place)
    told = lines()
    assert len(told) > 2
    assert "secret" not in json.dumps(told)
    assert "secret" not in json.dumps(list(SecurityEvent.objects.values_list("details", flat=True)))


def test_an_act_is_one_line_with_case_act_and_person_once_it_is_committed(
    cast: Cast, lines: Callable[[], list[dict[str, Any]]], django_capture_on_commit_callbacks: Any
) -> None:
    case = cast.case_at(S.SUBMITTED)
    with django_capture_on_commit_callbacks(execute=True):
        cast.do(case, "accept")
    told = [line for line in lines() if line.get("act") == "accept"]
    assert [(line["number"], line["person"]) for line in told] == [(case.number, cast.acceptor.pk)]
