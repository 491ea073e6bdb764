"""Auditors' questions are read from a replica: two PostgreSQL servers of this test's own, the one following the other.

What is shown comes from the replica and says as of when; whatever is written, and who may ask, is the first server's;
a replica that is late, stopped or gone in the middle is passed over, and nobody who asks notices.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import InternalError, OperationalError, connections, router
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from psycopg.errors import QueryCanceled, SerializationFailure
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from config.checks import check_replica
from config.environment import Environment
from config.metrics import _of_the_installation
from config.models import Installation
from config.readiness import state
from permits.database import replica
from permits.database.replica import reads_aside
from permits.models import Act, Application
from permits.models.states import S
from roles.aside import REPLICA, AsideRouter, Copy, alias, at_first_hand, copy_read, reading
from roles.models import Person
from roles.models.security import SecurityEvent, What
from roles.reference import kept
from tests.cast import NOW, Cast, load_matrix_anew, log_in
from tests.clusters import Server, databases, primary, standby
from tests.processes import MANAGE, surroundings, until
from workflows.desk.questions import BY_SLUG

pytestmark = pytest.mark.owner  # nobody made the runtime role on these servers

DECISIONS = "/desk/decisions/?since=2020-01-01"
BEHIND = "permits_replica_behind_seconds"
AT_FIRST_HAND = ("django_session", "roles_", "auth_", "django_content_type", "workflows_notification", "_findingnews",
                 "pg_current_wal_lsn")  # fmt: skip
ON_REPLICA = ("SELECT", "DECLARE", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
"""What a page may read from the first server while its answer is read aside: who asks, rights, news, how far it is."""


# ---- the servers -----------------------------------------------------------------------------------------------------
@dataclass
class Two:
    """Both servers, and people with a decided case on the first."""

    first: Server
    second: Server
    cast: Cast

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The standby receives what is written and shows none of it."""
        self.second.ask("SELECT pg_wal_replay_pause()::text")
        until(lambda: self.second.ask("SELECT pg_get_wal_replay_pause_state()") == "paused", 10, "a pause")
        try:
            yield
        finally:
            with suppress(SerializationFailure):  # what is shown again may end this very question
                self.second.ask("SELECT pg_wal_replay_resume()::text")
            self.in_step()

    def in_step(self) -> None:
        def whole() -> bool:
            return replica.look(*replica.written()).behind == 0

        until(whole, 10, "that the standby has everything")


@pytest.fixture(scope="module")
def servers(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Two, dict[str, Any]]]:
    """The first server, filled once for all tests here, and its standby; with the settings of both."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        first = stack.enter_context(primary())
        around = surroundings(tmp_path_factory.mktemp("var"), DATABASE_URL=first.url)
        subprocess.run([*MANAGE, "migrate", "-v0"], env=around, check=True)
        entries: dict[str, Any] = {"default": Environment({"X": first.url}).database("X", None)}
        with databases(entries), time_machine.travel(NOW, tick=True):
            load_matrix_anew()
            cast = Cast.enter_anew()
            cast.walk_to(S.APPROVED)
        second = stack.enter_context(standby(first))
        first.ask("SELECT pg_current_xact_id()::text")  # who has replayed no commit cannot tell how late it is
        entries |= Environment({"Y": second.url}).replica("Y", entries["default"])
        yield Two(first, second, cast), entries


@pytest.fixture
def two(servers: tuple[Two, dict[str, Any]], monkeypatch: pytest.MonkeyPatch, now: None) -> Iterator[Two]:
    """The installation on both, whose processes begin now."""
    found, entries = servers
    monkeypatch.setitem(settings.DATABASES, REPLICA, entries[REPLICA])
    monkeypatch.setattr(router, "routers", [AsideRouter()])
    forget(monkeypatch)
    with databases(entries):
        found.in_step()
        yield found


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process remembers nothing of the replica, as after its start."""
    monkeypatch.setattr(replica._Seen, "alone_until", 0.0)
    monkeypatch.setattr(replica._Seen, "warned_at", -float(replica.WARNED))


