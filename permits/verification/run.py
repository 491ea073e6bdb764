"""Every check over every case, in batches: time grows with the record, memory does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits.errors import StorageFailed
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
from permits.verification.instant import much_reading, one_instant
from permits.verification.registry import CASE_CHECKS, CHECKS, Batch, CaseCheck, Problem

CASES_AT_ONCE = 400
NO_TEXT = "Could not decode to UTF-8"


def verify(cases: QuerySet[Application] | None = None, *, installation: bool = True) -> Iterator[Problem]:
    """What is wrong with `cases` (default: all), and with the `installation`, as it is found. Reads only."""
    if installation:
        for name in CHECKS:
            yield from of_installation(name)
    for some in batches(Application.objects.all() if cases is None else cases):
        yield from of_cases(some)


def of_installation(name: str) -> Iterator[Problem]:
    """What the check `name` finds wrong with the installation as a whole; a value nobody can read is wrong too."""
    try:
        with one_instant():
            found = list(CHECKS[name]())
    except Exception as error:  # noqa: BLE001 - whatever a spoilt value makes fail
        found = [Problem(name, "—", unreadable(error))]
    yield from found


def of_cases(keys: Sequence[int]) -> Iterator[Problem]:
    """What is wrong with some cases, all read as of one instant. Where a value among them cannot be read, each is
    looked at by itself: one spoilt row hides nothing of the others."""
    with much_reading(), one_instant():
        found = list(_of_cases(keys))
    yield from found


def _of_cases(keys: Sequence[int]) -> Iterator[Problem]:
    """Every check over these cases. Where a spoilt value keeps them from being read together, they are read one by
    one."""
    try:
        batch = Batch.of(keys)
    except Exception as error:  # noqa: BLE001 - whatever a spoilt value makes fail
        told = unreadable(error)
        if len(keys) > 1:
            for key in keys:
                yield from _of_cases([key])
        else:
            yield Problem("chain", f"#{keys[0]}", told)
        return
    for gone in sorted(set(keys) - {case.pk for case in batch.cases}):
        yield Problem("chain", f"#{gone}", _("its unit or its place is none"))
    for name, check in CASE_CHECKS.items():
        yield from _of_check(name, check, batch)
    batch.let_go()


def _of_check(name: str, check: CaseCheck, batch: Batch) -> Iterator[Problem]:
    try:
        found = list(check(batch))
    except Exception as error:  # noqa: BLE001 - whatever a spoilt value makes fail
        told = unreadable(error)
        if len(batch.cases) > 1:
            for one in batch.each():
                yield from _of_check(name, check, one)
        else:
            yield Problem(name, f"#{batch.cases[0].pk}", told)
        return
    yield from found


def batches(cases: QuerySet[Application], last: int | None = None) -> Iterator[list[int]]:
    """The keys of the cases above the key `last`, some at a time; of all without one, whatever keys somebody gave."""
    above = cases if last is None else cases.filter(pk__gt=last)
    while some := list(above.order_by("pk").values_list("pk", flat=True)[:CASES_AT_ONCE]):
        yield some
        above = cases.filter(pk__gt=some[-1])


def unreadable(error: Exception) -> str:
    """Words for a value that no program of ours wrote so: whatever reads it fails. Raises the error again where it is
    the database's own, such as a lost connection, and not what SQLite says of a text that is none, or where the files'
    store is not reached: no case is at fault."""
    if isinstance(error, StorageFailed) or (isinstance(error, DatabaseError) and NO_TEXT not in str(error)):
        raise error
    return _("a value cannot be read: %(error)s") % {"error": f"{type(error).__name__} {error}".strip()}
