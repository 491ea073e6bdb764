"""News folded by case: one entry for each case, the newest first. For the page of news and for the daily mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from msgspec import Struct

from permits.access import visible_to
from permits.models import Application
from roles.models import Person
from workflows.models import Notification
from workflows.notifications.words import headline

SHOWN = 20
"""How much of one case's news the page shows; the rest is in the case itself."""
NEWEST = 2_000
"""How much of a person's news is folded, so that the page costs the same after years: older news stands in its case."""


class Line(Struct, frozen=True):
    """One notification and what it says."""

    news: Notification
    words: str


class CaseNews(Struct):
    """The news of one case; `visible` is False where the person may no longer know of it."""

    case: Application
    visible: bool
    lines: list[Line] = []
    told: int = 0
    unread: int = 0

    @property
    def newest(self) -> Line:
        """What is shown unfolded."""
        return self.lines[0]

    @property
    def folded(self) -> list[Line]:
        """What came before it."""
        return self.lines[1:]

    @property
    def folded_unread(self) -> int:
        """How many of those below the newest were not read, shown or not."""
        return self.unread - (self.newest.news.read_at is None)

    @property
    def left_out(self) -> int:
        """How many are not even in the fold."""
        return self.told - len(self.lines)


def by_case(news: Iterable[Notification], person: Person) -> list[CaseNews]:
    """`news` of `person`, newest first, by case, each with its application. One query more."""
    rows = list(news)
    keys = {row.act.application_id for row in rows}
    visible = set(visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    found: dict[int, CaseNews] = {}
    for row in rows:
        pk = row.act.application_id
        case = found.setdefault(pk, CaseNews(row.act.application, pk in visible))
        case.lines.append(Line(row, headline(row)))
        case.told += 1
        case.unread += row.read_at is None
    return list(found.values())


def newest(news: QuerySet[Notification]) -> QuerySet[Notification]:
    """The NEWEST of `news`, and what was told in the same instant as the oldest of them."""
    return news.filter(created__gte=Coalesce(_oldest(news), datetime.min.replace(tzinfo=UTC)))


def older(news: QuerySet[Notification]) -> Exists:
    """Whether there is more than that."""
    return Exists(news.filter(created__lt=_oldest(news)))


def _oldest(news: QuerySet[Notification]) -> Subquery:
    """When the last of the NEWEST was told; nothing where there are fewer."""
    return Subquery(news.order_by("-created").values("created")[NEWEST - 1 : NEWEST])


def cases_told(news: QuerySet[Notification]) -> QuerySet[Notification, Any]:
    """A row for each case of `news`, that with the newest first: how many, and how many unread."""
    unread = Count("pk", filter=Q(read_at=None))
    counted = news.values("act__application").annotate(last=Max("created"), newest=Max("pk"), told=Count("pk"))
    return counted.annotate(unread=unread).order_by("-last", "-newest")


def fold(news: QuerySet[Notification], cases: Sequence[dict[str, Any]], person: Person) -> list[CaseNews]:
    """The `cases` of a page, rows of `cases_told`, with the newest SHOWN of each. Two queries."""
    counts = {row["act__application"]: row for row in cases}
    order = [F("created").desc(), F("pk").desc()]
    place = Window(RowNumber(), partition_by=[F("act__application")], order_by=order)
    shown = news.filter(act__application__in=counts).annotate(place=place).filter(place__lte=SHOWN)
    found = by_case(shown.select_related("act__application__unit", "item").order_by("-created", "-pk"), person)
    for case in found:
        case.told, case.unread = counts[case.case.pk]["told"], counts[case.case.pk]["unread"]
    return found
