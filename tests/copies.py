"""More cases like one that was walked, for tests that ask what many of them cost and not how they came about.

Their rows are made as the loader of the benchmarks makes them: each with keys, numbers and a record of its own, past
the door. `tests/benchmarks` says that such cases are whole.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from benchmarks.load import templates
from benchmarks.load.copies import Copyist, Counters
from benchmarks.load.places import Moved
from benchmarks.load.writing import Rows, write
from permits.models import Application
from permits.register.entries import keep_entry, missing_entries
from tests.prepared import keys_begin_at

BEYOND = 10**7
"""Above every key of a test's rows, but where an earlier test began there: on PostgreSQL sequences do not see the keys
of copies."""


def copy(cases: list[Application], times: int) -> None:
    """So many copies of each case, by the same people at the same time; those granted stand in the register. No case
    may be walked afterwards: the running numbers are not told of."""
    closure = templates.models_of_a_case()
    wanted = {case.pk for case in cases}
    found = [one for one in templates.read() if one.application.pk in wanted]
    copyist, rows = Copyist(Counters.read(closure)), defaultdict(list)  # type: ignore[var-annotated]
    for template in found:
        here = Moved(template.application.jurisdiction_id, template.application.unit_id, {}, {}, {}, {}, {}, {})
        for _number in range(times):
            for model, row in copyist.copy(template, here, timedelta()):
                rows[model].append(row)
    _enter(rows, max(BEYOND, *copyist.counters.keys.values()))


def _enter(rows: Rows, last: int) -> None:
    write(rows)
    keys_begin_at(last)
    for permit in missing_entries():
        keep_entry(permit, permit.granted_by.at)
