"""People who do the same at one moment, each in a process of their own."""

from __future__ import annotations

import multiprocessing
import random
import time
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection, connections
from django.db.models import Sum

from permits.acts.perform import perform
from permits.errors import PermitError
from permits.models import Application, QuotaBook
from roles.models import Mandate, Person
from workflows import sweep
from workflows.models import WorkItem

PATIENCE = 60
STAGGER = 0.02
FORK = multiprocessing.get_context("fork")
Racer = Callable[[], object]


def act(
    case: Application,
    name: str,
    *,
    by: Person | None,
    item: WorkItem | None = None,
    stays: bool = False,
    key: uuid.UUID | None = None,
    late: bool = False,
    **facts: Any,
) -> Racer:
    """A racer that performs act `name`, which completes `item` unless it `stays`; `late` starts it up to a fiftieth of
    a second after the barrier."""
    mandate, work_item = (item.mandate_id, None if stays else item.pk) if item else (None, None)
    if name == "claim":
        facts["item"], work_item = work_item, None

    def run() -> None:
        if late:
            time.sleep(random.random() * STAGGER)
        person = Person.objects.get(pk=by.pk) if by else None
        capacity = Mandate.objects.get(pk=mandate) if mandate else None
        perform(case.pk, name, by=person, mandate=capacity, work_item=work_item, key=key, **facts)

    return run


def race(*racers: Racer) -> list[str]:
    """Run all at once; what came of each: "ok" or the name of its error. An error of another kind fails the test."""
    connections.close_all()
    barrier, results = FORK.Barrier(len(racers)), FORK.Queue()
    processes = [
        FORK.Process(target=_run, args=(number, racer, barrier, results)) for number, racer in enumerate(racers)
    ]
    for process in processes:
        process.start()
    told = dict(results.get(timeout=PATIENCE) for _ in processes)
    for process in processes:
        process.join(PATIENCE)
    return [told[number] for number in range(len(racers))]


def _run(number: int, racer: Racer, barrier: Any, results: Any) -> None:
    connections.close_all()
    connection.ensure_connection()
    barrier.wait(PATIENCE)
    try:
        racer()
    except PermitError as error:
        results.put((number, type(error).__name__))
    except Exception as error:  # noqa: BLE001 - told to the test, which fails on it
        results.put((number, f"{type(error).__name__}: {error}"))
    else:
        results.put((number, "ok"))
    finally:
        connections.close_all()


def whole(book: QuotaBook) -> Decimal:
    """The balance, after asking that every line says what is left after it."""
    left = Decimal(0)
    for number, row in enumerate(book.movements.order_by("seq"), 1):
        left += row.amount
        assert (row.seq, row.left) == (number, left)
        assert left >= 0
    assert book.movements.aggregate(sum=Sum("amount"))["sum"] == left
    return left


def tick() -> None:
    """What time brings. A case that another run was first at is nothing that went wrong."""
    wrong = {name: swept for name, swept in sweep.tick().items() if swept.failed or swept.broken}
    assert not wrong, wrong
