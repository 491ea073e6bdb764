"""People who act at random on the same cases, over HTTP, against a real server that is killed meanwhile.

Several processes click: the right form, the wrong one, at what another does just then, and often twice at once with the
same one-time key. Each writes down what it was told. Meanwhile web workers and job workers are ended by SIGKILL, and
the server's connections to this database are ended. At last the record is asked: nothing that was acknowledged is lost,
nothing refused was written, no click was done twice, and everything that follows from acts is as the acts say.

The usual run is short. A long one: make chaos KILLS=1000.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection, connections
from django.urls import reverse

from permits.documents.numbering import pending
from permits.documents.printing import CLAIM_SECONDS
from permits.ledger.chain import problems_of
from permits.models import Act, Application, Document, Permit, QuotaBook
from permits.models.document import NumberSequence
from permits.models.states import FINAL, S
from permits.verification.run import verify
from roles.models import Person
from tests.cast import NOW, Cast, log_in
from tests.concurrency.test_quota_races import whole
from tests.concurrency.test_races import FORK
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, make_unit
from tests.run import SCRATCH
from workflows import sweep
from workflows.models import OPEN, WorkItem
from workflows.worklist import holders

pytestmark = [
    pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True),
    pytest.mark.owner,  # the runtime role may not end the sessions of others
]  # fmt: skip

KILLS = int(os.environ.get("KILLS", "6"))
SEED = int(os.environ.get("SEED", "20261120"))
ACTORS = 4
CASES = 5 if KILLS < 50 else min(10 + KILLS // 10, 100)
QUOTA = "1000"  # m³: three fellings of 320 fit in, the others do not
TOLD = (200, 302, 400, 403, 404, 409, 422, 503)
"""What a page may answer; 503 says that nothing was written, with the hour to come again."""
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
SHIFTED = """
import os, time
if os.environ.get("TESTS_SHIFT"):
    import datetime, time_machine
    now = datetime.datetime.now(datetime.timezone.utc)
    time_machine.travel(now + datetime.timedelta(seconds=float(os.environ["TESTS_SHIFT"])), tick=True).start()
"""
"""Put where Python looks at its start: the server's processes live in the time of the cast."""


# ---- the server ------------------------------------------------------------------------------------------------------
def descendants(pid: int) -> list[int]:
    """The processes below `pid`, of those that live."""
    found: list[int] = []
    with suppress(OSError):
        for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(text), *descendants(int(text))]
    return found


@dataclass
class Server:
    """A web server and a job worker on this test's database."""

    folder: Path
    port: int
    web: Any = None
    jobs: Any = None
    kills: Counter[str] = field(default_factory=Counter)

    def start(self, shift: float) -> None:
        place = settings.DATABASES["default"]
        user = f"{place['USER']}:{place['PASSWORD']}@" if place["USER"] else ""
        (self.folder / "var").mkdir()
        (self.folder / "var" / "secret_key").write_text(settings.SECRET_KEY)
        (self.folder / "sitecustomize.py").write_text(SHIFTED)
        environment = os.environ | {
            "DATABASE_URL": f"postgres://{user}{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}",
            "VAR_DIR": str(self.folder / "var"), "MEDIA_DIR": str(settings.MEDIA_ROOT),
            "SEAL_DIR": str(SCRATCH / "seal"), "LOG_KEY": str(settings.LOG_KEY), "PORT": str(self.port),
            "WEB_WORKERS": "2", "WORKERS": "1", "WORKER_SILENCE": "5", "LOG_LEVEL": "ERROR",
            "EMAIL_URL": f"file://{self.folder}/mail", "PYTHONPATH": str(self.folder), "TESTS_SHIFT": str(shift),
        }  # fmt: skip
        subprocess.run([*MANAGE, "collectstatic", "--noinput", "-v0"], env=environment, check=True)
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(settings.BASE_DIR / "gunicorn.conf.py")]
        with (self.folder / "log").open("wb") as log:
            self.web, self.jobs = (
                subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stderr=log, stdout=log,
                                 start_new_session=True)
                for command in (gunicorn, [*MANAGE, "work"])
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        for _attempt in range(200):
            with suppress(requests.RequestException):
                if requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200:
                    return
            time.sleep(0.2)
        raise AssertionError((self.folder / "log").read_text("utf-8"))

    def stop(self) -> None:
        """Ends what `start` began, and all below it."""
        for process in (self.web, self.jobs):
            if process is None:
                continue
            below = descendants(process.pid)
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            for pid in [process.pid, *below]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()

    # ---- what goes wrong ----
    def harm(self, chance: random.Random) -> None:
        """One of: a web worker killed, a job worker killed, the server's connections ended."""
        what = chance.choice(("web", "web", "jobs", "connections"))
        if what == "connections":
            self.kills[what] += self._end_connections()
            return
        below = descendants((self.web if what == "web" else self.jobs).pid)
        if below:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(below), signal.SIGKILL)
                self.kills[what] += 1

    @staticmethod
    def _end_connections() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND application_name <> 'actor'"
            )
            return int(cursor.fetchone()[0] > 0)


