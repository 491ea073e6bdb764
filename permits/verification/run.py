"""Every check over every case, in batches: time grows with the record, memory does not."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from permits.models import Application
from permits.verification import (  # noqa: F401 - each registers itself
    clocks,
    files,
    force,
    guards,
    log,
    obligations,
    outside,
    papers,
    quota,
    records,
    register,
    rights,
)
from permits.verification.registry import CASE_CHECKS, CHECKS, Batch, Problem

CASES_AT_ONCE = 200


def verify(cases: QuerySet[Application] | None = None, *, installation: bool = True) -> Iterator[Problem]:
    """What is wrong with `cases` (default: all), and with the `installation`, as it is found. Reads only."""
    if installation:
        for check in CHECKS.values():
            yield from check()
    for batch in batches(Application.objects.all() if cases is None else cases):
        yield from of_batch(batch)


def of_batch(batch: Batch) -> Iterator[Problem]:
    """What is wrong with some cases."""
    for check in CASE_CHECKS.values():
        yield from check(batch)


def batches(cases: QuerySet[Application], last: int = 0) -> Iterator[Batch]:
    """The cases above the key `last`, by key, some at a time."""
    while some := list(cases.select_related("unit", "jurisdiction").filter(pk__gt=last).order_by("pk")[:CASES_AT_ONCE]):
        yield Batch.of(some)
        last = some[-1].pk
