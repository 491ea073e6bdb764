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
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from permits.documents.numbering import pending
from permits.documents.printing import CLAIM_SECONDS
from permits.ledger.chain import problems_of
from permits.models import Act, Application, Document, Permit, QuotaBook
from permits.models.document import NumberSequence
from permits.models.states import FINAL, S
from permits.verification.run import verify
from roles.models import Person
from tests.cast import NOW, Cast, log_in
from tests.concurrency import actors
from tests.concurrency.test_quota_races import whole
from tests.concurrency.test_races import FORK
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, make_unit
from tests.processes import (
    GUNICORN,
    MANAGE,
    Process,
    begin,
    descendants,
    end,
    free_port,
    kill,
    shifted,
    surroundings,
    until,
)
from workflows import sweep
from workflows.worklist import holders

pytestmark = [
    pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True),
    pytest.mark.owner,  # the runtime role may not end the sessions of others
]  # fmt: skip

KILLS = int(os.environ.get("KILLS", "6"))
ACTORS = 4
CASES = 5 if KILLS < 50 else min(10 + KILLS // 10, 100)
QUOTA = "1000"  # m³: three fellings of 320 fit in, the others do not
TOLD = (200, 302, 400, 403, 404, 409, 422, 503)
"""What a page may answer; 503 says that nothing was written, with the hour to come again."""


# ---- the server ------------------------------------------------------------------------------------------------------
@dataclass
class Server:
    """A web server and a job worker on this test's database."""

    folder: Path
    port: int
    web: Process | None = None
    jobs: Process | None = None
    kills: Counter[str] = field(default_factory=Counter)

    def start(self, shift: float) -> None:
        around = surroundings(
            self.folder / "var", MEDIA_DIR=str(settings.MEDIA_ROOT), PORT=str(self.port), WEB_WORKERS="2", WORKERS="1",
            WORKER_SILENCE="5", **shifted(self.folder, shift),
        )  # fmt: skip
        subprocess.run([*MANAGE, "collectstatic", "--noinput", "-v0"], env=around, check=True)
        self.web, self.jobs = (begin(command, around, self.folder / "log") for command in (GUNICORN, [*MANAGE, "work"]))
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        address = f"http://127.0.0.1:{self.port}/healthz"
        until(
            lambda: requests.get(address, timeout=2).status_code == 200,
            40,
            f"an answer; see {self.folder}/log",
            requests.RequestException,
        )

    # ---- what goes wrong ----
    def harm(self, chance: random.Random) -> None:
        """One of: a web worker killed, a job worker killed, the server's connections ended."""
        what = chance.choice(("web", "web", "jobs", "connections"))
        if what == "connections":
            self.kills[what] += self._end_connections()
            return
        process = self.web if what == "web" else self.jobs
        below = descendants(process.pid) if process else []
        if below:
            self.kills[what] += kill(chance.choice(below))

    @staticmethod
    def _end_connections() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND application_name <> %s",
                [actors.NAME],
            )
            return int(cursor.fetchone()[0] > 0)


@contextmanager
def serving(folder: Path, shift: float) -> Iterator[Server]:
    server = Server(folder, free_port())
    try:
        server.start(shift)
        yield server
    finally:
        for process in filter(None, (server.web, server.jobs)):
            end(process)


# ---- the cases -------------------------------------------------------------------------------------------------------
def drafts(cast: Cast) -> list[int]:
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
def chaos(begins_with_cast: None, tmp_path: Path) -> Iterator[tuple[Cast, Path, float]]:
    began = time.time()
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter(), tmp_path, time.time() - began


def test_nothing_acknowledged_is_lost_whatever_is_killed(chaos: tuple[Cast, Path, float]) -> None:
    cast, folder, shift = chaos
    cases = drafts(cast)
    sessions = {person.pk: log_in(person).session.session_key for person in Person.objects.filter(is_active=True)}
    logs = [folder / f"actor{number}" for number in range(ACTORS)]
    with serving(folder, shift) as server:
        connections.close_all()
        until, address = FORK.Event(), f"http://127.0.0.1:{server.port}"
        people = [FORK.Process(target=actors.act_at_random, args=(number, address, sessions, cases, log, until))
                  for number, log in enumerate(logs)]  # fmt: skip
        for actor in people:
            actor.start()
        chance = random.Random(actors.SEED)
        try:
            while server.kills.total() < KILLS:
                time.sleep(chance.uniform(0.5, 2.0))
                server.harm(chance)
            time.sleep(3)
        finally:
            until.set()
            for actor in people:
                actor.join(60)
                actor.kill()
        server.wait()
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