@contextmanager
def serving(folder: Path, shift: float) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Server(folder, probe.getsockname()[1])
    try:
        server.start(shift)
        yield server
    finally:
        server.stop()


# ---- people ----------------------------------------------------------------------------------------------------------
WORDS: dict[str, dict[str, Any]] = {
    "accept": {"note": "齐全"},
    "recommend": {"outcome": "approve", "opinion": "建议同意。"},
    "propose": {"outcome": "approve", "opinion": "拟同意。"},
    "approve": {"opinion": "同意。"},
    "refuse": {"reasons": "不符合规定。"},
    "return_to_first_review": {"reason": "请补充照片。"},
    "return_to_final_review": {"reason": "请说明依据。"},
    "refuse_acceptance": {"ground": "no_permit_needed", "reason": "不需要审批。"},
    "record_statement": {"party": "石塘路村", "statement": "无异议"},
    "notify_third_party": {"party": "石塘路村", "interest": "林地承包"},
    "suspend_clock": {"ground": "testing", "reason": "检测"},
    "resume_clock": {},
    "record_objection": {"objector": "村民", "objection": "担心水土流失", "received": date(2026, 11, 20)},
}
ONWARD = ("accept", "recommend", "propose", "approve")
RARE = frozenset({"refuse", "refuse_acceptance", "return_to_first_review", "return_to_final_review", "suspend_clock"})


class Actor:
    """Clicks for everybody, and writes down what it was told, before it clicks again."""

    def __init__(self, number: int, address: str, sessions: dict[int, str], cases: list[int], log: Path) -> None:
        self.chance, self.address, self.sessions, self.cases = random.Random(SEED + number), address, sessions, cases
        self.log, self.writing = log.open("a"), threading.Lock()

    def work(self, until: Any) -> None:
        while not until.is_set():
            try:
                self._click()
            except Error:  # of its own looking around; what it clicks is told by the server
                connections.close_all()
            except (IndexError, Application.DoesNotExist):
                continue

    def _click(self) -> None:
        case = Application.objects.select_related("unit").get(pk=self.chance.choice(self.cases))
        items = list(WorkItem.objects.filter(application=case, status__in=OPEN, flow_task_type="HUMAN")
                     .select_related("mandate__agency").order_by("pk"))  # fmt: skip
        clerk = next(iter(Person.objects.filter(memberships__post__unit=case.unit_id)))
        if case.status == S.DRAFT:
            self._twice(clerk, reverse("draft-check", args=[case.pk]), "submit", case.pk, {"statement": "on"})
            return
        if self.chance.random() < 0.03 or not items:
            self._twice(clerk, reverse("case-act", args=[case.pk, "withdraw"]), "withdraw", case.pk, {"reason": "变更"})
            return
        item = self.chance.choice(items)
        people = holders(item.mandate) if item.mandate else [clerk]
        person = self.chance.choice(people) if self.chance.random() < 0.9 else self._anybody()
        offered = [act for act in (*item.flow_task.acts, *item.flow_task.meanwhile) if act in WORDS]
        act = self.chance.choice(offered)
        onward = [one for one in offered if one in ONWARD]
        if onward and (act in RARE or self.chance.random() < 0.6):
            act = onward[0]
        self._send(person, reverse("task-claim", args=[item.pk]), "claim", case.pk, {})
        place = reverse("task", args=[item.pk])
        self._twice(person, place, act, case.pk, {"act": act, **WORDS[act]}, item=item.pk)

    def _anybody(self) -> Person:
        return Person.objects.get(pk=self.chance.choice(sorted(self.sessions)))

    def _twice(self, person: Person, place: str, act: str, case: int, said: dict[str, Any], item: int = 0) -> None:
        """A click, and now and then the same again at the same moment, or after it."""
        key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        sent = {"once": key, "confirmed": "1", **said}
        again = self.chance.random()
        other = threading.Thread(target=self._send, args=(person, place, act, case, sent, key, item))
        if again < 0.3:
            other.start()
        self._send(person, place, act, case, sent, key, item)
        if again < 0.3:
            other.join()
        elif again < 0.4:
            self._send(person, place, act, case, sent, key, item)

    def _send(
        self, person: Person, place: str, act: str, case: int, said: dict[str, Any], key: str = "", item: int = 0
    ) -> None:
        token = "c" * 32
        cookies = {settings.SESSION_COOKIE_NAME: self.sessions[person.pk], settings.CSRF_COOKIE_NAME: token}
        try:
            answer = requests.post(f"{self.address}{place}", data={**said, "csrfmiddlewaretoken": token},
                                   cookies=cookies, allow_redirects=False, timeout=30)  # fmt: skip
            told, led = answer.status_code, answer.headers.get("Location", "")
        except requests.RequestException as error:
            told, led = 0, type(error).__name__
        line = {"key": key, "act": act, "case": case, "item": item, "person": person.pk, "told": told, "led": led}
        with self.writing:
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()


