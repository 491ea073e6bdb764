"""Two hosts behind one proxy, all of it real: what one of them began the other goes on with, and either may be lost.

Each host has its own address on loopback, its own `VAR_DIR`, a web server and a group of job workers. They share what
docs/operations.md (“Several hosts”) says they must: the database, the store of materials, seals, the key of the log and
the settings. Before them stands nginx as in deploy/, with both in its `upstream`.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.conf import global_settings, settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection, connections
from django.db.models import F, Max
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from config.environment import Environment
from config.job_queue import PAPERS
from config.models import Heartbeat
from permits.documents.numbering import PRINT, pending
from permits.documents.printing import CLAIM_SECONDS
from permits.models import Act, Document, MaterialVersion
from permits.models.states import S
from roles.models import Person
from tests import processes
from tests.cast import NOW, PDF, Cast, load_matrix_anew, log_in
from tests.config.proxy import NGINX, nginx_settings, write_certificate
from tests.jobs import papers
from tests.migrated import NAME
from tests.processes import GUNICORN, MANAGE, Process, begin, ended, free_port, lose, shifted, surroundings, until
from tests.run import lacking
from tests.runtime_role import ROLE, as_owner

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ADDRESSES = ("127.0.0.1", "127.0.0.2")
SILENCE = 10
PAPERS_DUE = 100
chance = random.Random(os.environ.get("SEED"))
TOKEN = "c" * 32
Session = dict[str, str]


# ---- the hosts -------------------------------------------------------------------------------------------------------
class Named(requests.adapters.HTTPAdapter):
    """Asks the proxy of this machine for the site by its name, as its certificate has it."""

    def init_poolmanager(self, *sizes: Any, **more: Any) -> None:
        super().init_poolmanager(*sizes, assert_hostname=NAME, server_hostname=NAME, **more)


@dataclass
class Host:
    """A machine: its address, and its two programs."""

    address: str
    web: Process
    jobs: Process

    def send(self, method: str, path: str, session: Session, **more: Any) -> requests.Response:
        return requests.request(
            method, f"http://{self.address}{path}", cookies=session, allow_redirects=False, timeout=30,
            headers={"Host": NAME}, **more,
        )  # fmt: skip

    def get(self, path: str, session: Session) -> requests.Response:
        return self.send("GET", path, session)

    def post(self, path: str, session: Session, said: dict[str, Any], **more: Any) -> requests.Response:
        return self.send("POST", path, session, data={**said, "csrfmiddlewaretoken": TOKEN}, **more)


@dataclass
class Installation:
    folder: Path
    a: Host
    b: Host
    proxy: Process
    tls: int

    def visit(self, path: str, session: Session | None = None) -> int:
        """What a visitor of the site is answered, whichever host it is that answers."""
        with requests.Session() as browser:
            browser.mount("https://", Named())
            answer = browser.get(
                f"https://127.0.0.1:{self.tls}{path}", cookies=session, headers={"Host": NAME}, timeout=30,
                verify=str(self.folder / "fullchain.pem"), allow_redirects=False,
            )  # fmt: skip
        return answer.status_code


def start(folder: Path, name: str, bind: str, store: str, shift: float) -> Host:
    """The programs of one host, whose settings differ from the other's by `VAR_DIR` and `BIND` alone."""
    around = surroundings(
        folder / name, BIND=bind, STORAGE_URL=store, ALLOWED_HOSTS=NAME, SITE_URL=f"https://{NAME}", PROXIES="1",
        WEB_WORKERS="1", WORKERS="1", WORKER_SILENCE=str(SILENCE), **shifted(folder, shift),
    )  # fmt: skip
    subprocess.run([*MANAGE, "collectstatic", "--noinput", "-v0"], env=around, check=True)
    web, jobs = (begin(command, around, folder / f"{name}.log") for command in (GUNICORN, [*MANAGE, "work"]))
    return Host(bind, web, jobs)


def start_proxy(folder: Path, hosts: list[str], tls: int) -> Process:
    """nginx as deploy/ has it, with the line of the second host in use."""
    one, other = hosts
    config = nginx_settings(folder, tls=tls, plain=free_port(), site=int(one.rpartition(":")[2]))
    text = config.read_text("utf-8")
    assert "# server 192.0.2.2:8000" in text
    config.write_text(text.replace("# server 192.0.2.2:8000", f"server {other}"), "utf-8")
    return begin([str(NGINX), "-c", str(config), "-p", str(folder)], dict(os.environ), folder / "nginx.log")