def decided(client: Client) -> tuple[int, str]:
    """How many decisions the desk tells of, and from where it says that it knows."""
    answer = client.get(DECISIONS)
    assert answer.status_code == 200
    page = answer.content.decode()
    told = page.partition('id="copy-read">')[2].partition("</p>")[0].strip()
    return answer.context["page_obj"].paginator.count, told


def readings() -> int:
    return SecurityEvent.objects.using("default").filter(what=What.DESK_READ).count()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "permits.database.replica"]


# ---- what is read where ----------------------------------------------------------------------------------------------
def test_an_answer_is_the_replicas_and_says_as_of_when(two: Two) -> None:
    client = log_in(two.cast.auditor, english=True)
    before, told = decided(client)
    assert told == "Read from the copy for questions, which is complete."
    with two.paused():
        case = two.cast.walk_to(S.APPROVED)
        late, told = decided(client)
        assert late == before
        assert told.startswith("Read from the copy for questions, as of 20")
        page = client.get(reverse("case", args=[case.pk]))
        assert page.context["application"].status == S.APPROVED, "a case's page is of this instant"
    assert decided(client) == (before + 1, "Read from the copy for questions, which is complete.")


def test_every_answer_of_the_desk_is_read_aside_and_nothing_else_is(two: Two) -> None:
    client = log_in(two.cast.auditor)
    pages = [f"/desk/{slug}/?since=2020-01-01&q=意见{more}" for slug in BY_SLUG for more in ("", "&format=csv")]
    for page in [*pages, "/desk/decisions/dossier.pdf", "/statistics/"]:
        aside, here = CaptureQueriesContext(connections[REPLICA]), CaptureQueriesContext(connections["default"])
        with aside, here:
            assert client.get(page).status_code == 200, page
        asked = [query["sql"] for query in aside]
        assert any("permits_" in sql for sql in asked), page
        assert not [sql for sql in asked if "notification" in sql or not sql.startswith(ON_REPLICA)], page
        reads = [query["sql"] for query in here if query["sql"].startswith(("SELECT", "DECLARE"))]
        assert not [sql for sql in reads if "permits_a" in sql or not any(name in sql for name in AT_FIRST_HAND)], page


def test_the_dossier_says_until_when_its_data_go(two: Two) -> None:
    client = log_in(two.cast.auditor)
    with two.paused():
        two.cast.draft()
        answer = client.get("/desk/decisions/dossier.pdf?since=2020-01-01")
    assert "数据截至" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_an_answer_read_aside_is_a_line_of_the_security_log_of_the_first_server(two: Two) -> None:
    client, before = log_in(two.cast.auditor), readings()
    with two.paused():
        decided(client)
        assert readings() == before + 1


def test_who_may_not_ask_any_more_is_refused_at_once(two: Two) -> None:
    client = log_in(two.cast.auditor)
    term = two.cast.auditor.memberships.get()
    with two.paused():
        for until, status in ((term.since - timedelta(days=1), 403), (None, 200)):
            term.until = until
            term.save(update_fields=["until"])
            assert client.get(DECISIONS).status_code == status


def test_what_is_kept_of_reference_data_is_asked_of_the_first_server_also_within_an_answer(two: Two) -> None:
    with reading(COPY):
        assert (alias(), kept(alias)()) == (REPLICA, "default")


def test_nothing_can_be_written_to_it(two: Two) -> None:
    case = Application.objects.using(REPLICA).first()
    assert case
    with pytest.raises(InternalError, match="read-only"):
        case.save(using=REPLICA, update_fields=["title"])
    with connections[REPLICA].cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        assert cursor.fetchone() == ("on",), "also if somebody made it a server of its own"


