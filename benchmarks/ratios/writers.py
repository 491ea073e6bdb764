"""Row 9: four processes that write into one SQLite file, against one; what the slowest act took stands beside it."""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks.bench import Bench
from benchmarks.databases import loaded
from benchmarks.ratios.cases import ACTS, DESKS, prepare
from benchmarks.rows import Ratio
from benchmarks.worker import Worker
from permits.acts.perform import perform
from permits.errors import Busy
from roles.models import Person
from workflows.models import WorkItem

WRITERS, CASES, TEMPLATES = 4, 3, 8
DATABASE = 60
"""Cases in the file."""


def measure(bench: Bench) -> list[Ratio]:
    """Acts a second of four and of one, in turns."""
    rounds = max(2, bench.rounds // 2)
    with loaded("sqlite:", bench.folder, DATABASE, TEMPLATES, root=bench.root) as address:
        workers = [Worker(address, bench.root, bench.folder) for _number in range(WRITERS)]
        try:
            drafts = workers[0].ask(prepare, many=rounds * (WRITERS + 1) * CASES)
            times = [_turn(workers, drafts) for _number in range(rounds)]
        finally:
            for worker in workers:
                worker.close()
    beside = {
        "p99 ms of four": max(four["p99"] for _ratio, four, _one in times),
        "p99 ms of one": max(one["p99"] for _ratio, _four, one in times),
        "times one found it busy": sum(four["busy"] for _ratio, four, _one in times),
    }
    return [Ratio(9, "SQLite: acts/s of 4 writers ÷ 1 writer", [one[0] for one in times], "more", beside)]


def _turn(workers: list[Worker], drafts: list[int]) -> tuple[float, dict[str, float], dict[str, float]]:
    four = _together(workers, drafts)
    one = _together(workers[:1], drafts)
    return four["rate"] / one["rate"], four, one


def _together(workers: list[Worker], drafts: list[int]) -> dict[str, float]:
    began = time.perf_counter()
    for worker in workers:
        worker.tell(write, drafts=[drafts.pop() for _number in range(CASES)])
    told = [worker.hear() for worker in workers]
    took = time.perf_counter() - began
    every = [ms for one in told for ms in one["ms"]]
    p99 = statistics.quantiles(every, n=100)[-1]
    return {"rate": len(every) / took, "p99": p99, "busy": sum(one["busy"] for one in told)}


# ---- in the worker ---------------------------------------------------------------------------------------------------
def write(drafts: list[int]) -> dict[str, Any]:
    """Milliseconds of each act of these cases, and how often the file was busy; then it is tried again."""
    people = {login: Person.objects.get(username=login) for login in {"farm", *DESKS.values()}}
    ms: list[float] = []
    busy = 0
    for pk in drafts:
        for act, person, facts in steps(pk, people):
            began = time.perf_counter()
            while True:
                try:
                    perform(pk, act, by=person, **facts())
                    break
                except Busy:
                    busy += 1
            ms.append((time.perf_counter() - began) * 1000)
    return {"ms": ms, "busy": busy}


def steps(pk: int, people: dict[str, Person]) -> Any:
    """The acts of a case from the handing in on: what each says is read when its turn comes."""
    for act, words in ACTS:
        person = people[DESKS.get(act, "farm")]
        if act in DESKS:
            yield "claim", person, lambda: {"mandate": (item := _item(pk)).mandate, "item": item.pk}
        yield act, person, lambda words=words: {"mandate": (item := _item(pk)).mandate, "work_item": item.pk, **words}


def _item(pk: int) -> WorkItem:
    items = WorkItem.objects.select_related("mandate__agency")
    found: WorkItem = items.get(application=pk, finished=None, flow_task_type="HUMAN")
    return found