def act_at_random(number: int, address: str, sessions: dict[int, str], cases: list[int], log: Path, until: Any) -> None:
    """One process of people."""
    connections.close_all()
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "application_name": "actor"}
    try:
        Actor(number, address, sessions, cases, log).work(until)
    finally:
        connections.close_all()


# ---- the cases -------------------------------------------------------------------------------------------------------
def begin(cast: Cast) -> list[int]:
    """Drafts of two kinds that are ready to be handed in; the quota of the one is too small for all."""
    keys = [cast.draft().pk for _ in range(CASES)]
    for number in range(CASES):
        case, clerk = felling.draft(left=QUOTA, unit=make_unit(f"石塘林业公司甲{number}", MIYUN))
        keys.append(case.pk)
        _staff(case, clerk)
    return keys


def _staff(case: Application, clerk: Person) -> None:
    """Officers for the felling's steps, at their posts before anybody acts."""
    from roles.appointments import appoint, grant
    from roles.models import Mandate, Post
    from tests.cast import make_person, make_post

    for mandate in Mandate.objects.filter(kind="felling", agency__slug="bj-miyun-forestry").select_related("agency"):
        if mandate.duty not in ("accept", "final_review", "decide") or holders(mandate):
            continue
        slug = f"felling-{mandate.duty}"
        post = Post.objects.filter(slug=slug).first() or make_post(slug, agency=mandate.agency)
        grant(post, mandate)
        if not post.memberships.exists():
            appoint(make_person(slug, slug), post)