# ---- a replica that may not be read ----------------------------------------------------------------------------------
def test_one_that_is_further_behind_than_the_bound_is_passed_over(
    two: Two, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    client = log_in(two.cast.auditor, english=True)
    before, _told = decided(client)
    with two.paused():
        two.cast.walk_to(S.APPROVED)
        assert state()["replica"] == "ok"
        settings.REPLICA_LAG = 0
        assert [decided(client), decided(client)] == [(before + 1, "")] * 2
        [said] = warnings(caplog)
        assert "seconds behind" in said
        assert state()["replica"].endswith("seconds behind and is not read")
        assert [one.id for one in check_replica()] == ["config.W005"]
    assert decided(client)[1], "it is read again once it is in step"


def test_one_that_is_stopped_is_passed_over_and_read_again_when_it_is_back(
    two: Two, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(two.cast.auditor, english=True)
    count, _told = decided(client)
    two.second.stop()
    assert [decided(client), decided(client)] == [(count, "")] * 2
    assert len(warnings(caplog)) == 1
    assert state()["replica"] == "cannot be reached"
    assert _of_the_installation().get_sample_value(BEHIND) is None
    assert [one.id for one in check_replica()] == ["config.E014"]
    two.second.start()
    assert decided(client) == (count, ""), "it is left alone for a while"
    forget(monkeypatch)
    until(lambda: decided(client)[1], 10, "that it is read again")


def test_one_that_goes_in_the_middle_of_an_answer_costs_no_answer(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    client, lines = log_in(two.cast.auditor, english=True), readings()
    count, _told = decided(client)
    ended = []

    def end_at_first_act(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if "permits_act" in sql and not ended:
            ended.append(two.second.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                        "WHERE datname = 'permits' AND pid <> pg_backend_pid()"))  # fmt: skip
        return execute(sql, *more)

    with connections[REPLICA].execute_wrapper(end_at_first_act):
        assert decided(client) == (count, "")
    assert ended
    assert len(warnings(caplog)) == 1
    assert readings() == lines + 2, "it was asked once"


def test_a_server_that_takes_writes_is_no_replica(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    client = log_in(two.cast.auditor, english=True)
    count, _told = decided(client)
    connections[REPLICA].close()
    connections[REPLICA].settings_dict["PORT"] = two.first.port
    try:
        assert decided(client) == (count, "")
        [said] = warnings(caplog)
        assert "no standby" in said
        assert state()["replica"] == "it is no standby: it takes writes of its own"
    finally:
        connections[REPLICA].close()
        connections[REPLICA].settings_dict["PORT"] = two.second.port


def test_an_installation_with_a_replica_is_checked(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_replica() == []
    assert _of_the_installation().get_sample_value(BEHIND) == 0
    with two.paused():
        Installation.objects.update(key="00000000-0000-4000-8000-000000000000")
        assert [one.id for one in check_replica()] == ["config.E015"]


# ---- by itself -------------------------------------------------------------------------------------------------------
COPY = Copy(datetime(2026, 11, 20, tzinfo=UTC), 1.0)


def test_rows_of_this_program_are_read_aside_and_all_else_is_not() -> None:
    routes = AsideRouter()
    with reading(COPY):
        assert [routes.db_for_read(one) for one in (Act, Application.districts.through, Person)] == [REPLICA] * 3
        assert [routes.db_for_read(one) for one in (Session, ContentType)] == ["default"] * 2
        assert routes.db_for_write(Act) == "default"
        with at_first_hand():
            assert (routes.db_for_read(Act), alias()) == ("default", "default")
    assert routes.db_for_read(Act, instance=Act()) == "default"
    assert not routes.allow_migrate(REPLICA, "permits")


@pytest.mark.parametrize(("cause", "again"), [(SerializationFailure, True), (QueryCanceled, False)])
def test_a_question_ended_by_the_standby_itself_is_asked_again(
    cause: type[Exception], again: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What the database stopped because its time was over is not: it would take as long at first hand."""
    monkeypatch.setattr(replica, "usable", lambda: COPY)
    forget(monkeypatch)

    @reads_aside
    def answer() -> str:
        if copy_read():
            raise OperationalError from cause("canceling statement")
        return "at first hand"

    if again:
        assert answer() == "at first hand"
        assert len(warnings(caplog)) == 1
        assert replica._Seen.alone_until == 0, "it may be asked the next question"
    else:
        with pytest.raises(OperationalError):
            answer()
