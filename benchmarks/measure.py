"""Queries and milliseconds of each act and page, on a database made for the run and dropped after it.

    .venv/bin/python benchmarks/measure.py [rounds]        DATABASE_URL=postgres://… for PostgreSQL

Milliseconds are medians over the rounds on this machine, now; compare figures of one run only.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import django

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import time_machine  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import (  # noqa: E402
    CaptureQueriesContext,
    get_runner,
    setup_test_environment,
)

from permits.models.states import S  # noqa: E402
from tests.cast import NOW, WAY, Cast, load_matrix_anew, log_in  # noqa: E402

ROUNDS = 5
Figures = dict[str, list[tuple[int, float]]]


@contextmanager
def database() -> Iterator[None]:
    """A database of this run's own."""
    setup_test_environment()
    settings.MEDIA_ROOT = mkdtemp(prefix="permits-measure-")
    runner = get_runner(settings)(verbosity=0, interactive=False)
    old = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(old)


def measure(figures: Figures, name: str, what: Callable[[], object]) -> None:
    """Run `what` once, and note its queries and milliseconds."""
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        what()
        figures[name].append((len(queries), (time.perf_counter() - began) * 1000))


def acts(cast: Cast, figures: Figures) -> None:
    """A design from the draft to its approval, each act measured."""
    case = cast.draft()
    for act in WAY[S.APPROVED]:
        item = cast.open_item(case, act)
        if item and item.mandate:
            measure(figures, f"claim before {act}", lambda: cast.take(case))
        measure(figures, act, lambda act=act: cast.do(case, act))


def pages(cast: Cast, figures: Figures) -> None:
    """The pages of a case in final review, each for whoever works there."""
    case = cast.walk_to(S.FINAL_REVIEW)
    item = cast.take(case)
    officer, clerk = log_in(cast.reviewer), log_in(cast.clerk)
    for name, client, path in (
        ("home of an officer", officer, "/"),
        ("my queue", officer, "/queue/mine/"),
        ("agency's queue", officer, "/queue/agency/"),
        ("work item", officer, f"/tasks/{item.pk}/"),
        ("case", officer, f"/cases/{case.pk}/"),
        ("home of a unit", clerk, "/"),
        ("case, for the unit", clerk, f"/cases/{case.pk}/"),
    ):
        measure(figures, f"page: {name}", lambda client=client, path=path: client.get(path))


def main(rounds: int) -> None:
    """Print the table."""
    figures: Figures = defaultdict(list)
    logging.disable(logging.INFO)
    with database(), time_machine.travel(NOW, tick=True):
        load_matrix_anew()
        cast = Cast.enter_anew()
        for _ in range(rounds):
            acts(cast, figures)
            pages(cast, figures)
    sys.stdout.write(f"{connection.vendor}, median of {rounds} rounds\n")
    for name, seen in figures.items():
        queries = statistics.median(count for count, _ms in seen)
        middle = statistics.median(ms for _count, ms in seen)
        sys.stdout.write(f"{name:32} {queries:5.0f} queries {middle:8.1f} ms\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
