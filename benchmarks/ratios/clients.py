"""Row 4: 32 clients who act, then think for five milliseconds, while the transparency log is written, against without.

Four processes of eight threads each walk cases of their own. With the log another process sequences what they write
once a second, sixty times as often as an installation does. PostgreSQL alone: SQLite has one writer.
"""

from __future__ import annotations

import threading
import time

from django.db import connection

from benchmarks.bench import Bench
from benchmarks.load.loading import fill_log
from benchmarks.ratios.cases import DESKS, prepare
from benchmarks.ratios.writers import steps
from benchmarks.rows import Ratio
from benchmarks.worker import Worker
from permits.acts.perform import perform
from permits.ledger import sequencer
from roles.models import Person

PROCESSES, THREADS, THINKS = 4, 8, 0.005
TURNS = 2
_stop = threading.Event()


def measure(bench: Bench) -> list[Ratio]:
    """Acts a second, with and without, in turns."""
    if not bench.addresses[0].startswith("postgres"):
        return []
    workers = [bench.another() for _number in range(PROCESSES)]
    try:
        drafts = _drafts(workers, (1 + 2 * TURNS) * PROCESSES * THREADS)
        _turn(workers, drafts)  # the first loads what a process keeps
        bench.small.ask(catch_up)
        rates = []
        for _number in range(TURNS):
            without = _turn(workers, drafts)
            bench.small.ask(catch_up)
            bench.small.ask(begin_sequencing)
            with_log = _turn(workers, drafts)
            bench.small.ask(end_sequencing)
            rates.append(with_log / without)
    finally:
        for worker in workers:
            worker.close()
    return [Ratio(4, "32 clients: acts/s with ÷ without the transparency log", rates, "more")]


def _drafts(workers: list[Worker], many: int) -> list[int]:
    """Made one process after another: the ground of each is named after the newest case."""
    return [pk for worker in workers for pk in worker.ask(prepare, many=many // len(workers))]


def _turn(workers: list[Worker], drafts: list[int]) -> float:
    began = time.perf_counter()
    for worker in workers:
        worker.tell(act_at_once, drafts=[drafts.pop() for _number in range(THREADS)])
    return float(sum(worker.hear() for worker in workers)) / (time.perf_counter() - began)


# ---- in the worker ---------------------------------------------------------------------------------------------------
def act_at_once(drafts: list[int]) -> int:
    """How many acts a thread for each of these cases performs, to their ends. Raises what any of them met."""
    people = {login: Person.objects.get(username=login) for login in {"farm", *DESKS.values()}}
    done: list[int] = []
    failed: list[BaseException] = []

    def client(pk: int) -> None:
        try:
            for act, person, facts in steps(pk, people):
                perform(pk, act, by=person, **facts())
                done.append(pk)
                time.sleep(THINKS)
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that answers
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=[pk]) for pk in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return len(done)


def catch_up() -> int:
    """Put everything that is there into the log."""
    return fill_log()


def begin_sequencing() -> None:
    """A thread that sequences each second, until `end_sequencing`."""
    _stop.clear()

    def run() -> None:
        while not _stop.wait(1):
            sequencer.sequence()
        connection.close()

    threading.Thread(target=run, daemon=True).start()


def end_sequencing() -> None:
    """No more of it."""
    _stop.set()
