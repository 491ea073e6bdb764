"""Many papers at once, and mails and the clock beside them: the newest first, each once, and nobody waits for all."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from config import readiness
from config.job_queue import EVERYTHING_ELSE, LATE, PAPERS, JobQueue, give_back, waits_since
from config.models import Heartbeat
from config.watchdog import Watchdog
from permits.documents import printing
from permits.documents.content import Paper
from permits.documents.numbering import PRINT, pending
from permits.documents.printing import print_newest
from permits.models import Document
from permits.models.states import S
from roles import forgotten
from tests.cast import NOW, Cast
from tests.jobs import papers
from tests.processes import MANAGE, Process, begin, descendants, ended, shifted, surroundings

MANY = int(os.environ.get("MANY_PAPERS", "120"))
WITHIN = 12
"""Jobs that may be done before one of the other line: the workers' own store of jobs, and the papers in their hands."""
BEAT, MAIL, LOG = "config.watchdog.beat", "workflows.notifications.mail.send_of_act", "permits.ledger.keeping.keep_log"


# ---- the queue -------------------------------------------------------------------------------------------------------
def taken(queue: JobQueue, times: int) -> list[str]:
    """The names of the next jobs, as the workers get them."""
    got = [queue.dequeue() for _ in range(times)]
    return [OrmQ.objects.get(pk=one[0][0]).name() for one in got if one]


@pytest.fixture
def queue(db: None, monkeypatch: pytest.MonkeyPatch) -> JobQueue:
    monkeypatch.setattr("config.job_queue.sleep", lambda _seconds: None)
    monkeypatch.setenv("PERMITS_WORKER_GROUP", "one-1")
    return JobQueue()


def test_the_lines_are_taken_from_in_turn_the_oldest_first(queue: JobQueue) -> None:
    for number in range(300):
        async_task(PRINT, number, task_name=f"paper {number}", cluster=PAPERS)
    for number in range(3):
        async_task(BEAT, task_name=f"mail {number}")
    expected = ["mail 0", "paper 0", "mail 1", "paper 1", "mail 2", "paper 2", "paper 3", "paper 4"]
    assert taken(queue, 8) == expected


def test_many_mails_do_not_hold_up_a_paper_either(queue: JobQueue) -> None:
    for number in range(50):
        async_task(BEAT, task_name=f"mail {number}")
    async_task(PRINT, 1, task_name="paper", cluster=PAPERS)
    assert "paper" in taken(queue, 2)


def test_what_strangers_ask_for_holds_up_neither_mail_nor_paper(queue: JobQueue) -> None:
    for number in range(50):
        forgotten.ask(f"{number}@example.cn")
    async_task(BEAT, task_name="mail")
    async_task(PRINT, 1, task_name="paper", cluster=PAPERS)
    assert {"mail", "paper"} < set(taken(queue, 3))


def test_what_a_lost_group_had_taken_is_given_back_and_nothing_else(queue: JobQueue) -> None:
    async_task(BEAT, task_name="lost")
    async_task(PRINT, 1, task_name="lost paper", cluster=PAPERS)
    assert len(taken(queue, 2)) == 2
    assert queue.dequeue() is None, "taken jobs are locked"
    assert give_back("e-1") == give_back("one-11") == 0
    assert give_back("one-1") == 2
    assert taken(queue, 2) == ["lost"], "a paper may be claimed by who is gone"
    with time_machine.travel(timezone.now() + timedelta(seconds=printing.CLAIM_SECONDS)):
        assert taken(queue, 2) == ["lost paper"]


