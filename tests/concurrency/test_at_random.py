"""People who act at random on the same cases, over HTTP, against a real installation that comes to harm meanwhile.

Several processes click: the right form, the wrong one, at what another does just then, and often twice at once with the
same one-time key; they hand in files, too. Each writes down what it was told. Meanwhile processes are ended by SIGKILL,
the database's among them, connections break, the disk is full or loses its power with all that runs, the seal is
missing, mails cannot be sent (site.py). At last the record is asked: nothing that was acknowledged is lost, nothing
refused was written, no click was done twice, and everything that follows from acts is as the acts say.

The usual run is short. A long one: make chaos KILLS=1000.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.environment import Environment
from permits.ledger.chain import problems_of
from permits.models import Act, Application, Document, MaterialVersion, Permit, QuotaBook
from permits.models.document import NumberSequence
from permits.models.states import FINAL, S
from permits.verification.run import verify
from roles.models import Person
from roles.models.security import What
from roles.security_log import note
from tests.cast import NOW, Cast, load_matrix_anew, log_in
from tests.clusters import Server, databases, primary
from tests.concurrency import actors
from tests.concurrency.racing import FORK, whole
from tests.concurrency.site import DURABLE, Site, serving
from tests.disks import Disk, disk
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, make_unit
from tests.processes import MANAGE, surroundings
from workflows import sweep
from workflows.models import Mail, Notification
from workflows.worklist import holders

pytestmark = [
    pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db,
    pytest.mark.owner,  # nobody made the runtime role on this server
]  # fmt: skip

KILLS = int(os.environ.get("KILLS", "9"))
ACTORS = 4
CASES = 5 if KILLS < 50 else min(10 + KILLS // 10, 100)
QUOTA = "1000"  # m³: three fellings of 320 fit in, the others do not
TOLD = (200, 302, 400, 403, 404, 409, 422, 503, 507)
"""What a page may answer; 503 and 507 say that nothing was written."""


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


def give_address(person: Person) -> None:
    """So that news is mailed; as the security log has it."""
    person.email = f"{person.username}@example.invalid"
    person.save(update_fields=["email"])
    note(What.ACCOUNT_CHANGED, by=person, person=person, told={"email": ["", person.email]})


# ---- what must hold --------------------------------------------------------------------------------------------------
def check_what_was_told(lines: list[dict[str, Any]]) -> None:
    """Acknowledged is written, refused is not, and everybody was answered in the site's own words or not at all."""
    strange = Counter((line["act"], line["told"]) for line in lines if line["told"] not in (0, *TOLD))
    assert not strange, strange
    assert not [line for line in lines if line["led"].startswith("/login")]
    told: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line["key"] and line["act"] != "upload":
            told[line["key"]].add(line["told"])
    written = Counter(str(key) for key in Act.objects.exclude(key=None).values_list("key", flat=True))
    assert set(written.values()) <= {1}
    late = {line["key"] for line in lines if line["act"] == "submit" and line["told"] == 302}
    lost = [key for key, answers in told.items() if 302 in answers and key not in written and key not in late]
    assert lost == [], f"acknowledged and not written: {lost}"
    for key in late - written.keys():  # led to the confirmation of what another click had handed in
        case = next(line["case"] for line in lines if line["key"] == key)
        assert Act.objects.filter(application=case, act="submit").exists()
    refused = [key for key, answers in told.items() if not answers & {0, 302, 503, 507} and key in written]
    assert refused == [], f"refused and written: {refused}"


def check_files(lines: list[dict[str, Any]]) -> None:
    """A file said to be stored is there; that those which are there are whole, verification tells."""
    uploads = [line for line in lines if line["act"] == "upload"]
    stored = {f"{version.sha256}.pdf" for version in MaterialVersion.objects.all()}
    lost = [line["key"] for line in uploads if line["told"] == 302 and line["key"] not in stored]
    assert lost == [], f"acknowledged and not stored: {lost}"
    refused = [line["key"] for line in uploads if line["told"] not in (0, 302, 503, 507) and line["key"] in stored]
    assert refused == [], f"refused and stored: {refused}"
    assert {line["told"] for line in uploads} >= {302}


def check_mails(folder: Path) -> None:
    """Every mail that counts as sent was sent; the others wait for another time."""
    sent = Notification.objects.filter(mail=Mail.SENT).count()
    there = sum(file.read_bytes().count(b"Message-ID:") for file in folder.iterdir()) + len(mail.outbox)
    assert 0 < sent <= there
    waiting = Notification.objects.filter(mail=Mail.WAITING)
    assert not waiting.filter(next_try=None).exists()


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
def site(django_db_blocker: Any, tmp_path: Path, settings: Settings) -> Iterator[tuple[Path, Server, Disk]]:
    """A disk of its own with a database server on it, where nothing but the tables is; beside it the seal."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        place = stack.enter_context(disk())
        server = stack.enter_context(primary(place.place, **DURABLE))
        settings.MEDIA_ROOT = place.place / "materials"
        settings.SEAL_DIR = shutil.copytree(settings.SEAL_DIR, tmp_path / "seal")
        subprocess.run(
            [*MANAGE, "migrate", "-v0"], env=surroundings(tmp_path / "v", DATABASE_URL=server.url), check=True
        )
        stack.enter_context(databases({"default": Environment({"X": server.url}).database("X", None)}))
        yield tmp_path, server, place


def test_nothing_acknowledged_is_lost_whatever_is_killed(site: tuple[Path, Server, Disk]) -> None:
    folder, server, place = site
    began = time.time()
    with time_machine.travel(NOW, tick=True):
        load_matrix_anew()
        cast = Cast.enter_anew()
        for person in Person.objects.all():
            give_address(person)
        cases, unfinished = drafts(cast), [cast.draft().pk for _ in range(2)]
        with serving(folder, server, place, time.time() - began) as there:
            lines = acted_on(there, cases, unfinished)
        later = timezone.now() + timedelta(hours=1)
    with time_machine.travel(later, tick=True):  # what the killed had claimed is free again
        sweep.tick()
        told = Counter(line["told"] for line in lines)
        done = Counter(Act.objects.values_list("act", flat=True))
        tally = {"clicks": len(lines), "told": told, "acts": done.total(), "of": done, "harm": there.harms}
        sys.stdout.write(f"\n{json.dumps(tally)}\n")
        check_what_was_told(lines)
        check_files(lines)
        check_mails(there.var / "mail")
        check_rows()
        check_everything(cases)
        assert told[302]
        assert done["submit"]


def acted_on(site: Site, cases: list[int], unfinished: list[int]) -> list[dict[str, Any]]:
    """What everybody was told while the site came to harm, KILLS times."""
    sessions = {person.pk: log_in(person).session.session_key for person in Person.objects.filter(is_active=True)}
    logs = [site.folder / f"actor{number}" for number in range(ACTORS)]
    connections.close_all()
    until, address = FORK.Event(), f"http://127.0.0.1:{site.port}"
    people = [FORK.Process(target=actors.act_at_random,
                           args=(until, number, address, sessions, cases, unfinished, log))
              for number, log in enumerate(logs)]  # fmt: skip
    for actor in people:
        actor.start()
    chance = random.Random(actors.SEED)
    try:
        while site.harms.total() < KILLS:
            time.sleep(chance.uniform(0.5, 2.0))
            site.harm(chance)
        time.sleep(3)
    finally:
        until.set()
        for actor in people:
            actor.join(60)
            actor.kill()
    site.wait()
    return lines_of(logs)
