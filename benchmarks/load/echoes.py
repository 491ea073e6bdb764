"""A loaded database many times over: `python -m benchmarks.load.echoes TIMES` makes so many times as many cases of it.

The database itself writes every row of every case again, with other keys and numbers: a million cases in minutes where
the loader takes hours. Days, people, places and texts are those of the case that is echoed, so lists, queues, counts
and questions have the rows of a million cases; but the texts of acts tell of its keys. The record of an echo is not
whole: what proves records is measured on what the loader wrote. Left out besides: files of papers, objections, audit
engagements, and the indexes of words in acts.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from django.db import models

APART = 100_000
"""Numbers of a series that lie between a case and its next echo: more than any series of a loaded database has."""
LEFT_OUT = frozenset({
    "permits.DocumentFile", "permits.ObjectionFiling", "permits.FilingOutcome", "permits.UnfinishedForm",
    "workflows.EngagementEntry", "workflows.EngagementFile", "workflows.EntryAnnouncement", "workflows.FindingNews",
})  # fmt: skip
OWN = {
    ("permits.Application", "number"): "left(number, -5) || (right(number, 5)::bigint + echo * {apart})",
    ("permits.Act", "work_item"): "work_item + echo * {stride}",
    ("permits.Act", "key"): "NULL::uuid",
    ("permits.Document", "serial"): "serial + echo * {apart}",
    ("permits.Document", "number"): "replace(number, serial || '号', (serial + echo * {apart}) || '号')",
    ("permits.Document", "token"): "md5(token || echo)",
    ("permits.QuotaMovement", "seq"): "seq + echo * {apart}",
    ("permits.GroundClaim", "key"): "key || '·' || echo",
}
"""What must be another in each echo and is no key of a row."""


def main() -> int:
    """Multiply the database of DATABASE_URL."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.echoes", description=__doc__)
    parser.add_argument("times", type=int, help="how many times as many cases there are to be")
    times = parser.parse_args().times
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from benchmarks.load.guard import Refused

    try:
        cases, rows = echo(times)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    sys.stdout.write(f"{cases} cases; {rows} rows of echoes\n")
    return 0


def echo(times: int) -> tuple[int, int]:
    """Write every case `times - 1` times more; gives the cases there are now and the rows that were written.

    PostgreSQL only. Raises guard.Refused where the database is not one for benchmarks, or was echoed before.
    """
    from django.core.management.color import no_style
    from django.db import connection, models, transaction

    from benchmarks.load.bare import bare
    from benchmarks.load.guard import refuse_unless_named_for_benchmarks
    from benchmarks.load.templates import models_of_a_case
    from permits.models import Application

    refuse_unless_named_for_benchmarks()
    every = models_of_a_case()
    written = [model for model in every if model._meta.label not in LEFT_OUT]
    highest = [model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0 for model in written]
    stride, rows = max(highest) + 1, 0
    with bare(written, words=False), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger: what they keep is copied, too
        for model in written:
            cursor.execute(_statement(model, every, stride), [times - 1])
            rows += cursor.rowcount
            sys.stderr.write(f"{model._meta.label}: {cursor.rowcount}\n")
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)
    return Application.objects.count(), rows


def _statement(model: type[models.Model], every: list[type[models.Model]], stride: int) -> str:
    """The rows of a table again, so many times: its keys and those of other rows of the case moved by `stride` each."""
    columns = model._meta.concrete_fields
    told = [_told(model, column, every, stride) for column in columns]
    names = ", ".join(f'"{column.column}"' for column in columns)
    table, some = model._meta.db_table, " AND ".join(_of_a_case(model, every)) or "true"
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(told)} '  # noqa: S608 - names of our own tables
        f'FROM "{table}", generate_series(1, %s) AS echo WHERE {some}'
    )


def _told(model: type[models.Model], column: Any, every: list[type[models.Model]], stride: int) -> str:
    if own := OWN.get((model._meta.label, column.name)):
        return own.format(stride=stride, apart=APART)
    points = column.remote_field and column.remote_field.model in every
    if points or (column.primary_key and not column.remote_field):
        return f'"{column.column}" + echo::bigint * {stride}'
    return f'"{column.column}"'


def _of_a_case(model: type[models.Model], every: list[type[models.Model]]) -> Iterator[str]:
    """That a row belongs to a case at all, where it need not: a quota that is allotted belongs to none."""
    points = [one for one in model._meta.concrete_fields if one.remote_field and one.remote_field.model in every]
    if points and all(one.null for one in points):
        yield f"coalesce({', '.join(one.column for one in points)}) IS NOT NULL"


if __name__ == "__main__":
    sys.exit(main())
