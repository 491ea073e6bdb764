"""How much work an agency has, who holds it, and whether it is done in time: counted by the database, not by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from msgspec import Struct
from viewflow.workflow.status import STATUS

from roles.days import CHINA
from roles.models import Agency
from workflows.models import WorkItem
from workflows.queues import LATE, SOON, pressing


class Load(Struct, frozen=True):
    """Open items of one person (key None: nobody's) or one step, and how many of them press."""

    key: int | str | None
    name: str
    open: int
    soon: int
    late: int


class Month(Struct, frozen=True):
    """What came in and what was done in the month that begins on `first`; of what was done, how much in time.

    In time means by the last day the agency was held to when it was done. `undated` had no such day.
    """

    first: date
    opened: int = 0
    done: int = 0
    late: int = 0
    undated: int = 0

    @property
    def in_time(self) -> int:
        """Done by its last day."""
        return self.done - self.late - self.undated

    @property
    def share(self) -> int | None:
        """In time of all that had a last day, in whole percent, rounded down; None where nothing had."""
        dated = self.done - self.undated
        return 100 * self.in_time // dated if dated else None


def by_person(items: QuerySet[WorkItem]) -> list[Load]:
    """Open items by holder, the most loaded first. One query."""
    rows = _counted(items, "owner", "owner__name", "owner__username")
    return [_load(row, row["owner"], row["owner__name"] or row["owner__username"] or "") for row in rows]


def by_step(items: QuerySet[WorkItem], names: dict[str, str]) -> list[Load]:
    """Open items by step, the most loaded first; `names` has the steps' titles. One query."""
    return [_load(row, row["step"], str(names.get(row["step"], row["step"]))) for row in _counted(items, "step")]


def _counted(items: QuerySet[WorkItem], *by: str) -> Iterable[Any]:
    """Rows of counts; none holds more than a line for each person or step."""
    counts = {"soon": Count("pk", filter=pressing(SOON)), "late": Count("pk", filter=pressing(LATE))}
    rows: Iterable[Any] = items.order_by().values(*by).annotate(open=Count("pk"), **counts).order_by("-open", by[0])
    return rows


def _load(row: dict[str, Any], key: int | str | None, name: object) -> Load:
    return Load(key, str(name), row["open"], row["soon"], row["late"])


def by_month(agencies: Iterable[Agency], months: int, today: date) -> list[Month]:
    """The last `months` months up to that of `today`, oldest first. Two queries, each bounded by the months."""
    firsts = [_first(today, back) for back in range(months - 1, -1, -1)]
    since = datetime.combine(firsts[0], time(), CHINA)
    items = WorkItem.objects.filter(mandate__agency__in=agencies, flow_task_type="HUMAN").order_by()
    done = items.filter(status=STATUS.DONE, finished__gte=since).annotate(month=TruncMonth("finished", tzinfo=CHINA))
    # what came in since then ended since then or not yet: that is found by the index of mandate and end
    opened = items.filter(Q(finished__gte=since) | Q(finished=None), created__gte=since).annotate(
        month=TruncMonth("created", tzinfo=CHINA)
    )
    late, undated = Count("pk", filter=Q(finished__date__gt=F("due"))), Count("pk", filter=Q(due=None))
    rows = done.values_list("month").annotate(done=Count("pk"), late=late, undated=undated)
    counts = {month.date(): numbers for month, *numbers in rows}
    came = {month.date(): number for month, number in opened.values_list("month").annotate(Count("pk"))}
    return [Month(first, came.get(first, 0), *counts.get(first, ())) for first in firsts]


def _first(today: date, back: int) -> date:
    """The first day of the month `back` months before that of `today`."""
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return date(year, month + 1, 1)
