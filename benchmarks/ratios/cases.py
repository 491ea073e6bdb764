"""Rows 1 and 2: a complete tending case with record, clocks and rules, against viewflow alone on the same five tasks.

Both claim and complete a draft, an acceptance, two reviews and a decision, each step in one transaction under a lock of
one row. What stands against it is viewflow's own process and task with plain nodes; its tables are there because the
engine's are made of the same abstract models.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace
from viewflow import this
from viewflow.workflow import flow, nodes
from viewflow.workflow.lock import select_for_update_lock
from viewflow.workflow.models import Process, Task

from benchmarks.bench import Bench
from benchmarks.clock import spent
from benchmarks.rows import Ratio
from permits.acts.perform import perform
from permits.models import Application
from permits.tables.example import drafted
from permits.tending import demo
from roles.days import local_today
from roles.models import Person
from workflows.demo import programme
from workflows.demo.walk import Walker
from workflows.models import WorkItem

ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("submit", {"statement": True}),
    ("accept", {}),
    ("recommend", {"outcome": "approve", "opinion": "经现场核查，设计与实地一致，建议同意。"}),
    ("propose", {"outcome": "approve", "opinion": "材料齐全，符合规定，拟同意。"}),
    ("approve", {"opinion": "同意。"}),
)
DESKS = {"accept": "miyun-accept", "recommend": "miyun-review", "propose": "city-review", "approve": "city-decide"}
CASES = 3
EXAMPLE = "石城峪天然林抚育作业设计"
"""Of the demonstration: within every threshold, filed in 密云区."""


def measure(bench: Bench) -> list[Ratio]:
    """CPU of ours over viewflow's, in turns on the small database; cases a second is the inverse. And queries."""
    worker = bench.small
    drafts = worker.ask(prepare, many=bench.rounds * CASES + 2)
    worker.ask(ours, drafts=drafts[:1])
    worker.ask(plain, many=1)
    times = []
    for turn in range(bench.rounds):
        mine = drafts[2 + turn * CASES : 2 + (turn + 1) * CASES]
        times.append(worker.ask(plain, many=CASES) / worker.ask(ours, drafts=mine))
    queries = worker.ask(count_ours, draft=drafts[1]), worker.ask(count_plain)
    return [
        Ratio(1, "complete tending cases/s ÷ plain viewflow, CPU", times, "more"),
        Ratio(2, "queries of a case ÷ plain viewflow's", [queries[0] / queries[1]], "less",
              {"queries of a case": queries[0], "queries of plain viewflow": queries[1]}),
    ]  # fmt: skip


def prepare(many: int) -> list[int]:
    """Drafts in which nothing is missing; their keys."""
    example = next(one for one in demo.examples() if one.title == EXAMPLE)
    people = {person.username: person for person in Person.objects.filter(username__in=["farm", *DESKS.values()])}
    drafts = []
    for _number in range(many):
        walker = Walker(people, local_today() - timedelta(days=1))  # this morning may not have come yet
        last = Application.objects.order_by("-pk").values_list("pk", flat=True)[0]
        programme.play("tending", replace(example, story=drafted), walker, ordinal=last)
        drafts.append(walker.application.pk)
    return drafts


def ours(drafts: list[int]) -> float:
    """CPU seconds of a case, from the handing in to the approval, claims included."""
    people = {login: Person.objects.get(username=login) for login in {"farm", *DESKS.values()}}
    return spent(lambda: _walk_all(drafts, people)) / len(drafts)


def _walk_all(drafts: list[int], people: dict[str, Person]) -> None:
    for pk in drafts:
        _walk(pk, people)


def _walk(pk: int, people: dict[str, Person]) -> None:
    for act, facts in ACTS:
        item = WorkItem.objects.select_related("mandate__agency").get(
            application=pk, finished=None, flow_task_type="HUMAN"
        )
        person = people[DESKS.get(act, "farm")]
        if item.mandate:
            perform(pk, "claim", by=person, mandate=item.mandate, item=item.pk)
        perform(pk, act, by=person, mandate=item.mandate, work_item=item.pk, **facts)


class Plain(flow.Flow):
    """Five human tasks one after another, and nothing else."""

    process_class, task_class, lock_impl = Process, Task, staticmethod(select_for_update_lock)

    start = nodes.StartHandle().Next(this.draft)
    draft = nodes.View(view=None).Next(this.accept)
    accept = nodes.View(view=None).Next(this.first_review)
    first_review = nodes.View(view=None).Next(this.final_review)
    final_review = nodes.View(view=None).Next(this.decide)
    decide = nodes.View(view=None).Next(this.end)
    end = nodes.End()


def plain(many: int) -> float:
    """CPU seconds of viewflow's case, begun before the watch is."""
    person = Person.objects.get(username="farm")
    begun = [Plain.start.run() for _number in range(many)]
    return spent(lambda: _walk_all_plain(begun, person)) / many


def _walk_all_plain(begun: list[Any], person: Person) -> None:
    for process in begun:
        _walk_plain(process.pk, person)


def _walk_plain(pk: int, person: Person) -> None:
    for number in range(len(ACTS)):
        if number:
            with _open(pk).activation() as activation:  # which takes the lock, in a transaction
                activation.assign(person)
        with _open(pk).activation() as activation:
            if not number:
                activation.assign(person)
            activation.start(None)  # no request: signals alone would read it
            activation.execute()


def _open(pk: int) -> Any:
    return Task.objects.get(process=pk, finished=None, flow_task_type="HUMAN")


def count_ours(draft: int) -> int:
    """Queries of a case."""
    people = {login: Person.objects.get(username=login) for login in {"farm", *DESKS.values()}}
    return _queries(lambda: _walk(draft, people))


def count_plain() -> int:
    """Queries of viewflow's."""
    person, process = Person.objects.get(username="farm"), Plain.start.run()
    return _queries(lambda: _walk_plain(process.pk, person))


def _queries(what: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        what()
    return len(seen)
