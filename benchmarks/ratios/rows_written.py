"""Row 3: acts a second, against one client that writes the same rows by bare SQL, a transaction for each act.

The statements of one case that write are noted and written again into tables of the same columns and indexes in a
schema of their own, which are emptied before each turn. Rows that an act changes and another act made have other keys
there: such an UPDATE looks for a row and finds none. PostgreSQL alone.
"""

from __future__ import annotations

import re
import time
from typing import Any

from django.db import connection

from benchmarks.bench import Bench
from benchmarks.ratios.cases import DESKS, prepare
from benchmarks.ratios.mixed import Noted
from benchmarks.ratios.writers import steps
from benchmarks.rows import Ratio
from permits.acts.perform import perform
from roles.models import Person

SCHEMA = "bench_rows"
TABLE = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
CASES, AGAIN = 2, 20
_written: list[list[tuple[str, Any]]] = []


def measure(bench: Bench) -> list[Ratio]:
    """Acts a second of both, in turns: the wall's time, because a commit waits for the disk."""
    if not bench.addresses[0].startswith("postgres"):
        return []
    worker = bench.small
    drafts = worker.ask(prepare, many=bench.rounds * CASES + 1)
    worker.ask(note, draft=drafts.pop())
    rates = []
    for _number in range(bench.rounds):
        ours = worker.ask(act, drafts=[drafts.pop() for _case in range(CASES)])
        rates.append(ours / worker.ask(write))
    return [Ratio(3, "acts/s ÷ the same rows written by bare SQL, one client", rates, "more")]


# ---- in the worker ---------------------------------------------------------------------------------------------------
def act(drafts: list[int]) -> float:
    """Acts a second through the door."""
    people, many, began = _people(), 0, time.perf_counter()
    for pk in drafts:
        for name, person, facts in steps(pk, people):
            perform(pk, name, by=person, **facts())
            many += 1
    return many / (time.perf_counter() - began)


def _people() -> dict[str, Person]:
    return {login: Person.objects.get(username=login) for login in {"farm", *DESKS.values()}}


def note(draft: int) -> None:
    """Walk one case, keep what each act writes, and make the tables it is written into again."""
    for name, person, facts in steps(draft, _people()):
        said, noted = facts(), Noted(TABLE)
        with connection.execute_wrapper(noted):
            perform(draft, name, by=person, **said)
        _written.append(noted.asked)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in sorted(_tables()):
            cursor.execute(
                f'CREATE TABLE {SCHEMA}."{table}" (LIKE public."{table}" INCLUDING IDENTITY INCLUDING DEFAULTS '
                "INCLUDING INDEXES)"
            )
        cursor.execute(
            f"INSERT INTO {SCHEMA}.permits_application OVERRIDING SYSTEM VALUE "  # noqa: S608 - names of its own
            "SELECT * FROM public.permits_application WHERE id = %s", [draft],
        )  # fmt: skip


def _tables() -> set[str]:
    return {found[1] for wrote in _written for sql, _params in wrote if (found := TABLE.match(sql))}


def write() -> float:
    """Acts a second by bare SQL."""
    took = 0.0
    with connection.cursor() as cursor:
        for _number in range(AGAIN):
            for table in _tables() - {"permits_application"}:
                cursor.execute(f'TRUNCATE {SCHEMA}."{table}"')
            cursor.execute(f"SET search_path = {SCHEMA}, public")
            try:
                began = time.perf_counter()
                for wrote in _written:
                    cursor.execute("BEGIN")
                    for sql, params in wrote:
                        cursor.execute(sql, params)
                    cursor.execute("COMMIT")
                took += time.perf_counter() - began
            finally:
                cursor.execute("SET search_path = public")
    return AGAIN * len(_written) / took