@pytest.fixture
def store(settings: Settings) -> Iterator[str]:
    """An S3-compatible store of materials, for this test and for both hosts."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"s3+http://key:secret@{host}:{port}/materials"
    settings.STORAGES = {**settings.STORAGES, "default": Environment({"X": url}).storage("X")}
    storages["default"].connection.meta.client.create_bucket(Bucket="materials")  # type: ignore[attr-defined]
    yield url
    server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where everything lies, with the proxy's certificate: made in the machine's own time, in which nginx lives."""
    write_certificate(tmp_path)
    return tmp_path


@pytest.fixture
def cast(store: str, folder: Path) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        load_matrix_anew()
        yield Cast.enter_anew()


@pytest.fixture
def site(cast: Cast, store: str, folder: Path) -> Iterator[Installation]:
    if not NGINX:
        lacking("nginx", "needs nginx: apt-get install nginx-light, or its path in NGINX")
    shift = time.time() - time_machine.escape_hatch.time.time()
    connections.close_all()
    binds = [f"{address}:{free_port()}" for address in ADDRESSES]
    hosts = [start(folder, name, bind, store, shift) for name, bind in zip("ab", binds, strict=True)]
    tls = free_port()
    found = Installation(folder, *hosts, start_proxy(folder, binds, tls), tls)
    with ended([found.proxy, *(one for host in hosts for one in (host.web, host.jobs))]):
        for host in hosts:
            answers(lambda host=host: host.get("/healthz", {}).status_code == 200, 60, f"web of {host.address}")
        answers(lambda: found.visit("/healthz") == 200, 20, "the proxy")
        until(lambda: Heartbeat.objects.filter(watched_at__isnull=False).count() == 2, 30, "two groups of workers")
        yield found


