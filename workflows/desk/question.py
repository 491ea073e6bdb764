"""What a question of the desk gives: its words, its filters, its rows and how a row is told."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.models import Application
from permits.models.body import MALFORMED
from workflows.desk.asked import Asked

log = logging.getLogger(__name__)
BOUND = 10_000
"""Rows that are looked at one by one for an answer; beyond, the answer says that it is cut."""
UNREADABLE = _("cannot be read: the page of the case tells whether its record was changed")
AT_ONCE = 500
"""Rows told in one go: an export reads what belongs to them in as many queries as a page does."""
Label = str | Promise


class CaseLink(Struct, frozen=True):
    """A cell that leads to a case; as text its number."""

    pk: int
    number: str

    def __str__(self) -> str:
        return self.number

    @classmethod
    def of(cls, case: Application) -> CaseLink:
        """The link to `case`."""
        return cls(case.pk, str(case))


class Column(Struct, frozen=True):
    """A column's head, and whether its cells are numbers."""

    head: Label
    number: bool = False


Line = tuple[object, ...]
"""As many cells as there are columns: text, numbers, days, times, links to cases; None where there is nothing."""


class Series(Struct, frozen=True):
    """One row of bars, or one line, of a drawing; without a colour a column of its table alone."""

    head: Label
    colour: str = ""


class Chart(Struct, frozen=True):
    """Numbers that are drawn, and stand in a table beside the drawing. `rows` are a name and a number per series;
    `note` says below it what one must know to read them."""

    key: str
    title: Label
    of: Label
    series: tuple[Series, ...]
    rows: Sequence[tuple[object, ...]]
    kind: str = "bar"
    note: Label = ""


class Rows(Struct):
    """What was found. `cut`: only the first BOUND of what was asked about were looked at."""

    found: Sequence[Any] | QuerySet[Any]
    cut: bool = False
    more: dict[str, Any] = {}
    """What the question itself wants to know again when it tells the rows or draws them."""


GREEN, RED, YELLOW, GREY, BLUE = "#1b6446", "#b3261e", "#d08a00", "#56606b", "#1f5f99"


class Question:
    """One question. Subclasses declare the words and implement `rows` and `lines`."""

    slug: ClassVar[str]
    title: ClassVar[Label]
    says: ClassVar[Label]
    """What it answers, in a sentence."""
    counted: ClassVar[Label]
    """What is counted and by which rule, with what is not known."""
    dates: ClassVar[Label] = _("Dates are those of the decision.")
    """What “from” and “to” speak of."""
    fields: ClassVar[tuple[str, ...]] = ("since", "until", "kind", "place", "agency", "person")
    folded: ClassVar[tuple[str, ...]] = ()
    """Those of `fields` that are seldom filled in: they stand behind “more”."""
    heads: ClassVar[tuple[Column, ...]]
    none: ClassVar[Label] = _("No case fits this.")
    dossier: ClassVar[bool] = False
    """Whether the answer can be had as a bound PDF."""

    def rows(self, asked: Asked) -> Rows:
        """Everything that answers it, as a list or a query that can be counted and cut."""
        raise NotImplementedError

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """These of the rows, in words; in a fixed number of queries, however many."""
        raise NotImplementedError

    def told(self, found: Sequence[Any], rows: Rows) -> Iterator[Line]:
        """As `lines`. Where a text among them cannot be read, either half by itself, and of the row it stands in that:
        it hides nothing of the others."""
        try:
            lines = list(self.lines(found, rows))
        except MALFORMED:
            half = len(found) // 2
            if half:
                lines = [*self.told(found[:half], rows), *self.told(found[half:], rows)]
            else:
                log.warning("A row of %s cannot be read", self.slug, exc_info=True)
                case = self.case_of(found[0])
                lines = [(CaseLink.of(case) if case else None, UNREADABLE, *[None] * (len(self.heads) - 2))]
        yield from lines

    def case_of(self, row: Any) -> Application | None:
        """The case that a row is about, without a text of it; None where it is about several."""
        case = getattr(row, "application", row)
        return case if isinstance(case, Application) else None

    def chart(self, asked: Asked, rows: Rows) -> Chart | None:
        """A drawing where one helps."""
        return None

    def every_line(self, rows: Rows, most: int) -> Iterator[Line]:
        """At most `most` rows in words, a part at a time."""
        for first in range(0, min(len_of(rows.found), most), AT_ONCE):
            yield from self.told(list(rows.found[first : min(first + AT_ONCE, most)]), rows)


def len_of(found: Sequence[Any] | QuerySet[Any]) -> int:
    """How many there are: counted by the database where it can."""
    return found.count() if isinstance(found, QuerySet) else len(found)


def bounded(rows: QuerySet[Any]) -> tuple[list[Any], bool]:
    """The first BOUND of `rows`, and whether there were more."""
    found = list(rows[: BOUND + 1])
    return found[:BOUND], len(found) > BOUND


def every_month(months: Iterable[str]) -> list[str]:
    """All months from the first of `months` to the last, as 2026-04, in order: a line through them stands for time, so
    one in which nothing was done may not be left out."""
    told = sorted(12 * int(month[:4]) + int(month[5:]) - 1 for month in set(months))
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(told[0], told[-1] + 1)] if told else []