def lines_of(logs: list[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for log in logs if log.exists() for line in log.read_text().splitlines()]


def print_what_was_claimed() -> None:
    """A paper that a killed worker was at is left to it for CLAIM_SECONDS; the next ticks print it."""
    over = time.monotonic() + CLAIM_SECONDS + 10
    while pending().exists() and time.monotonic() < over:
        time.sleep(1)
        sweep.print_pending()


# ---- what must hold --------------------------------------------------------------------------------------------------
def check_what_was_told(lines: list[dict[str, Any]]) -> None:
    """Acknowledged is written, refused is not, and everybody was answered in the site's own words or not at all."""
    strange = Counter((line["act"], line["told"]) for line in lines if line["told"] not in (0, *TOLD))
    assert not strange, strange
    assert not [line for line in lines if line["led"].startswith("/login")]
    told: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line["key"]:
            told[line["key"]].add(line["told"])
    written = Counter(str(key) for key in Act.objects.exclude(key=None).values_list("key", flat=True))
    assert set(written.values()) <= {1}
    late = {line["key"] for line in lines if line["act"] == "submit" and line["told"] == 302}
    lost = [key for key, answers in told.items() if 302 in answers and key not in written and key not in late]
    assert lost == [], f"acknowledged and not written: {lost}"
    for key in late - written.keys():  # led to the confirmation of what another click had handed in
        case = next(line["case"] for line in lines if line["key"] == key)
        assert Act.objects.filter(application=case, act="submit").exists()
    refused = [key for key, answers in told.items() if not answers & {0, 302, 503} and key in written]
    assert refused == [], f"refused and written: {refused}"


def check_rows() -> None:
    """At most one act for each step; each series without a gap; the quota to the cubic metre."""
    items = Counter(Act.objects.exclude(work_item=None).values_list("work_item", flat=True))
    assert not items or max(items.values()) == 1
    for row in NumberSequence.objects.all():
        papers = Document.objects.filter(prefix=row.prefix, year=row.year).values_list("serial", flat=True)
        numbers = [int(number.rpartition("-")[2]) for number in Application.objects.filter(
            number__startswith=f"{row.prefix}-{row.year}-").values_list("number", flat=True)]  # fmt: skip
        assert sorted([*papers, *numbers]) == list(range(1, row.last + 1)), (row.prefix, row.last)
    book = QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN)
    assert whole(book) == Decimal(QUOTA) - sum(
        (Decimal(320) for case in Application.objects.filter(kind="felling") if _takes(case)), Decimal(0)
    )


def _takes(case: Application) -> bool:
    """Whether the case holds part of the quota: accepted while there was enough, and not ended without an approval."""
    movements = list(QuotaBook.objects.get(kind="felling", jurisdiction=MIYUN).movements.filter(act__application=case)
                     .values_list("change", flat=True))  # fmt: skip
    ended = case.status in FINAL and case.status != S.APPROVED
    assert not (ended and movements) or "released" in movements, (case, movements)
    return bool({"reserved", "deducted"} & set(movements)) and not ended  # deducted: what another case gave back


def check_everything(cases: list[int]) -> None:
    """As verify_ledger does, and once more each case by itself."""
    assert [f"{one.check} {one.where}: {one.what}" for one in verify()] == []
    call_command("verify_ledger", "--json")
    for case in Application.objects.filter(pk__in=cases):
        assert problems_of(case) == []
        assert (case.status == S.APPROVED) == Permit.objects.filter(pk=case.pk).exists()
        assert case.status in FINAL or case.case.open_items.exists()
    assert not Document.objects.filter(status="pending").exists()


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[tuple[Cast, Path, float]]:
    began = time.time()
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter(), tmp_path, time.time() - began


def test_nothing_acknowledged_is_lost_whatever_is_killed(chaos: tuple[Cast, Path, float]) -> None:
    cast, folder, shift = chaos
    cases = begin(cast)
    sessions = {person.pk: log_in(person).session.session_key for person in Person.objects.filter(is_active=True)}
    logs = [folder / f"actor{number}" for number in range(ACTORS)]
    with serving(folder, shift) as server:
        connections.close_all()
        until, address = FORK.Event(), f"http://127.0.0.1:{server.port}"
        actors = [FORK.Process(target=act_at_random, args=(number, address, sessions, cases, log, until))
                  for number, log in enumerate(logs)]  # fmt: skip
        for actor in actors:
            actor.start()
        chance = random.Random(SEED)
        try:
            while server.kills.total() < KILLS:
                time.sleep(chance.uniform(0.5, 2.0))
                server.harm(chance)
            time.sleep(3)
        finally:
            until.set()
            for actor in actors:
                actor.join(60)
                actor.kill()
        server._wait()
    lines = lines_of(logs)
    sweep.tick()
    print_what_was_claimed()
    told = Counter(line["told"] for line in lines)
    done = Counter(Act.objects.values_list("act", flat=True))
    tally = {"clicks": len(lines), "told": told, "acts": done.total(), "of": done, "harm": server.kills}
    sys.stdout.write(f"\n{json.dumps(tally)}\n")
    check_what_was_told(lines)
    check_rows()
    check_everything(cases)
    assert told[302]
    assert done["submit"]