def answers(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits until a server answers as it should; one that is not there yet is waited for."""
    until(condition, seconds, what, requests.RequestException)


def session_of(person: Person) -> Session:
    client = log_in(person)
    return {settings.SESSION_COOKIE_NAME: str(client.session.session_key), settings.CSRF_COOKIE_NAME: TOKEN}


def password_of(person: Person) -> dict[str, str]:
    """What the person enters to log in; stored as the site's own processes store it, not as tests do."""
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        person.set_password("林场-2026-Wuling")
    person.save(update_fields=["password"])
    return {"username": person.username, "password": "林场-2026-Wuling"}


# ---- what must hold --------------------------------------------------------------------------------------------------
def test_what_one_host_began_the_other_goes_on_with_and_either_may_be_lost(site: Installation, cast: Cast) -> None:
    logged_in_at_one_is_logged_in_at_the_other(site, cast)
    a_code_of_the_second_factor_is_used_up_on_both(site, cast)
    static_files_have_the_same_names(site)
    a_file_is_read_through_the_other(site, cast)
    case = a_click_on_both_at_once_is_one_act(site, cast)
    its_paper_is_read_through_the_other(site, cast, case)
    the_jobs_of_a_lost_group_are_done_by_the_other(site)
    with_one_web_server_lost_the_proxy_goes_on(site, cast)


def logged_in_at_one_is_logged_in_at_the_other(site: Installation, cast: Cast) -> None:
    said = password_of(cast.clerk)
    answer = site.a.post(reverse("login"), {settings.CSRF_COOKIE_NAME: TOKEN}, said)
    assert answer.status_code == 302, answer.text
    session = {settings.SESSION_COOKIE_NAME: answer.cookies[settings.SESSION_COOKIE_NAME]}
    assert site.b.get(reverse("draft-new"), session).status_code == 200
    assert site.b.get(reverse("draft-new"), {}).status_code == 302


def a_code_of_the_second_factor_is_used_up_on_both(site: Installation, cast: Cast) -> None:
    """Somebody who looks over a shoulder has the code for half a minute: the other host knows that it was used."""
    person, said = cast.rival, password_of(cast.rival)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    until(lambda: time.time() % 30 < 20, 15, "a code that is good for a while")
    code = f"{hotp_value('JBSWY3DPEHPK3PXP', next(iter(yield_hotp_counters_from_time()))):06d}"
    entered = []
    for host in (site.a, site.b):
        cookies = {settings.CSRF_COOKIE_NAME: TOKEN}
        first = host.post(reverse("login"), cookies, said)
        assert first.status_code == 302, first.text
        cookies[settings.SESSION_COOKIE_NAME] = first.cookies[settings.SESSION_COOKIE_NAME]
        entered.append(host.post(reverse("mfa_authenticate"), cookies, {"code": code}).status_code)
    assert entered == [302, 200]


def static_files_have_the_same_names(site: Installation) -> None:
    found = [set(re.findall(r'(?:href|src)="(/static/[^"]+)"', host.get(reverse("login"), {}).text))
             for host in (site.a, site.b)]  # fmt: skip
    assert found[0] == found[1] != set()
    for path in found[0]:
        assert site.a.get(path, {}).content == site.b.get(path, {}).content


def a_file_is_read_through_the_other(site: Installation, cast: Cast) -> None:
    draft, session = cast.draft(), session_of(cast.clerk)
    content = PDF + b"% handed in at the first host"
    answer = site.a.post(
        reverse("draft-materials", args=[draft.pk]),
        session,
        {"slot": "design"},
        files={"file-design": ("补.pdf", content)},
    )
    assert answer.status_code == 302, answer.text
    version = MaterialVersion.objects.get(name="补.pdf")
    read = site.b.get(reverse("material", args=[version.pk]), session)
    assert (read.status_code, read.content) == (200, content)


def a_click_on_both_at_once_is_one_act(site: Installation, cast: Cast) -> int:
    case = cast.walk_to(S.SUBMITTED)
    item, person = cast.take(case), cast.officers["accept"]
    said = {"once": str(uuid.uuid4()), "confirmed": "1", "act": "accept", "note": "齐全"}
    place, session = reverse("task", args=[item.pk]), session_of(person)
    with ThreadPoolExecutor(4) as clicks:
        told = list(clicks.map(lambda host: host.post(place, session, said).status_code, [site.a, site.b] * 2))
    assert set(told) <= {302, 503}, told
    assert 302 in told
    assert Act.objects.filter(application=case, act="accept").count() == 1
    return case.pk


def its_paper_is_read_through_the_other(site: Installation, cast: Cast, case: int) -> None:
    paper = until(lambda: Document.objects.filter(application=case, act__act="accept", status="issued").first(), 40,
                  "the paper of the act")  # fmt: skip
    read = [host.get(reverse("document", args=[paper.pk]), session_of(cast.clerk)) for host in (site.a, site.b)]
    assert [one.status_code for one in read] == [200, 200]
    assert read[0].content == read[1].content
    assert read[0].content.startswith(b"%PDF")


def the_jobs_of_a_lost_group_are_done_by_the_other(site: Installation) -> None:
    """Also those it had taken and not begun, which nobody else may take while they are locked."""
    until(lambda: not OrmQ.objects.exists(), 30, "an empty queue")
    mine = next(
        group for group in Heartbeat.objects.values_list("group", flat=True) if group.endswith(f"-{site.a.jobs.pid}")
    )
    lose(site.a.jobs)
    for number in range(3):  # as its pusher leaves them: taken, and in the memory of a process that is gone
        async_task("config.watchdog.beat", task_name=f"taken {number}")
    locked = {"key": f"permits@{mine}", "lock": timezone.now() + timedelta(minutes=10)}
    assert OrmQ.objects.filter(key="permits").update(**locked)
    until(lambda: not OrmQ.objects.filter(key=f"permits@{mine}").exists(), 30, "the jobs of the lost group")
    until(lambda: Heartbeat.objects.count() == 1, 30, "that the lost group is forgotten")
    assert not Heartbeat.objects.filter(group=mine).exists()


def with_one_web_server_lost_the_proxy_goes_on(site: Installation, cast: Cast) -> None:
    session = session_of(cast.clerk)
    assert {site.visit(reverse("draft-new"), session) for _ in range(4)} == {200}
    lose(site.a.web)
    assert {site.visit(reverse("draft-new"), session) for _ in range(8)} == {200}


# ---- four job workers ------------------------------------------------------------------------------------------------
@pytest.fixture
def printed(cast: Cast) -> Callable[[], Counter[int]]:
    """How often each paper was issued, as the database itself counts it."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE issued (document bigint)")
        cursor.execute(f"GRANT ALL ON issued TO {ROLE}")
        cursor.execute("CREATE FUNCTION count_issued() RETURNS trigger LANGUAGE plpgsql AS "
                       "$$BEGIN INSERT INTO issued VALUES (NEW.id); RETURN NULL; END$$")  # fmt: skip
        cursor.execute("CREATE TRIGGER count_issued AFTER UPDATE OF sha256 ON permits_document FOR EACH ROW "
                       "EXECUTE FUNCTION count_issued()")  # fmt: skip

    def count() -> Counter[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT document FROM issued")
            return Counter(row[0] for row in cursor.fetchall())

    return count


@pytest.fixture
def groups(cast: Cast, folder: Path) -> Iterator[list[Process]]:
    """The job workers of two hosts, two each; nothing waits for them yet."""
    shift = time.time() - time_machine.escape_hatch.time.time()
    connections.close_all()
    around = {"MEDIA_DIR": str(settings.MEDIA_ROOT), "WORKERS": "2", "WORKER_SILENCE": str(SILENCE)}
    begun = [begin([*MANAGE, "work"], surroundings(folder / name, **around, **shifted(folder, shift)),
                   folder / f"{name}.log") for name in "ab"]  # fmt: skip
    with ended(begun):
        signs = Heartbeat.objects.filter(watched_at__isnull=False, until__gt=F("at"))
        until(lambda: signs.count() == 2, 60, "that both are watched and have worked: none is being begun anew")
        yield begun
        # shown where the test fails
        jobs, signs = OrmQ.objects.values_list("key", "lock"), Heartbeat.objects.values()
        papers_due = f"papers: {list(pending().values_list('pk', flat=True))}, claimed: {claimed()}"
        sys.stdout.write(f"at {timezone.now()}\n{papers_due}\njobs: {list(jobs)}\nsigns: {list(signs)}\n")
        for name in "ab":
            sys.stdout.write(f"{name}:\n{(folder / f'{name}.log').read_text()}")


def claimed() -> dict[int, int]:
    """The papers that somebody is at, with the number of its process."""
    found = {pk: cache.get(f"printing-{pk}") for pk in pending().values_list("pk", flat=True)}
    return {pk: process for pk, process in found.items() if process}


def catch_at_a_paper(group: Process) -> None:
    """Holds the group's workers at a moment at which one of them has a paper in hand: the others let go of theirs."""
    for _attempt in range(20):
        hands = processes.at_work(group, 2)
        processes.send(signal.SIGSTOP, *hands)
        if set(hands) & set(claimed().values()):
            return
        processes.send(signal.SIGCONT, *hands)
        time.sleep(chance.uniform(0, 0.1))
    raise AssertionError("the group was never at a paper")


def test_papers_that_are_due_while_a_host_and_a_worker_of_the_other_are_killed_are_printed_once(
    cast: Cast, printed: Callable[[], Counter[int]], groups: list[Process]
) -> None:
    lost, kept = groups
    case = cast.walk_to(S.FIRST_REVIEW)
    until(lambda: not pending().exists() and not OrmQ.objects.exists(), 60, "that nothing waits")
    made = papers(case, PAPERS_DUE)
    for pk in made:
        async_task(PRINT, pk, task_name=f"document {pk}", cluster=PAPERS)
    until(lambda: len(printed().keys() & set(made)) >= 5, 60, "the first papers")
    catch_at_a_paper(lost)
    lose(lost)
    processes.kill(chance.choice(processes.at_work(kept, 2)))
    left = pending().count()
    assert left > 10, "killed while papers were due"
    killed = time.monotonic()
    until(lambda: pending().count() <= 1, SILENCE + CLAIM_SECONDS + 60, "all but what the lone worker had in hand")
    took = time.monotonic() - killed
    of_papers = OrmQ.objects.filter(key__startswith=PAPERS)
    assert of_papers.count() >= pending().count(), "for each paper there is a job"
    last = of_papers.aggregate(last=Max("lock"))["last"]
    if pending().exists():  # the group of its worker lives: its job is delivered again when its lock ends
        assert last
        assert last <= timezone.now() + timedelta(seconds=settings.Q_CLUSTER["retry"])
    of_papers.update(lock=timezone.now() + timedelta(seconds=max(CLAIM_SECONDS - took, 0)))
    until(lambda: not pending().exists() and not of_papers.exists(), CLAIM_SECONDS + 30, "the last paper")
    sys.stdout.write(f"{left} papers were left; all but one were there {took:.0f} s after the kills\n")
    assert set(made) <= printed().keys()
    assert set(printed().values()) == {1}
    for paper in Document.objects.filter(pk__in=made).select_related("file"):
        assert hashlib.sha256(paper.file.pdf).hexdigest() == paper.sha256