def test_what_an_earlier_group_of_the_same_name_had_taken_is_given_back(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container begun anew after it was killed has its host name, and its watchdog the number 1, again."""
    monkeypatch.setattr("config.watchdog.socket.gethostname", lambda: "one")
    monkeypatch.setattr("config.watchdog.os.getpid", lambda: 1)
    monkeypatch.setattr(Watchdog, "_start", lambda self: None)
    async_task(BEAT, task_name="lost")
    assert taken(queue, 1) == ["lost"]
    assert Watchdog().group == "one-1"
    assert taken(queue, 1) == ["lost"]


def test_a_job_that_waits_for_long_is_told_by_readyz(queue: JobQueue) -> None:
    now = timezone.now()
    Heartbeat.objects.create(group="one", at=now, until=now + timedelta(hours=2))
    async_task(PRINT, 1, task_name="paper", cluster=PAPERS)
    assert readiness.state()["worker"] == "ok"
    OrmQ.objects.update(lock=now - LATE - timedelta(minutes=2))
    assert waits_since() == now - LATE - timedelta(minutes=2)
    assert readiness.state()["worker"] == "jobs waiting: 1, the oldest for 17 minutes"
    taken(queue, 1)
    assert readiness.state()["worker"] == "ok"


# ---- one paper, several workers --------------------------------------------------------------------------------------


def test_a_paper_that_another_worker_is_at_is_left_to_it(cast: Cast) -> None:
    case = cast.walk_to(S.FIRST_REVIEW)
    for paper in pending():
        printing.render_pending(paper.pk)
    first, second, third = papers(case, 3)
    with printing.claimed(third) as mine:
        assert mine
        assert print_newest(first) == second
        assert print_newest(first) == first
        assert print_newest(third) == third, "somebody else is at it, and nothing else waits"
        assert [paper.pk for paper in pending()] == [third]
    assert print_newest(first) == third
    assert cache.get(f"printing-{third}") is None


def test_a_paper_printed_since_a_worker_looked_costs_no_other_its_job(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.walk_to(S.FIRST_REVIEW)
    for paper in pending():
        printing.render_pending(paper.pk)
    first, second, third = papers(case, 3)
    claimed, late = printing.claimed, [third]

    @contextmanager
    def slowly(document_id: int) -> Iterator[bool]:
        if document_id in late:  # another worker finishes it between the look and the claim
            late.clear()
            printing.render_pending(document_id)
        with claimed(document_id) as mine:
            yield mine

    monkeypatch.setattr(printing, "claimed", slowly)
    assert print_newest(first) == second


def test_a_paper_that_two_workers_drew_costs_none_its_job(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the claim of a worker that is gone has ended, two may take its paper at one moment: one stores it."""
    case = cast.walk_to(S.FIRST_REVIEW)
    for paper in pending():
        printing.render_pending(paper.pk)
    first, second, third = papers(case, 3)
    render, other = printing.render, [third]

    def drawn_by_another_too(content: Paper) -> bytes:
        if other:
            printing.render_pending(other.pop())
        return render(content)

    monkeypatch.setattr(printing, "render", drawn_by_another_too)
    assert print_newest(first) == second
    assert [paper.pk for paper in pending()] == [first]


# ---- for real --------------------------------------------------------------------------------------------------------
@contextmanager
def working(folder: Path, shift: float) -> Iterator[Process]:
    """`manage.py work` with two workers, in the cast's time."""
    around = surroundings(
        folder, MEDIA_DIR=str(settings.MEDIA_ROOT), WORKERS="2", WORKER_SILENCE="10", **shifted(folder, shift)
    )
    process = begin([*MANAGE, "work"], around, folder / "log")
    with ended([process]):
        yield process


def memory(pid: int) -> int:
    """What the processes below `pid` hold for themselves, in kilobytes."""
    total = 0
    for one in descendants(pid):
        with suppress(OSError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_Dirty:"))
    return total


@dataclass
class Seen:
    """What was seen while the papers were printed."""

    printed_when: dict[str, int] = field(default_factory=dict)
    """By job of the other line: how many papers were printed when it had been taken."""
    unwell: set[str] = field(default_factory=set)
    memory: list[tuple[int, int]] = field(default_factory=list)


def watch(process: Process, wanted: list[int], seconds: float) -> Seen:
    """Looks on until no paper's job is left. Fails after `seconds`."""
    seen, deadline = Seen(), time.monotonic() + seconds
    names = {job.pk: job.name() for job in OrmQ.objects.filter(key=EVERYTHING_ELSE)}
    while OrmQ.objects.filter(key__startswith=PAPERS).exists():
        assert time.monotonic() < deadline, (OrmQ.objects.count(), pending().count(), seen)
        printed = Document.objects.filter(pk__in=wanted).exclude(status="pending").count()
        untaken = set(OrmQ.objects.filter(key=EVERYTHING_ELSE).values_list("pk", flat=True))
        for pk in names.keys() - untaken:
            seen.printed_when.setdefault(names[pk], printed)
        if printed:
            seen.unwell.add(readiness.state()["worker"])
            seen.memory.append((printed, memory(process.pid)))
        connection.close()
        time.sleep(0.1)
    return seen


@pytest.mark.postgres
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_many_papers_at_once_are_printed_newest_first_and_hold_up_nobody(tmp_path: Path) -> None:
    began = time.time()
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        case = cast.walk_to(S.FIRST_REVIEW)
        OrmQ.objects.all().delete()
        Document.objects.all().update(failure="not now")
        made = papers(case, MANY)
        for pk in made:
            async_task(PRINT, pk, task_name=f"document {pk}", cluster=PAPERS)
        for name in (LOG, MAIL, BEAT):
            async_task(name, *([0] if name == MAIL else []), task_name=name)
        connections.close_all()
        with working(tmp_path, time.time() - began) as process:
            seen = watch(process, made, 60 + MANY * 2)
        sys.stdout.write(
            f"taken after so many papers: {seen.printed_when}; kilobytes: {seen.memory[0]} to {seen.memory[-1]}\n"
        )
        assert not Document.objects.filter(pk__in=made, status="pending").exists(), (
            "a job for each, and each is printed"
        )
        assert len(seen.printed_when) == 3
        assert max(seen.printed_when.values()) <= WITHIN, seen.printed_when
        assert seen.unwell == {"ok"}
        order = list(Document.objects.filter(pk__in=made).order_by("issued_at").values_list("pk", flat=True))
        assert set(order[:20]) <= set(made[-26:]), "the newest first, but for those in two hands at once"
        early = max(kilobytes for printed, kilobytes in seen.memory if printed <= MANY // 3)
        assert max(kilobytes for _printed, kilobytes in seen.memory) <= 1.25 * early
