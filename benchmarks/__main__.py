"""`make bench`: ratios of speed and size, each measured in turns within one run.

    make bench                                     PostgreSQL or SQLite, as DATABASE_URL says; 1 000 and 10 000 cases
    make bench SMALL=10000 LARGE=100000            other sizes
    make bench SMALL=10000 LARGE=1000000 ECHO=1    the large one made of the small one's cases, over and over
    make bench ROWS="1 2 5" ROUNDS=9 JSON=out.json
    make bench BASE=<commit>                       the same of an earlier version, beside this one's

The table is for people, the JSON for comparing runs. No seconds are compared: only ratios of one run mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from benchmarks.rows import Ratio

SMALL, LARGE, ROUNDS, TEMPLATES = 1_000, 10_000, 3, 24


def asked() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("--small", type=int, default=SMALL, help="cases in the small database")
    parser.add_argument("--large", type=int, default=LARGE, help="cases in the large one")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each ratio")
    parser.add_argument("--rows", type=int, nargs="*", default=[], help="numbers of the ratios; all without")
    parser.add_argument("--templates", type=int, default=TEMPLATES, help="template cases to walk, of those there are")
    parser.add_argument("--echo", action="store_true", help="make the large database of the small one (PostgreSQL)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--base", help="an earlier commit to measure too, in a work tree of its own")
    parser.add_argument("--keep", type=Path, help="folder to keep the databases in, and to find them again")
    return parser.parse_args()


def main() -> int:
    """Measure, and print. 1 where something that was asked for could not be measured: it is named under the table."""
    options = asked()
    server = os.environ.get("DATABASE_URL", "sqlite:")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    began = time.perf_counter()
    ratios, missed, whole = measured(options, server)
    from benchmarks.rows import side_by_side, table

    engine = "PostgreSQL" if server.startswith("postgres") else "SQLite"
    sys.stdout.write(
        f"{engine}; {options.small} and {options.large} cases; {options.rounds} rounds; "
        f"{time.perf_counter() - began:.0f} s in all\n{table(ratios, missed)}\n"
    )
    if not whole:
        sys.stdout.write("CPU is Python's alone: the database's processes are not told of on this machine.\n")
    if options.json:
        told = {
            "engine": engine, "small": options.small, "large": options.large, "rounds": options.rounds,
            "ratios": [one.as_dict() for one in ratios], "missed": missed,
        }  # fmt: skip
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if options.base:
        from benchmarks.base import earlier

        sys.stdout.write(f"\n{side_by_side(ratios, earlier(options, server), options.base)}\n")
    return 1 if missed else 0


def measured(options: argparse.Namespace, server: str) -> tuple[list[Ratio], list[str], bool]:
    """The ratios on databases made for them, what was missed, and whether CPU times are the database's too."""
    from benchmarks.databases import loaded, manage, var_folder

    keep, templates, of = bool(options.keep), options.templates, options.small if options.echo else 0
    with (
        var_folder(options.keep) as folder,
        loaded(server, folder, options.small, templates, keep=keep) as small,
        loaded(server, folder, options.large, templates, keep=keep, echoes_of=of) as large,
    ):
        manage(small, folder, "manage.py", "collectstatic", "--noinput", "-v0")
        os.environ |= {"VAR_DIR": str(folder), "DATABASE_URL": small}
        django.setup()
        from benchmarks.bench import Bench
        from benchmarks.clock import told_by_backend
        from benchmarks.run import run
        from benchmarks.worker import Worker

        sizes, wanted = (options.small, options.large), frozenset(options.rows)
        with Worker(small, var=folder) as one, Worker(large, var=folder) as other:
            bench = Bench(one, other, sizes, options.rounds, (small, large), folder, wanted)
            return run(bench), bench.missed, one.ask(told_by_backend)


if __name__ == "__main__":
    sys.exit(main())
